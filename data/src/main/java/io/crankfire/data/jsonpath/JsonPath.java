package io.crankfire.data.jsonpath;

import io.crankfire.template.ValuePath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A path to values in JSON, compiled. Immutable; any thread.
///
/// Paths beginning with `$` are those of RFC 9535. Others, and those that RFC 9535 does not know,
/// such as `$.items.0.sku`, are dotted ones: names, indices, `#`, wildcards and queries between
/// dots, see [DottedPath]. Paths of names and indices alone are followed through the bytes, without
/// building values of what they pass.
public final class JsonPath implements ValuePath {

  private final String text;
  private final JsonScanner.@Nullable Step @Nullable [] steps;
  private final @Nullable Query query;
  private final @Nullable DottedPath dotted;

  private JsonPath(
      String text,
      JsonScanner.@Nullable Step @Nullable [] steps,
      @Nullable Query query,
      @Nullable DottedPath dotted) {
    this.text = text;
    this.steps = steps;
    this.query = query;
    this.dotted = dotted;
  }

  /// Compiles a path.
  ///
  /// @throws IllegalArgumentException if it is none, saying where and why
  public static JsonPath compile(String text) {
    if (!text.startsWith("$")) {
      DottedPath path = DottedPath.parse(text);
      return new JsonPath(text, path.steps(), null, path);
    }
    try {
      Query query = PathParser.parse(text);
      return new JsonPath(text, steps(query), query, null);
    } catch (IllegalArgumentException e) {
      if (!text.startsWith("$.") || text.startsWith("$..")) {
        throw e;
      }
      try {
        DottedPath path = DottedPath.parse(text.substring(2));
        return new JsonPath(text, path.steps(), null, path);
      } catch (IllegalArgumentException _) {
        throw e;
      }
    }
  }

  private static JsonScanner.@Nullable Step @Nullable [] steps(Query query) {
    List<Query.Segment> segments = query.segments();
    JsonScanner.Step[] steps = new JsonScanner.Step[segments.size()];
    if (!query.isSingular()) {
      return null;
    }
    for (int i = 0; i < steps.length; i++) {
      Selector selector = segments.get(i).selectors().getFirst();
      if (selector instanceof Selector.Name(String name)) {
        steps[i] = new JsonScanner.Step(name, -1);
      } else if (selector instanceof Selector.Index(long index)
          && index >= 0
          && index <= Integer.MAX_VALUE) {
        steps[i] = new JsonScanner.Step(null, (int) index);
      } else {
        return null;
      }
    }
    return steps;
  }

  /// Whether there is a value, `null` included.
  public boolean exists(byte[] json, int length) {
    return steps != null
        ? JsonScanner.find(json, length, steps) >= 0
        : firstNode(json, length) != null;
  }

  /// The first value it leads to, as UTF-8: a string without quotes and escapes, a number as it was
  /// written, `true`, `false`, compact JSON for the rest; null if there is none, or it is `null`.
  @Override
  public byte @Nullable [] first(byte[] json, int length) {
    if (steps != null) {
      long place = JsonScanner.find(json, length, steps);
      return place < 0 ? null : JsonScanner.value(json, place);
    }
    Json node = firstNode(json, length);
    String value = node == null ? null : node.asText();
    return value == null ? null : value.getBytes(StandardCharsets.UTF_8);
  }

  /// Whether the first value, as [#first] gives it, is `expected`; `null` is `null`.
  @Override
  public boolean firstEquals(byte[] json, int length, byte[] expected) {
    if (steps != null) {
      long place = JsonScanner.find(json, length, steps);
      return place >= 0 && JsonScanner.equals(json, place, expected);
    }
    Json node = firstNode(json, length);
    if (node == null) {
      return false;
    }
    String value = node.asText();
    return Arrays.equals(
        (value == null ? "null" : value).getBytes(StandardCharsets.UTF_8), expected);
  }

  private @Nullable Json firstNode(byte[] json, int length) {
    Json root = JsonReader.read(json, length);
    if (root == null) {
      return null;
    }
    if (dotted != null) {
      return dotted.find(root);
    }
    List<Json> nodes = nodes(root);
    return nodes.isEmpty() ? null : nodes.getFirst();
  }

  /// All values that a path of RFC 9535 leads to.
  List<Json> nodes(Json root) {
    return query == null ? List.of() : query.nodes(root, root);
  }

  /// The path as it was written.
  @Override
  public String toString() {
    return text;
  }
}
