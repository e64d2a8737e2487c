package io.crankfire.data.jsonpath;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Follows names and indices through the bytes of a JSON text, up to the value they lead to. Builds
/// nothing and checks only what it passes, so that a value before the place where a text is cut off
/// is found. Malformed text leads nowhere.
final class JsonScanner {
  private JsonScanner() {}

  /// A step to a child: by name in an object, by index in an array.
  static final class Step {
    final @Nullable String name;
    private final byte[] bytes;
    private final int index;

    /// @param name null if objects have no such member
    /// @param index negative if arrays have no such element
    Step(@Nullable String name, int index) {
      this.name = name;
      this.bytes = name == null ? new byte[0] : name.getBytes(StandardCharsets.UTF_8);
      this.index = index;
    }
  }

  /// The place of a value.
  ///
  /// @return where it begins in the upper half, where it ends in the lower one; negative if there
  ///   is none
  static long find(byte[] json, int length, @Nullable Step[] steps) {
    int at = blank(json, hasMark(json, length) ? 3 : 0, length);
    for (Step step : steps) {
      if (at >= length || step == null) {
        return -1;
      }
      at =
          json[at] == '{' && step.name != null
              ? member(json, at + 1, length, step)
              : json[at] == '[' && step.index >= 0 ? element(json, at + 1, length, step.index) : -1;
      if (at < 0) {
        return -1;
      }
    }
    int end = skip(json, at, length);
    if (end < 0 || (end == length && steps.length > 0 && isNumber(json[at]))) {
      return -1; // a number at the end may have been cut off
    }
    return ((long) at << 32) | end;
  }

  private static boolean isNumber(byte first) {
    return first == '-' || (first >= '0' && first <= '9');
  }

  private static boolean hasMark(byte[] json, int length) {
    return length >= 3
        && json[0] == (byte) 0xef
        && json[1] == (byte) 0xbb
        && json[2] == (byte) 0xbf;
  }

  private static int blank(byte[] json, int from, int length) {
    int at = from;
    while (at < length
        && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
      at++;
    }
    return at;
  }

  /// Where the value of a member begins; negative if there is none. `from` is after the brace.
  private static int member(byte[] json, int from, int length, Step step) {
    int at = blank(json, from, length);
    while (at < length && json[at] == '"') {
      int nameEnd = string(json, at, length);
      int colon = nameEnd < 0 ? length : blank(json, nameEnd, length);
      if (colon >= length || json[colon] != ':') {
        return -1;
      }
      int value = blank(json, colon + 1, length);
      if (isName(json, at + 1, nameEnd - 1, step)) {
        return value < length ? value : -1;
      }
      int end = skip(json, value, length);
      at = end < 0 ? length : blank(json, end, length);
      if (at >= length || json[at] != ',') {
        return -1;
      }
      at = blank(json, at + 1, length);
    }
    return -1;
  }

  private static boolean isName(byte[] json, int from, int to, Step step) {
    if (hasEscape(json, from, to)) {
      return unescaped(json, from, to).equals(step.name);
    }
    byte[] name = step.bytes;
    return to - from == name.length && Arrays.equals(json, from, to, name, 0, name.length);
  }

  private static int element(byte[] json, int from, int length, int index) {
    int at = blank(json, from, length);
    if (at < length && json[at] == ']') {
      return -1;
    }
    for (int i = 0; i < index; i++) {
      int end = skip(json, at, length);
      at = end < 0 ? length : blank(json, end, length);
      if (at >= length || json[at] != ',') {
        return -1;
      }
      at = blank(json, at + 1, length);
    }
    return at < length ? at : -1;
  }

  /// The end of the string whose opening quote is at `open`; negative if it has none.
  private static int string(byte[] json, int open, int length) {
    for (int i = open + 1; i < length; i++) {
      if (json[i] == '"') {
        return i + 1;
      }
      if (json[i] == '\\') {
        i++;
      }
    }
    return -1;
  }

  /// The end of the value that begins at `at`; negative if there is none.
  private static int skip(byte[] json, int at, int length) {
    if (at >= length) {
      return -1;
    }
    return switch (json[at]) {
      case '"' -> string(json, at, length);
      case '{', '[' -> structure(json, at, length);
      case 't' -> word(json, at, length, "true");
      case 'f' -> word(json, at, length, "false");
      case 'n' -> word(json, at, length, "null");
      default -> number(json, at, length);
    };
  }

  private static int structure(byte[] json, int open, int length) {
    int depth = 0;
    int at = open;
    while (at < length) {
      switch (json[at]) {
        case '{', '[' -> depth++;
        case '}', ']' -> depth--;
        case '"' -> {
          at = string(json, at, length) - 1;
          if (at < 0) {
            return -1;
          }
        }
        default -> {
          // Inside of a value.
        }
      }
      at++;
      if (depth == 0) {
        return at;
      }
    }
    return -1;
  }

  private static int word(byte[] json, int from, int length, String word) {
    if (length - from < word.length()) {
      return -1;
    }
    for (int i = 0; i < word.length(); i++) {
      if (json[from + i] != word.charAt(i)) {
        return -1;
      }
    }
    return from + word.length();
  }

  private static int number(byte[] json, int from, int length) {
    int at = json[from] == '-' ? from + 1 : from;
    int whole = digits(json, at, length);
    if (whole == at || (json[at] == '0' && whole > at + 1)) {
      return -1;
    }
    at = whole;
    if (at < length && json[at] == '.') {
      int fraction = digits(json, at + 1, length);
      if (fraction == at + 1) {
        return -1;
      }
      at = fraction;
    }
    if (at < length && (json[at] == 'e' || json[at] == 'E')) {
      at++;
      if (at < length && (json[at] == '+' || json[at] == '-')) {
        at++;
      }
      int exponent = digits(json, at, length);
      return exponent == at ? -1 : exponent;
    }
    return at;
  }

  private static int digits(byte[] json, int from, int length) {
    int at = from;
    while (at < length && json[at] >= '0' && json[at] <= '9') {
      at++;
    }
    return at;
  }

  /// The value at a place, as [JsonPath#first] gives it.
  static byte @Nullable [] value(byte[] json, long place) {
    int from = (int) (place >>> 32);
    int to = (int) place;
    return switch (json[from]) {
      case 'n' -> null;
      case '"' ->
          hasEscape(json, from, to)
              ? unescaped(json, from + 1, to - 1).getBytes(StandardCharsets.UTF_8)
              : Arrays.copyOfRange(json, from + 1, to - 1);
      case '{', '[' -> compact(json, from, to);
      default -> Arrays.copyOfRange(json, from, to);
    };
  }

  /// Whether the value at a place is `expected`.
  static boolean equals(byte[] json, long place, byte[] expected) {
    int from = (int) (place >>> 32);
    int to = (int) place;
    byte first = json[from];
    if (first == '{' || first == '[' || (first == '"' && hasEscape(json, from, to))) {
      return Arrays.equals(value(json, place), expected);
    }
    int inset = first == '"' ? 1 : 0;
    return Arrays.equals(json, from + inset, to - inset, expected, 0, expected.length);
  }

  private static boolean hasEscape(byte[] json, int from, int to) {
    for (int i = from; i < to; i++) {
      if (json[i] == '\\') {
        return true;
      }
    }
    return false;
  }

  private static byte[] compact(byte[] json, int from, int to) {
    ByteArrayOutputStream made = new ByteArrayOutputStream(to - from);
    boolean inString = false;
    for (int i = from; i < to; i++) {
      byte b = json[i];
      if (inString && b == '\\') {
        made.write(b);
        made.write(json[++i]);
        continue;
      }
      inString ^= b == '"';
      if (inString || (b != ' ' && b != '\n' && b != '\r' && b != '\t')) {
        made.write(b);
      }
    }
    return made.toByteArray();
  }

  private static String unescaped(byte[] json, int from, int to) {
    String raw = new String(json, from, to - from, StandardCharsets.UTF_8);
    StringBuilder made = new StringBuilder(raw.length());
    int at = 0;
    while (at < raw.length()) {
      char c = raw.charAt(at++);
      if (c != '\\' || at == raw.length()) {
        made.append(c);
        continue;
      }
      char escape = raw.charAt(at++);
      switch (escape) {
        case 'b' -> made.append('\b');
        case 'f' -> made.append('\f');
        case 'n' -> made.append('\n');
        case 'r' -> made.append('\r');
        case 't' -> made.append('\t');
        case 'u' -> {
          int unit = unit(raw, at);
          if (unit >= 0) {
            made.append((char) unit);
            at += 4;
          } else {
            made.append("\\u");
          }
        }
        default -> made.append(escape);
      }
    }
    return made.toString();
  }

  private static int unit(String raw, int from) {
    if (from + 4 > raw.length()) {
      return -1;
    }
    int unit = 0;
    for (int i = from; i < from + 4; i++) {
      unit = unit * 16 + Character.digit(raw.charAt(i), 16);
      if (Character.digit(raw.charAt(i), 16) < 0) {
        return -1;
      }
    }
    return unit;
  }
}
