package io.crankfire.auth;

/// Texts of others, made fit to be shown.
final class Texts {
  private Texts() {}

  private static final int LONGEST = 200;

  /// One line of at most 200 characters, without what would steer a terminal.
  static String plain(String text) {
    String stripped = text.strip();
    int length = Math.min(stripped.length(), LONGEST);
    StringBuilder plain = new StringBuilder(length + 1);
    for (int i = 0; i < length; i++) {
      char c = stripped.charAt(i);
      boolean steers =
          Character.isISOControl(c) || Character.getType(c) == Character.FORMAT || isSeparator(c);
      plain.append(steers ? ' ' : c);
    }
    return stripped.length() > LONGEST ? plain.append('…').toString() : plain.toString();
  }

  private static boolean isSeparator(char c) {
    return c == '\u2028' || c == '\u2029';
  }

  /// Whether every character is visible ASCII: what a token and a scheme consist of, and what a
  /// header can hold without being misread.
  static boolean isVisible(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c > '~') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /// Whether a header's value can hold the text (RFC 9110 §5.5).
  static boolean isFieldValue(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /// Whether it can be a header's name (RFC 9110 §5.6.2).
  static boolean isFieldName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letterOrDigit =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letterOrDigit && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
