package io.crankfire.template;

import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What stands between `{{` and `}}`: `name`, `.name`, `$name(arguments)`, then `:escape`, then
/// `|default`.
///
/// @param name without the dot that may come before it
/// @param arguments what stands between the parentheses of a built-in; null without them
/// @param escape how the value is written
/// @param otherwise the default; null if there is none
record Placeholder(
    String name, @Nullable String arguments, Escape escape, @Nullable String otherwise) {

  /// Reads one.
  ///
  /// @param known whether a text is a name, colons and all
  /// @throws IllegalArgumentException if it is malformed, saying how
  static Placeholder parse(String inner, Predicate<String> known) {
    int bar = bar(inner);
    String before = (bar < 0 ? inner : inner.substring(0, bar)).strip();
    String otherwise = bar < 0 ? null : inner.substring(bar + 1);
    if (otherwise != null && isSpaced(inner)) {
      otherwise = otherwise.strip();
    }
    if (before.startsWith("$")) {
      return builtIn(before, otherwise);
    }
    if (before.startsWith(".")) {
      before = before.substring(1);
    }
    int colon = before.lastIndexOf(':');
    if (colon < 0 || known.test(before)) {
      return new Placeholder(named(before), null, Escape.NONE, otherwise);
    }
    String name = before.substring(0, colon).strip();
    String asked = before.substring(colon + 1).strip();
    if (isWord(name) || known.test(name)) {
      return new Placeholder(named(name), null, escape(asked), otherwise);
    }
    return new Placeholder(named(before), null, Escape.NONE, otherwise);
  }

  private static Placeholder builtIn(String before, @Nullable String otherwise) {
    int open = before.indexOf('(');
    int colon = before.indexOf(':');
    if (open < 0 || (colon >= 0 && colon < open)) {
      return colon < 0
          ? new Placeholder(before, null, Escape.NONE, otherwise)
          : new Placeholder(
              before.substring(0, colon).strip(),
              null,
              escape(before.substring(colon + 1).strip()),
              otherwise);
    }
    int close = closing(before, open);
    if (close < 0) {
      throw new IllegalArgumentException("a parenthesis is not closed");
    }
    String name = before.substring(0, open).strip();
    String arguments = before.substring(open + 1, close);
    String rest = before.substring(close + 1).strip();
    if (rest.isEmpty()) {
      return new Placeholder(name, arguments, Escape.NONE, otherwise);
    }
    if (!rest.startsWith(":")) {
      throw new IllegalArgumentException(
          "after the parenthesis comes :escape or |default, not \"%s\"".formatted(rest));
    }
    return new Placeholder(name, arguments, escape(rest.substring(1).strip()), otherwise);
  }

  /// Where the default begins: the first bar that is not inside the parentheses of a built-in.
  private static int bar(String inner) {
    int bar = inner.indexOf('|');
    String start = inner.stripLeading();
    int open = inner.indexOf('(');
    if (start.startsWith("$") && open >= 0 && open < bar) {
      int close = closing(inner, open);
      return close < 0 ? -1 : inner.indexOf('|', close);
    }
    return bar;
  }

  private static int closing(String text, int open) {
    int depth = 0;
    for (int i = open; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    return -1;
  }

  /// Whether blanks stand at both ends, as in `{{ name | default }}`.
  private static boolean isSpaced(String inner) {
    return Character.isWhitespace(inner.charAt(0))
        && Character.isWhitespace(inner.charAt(inner.length() - 1));
  }

  private static String named(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("there is no name in it: write {{name}}");
    }
    return name;
  }

  /// Whether it looks like a name rather than like an expression of another language.
  private static boolean isWord(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isLetterOrDigit(c) && c != '_' && c != '-' && c != '.' && c != '$') {
        return false;
      }
    }
    return true;
  }

  private static Escape escape(String asked) {
    return switch (asked.toLowerCase(Locale.ROOT)) {
      case "url" -> Escape.URL;
      case "json" -> Escape.JSON;
      case "base64" -> Escape.BASE64;
      default ->
          throw new IllegalArgumentException(
              "\"%s\" is no way to escape a value: use url, json or base64".formatted(asked));
    };
  }
}
