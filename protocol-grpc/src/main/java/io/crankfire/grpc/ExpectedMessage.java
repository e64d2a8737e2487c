package io.crankfire.grpc;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.GrpcKeys;
import io.crankfire.template.Check;
import io.crankfire.template.Conduct;
import io.crankfire.template.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What every message received has to be, as a check of the whole call: it was made as each message
/// came. Immutable; shared by all workers.
///
/// @param index among all that is expected of the call's messages
/// @param name the check's
record ExpectedMessage(int index, String name) implements Check {

  private static final int MOST_CHECKS = 64;

  /// What its keys are called in checks, where that is something else.
  private static final Map<String, String> CHECKS =
      Map.of("text", "body_contains", "regex", "body_regex");

  /// The checks of each message; none if nothing is said.
  static List<Check> read(Fields block, Compiling compiling) {
    Problems problems = compiling.problems();
    ConfigNode expect = block.node(GrpcKeys.EXPECT.name());
    Map<String, ConfigNode> check = new LinkedHashMap<>();
    if (expect == null) {
      return List.of();
    }
    if (expect instanceof ConfigNode.Scalar) {
      check.put("body_contains", expect);
    } else if (expect instanceof ConfigNode.Mapping given) {
      Fields fields = new Fields(given, problems);
      fields.rejectOthersThan(GrpcKeys.EXPECTED.names());
      for (String key : GrpcKeys.EXPECTED.names()) {
        ConfigNode value = fields.node(key);
        if (value != null) {
          check.put(CHECKS.getOrDefault(key, key), value);
        }
      }
      if (!fields.has("text") && !fields.has("regex") && !fields.has("jsonpath")) {
        problems.add(given.position(), "expect needs one of text, regex and jsonpath");
        return List.of();
      }
    } else {
      problems.add(expect.position(), "expect is a text, or has text, regex or jsonpath");
      return List.of();
    }
    ConfigNode checks =
        new ConfigNode.Sequence(
            List.of(new ConfigNode.Mapping(check, expect.position())), expect.position());
    return compiling
        .data()
        .conduct(new ConfigNode.Mapping(Map.of("checks", checks), expect.position()))
        .checks();
  }

  /// A conduct with what is expected of messages as further checks.
  ///
  /// @return null if these are too many
  static @Nullable Conduct with(Conduct conduct, List<Check> expected) {
    if (expected.isEmpty()) {
      return conduct;
    }
    List<Check> checks = new ArrayList<>(conduct.checks());
    for (int i = 0; i < expected.size(); i++) {
      String name = expected.get(i).name();
      String wanted = name.startsWith("body ") ? "every message" + name.substring(4) : name;
      String unique = wanted;
      for (int number = 2; isTaken(checks, unique); number++) {
        unique = wanted + " (" + number + ")";
      }
      checks.add(new ExpectedMessage(i, unique));
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
    return !(response instanceof GrpcResponse mine) || mine.held(index);
  }
}
