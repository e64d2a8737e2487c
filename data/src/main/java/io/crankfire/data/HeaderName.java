package io.crankfire.data;

/// The names that headers can have.
final class HeaderName {
  private HeaderName() {}

  /// A name as it is.
  ///
  /// @throws IllegalArgumentException if it is not a token (RFC 9110 §5.6.2)
  static String checked(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c <= ' ' || c >= 127 || "\"(),/:;<=>?@[\\]{}".indexOf(c) >= 0) {
        throw new IllegalArgumentException("\"%s\" is no name of a header".formatted(name));
      }
    }
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a header has a name");
    }
    return name;
  }
}
