package io.crankfire.data.jsonpath;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a path of RFC 9535, by the grammar of its appendix A, and checks the types of its
/// functions. Used once.
final class PathParser {

  private static final int DEEPEST = 100;

  private final PathText text;
  private int depth;

  private PathParser(PathText text) {
    this.text = text;
  }

  /// Reads a whole path.
  ///
  /// @throws IllegalArgumentException if it is none, saying where and why
  static Query parse(String path) {
    PathText text = new PathText(path);
    text.require("$");
    Query query = new PathParser(text).segments(false);
    if (!text.isAtEnd()) {
      throw text.fault("expected . or [ or the end");
    }
    return query;
  }

  private Query segments(boolean relative) {
    List<Query.Segment> segments = new ArrayList<>();
    while (true) {
      int from = text.at();
      text.blanks();
      if (text.take("..")) {
        segments.add(new Query.Segment(true, selectors(text.take("["))));
      } else if (text.take("[")) {
        segments.add(new Query.Segment(false, selectors(true)));
      } else if (text.take(".")) {
        segments.add(new Query.Segment(false, selectors(false)));
      } else {
        text.backTo(from);
        return new Query(relative, segments);
      }
    }
  }

  private List<Selector> selectors(boolean bracketed) {
    if (!bracketed) {
      return List.of(
          text.take("*") ? new Selector.Wildcard() : new Selector.Name(text.shorthand()));
    }
    List<Selector> selectors = new ArrayList<>();
    do {
      text.blanks();
      selectors.add(selector());
      text.blanks();
    } while (text.take(","));
    text.require("]");
    return selectors;
  }

  private Selector selector() {
    char c = text.peek();
    if (c == '\'' || c == '"') {
      return new Selector.Name(text.string());
    }
    if (text.take("*")) {
      return new Selector.Wildcard();
    }
    if (text.take("?")) {
      text.blanks();
      return new Selector.Filter(or());
    }
    Long start = bound();
    int afterStart = text.at();
    text.blanks();
    if (!text.take(":")) {
      text.backTo(afterStart);
      if (start == null) {
        throw text.fault("expected a name in quotes, an index, a slice, * or ?");
      }
      return new Selector.Index(start);
    }
    text.blanks();
    Long end = bound();
    int afterEnd = text.at();
    text.blanks();
    if (!text.take(":")) {
      text.backTo(afterEnd);
      return new Selector.Slice(start, end, 1);
    }
    text.blanks();
    Long step = bound();
    return new Selector.Slice(start, end, step == null ? 1 : step);
  }

  private @Nullable Long bound() {
    return text.peek() == '-' || PathText.isDigit(text.peek()) ? text.index() : null;
  }

  private Expression.Logical or() {
    if (++depth > DEEPEST) {
      throw text.fault("it is nested too deeply");
    }
    Expression.Logical left = and();
    while (continues("||")) {
      Expression.Logical before = left;
      Expression.Logical right = and();
      left = (root, current) -> before.holds(root, current) || right.holds(root, current);
    }
    depth--;
    return left;
  }

  private Expression.Logical and() {
    Expression.Logical left = basic();
    while (continues("&&")) {
      Expression.Logical before = left;
      Expression.Logical right = basic();
      left = (root, current) -> before.holds(root, current) && right.holds(root, current);
    }
    return left;
  }

  /// Goes past an operator and the blanks around it, if it comes next.
  private boolean continues(String operator) {
    int from = text.at();
    text.blanks();
    if (text.take(operator)) {
      text.blanks();
      return true;
    }
    text.backTo(from);
    return false;
  }

  private Expression.Logical basic() {
    if (text.take("!")) {
      text.blanks();
      int from = text.at();
      Expression.Logical negated = text.take("(") ? parenthesised() : test(operand(), from);
      return (root, current) -> !negated.holds(root, current);
    }
    if (text.take("(")) {
      return parenthesised();
    }
    int from = text.at();
    Expression left = operand();
    String operator = operator();
    if (operator == null) {
      return test(left, from);
    }
    Expression.Value a = value(left, from);
    int second = text.at();
    Expression.Value b = value(operand(), second);
    return (root, current) ->
        Expression.compare(operator, a.get(root, current), b.get(root, current));
  }

  private Expression.Logical parenthesised() {
    text.blanks();
    Expression.Logical inner = or();
    text.blanks();
    text.require(")");
    return inner;
  }

  private @Nullable String operator() {
    int from = text.at();
    text.blanks();
    for (String operator : List.of("==", "!=", "<=", ">=", "<", ">")) {
      if (text.take(operator)) {
        text.blanks();
        return operator;
      }
    }
    text.backTo(from);
    return null;
  }

  /// As a condition: whether a query finds something, or what a function says.
  private Expression.Logical test(Expression expression, int from) {
    return switch (expression) {
      case Expression.Logical logical -> logical;
      case Expression.Nodes(Query query) ->
          (root, current) -> !query.nodes(root, current).isEmpty();
      case Expression.Value _ ->
          throw text.fault("a value is no condition: compare it with something", from);
    };
  }

  /// As something to compare.
  private Expression.Value value(Expression expression, int from) {
    return switch (expression) {
      case Expression.Value value -> value;
      case Expression.Nodes(Query query) -> {
        if (!query.isSingular()) {
          throw text.fault("only a path to a single value can be compared", from);
        }
        yield query::only;
      }
      case Expression.Logical _ ->
          throw text.fault("what is true or false by itself cannot be compared", from);
    };
  }

  /// A literal, a query or a function's call.
  private Expression operand() {
    char c = text.peek();
    if (text.take("@")) {
      return new Expression.Nodes(segments(true));
    }
    if (text.take("$")) {
      return new Expression.Nodes(segments(false));
    }
    Json literal = null;
    if (c == '\'' || c == '"') {
      literal = new Json.Text(text.string());
    } else if (c == '-' || PathText.isDigit(c)) {
      literal = new Json.Numeral(text.number());
    } else {
      int from = text.at();
      String name = text.functionName();
      if (text.take("(")) {
        return call(name, from);
      }
      literal =
          switch (name) {
            case "true" -> new Json.Truth(true);
            case "false" -> new Json.Truth(false);
            case "null" -> new Json.Null();
            default ->
                throw text.fault("expected @, $, a value in quotes, a number or a function", from);
          };
    }
    return new Literal(literal);
  }

  /// A value that is known beforehand.
  private record Literal(Json json) implements Expression.Value {
    @Override
    public Json get(Json root, Json current) {
      return json;
    }
  }

  private Expression call(String name, int from) {
    if (++depth > DEEPEST) {
      throw text.fault("it is nested too deeply");
    }
    List<Expression> arguments = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    text.blanks();
    if (text.peek() != ')') {
      do {
        text.blanks();
        places.add(text.at());
        arguments.add(operand());
        text.blanks();
      } while (text.take(","));
    }
    text.require(")");
    depth--;
    int wanted = name.equals("match") || name.equals("search") ? 2 : 1;
    if (arguments.size() != wanted) {
      throw text.fault("%s takes %d argument(s)".formatted(name, wanted), from);
    }
    int first = places.getFirst();
    return switch (name) {
      case "length" -> {
        Expression.Value of = value(arguments.getFirst(), first);
        yield (Expression.Value) (root, current) -> Expression.length(of.get(root, current));
      }
      case "count" -> {
        Query of = nodes(arguments.getFirst(), first);
        yield (Expression.Value)
            (root, current) -> Expression.number(of.nodes(root, current).size());
      }
      case "value" -> {
        Query of = nodes(arguments.getFirst(), first);
        yield (Expression.Value) of::only;
      }
      case "match", "search" ->
          regex(
              value(arguments.get(0), first),
              value(arguments.get(1), places.get(1)),
              name.equals("match"));
      default ->
          throw text.fault(
              "there is no function %s: use length, count, value, match or search".formatted(name),
              from);
    };
  }

  private Query nodes(Expression expression, int from) {
    if (expression instanceof Expression.Nodes(Query query)) {
      return query;
    }
    throw text.fault("expected a path", from);
  }

  private static Expression.Logical regex(
      Expression.Value of, Expression.Value pattern, boolean whole) {
    Pattern compiled = pattern instanceof Literal(Json json) ? Expression.pattern(json) : null;
    return (root, current) ->
        Expression.matches(of.get(root, current), pattern.get(root, current), compiled, whole);
  }
}
