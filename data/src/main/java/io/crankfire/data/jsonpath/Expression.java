package io.crankfire.data.jsonpath;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An expression of a filter, by its type (RFC 9535 §2.4.1).
sealed interface Expression {

  /// One that is true or false.
  @FunctionalInterface
  non-sealed interface Logical extends Expression {
    boolean holds(Json root, Json current);
  }

  /// One that is a value, or nothing.
  @FunctionalInterface
  non-sealed interface Value extends Expression {
    @Nullable Json get(Json root, Json current);
  }

  /// One that is a list of nodes.
  record Nodes(Query query) implements Expression {}

  /// Whether `left` and `right` stand in a relation (RFC 9535 §2.3.5.2.2).
  static boolean compare(String operator, @Nullable Json left, @Nullable Json right) {
    return switch (operator) {
      case "==" -> equal(left, right);
      case "!=" -> !equal(left, right);
      case "<" -> less(left, right);
      case ">" -> less(right, left);
      case "<=" -> less(left, right) || equal(left, right);
      default -> less(right, left) || equal(left, right);
    };
  }

  private static boolean equal(@Nullable Json a, @Nullable Json b) {
    return (a == null || b == null) ? (a == null && b == null) : Json.equal(a, b);
  }

  private static boolean less(@Nullable Json a, @Nullable Json b) {
    return a != null && b != null && Json.less(a, b);
  }

  /// `length`: of a string in characters, of an array or object in members.
  static @Nullable Json length(@Nullable Json value) {
    if (value instanceof Json.Text(String text)) {
      return number(text.codePointCount(0, text.length()));
    }
    if (value instanceof Json.Array(List<Json> items)) {
      return number(items.size());
    }
    return value instanceof Json.Members members ? number(members.byName().size()) : null;
  }

  /// A number.
  static Json number(long number) {
    return new Json.Numeral(Long.toString(number));
  }

  /// `match` and `search`: a regular expression of RFC 9485 against a whole string or a part of it.
  ///
  /// @param compiled the pattern, when it does not depend on the document; else null
  static boolean matches(
      @Nullable Json text, @Nullable Json pattern, @Nullable Pattern compiled, boolean whole) {
    if (!(text instanceof Json.Text(String input))) {
      return false;
    }
    Pattern regex = compiled != null ? compiled : pattern(pattern);
    if (regex == null) {
      return false;
    }
    return whole ? regex.matcher(input).matches() : regex.matcher(input).find();
  }

  /// A compiled pattern; null if it is none, which then matches nothing.
  static @Nullable Pattern pattern(@Nullable Json pattern) {
    if (!(pattern instanceof Json.Text(String regex))) {
      return null;
    }
    try {
      return Pattern.compile(translated(regex));
    } catch (PatternSyntaxException _) {
      return null;
    }
  }

  /// Here a dot stands for everything but a line feed and a carriage return.
  private static String translated(String regex) {
    StringBuilder made = new StringBuilder();
    boolean inClass = false;
    for (int i = 0; i < regex.length(); i++) {
      char c = regex.charAt(i);
      if (c == '\\' && i + 1 < regex.length()) {
        made.append(c).append(regex.charAt(++i));
        continue;
      }
      inClass = inClass ? c != ']' : c == '[';
      made.append(c == '.' && !inClass ? "[^\\n\\r]" : String.valueOf(c));
    }
    return made.toString();
  }
}
