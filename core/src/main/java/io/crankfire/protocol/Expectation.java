package io.crankfire.protocol;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.config.Section;
import io.crankfire.template.Check;
import io.crankfire.template.Conduct;
import io.crankfire.template.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the pieces of an exchange have to be (messages, events), as a check of the whole exchange:
/// it was made as each piece came. Immutable; shared by all workers.
///
/// @param index among all that is expected of the call's pieces
/// @param name the check's
public record Expectation(int index, String name) implements Check {

  /// A response of many pieces, which were looked at as they came.
  public interface Pieces extends Response {
    /// Whether what is expected held of every piece that it was made for.
    ///
    /// @param index among all that is expected
    boolean held(int index);
  }

  private static final int MOST_CHECKS = 64;

  /// What its keys are called in checks, where that is something else.
  private static final Map<String, String> CHECKS =
      Map.of("text", "body_contains", "regex", "body_regex");

  /// The checks of each piece, by the key `expect` of a block; none if nothing is said.
  ///
  /// @param keys those that `expect` may have, if it is more than a text
  /// @param compiling takes all faults
  public static List<Check> read(Fields block, Section keys, Compiling compiling) {
    ConfigNode expect = block.node("expect");
    ConfigNode check = expect == null ? null : check(expect, keys, compiling.problems());
    if (expect == null || check == null) {
      return List.of();
    }
    ConfigNode checks = new ConfigNode.Sequence(List.of(check), expect.position());
    return compiling
        .data()
        .conduct(new ConfigNode.Mapping(Map.of("checks", checks), expect.position()))
        .checks();
  }

  /// What is expected, as the configuration of a check of a body.
  ///
  /// @param expect a text, or what `keys` allow
  /// @param problems takes all faults
  /// @return null if there was a fault
  public static ConfigNode.@Nullable Mapping check(
      ConfigNode expect, Section keys, Problems problems) {
    Map<String, ConfigNode> check = new LinkedHashMap<>();
    if (expect instanceof ConfigNode.Scalar) {
      check.put("body_contains", expect);
    } else if (expect instanceof ConfigNode.Mapping given) {
      Fields fields = new Fields(given, problems);
      fields.rejectOthersThan(keys.names());
      for (String key : keys.names()) {
        ConfigNode value = fields.node(key);
        if (value != null) {
          check.put(CHECKS.getOrDefault(key, key), value);
        }
      }
      if (!fields.has("text") && !fields.has("regex") && !fields.has("jsonpath")) {
        problems.add(given.position(), "expect needs one of text, regex and jsonpath");
        return null;
      }
    } else {
      problems.add(expect.position(), "expect is a text, or has text, regex or jsonpath");
      return null;
    }
    return new ConfigNode.Mapping(check, expect.position());
  }

  /// A conduct with what is expected of pieces as further checks.
  ///
  /// @param piece what they are called, `every message`
  /// @return null if these are too many
  public static @Nullable Conduct with(Conduct conduct, List<Check> expected, String piece) {
    if (expected.isEmpty()) {
      return conduct;
    }
    List<Check> checks = new ArrayList<>(conduct.checks());
    for (int i = 0; i < expected.size(); i++) {
      String name = expected.get(i).name();
      String wanted = name.startsWith("body ") ? piece + name.substring(4) : name;
      String unique = wanted;
      for (int number = 2; isTaken(checks, unique); number++) {
        unique = wanted + " (" + number + ")";
      }
      checks.add(new Expectation(i, unique));
    }
    return checks.size() > MOST_CHECKS
        ? null
        : new Conduct(
            conduct.extractors(),
            checks,
            conduct.retry(),
            conduct.credential(),
            conduct.captureLimit());
  }

  private static boolean isTaken(List<Check> checks, String name) {
    return checks.stream().anyMatch(check -> check.name().equals(name));
  }

  @Override
  public boolean needsBody() {
    return false;
  }

  @Override
  public boolean holds(Response response) {
    return !(response instanceof Pieces pieces) || pieces.held(index);
  }
}
