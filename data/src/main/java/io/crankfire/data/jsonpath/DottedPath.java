package io.crankfire.data.jsonpath;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A path of names between dots, as the Go tool has them: `items.0.sku`; `items.#` is how many
/// there are, `items.#.sku` the `sku` of each; `*` and `?` in a name stand for any characters and
/// any one; `items.#(price>10).sku` is that of the first whose price is above 10,
/// `items.#(price>10)#.sku` those of all. A backslash takes the meaning from the next character.
/// Immutable.
final class DottedPath {

  private sealed interface Step {
    /// A member's name, or an element's index.
    record Key(String name, int index) implements Step {}

    /// A member whose name fits.
    record Fitting(String pattern) implements Step {}

    /// How many elements, when it comes last; else all of them.
    record Each() implements Step {}

    /// The elements that meet a condition: the first, or all.
    record Where(
        @Nullable DottedPath path, @Nullable String operator, @Nullable Json operand, boolean all)
        implements Step {}
  }

  /// How deep conditions are nested at the most.
  private static final int DEEPEST = 20;

  private final List<Step> steps;

  private DottedPath(List<Step> steps) {
    this.steps = List.copyOf(steps);
  }

  /// Reads a path.
  ///
  /// @throws IllegalArgumentException if it is none, saying where and why
  static DottedPath parse(String path) {
    return parse(path, 0);
  }

  private static DottedPath parse(String path, int depth) {
    PathText text = new PathText(path);
    if (depth > DEEPEST) {
      throw text.fault("it is nested too deeply");
    }
    if (text.isAtEnd()) {
      throw new IllegalArgumentException("the path is empty: write $ for the whole document");
    }
    List<Step> steps = new ArrayList<>();
    do {
      steps.add(text.take("#") ? number(path, text, depth) : name(path, text));
    } while (text.take("."));
    if (!text.isAtEnd()) {
      throw text.fault("expected a dot or the end");
    }
    return new DottedPath(steps);
  }

  private static Step name(String path, PathText text) {
    StringBuilder name = new StringBuilder();
    boolean wild = false;
    while (!text.isAtEnd() && text.peek() != '.') {
      char c = text.peek();
      if (c == '\\' && text.at() + 1 < path.length()) {
        text.backTo(text.at() + 1);
        c = text.peek();
        name.append(wild && (c == '*' || c == '?') ? "\\" : "").append(c);
      } else if (c == '|' || (c == '@' && name.isEmpty()) || c == '[' || c == '{') {
        throw text.fault(
            "%c has no meaning here; begin the path with $ to write one of RFC 9535".formatted(c));
      } else {
        wild |= c == '*' || c == '?';
        name.append(c);
      }
      text.backTo(text.at() + 1);
    }
    if (name.isEmpty()) {
      throw text.fault("expected a name or an index");
    }
    return wild ? new Step.Fitting(name.toString()) : new Step.Key(name.toString(), index(name));
  }

  private static int index(CharSequence name) {
    for (int i = 0; i < name.length(); i++) {
      if (!PathText.isDigit(name.charAt(i))) {
        return -1;
      }
    }
    return name.length() > 9 ? -1 : Integer.parseInt(name.toString());
  }

  private static Step number(String path, PathText text, int depth) {
    if (!text.take("(")) {
      return new Step.Each();
    }
    int open = text.at();
    while (!text.isAtEnd() && "=!<>%)".indexOf(text.peek()) < 0) {
      text.backTo(text.at() + 1);
    }
    String left = path.substring(open, text.at()).strip();
    DottedPath inner = left.isEmpty() ? null : parse(left, depth + 1);
    String operator = null;
    for (String candidate : List.of("==", "!=", "<=", ">=", "!%", "=", "<", ">", "%")) {
      if (operator == null && text.take(candidate)) {
        operator = candidate;
      }
    }
    text.blanks();
    Json operand = operator == null ? null : operand(path, text);
    text.blanks();
    text.require(")");
    return new Step.Where(inner, operator, operand, text.take("#"));
  }

  private static Json operand(String path, PathText text) {
    if (text.peek() == '"') {
      return new Json.Text(text.string());
    }
    int from = text.at();
    while (!text.isAtEnd() && text.peek() != ')') {
      text.backTo(text.at() + 1);
    }
    String word = path.substring(from, text.at()).strip();
    return switch (word) {
      case "true" -> new Json.Truth(true);
      case "false" -> new Json.Truth(false);
      case "null" -> new Json.Null();
      default -> {
        try {
          PathText number = new PathText(word);
          String digits = number.number();
          yield number.isAtEnd() ? new Json.Numeral(digits) : new Json.Text(word);
        } catch (IllegalArgumentException _) {
          yield new Json.Text(word);
        }
      }
    };
  }

  /// The steps of a path of names and indices alone; null for others.
  JsonScanner.@Nullable Step @Nullable [] steps() {
    JsonScanner.Step[] made = new JsonScanner.Step[steps.size()];
    for (int i = 0; i < made.length; i++) {
      if (!(steps.get(i) instanceof Step.Key(String name, int index))) {
        return null;
      }
      made[i] = new JsonScanner.Step(name, index);
    }
    return made;
  }

  /// The value it leads to; null if there is none.
  @Nullable Json find(Json root) {
    return find(root, 0);
  }

  private @Nullable Json find(Json node, int from) {
    if (from == steps.size()) {
      return node;
    }
    return switch (steps.get(from)) {
      case Step.Key(String name, int index) -> {
        Json child = child(node, name, index);
        yield child == null ? null : find(child, from + 1);
      }
      case Step.Fitting(String pattern) -> {
        for (Map.Entry<String, Json> member : members(node)) {
          if (fits(member.getKey(), 0, pattern, 0)) {
            yield find(member.getValue(), from + 1);
          }
        }
        yield null;
      }
      case Step.Each _ -> {
        if (!(node instanceof Json.Array(List<Json> items))) {
          yield null;
        }
        yield from + 1 == steps.size() ? Expression.number(items.size()) : each(items, from + 1);
      }
      case Step.Where where -> where(node, where, from + 1);
    };
  }

  private static @Nullable Json child(Json node, String name, int index) {
    if (node instanceof Json.Members members) {
      return members.byName().get(name);
    }
    return node instanceof Json.Array(List<Json> items) && index >= 0 && index < items.size()
        ? items.get(index)
        : null;
  }

  private static Set<Map.Entry<String, Json>> members(Json node) {
    return node instanceof Json.Members members ? members.byName().entrySet() : Set.of();
  }

  private Json each(List<Json> items, int from) {
    List<Json> found = new ArrayList<>();
    for (Json item : items) {
      Json value = find(item, from);
      if (value != null) {
        found.add(value);
      }
    }
    return new Json.Array(found);
  }

  private @Nullable Json where(Json node, Step.Where where, int from) {
    if (!(node instanceof Json.Array(List<Json> items))) {
      return null;
    }
    List<Json> chosen = new ArrayList<>();
    for (Json item : items) {
      if (meets(item, where)) {
        if (!where.all) {
          return find(item, from);
        }
        chosen.add(item);
      }
    }
    if (!where.all) {
      return null;
    }
    return from < steps.size() && steps.get(from) instanceof Step.Each
        ? find(new Json.Array(chosen), from)
        : each(chosen, from);
  }

  private static boolean meets(Json item, Step.Where where) {
    Json value = where.path == null ? item : where.path.find(item);
    if (value == null || where.operator == null) {
      return value != null;
    }
    if (where.operator.endsWith("%")) {
      boolean fits =
          value instanceof Json.Text(String text)
              && where.operand instanceof Json.Text(String pattern)
              && fits(text, 0, pattern, 0);
      return fits == where.operator.equals("%");
    }
    return Expression.compare(
        where.operator.equals("=") ? "==" : where.operator, value, where.operand);
  }

  /// Whether a text fits a pattern with `*` and `?`; a backslash takes the meaning from them.
  private static boolean fits(String text, int from, String pattern, int patternFrom) {
    int t = from;
    int p = patternFrom;
    int star = -1;
    int mark = 0;
    while (t < text.length()) {
      boolean escaped = p + 1 < pattern.length() && pattern.charAt(p) == '\\';
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        mark = t;
      } else if (p < pattern.length()
          && (escaped
              ? pattern.charAt(p + 1) == text.charAt(t)
              : pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
        p += escaped ? 2 : 1;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++mark;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
