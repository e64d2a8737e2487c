package io.crankfire.data;

import io.crankfire.data.jsonpath.JsonPath;
import io.crankfire.template.Check;
import io.crankfire.template.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The conditions of checks. None allocates, but for regular expressions and JSON paths with
/// filters, wildcards or slices.
final class Checks {
  private Checks() {}

  /// A condition on a response.
  sealed interface Condition {
    boolean holds(Response response);

    /// Whether it looks at the body.
    default boolean needsBody() {
      return true;
    }
  }

  /// The check that all conditions hold.
  static Check of(String name, List<Condition> conditions) {
    return new All(name, conditions.toArray(Condition[]::new));
  }

  private static final class All implements Check {
    private final String name;
    private final Condition[] conditions;
    private final boolean needsBody;

    All(String name, Condition[] conditions) {
      this.name = name;
      this.conditions = conditions;
      boolean body = false;
      for (Condition condition : conditions) {
        body |= condition.needsBody();
      }
      needsBody = body;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public boolean needsBody() {
      return needsBody;
    }

    @Override
    public boolean holds(Response response) {
      for (Condition condition : conditions) {
        if (!condition.holds(response)) {
          return false;
        }
      }
      return true;
    }
  }

  /// The status is one of a set.
  static final class Status implements Condition {
    static final int MOST = 999;

    private final long[] allowed = new long[(MOST >> 6) + 1];

    void allow(int from, int to) {
      for (int status = from; status <= to; status++) {
        allowed[status >> 6] |= 1L << status;
      }
    }

    @Override
    public boolean holds(Response response) {
      int status = response.status();
      return status >= 0 && status <= MOST && (allowed[status >> 6] & (1L << status)) != 0;
    }

    @Override
    public boolean needsBody() {
      return false;
    }
  }

  /// The body has a text in it.
  static final class BodyContains implements Condition {
    private final byte[] text;

    BodyContains(String text) {
      this.text = text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean holds(Response response) {
      byte[] body = response.body();
      int last = response.bodyLength() - text.length;
      if (text.length == 0) {
        return true;
      }
      byte first = text[0];
      for (int at = 0; at <= last; at++) {
        if (body[at] == first && begins(body, at)) {
          return true;
        }
      }
      return false;
    }

    private boolean begins(byte[] body, int at) {
      for (int i = 1; i < text.length; i++) {
        if (body[at + i] != text[i]) {
          return false;
        }
      }
      return true;
    }
  }

  /// A part of the body fits a regular expression.
  record BodyFits(Regex regex) implements Condition {
    @Override
    public boolean holds(Response response) {
      return regex.isIn(response.body(), response.bodyLength());
    }
  }

  /// A path leads to a value, or does not.
  record PathExists(JsonPath path, boolean wanted) implements Condition {
    @Override
    public boolean holds(Response response) {
      return path.exists(response.body(), response.bodyLength()) == wanted;
    }
  }

  /// The first value that a path leads to is a text.
  static final class PathEquals implements Condition {
    private final JsonPath path;
    private final byte[] expected;

    PathEquals(JsonPath path, String expected) {
      this.path = path;
      this.expected = expected.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean holds(Response response) {
      return path.firstEquals(response.body(), response.bodyLength(), expected);
    }
  }

  /// How a header's value is compared.
  enum Relation {
    /// It is there.
    PRESENT,
    /// It is not there.
    ABSENT,
    /// It is a text.
    EQUALS,
    /// It has a text in it.
    CONTAINS
  }

  /// A header's value stands in a relation to a text.
  record Header(String header, Relation relation, String text) implements Condition {
    @Override
    public boolean holds(Response response) {
      String value = response.header(header);
      return switch (relation) {
        case PRESENT -> value != null;
        case ABSENT -> value == null;
        case EQUALS -> text.equals(value);
        case CONTAINS -> value != null && value.contains(text);
      };
    }

    @Override
    public boolean needsBody() {
      return false;
    }
  }

  /// The service time is within a limit.
  record Quick(long nanos) implements Condition {
    @Override
    public boolean holds(Response response) {
      return response.serviceNanos() <= nanos;
    }

    @Override
    public boolean needsBody() {
      return false;
    }
  }

  /// The body, as it was received, is within a limit.
  record Small(long bytes) implements Condition {
    @Override
    public boolean holds(Response response) {
      return response.bodyBytes() <= bytes;
    }

    @Override
    public boolean needsBody() {
      return false;
    }
  }
}
