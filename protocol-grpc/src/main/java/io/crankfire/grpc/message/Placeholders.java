package io.crankfire.grpc.message;

/// Finds placeholders in texts that mean something without them, too. Stateless.
final class Placeholders {
  private Placeholders() {}

  private static final String JSON = ":json";

  /// Whether a text has one.
  static boolean isIn(String text) {
    return next(text, 0) >= 0;
  }

  /// Where the next one begins; negative if there is none.
  static int next(String text, int from) {
    int at = text.indexOf("{{", from);
    while (at >= 0 && !begins(text, at)) {
      at = text.indexOf("{{", at + 1);
    }
    return at;
  }

  /// Whether two braces begin one: a name follows, which may begin with `_` or `$`.
  static boolean begins(String text, int braces) {
    if (!text.startsWith("{{", braces)) {
      return false;
    }
    int at = braces + 2;
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
    }
    return at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || "_$".indexOf(text.charAt(at)) >= 0);
  }

  /// Where the one that begins at `from` ends, after its braces; the text's end if it is not
  /// closed.
  static int end(String text, int from) {
    int close = text.indexOf("}}", from + 2);
    return close < 0 ? text.length() : close + 2;
  }

  /// A text that becomes a value of its own: nothing in it has to be escaped for JSON.
  static String unescaped(String text) {
    StringBuilder out = new StringBuilder(text.length());
    int at = 0;
    int open;
    while ((open = next(text, at)) >= 0) {
      int end = end(text, open);
      String one = text.substring(open, end);
      int bar = one.indexOf('|');
      int nameEnd = bar < 0 ? one.length() - 2 : bar;
      String name = one.substring(0, nameEnd).stripTrailing();
      out.append(text, at, open);
      if (name.endsWith(JSON)) {
        out.append(name, 0, name.length() - JSON.length()).append(one, nameEnd, one.length());
      } else {
        out.append(one);
      }
      at = end;
    }
    return out.append(text, at, text.length()).toString();
  }
}
