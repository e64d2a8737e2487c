package io.crankfire.cli;

import io.crankfire.config.Position;
import java.util.List;
import java.util.Locale;

/// A line of a configuration file with a caret below the place that a problem is about. What looks
/// like a secret is masked, and of a long line only the surroundings are shown.
final class SourceLine {

  private static final String MASK = "***";
  private static final String INDENT = "    ";
  private static final int WIDTH = 100;

  private static final List<String> SECRET_WORDS =
      List.of("authorization", "cookie", "token", "secret", "passw", "credential", "apikey");

  private final String line;
  private final StringBuilder shown = new StringBuilder();
  private int caret;

  private SourceLine(String line, int caret) {
    this.line = line;
    this.caret = caret;
  }

  /// The line and the caret, as two lines.
  ///
  /// @param position with a text
  static String of(Position position) {
    String text = position.text() == null ? "" : position.text();
    int points = Math.clamp(position.column() - 1, 0, text.codePointCount(0, text.length()));
    SourceLine line = new SourceLine(text, text.offsetByCodePoints(0, points));
    line.mask();
    return line.excerpt();
  }

  /// Copies the line without the values of keys that name a secret, and without what stands before
  /// the `@` of a URL.
  private void mask() {
    int at = 0;
    int column = caret;
    while (at < line.length()) {
      int end = endOfSecret(at);
      if (end > at) {
        shown.append(MASK);
        if (column >= end) {
          caret += MASK.length() - (end - at);
        } else if (column > at) {
          caret -= column - at;
        }
        at = end;
      } else {
        shown.append(line.charAt(at) == '\t' ? ' ' : line.charAt(at));
        at++;
      }
    }
  }

  /// Where the secret ends that begins at `at`; `at` if none does.
  private int endOfSecret(int at) {
    if (at >= 3 && line.startsWith("://", at - 3)) {
      int end = at;
      while (end < line.length() && "/?# \"',".indexOf(line.charAt(end)) < 0) {
        end++;
      }
      int sign = line.lastIndexOf('@', end - 1);
      return Math.max(sign, at);
    }
    boolean begins = at == 0 || " :=\t".indexOf(line.charAt(at - 1)) >= 0;
    if (!begins || " \t{[|>&*".indexOf(line.charAt(at)) >= 0 || !namesSecret(keyBefore(at))) {
      return at;
    }
    char first = line.charAt(at);
    boolean quoted = first == '"' || first == '\'';
    boolean flow = line.lastIndexOf('{', at) >= 0;
    int end = at + 1;
    while (end < line.length()) {
      char c = line.charAt(end);
      if (quoted && c == '\\' && first == '"') {
        end++;
      } else if (quoted && c == first) {
        return end + 1;
      } else if (!quoted && flow && (c == ',' || c == '}')) {
        return end;
      }
      end++;
    }
    return line.length();
  }

  /// The key whose value begins at `at`; empty if none does.
  private String keyBefore(int at) {
    int end = at;
    while (end > 0 && " \t".indexOf(line.charAt(end - 1)) >= 0) {
      end--;
    }
    if (end == 0 || ":=".indexOf(line.charAt(end - 1)) < 0) {
      return "";
    }
    end--;
    while (end > 0 && " \t\"'".indexOf(line.charAt(end - 1)) >= 0) {
      end--;
    }
    int start = end;
    while (start > 0
        && (Character.isLetterOrDigit(line.charAt(start - 1))
            || "_-.".indexOf(line.charAt(start - 1)) >= 0)) {
      start--;
    }
    return line.substring(start, end);
  }

  private static boolean namesSecret(String key) {
    String folded = key.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    if (folded.equals("value")) { // of an API key
      return true;
    }
    for (String word : SECRET_WORDS) {
      if (folded.contains(word)) {
        return true;
      }
    }
    return false;
  }

  private String excerpt() {
    int from = Math.max(0, Math.min(caret - WIDTH / 2, shown.length() - WIDTH));
    int to = Math.min(shown.length(), from + WIDTH);
    String left = from > 0 ? "…" : "";
    String text = left + shown.substring(from, to) + (to < shown.length() ? "…" : "");
    int points = left.length() + Character.codePointCount(shown, from, Math.max(from, caret));
    return INDENT + text.stripTrailing() + "\n" + INDENT + " ".repeat(points) + "^";
  }
}
