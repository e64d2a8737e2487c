package io.crankfire.report;

/// Text from outside made harmless: servers and users choose it, and terminals obey it.
final class Plain {

  private Plain() {}

  /// `text` with everything a terminal might obey or hide shown as an escape: `\x1b` for control
  /// characters, `\u202e` for marks that turn or break lines. Half a surrogate pair becomes U+FFFD.
  static String text(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    wellFormed(text)
        .codePoints()
        .forEach(c -> {
          switch (Character.getType(c)) {
            case Character.CONTROL -> plain.append("\\x").append(hex(c, 2));
            case Character.FORMAT,
                Character.LINE_SEPARATOR,
                Character.PARAGRAPH_SEPARATOR,
                Character.PRIVATE_USE,
                Character.UNASSIGNED ->
                plain.append("\\u").append(hex(c, 4));
            default -> plain.appendCodePoint(c);
          }
        });
    return plain.toString();
  }

  /// `text` with every half of a surrogate pair replaced by U+FFFD, so that it can be encoded.
  static String wellFormed(String text) {
    StringBuilder whole = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> whole.appendCodePoint(Character.getType(c) == Character.SURROGATE ? 0xfffd : c));
    return whole.toString();
  }

  private static String hex(int c, int digits) {
    String hex = Integer.toHexString(c);
    return "0".repeat(Math.max(0, digits - hex.length())) + hex;
  }
}
