package io.crankfire.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Just enough JSON: objects become maps, arrays lists, numbers doubles.
final class Json {

  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /// Reads the first value of a text and ignores what follows.
  ///
  /// @throws IllegalArgumentException when there is none
  static Object parse(String text) {
    return new Json(text).value();
  }

  private char next() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    if (at >= text.length()) {
      throw new IllegalArgumentException("JSON ends early");
    }
    return text.charAt(at);
  }

  private void expect(char c) {
    if (next() != c) {
      throw new IllegalArgumentException("expected " + c + " at " + at);
    }
    at++;
  }

  private boolean skip(char c) {
    if (next() != c) {
      return false;
    }
    at++;
    return true;
  }

  private Object value() {
    return switch (next()) {
      case '{' -> object();
      case '[' -> array();
      case '"' -> string();
      default -> word();
    };
  }

  private Map<String, Object> object() {
    Map<String, Object> fields = new LinkedHashMap<>();
    expect('{');
    if (skip('}')) {
      return fields;
    }
    do {
      next();
      String key = string();
      expect(':');
      fields.put(key, value());
    } while (skip(','));
    expect('}');
    return fields;
  }

  private List<Object> array() {
    List<Object> items = new ArrayList<>();
    expect('[');
    if (skip(']')) {
      return items;
    }
    do {
      items.add(value());
    } while (skip(','));
    expect(']');
    return items;
  }

  private String string() {
    expect('"');
    StringBuilder s = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at++);
      if (c == '\\' && at < text.length()) {
        c = text.charAt(at++);
        switch (c) {
          case 'n' -> s.append('\n');
          case 't' -> s.append('\t');
          case 'r' -> s.append('\r');
          case 'b' -> s.append('\b');
          case 'f' -> s.append('\f');
          case 'u' -> {
            s.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
            at += 4;
          }
          default -> s.append(c);
        }
      } else {
        s.append(c);
      }
    }
    expect('"');
    return s.toString();
  }

  private Object word() {
    int begin = at;
    while (at < text.length() && "+-.eE".indexOf(text.charAt(at)) >= 0
        || at < text.length() && Character.isLetterOrDigit(text.charAt(at))) {
      at++;
    }
    String word = text.substring(begin, at);
    return switch (word) {
      case "true" -> Boolean.TRUE;
      case "false" -> Boolean.FALSE;
      case "null" -> "";
      default -> Double.valueOf(word);
    };
  }

  /// Writes maps, lists, numbers, booleans and text, indented.
  static String write(Object value) {
    StringBuilder out = new StringBuilder();
    write(value, "", out);
    return out.append('\n').toString();
  }

  private static void write(Object value, String indent, StringBuilder out) {
    String deeper = indent + "  ";
    switch (value) {
      case Map<?, ?> map -> {
        out.append('{');
        String separator = "\n";
        for (Map.Entry<?, ?> e : map.entrySet()) {
          out.append(separator).append(deeper);
          quote(e.getKey().toString(), out);
          out.append(": ");
          write(e.getValue(), deeper, out);
          separator = ",\n";
        }
        out.append(map.isEmpty() ? "}" : "\n" + indent + "}");
      }
      case List<?> list -> {
        out.append('[');
        String separator = "\n";
        for (Object item : list) {
          out.append(separator).append(deeper);
          write(item, deeper, out);
          separator = ",\n";
        }
        out.append(list.isEmpty() ? "]" : "\n" + indent + "]");
      }
      case Double d -> out.append(Double.isFinite(d) ? d.toString() : "null");
      case Number n -> out.append(n);
      case Boolean b -> out.append(b);
      default -> quote(value.toString(), out);
    }
  }

  private static void quote(String s, StringBuilder out) {
    out.append('"');
    s.chars()
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            out.append('\\').append((char) c);
          } else if (c < 0x20) {
            out.append("\\u%04x".formatted(c));
          } else {
            out.append((char) c);
          }
        });
    out.append('"');
  }
}
