package io.crankfire.grpc.proto;

/// Cuts a file into words. One word at a time: the current one, with the one before it known by its
/// end.
final class Lexer {

  /// What a word is.
  enum Kind {
    /// Letters, digits and `_`, not beginning with a digit.
    NAME,
    /// Digits: decimal, octal or hexadecimal.
    WHOLE,
    /// A number with a fraction or an exponent.
    REAL,
    /// A text in quotes, its escapes as they were written.
    TEXT,
    /// Any other character.
    SYMBOL,
    /// There is nothing more.
    END
  }

  private final Source source;
  private final String text;
  private int next;

  /// What the current word is.
  Kind kind = Kind.END;

  /// The offset at which it begins.
  int from;

  /// The offset after its last character.
  int to;

  /// The offset after the last character of the word before it.
  int previousTo;

  private String word = "";

  Lexer(Source source) {
    this.source = source;
    text = source.text();
    next = text.startsWith("\uFEFF") ? 1 : 0;
    advance();
    previousTo = from;
  }

  /// The current word as it was written.
  String word() {
    return word;
  }

  /// Whether the current word is this one; a text in quotes is none.
  boolean at(String wanted) {
    return kind != Kind.TEXT && word.equals(wanted);
  }

  /// Goes on to the next word.
  void advance() {
    previousTo = to;
    skipBlanks();
    while (next < text.length() && isStray(text.charAt(next))) {
      stray();
      skipBlanks();
    }
    from = next;
    if (next >= text.length()) {
      end(Kind.END);
      return;
    }
    char c = text.charAt(next);
    if (isLetter(c)) {
      skipName();
      end(Kind.NAME);
    } else if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
      end(number());
    } else if (c == '"' || c == '\'') {
      quoted(c);
      end(Kind.TEXT);
    } else {
      next++;
      end(Kind.SYMBOL);
    }
  }

  private static boolean isStray(char c) {
    return c > '~' || (c < ' ' && !(c >= '\t' && c <= '\r'));
  }

  private void stray() {
    char c = text.charAt(next);
    int codePoint = text.codePointAt(next);
    source.fault(
        next,
        c < ' ' || c == 0x7F
            ? "the control character 0x%02X has no place here".formatted((int) c)
            : "\"%s\" has no place outside quotes and comments"
                .formatted(Character.toString(codePoint)));
    next += Character.charCount(codePoint);
  }

  private void end(Kind newKind) {
    kind = newKind;
    to = next;
    word = text.substring(from, to);
  }

  private char peek(int ahead) {
    int at = next + ahead;
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private void skipBlanks() {
    while (next < text.length()) {
      char c = text.charAt(next);
      if (c == ' ' || (c >= '\t' && c <= '\r')) {
        next++;
      } else if (c == '/' && peek(1) == '/') {
        int end = text.indexOf('\n', next);
        next = end < 0 ? text.length() : end + 1;
      } else if (c == '/' && peek(1) == '*') {
        int end = text.indexOf("*/", next + 2);
        if (end < 0) {
          source.fault(next, "the comment has no end: \"*/\" is missing");
        }
        next = end < 0 ? text.length() : end + 2;
      } else {
        return;
      }
    }
  }

  private void skipName() {
    while (isLetter(peek(0)) || isDigit(peek(0))) {
      next++;
    }
  }

  private Kind number() {
    int begin = next;
    if (peek(0) == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
      next += 2;
      while (Character.digit(peek(0), 16) >= 0 && peek(0) < 0x80) {
        next++;
      }
      if (next == begin + 2) {
        source.fault(begin, "\"0x\" begins a hexadecimal number, and no digits follow");
      }
      noLetters(begin);
      return Kind.WHOLE;
    }
    boolean real = false;
    skipDigits();
    if (peek(0) == '.') {
      real = true;
      next++;
      skipDigits();
    }
    if (peek(0) == 'e' || peek(0) == 'E') {
      real = true;
      next++;
      if (peek(0) == '+' || peek(0) == '-') {
        next++;
      }
      if (!isDigit(peek(0))) {
        source.fault(begin, "the exponent has no digits");
      }
      skipDigits();
    }
    if ((peek(0) == 'f' || peek(0) == 'F') && !isLetter(peek(1)) && !isDigit(peek(1))) {
      next++; // only in the text format, which the parser knows
      return Kind.REAL;
    }
    noLetters(begin);
    if (!real && text.charAt(begin) == '0') {
      for (int i = begin; i < next; i++) {
        if (text.charAt(i) > '7') {
          source.fault(begin, "a number that begins with 0 is octal, and has the digits 0 to 7");
          break;
        }
      }
    }
    return real ? Kind.REAL : Kind.WHOLE;
  }

  private void noLetters(int begin) {
    if (next - begin > Literals.MOST_DIGITS) {
      source.fault(begin, "the number is too long");
    }
    if (isLetter(peek(0)) || peek(0) == '.') {
      source.fault(begin, "a number ends here, and something follows it without a space");
    }
  }

  private void skipDigits() {
    while (isDigit(peek(0))) {
      next++;
    }
  }

  private void quoted(char quote) {
    int begin = next;
    next++;
    while (next < text.length()) {
      char c = text.charAt(next);
      if (c == quote) {
        next++;
        return;
      }
      if (c == '\n') {
        break;
      }
      next += c == '\\' && peek(1) != '\n' ? 2 : 1;
    }
    next = Math.min(next, text.length());
    source.fault(begin, "the text has no end on its line: %c is missing".formatted(quote));
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
