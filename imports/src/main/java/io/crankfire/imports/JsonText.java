package io.crankfire.imports;

import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON as text: written with an indent of two, and changed in place.
final class JsonText {
  private JsonText() {}

  /// Writes a value, one member a line.
  static String pretty(Data data) {
    StringBuilder text = new StringBuilder();
    write(data, text, 0);
    return text.toString();
  }

  private static void write(Data data, StringBuilder text, int indent) {
    switch (data.kind()) {
      case OBJECT -> object(data, text, indent);
      case LIST -> list(data, text, indent);
      case TEXT -> quote(data.text(), text);
      case NUMBER, BOOLEAN -> text.append(data.text().toLowerCase(Locale.ROOT));
      case NULL -> text.append("null");
    }
  }

  private static void object(Data data, StringBuilder text, int indent) {
    if (data.members().isEmpty()) {
      text.append("{}");
      return;
    }
    text.append("{\n");
    Iterator<Map.Entry<String, Data>> members = data.members().entrySet().iterator();
    while (members.hasNext()) {
      Map.Entry<String, Data> member = members.next();
      text.repeat(' ', indent + 2);
      quote(member.getKey(), text);
      text.append(": ");
      write(member.getValue(), text, indent + 2);
      text.append(members.hasNext() ? ",\n" : "\n");
    }
    text.repeat(' ', indent).append('}');
  }

  private static void list(Data data, StringBuilder text, int indent) {
    if (data.items().isEmpty()) {
      text.append("[]");
      return;
    }
    text.append("[\n");
    Iterator<Data> items = data.items().iterator();
    while (items.hasNext()) {
      text.repeat(' ', indent + 2);
      write(items.next(), text, indent + 2);
      text.append(items.hasNext() ? ",\n" : "\n");
    }
    text.repeat(' ', indent).append(']');
  }

  private static void quote(String value, StringBuilder text) {
    text.append(io.crankfire.config.JsonText.quoted(value));
  }

  /// Whether a text is a number as JSON writes them (RFC 8259, section 6).
  static boolean isNumber(String text) {
    int at = text.startsWith("-") ? 1 : 0;
    int whole = digits(text, at);
    if (whole == at || (text.charAt(at) == '0' && whole > at + 1)) {
      return false;
    }
    at = whole;
    if (at < text.length() && text.charAt(at) == '.') {
      int fraction = digits(text, at + 1);
      if (fraction == at + 1) {
        return false;
      }
      at = fraction;
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
        at++;
      }
      int exponent = digits(text, at);
      if (exponent == at) {
        return false;
      }
      at = exponent;
    }
    return at == text.length();
  }

  private static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at;
  }

  /// Says what a member's text becomes.
  interface Replacement {
    /// The new text, or null if it stays.
    @Nullable String replace(String name, String value);
  }

  /// Replaces texts of members, whatever their depth, and leaves every other character as it is. A
  /// text that only looks like JSON is treated alike: what follows a quoted name and a colon in
  /// quotes is its text.
  static String replaceTexts(String json, Replacement replacement) {
    StringBuilder out = new StringBuilder(json.length());
    int copied = 0;
    int at = json.indexOf('"');
    String name = null;
    while (at >= 0) {
      int end = endOfText(json, at);
      if (end < 0) {
        break;
      }
      String text = unescaped(json, at + 1, end);
      int next = skipBlanks(json, end + 1);
      if (next < json.length() && json.charAt(next) == ':') {
        int value = skipBlanks(json, next + 1);
        name = value < json.length() && json.charAt(value) == '"' ? text : null;
      } else {
        String changed = name == null ? null : replacement.replace(name, text);
        if (changed != null) {
          out.append(json, copied, at + 1).append(changed);
          copied = end;
        }
        name = null;
      }
      at = json.indexOf('"', end + 1);
    }
    return out.append(json, copied, json.length()).toString();
  }

  private static int endOfText(String json, int open) {
    int at = open + 1;
    while (at < json.length() && json.charAt(at) != '"') {
      at += json.charAt(at) == '\\' ? 2 : 1;
    }
    return at < json.length() ? at : -1;
  }

  private static int skipBlanks(String json, int from) {
    int at = from;
    while (at < json.length() && " \t\r\n".indexOf(json.charAt(at)) >= 0) {
      at++;
    }
    return at;
  }

  /// Good enough for comparing names and secrets: `\"` and `\\` lose their backslash.
  private static String unescaped(String json, int from, int to) {
    return json.substring(from, to).replace("\\\"", "\"").replace("\\\\", "\\");
  }
}
