package io.crankfire.config;

/// A line of a configuration file without secrets, and where in it to point.
///
/// @param text the line
/// @param caret the column, from 1
public record SourceLine(String text, int caret) {

  /*
   * Works on the line alone, in YAML, JSON and TOML alike: finds keys that name secrets, quoted or
   * not, and leaves out what follows the colon or equals sign, up to where the value can end at the
   * earliest without giving a part of it away.
   */

  static SourceLine of(Secrets secrets, String line, int caret) {
    StringBuilder out = new StringBuilder(line.length());
    int moved = caret;
    int from = 0;
    int at = 0;
    while (at < line.length()) {
      int value = valueOfSecret(line, at);
      int start = value < 0 ? userInfo(line, at) : value;
      if (start < 0) {
        at++;
        continue;
      }
      int end = value < 0 ? line.indexOf('@', start) : valueEnd(line, value);
      if (end > start) {
        out.append(line, from, start).append(Secrets.MASK);
        moved = move(moved, caret, start, end);
        from = end;
      }
      at = Math.max(end, at + 1);
    }
    out.append(line, from, line.length());
    return known(secrets, out.toString(), moved);
  }

  /// Secrets that stand where none was looked for.
  private static SourceLine known(Secrets secrets, String line, int caret) {
    int before = Math.clamp(caret - 1, 0, line.length());
    String masked = secrets.mask(line);
    if (masked.equals(line)) {
      return new SourceLine(line, caret);
    }
    int kept = 0; // as far as the beginning of the line is the same
    while (kept < before && kept < masked.length() && line.charAt(kept) == masked.charAt(kept)) {
      kept++;
    }
    return new SourceLine(masked, kept + 1);
  }

  private static int move(int moved, int caret, int start, int end) {
    int column = caret - 1;
    if (column < start) {
      return moved;
    }
    return column < end ? moved - (column - start) : moved - (end - start) + Secrets.MASK.length();
  }

  /// Where the value begins if the name of a secret ends just before a sign at `at`; negative if
  /// not.
  private static int valueOfSecret(String line, int at) {
    char sign = line.charAt(at);
    if (sign != ':' && sign != '=') {
      return -1;
    }
    int end = at;
    while (end > 0 && line.charAt(end - 1) == ' ') {
      end--;
    }
    if (end > 0 && isQuote(line.charAt(end - 1))) {
      end--;
    }
    int start = end;
    while (start > 0 && isNamePart(line.charAt(start - 1))) {
      start--;
    }
    String name = line.substring(start, end);
    if (!Secrets.names(name) && !name.equalsIgnoreCase("value")) {
      return -1;
    }
    int value = at + 1;
    while (value < line.length() && line.charAt(value) == ' ') {
      value++;
    }
    return value < line.length() && "{[|>".indexOf(line.charAt(value)) < 0 ? value : -1;
  }

  private static int valueEnd(String line, int start) {
    char first = line.charAt(start);
    if (isQuote(first)) {
      for (int at = start + 1; at < line.length(); at++) {
        char c = line.charAt(at);
        if (c == '\\' && first == '"') {
          at++;
        } else if (c == first) {
          return at + 1;
        }
      }
      return line.length();
    }
    if (line.lastIndexOf('{', start) < 0) {
      return line.length();
    }
    int end = start;
    while (end < line.length() && line.charAt(end) != ',' && line.charAt(end) != '}') {
      end++;
    }
    return end;
  }

  /// Where user and password of a URL begin if its `//` ends at `at`; negative if there are none.
  private static int userInfo(String line, int at) {
    if (at < 3 || !line.startsWith("://", at - 3)) {
      return -1;
    }
    for (int i = at; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '@') {
        return at;
      }
      if (c == '/' || c == '?' || c == ' ' || isQuote(c)) {
        return -1;
      }
    }
    return -1;
  }

  private static boolean isQuote(char c) {
    return c == '"' || c == '\'';
  }

  private static boolean isNamePart(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '-';
  }
}
