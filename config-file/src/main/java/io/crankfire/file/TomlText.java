package io.crankfire.file;

/// Finds its way in the text of a TOML file. Offsets are those of `char`s.
final class TomlText {
  private TomlText() {}

  /// Where the first value begins that is nested deeper than that; -1 if there is none.
  static int firstTooDeep(String text, int most) {
    int depth = 0;
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"' || c == '\'') {
        at = endOfString(text, at);
        continue;
      }
      if (c == '#') {
        at = endOfLine(text, at);
        continue;
      }
      if (c == '[' || c == '{') {
        if (++depth > most) {
          return at;
        }
      } else if (c == ']' || c == '}') {
        depth = Math.max(0, depth - 1);
      }
      at++;
    }
    return -1;
  }

  /// Where the value begins whose key is at `at`; `at` itself if that is the header of a table.
  static int valueOfKey(String text, int at) {
    int i = at;
    if (i < text.length() && text.charAt(i) == '[') {
      return at;
    }
    while (i < text.length() && text.charAt(i) != '=' && text.charAt(i) != '\n') {
      char c = text.charAt(i);
      i = c == '"' || c == '\'' ? endOfString(text, i) : i + 1;
    }
    return i < text.length() && text.charAt(i) == '=' ? skipTrivia(text, i + 1) : at;
  }

  /// Behind blanks, line ends and comments.
  static int skipTrivia(String text, int from) {
    int at = from;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        at = endOfLine(text, at);
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        at++;
      } else {
        return at;
      }
    }
    return from;
  }

  /// A number as it was written at that place.
  static String word(String text, int from) {
    int at = from;
    while (at < text.length() && isPartOfNumber(text.charAt(at))) {
      at++;
    }
    return text.substring(from, at);
  }

  private static boolean isPartOfNumber(char c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || c == '+'
        || c == '-'
        || c == '.'
        || c == '_';
  }

  private static int endOfLine(String text, int from) {
    int end = text.indexOf('\n', from);
    return end < 0 ? text.length() : end;
  }

  /// Behind the string that begins at `from`; a string without an end ends with its line, or with
  /// the text.
  private static int endOfString(String text, int from) {
    char quote = text.charAt(from);
    String triple = String.valueOf(quote).repeat(3);
    boolean lines = text.startsWith(triple, from);
    int at = from + (lines ? 3 : 1);
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\' && quote == '"') {
        at += 2;
      } else if (lines && text.startsWith(triple, at)) {
        return at + 3;
      } else if (!lines && (c == quote || c == '\n')) {
        return at + 1;
      } else {
        at++;
      }
    }
    return text.length();
  }
}
