package io.crankfire.data.jsonpath;

/// The text of a path, read from left to right. Confined to one thread.
final class PathText {

  private static final long MOST = (1L << 53) - 1; // RFC 7493 §2.2

  private final String text;
  private int at;

  PathText(String text) {
    this.text = text;
  }

  boolean isAtEnd() {
    return at == text.length();
  }

  /// The next character, 0 at the end.
  char peek() {
    return at < text.length() ? text.charAt(at) : 0;
  }

  int at() {
    return at;
  }

  void backTo(int position) {
    at = position;
  }

  /// Goes past `expected` if it comes next.
  boolean take(String expected) {
    if (text.startsWith(expected, at)) {
      at += expected.length();
      return true;
    }
    return false;
  }

  void require(String expected) {
    if (!take(expected)) {
      throw fault("expected " + expected);
    }
  }

  /// Goes past blanks (RFC 9535 §2.1.1).
  void blanks() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
      at++;
    }
  }

  /// The fault at this place.
  IllegalArgumentException fault(String message) {
    return fault(message, at);
  }

  IllegalArgumentException fault(String message, int position) {
    String found =
        position < text.length() ? "before \"" + text.substring(position) + "\"" : "at the end";
    return new IllegalArgumentException(
        "%s, at character %d of the path, %s".formatted(message, position + 1, found));
  }

  /// A name as it may stand after a dot.
  String shorthand() {
    int from = at;
    while (isNameCharacter(peek()) || (at > from && isDigit(peek()))) {
      at += Character.isHighSurrogate(peek()) ? 2 : 1;
    }
    if (at == from) {
      throw fault("expected a name, * or [");
    }
    return text.substring(from, at);
  }

  private boolean isNameCharacter(char c) {
    if (Character.isSurrogate(c)) {
      return Character.isHighSurrogate(c)
          && at + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(at + 1));
    }
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /// The name of a function, empty if none comes next.
  String functionName() {
    int from = at;
    while ((peek() >= 'a' && peek() <= 'z') || (at > from && (peek() == '_' || isDigit(peek())))) {
      at++;
    }
    return text.substring(from, at);
  }

  /// A whole number without leading zeros, within ±(2^53 - 1).
  long index() {
    int from = at;
    take("-");
    int digits = at;
    while (isDigit(peek())) {
      at++;
    }
    if (at == digits) {
      throw fault("expected a number");
    }
    String number = text.substring(from, at);
    if (number.equals("-0") || (text.charAt(digits) == '0' && at > digits + 1)) {
      throw fault("%s is written with a needless 0 or sign".formatted(number), from);
    }
    if (at - digits > 16 || Math.abs(Long.parseLong(number)) > MOST) {
      throw fault("%s is beyond 2^53 - 1".formatted(number), from);
    }
    return Long.parseLong(number);
  }

  /// A number of a filter, as JSON has them.
  String number() {
    int from = at;
    take("-");
    if (!take("0")) {
      digits();
    }
    if (take(".")) {
      digits();
    }
    if (take("e") || take("E")) {
      if (!take("+")) {
        take("-");
      }
      digits();
    }
    return text.substring(from, at);
  }

  private void digits() {
    if (!isDigit(peek())) {
      throw fault("expected a digit");
    }
    while (isDigit(peek())) {
      at++;
    }
  }

  /// A string in single or double quotes, without them.
  String string() {
    char quote = peek();
    at++;
    StringBuilder string = new StringBuilder();
    while (peek() != quote) {
      if (isAtEnd()) {
        throw fault("a string is not closed");
      }
      char c = text.charAt(at++);
      if (c < ' ') {
        throw fault("a control character in a string has to be written as an escape", at - 1);
      }
      if (c == '\\') {
        escape(quote, string);
      } else {
        string.append(c);
      }
    }
    at++;
    return string.toString();
  }

  private void escape(char quote, StringBuilder string) {
    char c = peek();
    at++;
    switch (c) {
      case 'b' -> string.append('\b');
      case 'f' -> string.append('\f');
      case 'n' -> string.append('\n');
      case 'r' -> string.append('\r');
      case 't' -> string.append('\t');
      case '/', '\\' -> string.append(c);
      case 'u' -> {
        char unit = unit();
        string.append(unit);
        if (Character.isSurrogate(unit)) {
          if (Character.isLowSurrogate(unit) || !take("\\u")) {
            throw fault("half of a surrogate pair");
          }
          char low = unit();
          if (!Character.isLowSurrogate(low)) {
            throw fault("half of a surrogate pair");
          }
          string.append(low);
        }
      }
      default -> {
        if (c != quote) {
          throw fault("there is no such escape", at - 2);
        }
        string.append(c);
      }
    }
  }

  private char unit() {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0 || peek() >= 0x80) {
        throw fault("expected four hexadecimal digits");
      }
      unit = unit * 16 + digit;
      at++;
    }
    return (char) unit;
  }
}
