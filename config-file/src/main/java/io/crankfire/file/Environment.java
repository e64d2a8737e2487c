package io.crankfire.file;

import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Puts environment variables into values: `${NAME}`, `${NAME:-default}`; `$${` stands for `${`.
final class Environment {

  private final UnaryOperator<@Nullable String> variables;
  private final Problems problems;

  /// @param variables a variable's value by its name, or null
  /// @param problems takes names that have no value
  Environment(UnaryOperator<@Nullable String> variables, Problems problems) {
    this.variables = variables;
    this.problems = problems;
  }

  /// The text with all values in it. The default holds for an empty variable, too.
  String expand(String text, Position position) {
    int start = text.indexOf("${");
    if (start < 0) {
      return text;
    }
    StringBuilder expanded = new StringBuilder();
    int from = 0;
    while (start >= 0) {
      if (start > from && text.charAt(start - 1) == '$') {
        expanded.append(text, from, start).append('{');
        from = start + 2;
      } else {
        expanded.append(text, from, start);
        int end = end(text, start + 2);
        if (end < 0) {
          problems.add(position, "${ has no }: write ${NAME} or ${NAME:-default}, or $${ for ${");
          return text;
        }
        expanded.append(value(text.substring(start + 2, end), position));
        from = end + 1;
      }
      start = text.indexOf("${", from);
    }
    return expanded.append(text, from, text.length()).toString();
  }

  /// Where the brace is closed that was opened before `from`; -1 if nowhere.
  private static int end(String text, int from) {
    int open = 1;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '{') {
        open++;
      } else if (c == '}' && --open == 0) {
        return i;
      }
    }
    return -1;
  }

  private String value(String inner, Position position) {
    int sign = inner.indexOf(":-");
    String name = sign < 0 ? inner : inner.substring(0, sign);
    String otherwise = sign < 0 ? null : inner.substring(sign + 2);
    if (!isName(name)) {
      problems.add(
          position,
          "\"%s\" is not the name of an environment variable; write $${ for ${".formatted(name));
      return "";
    }
    if (otherwise != null && otherwise.contains("${")) {
      problems.add(position, "the default of %s cannot hold another variable".formatted(name));
      return "";
    }
    String value = variables.apply(name);
    if (value != null && (otherwise == null || !value.isEmpty())) {
      return value;
    }
    if (otherwise == null) {
      problems.add(
          position,
          "the environment variable %s is not set: set it, or write ${%s:-default}"
              .formatted(name, name));
      return "";
    }
    return otherwise;
  }

  private static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      if (!letter && (i == 0 || c < '0' || c > '9')) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
