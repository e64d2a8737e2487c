package io.crankfire.sse;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.SseKeys;
import io.crankfire.template.Check;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads what every event has to be. Confined to one thread.
final class ExpectReader {

  /// What its keys are called in checks, where that is something else.
  private static final Map<String, String> CHECKS =
      Map.of("text", "body_contains", "regex", "body_regex");

  private final Compiling compiling;
  private final Problems problems;

  ExpectReader(Compiling compiling) {
    this.compiling = compiling;
    problems = compiling.problems();
  }

  /// The checks of each event; none if nothing is said.
  List<Check> read(Fields block) {
    ConfigNode expect = block.node(SseKeys.EXPECT.name());
    Map<String, ConfigNode> check = new LinkedHashMap<>();
    if (expect == null) {
      return List.of();
    }
    if (expect instanceof ConfigNode.Scalar) {
      check.put("body_contains", expect);
    } else if (expect instanceof ConfigNode.Mapping given) {
      Fields fields = new Fields(given, problems);
      fields.rejectOthersThan(SseKeys.SSE_EXPECT.names());
      for (String key : SseKeys.SSE_EXPECT.names()) {
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
}
