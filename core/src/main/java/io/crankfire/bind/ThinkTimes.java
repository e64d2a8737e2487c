package io.crankfire.bind;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Durations;
import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.plan.ThinkTime;
import java.util.List;

/// Think times as they are written: `1s`, `1s..3s`, `{uniform: [1s, 3s]}`, `{exponential: 2s}`.
final class ThinkTimes {
  private ThinkTimes() {}

  private static final String FORMS = "write 1s, 1s..3s, {uniform: [1s, 3s]} or {exponential: 2s}";

  /// Reads one; no thinking if it is faulty.
  static ThinkTime bind(ConfigNode node, Problems problems) {
    if (node instanceof ConfigNode.Scalar scalar) {
      int dots = scalar.text().indexOf("..");
      if (dots < 0) {
        long nanos = nanos(scalar, scalar.text(), problems);
        return nanos == 0 ? ThinkTime.NONE : new ThinkTime(ThinkTime.Kind.CONSTANT, nanos, nanos);
      }
      return uniform(
          nanos(scalar, scalar.text().substring(0, dots), problems),
          nanos(scalar, scalar.text().substring(dots + 2), problems),
          node,
          problems);
    }
    if (node instanceof ConfigNode.Mapping mapping && mapping.entries().size() == 1) {
      return spread(mapping, problems);
    }
    problems.add(node.position(), "is no think time: " + FORMS);
    return ThinkTime.NONE;
  }

  private static ThinkTime spread(ConfigNode.Mapping mapping, Problems problems) {
    Fields fields = new Fields(mapping, problems);
    fields.rejectOthersThan(WorkloadKeys.THINK_TIME.names());
    if (fields.node("constant") instanceof ConfigNode.Scalar constant) {
      return bind(constant, problems);
    }
    if (fields.node("exponential") instanceof ConfigNode.Scalar mean) {
      long nanos = nanos(mean, mean.text(), problems);
      return nanos == 0 ? ThinkTime.NONE : new ThinkTime(ThinkTime.Kind.EXPONENTIAL, 0, nanos);
    }
    if (fields.node("uniform") instanceof ConfigNode.Sequence(List<ConfigNode> bounds, var at)) {
      if (bounds.size() == 2
          && bounds.getFirst() instanceof ConfigNode.Scalar least
          && bounds.getLast() instanceof ConfigNode.Scalar most) {
        return uniform(
            nanos(least, least.text(), problems),
            nanos(most, most.text(), problems),
            mapping,
            problems);
      }
      problems.add(at, "uniform takes two times: " + FORMS);
    } else if (fields.has("constant") || fields.has("uniform") || fields.has("exponential")) {
      problems.add(mapping.position(), "is no think time: " + FORMS);
    }
    return ThinkTime.NONE;
  }

  private static ThinkTime uniform(long least, long most, ConfigNode node, Problems problems) {
    if (most < least) {
      problems.add(node.position(), "the longest think time comes after the shortest");
      return ThinkTime.NONE;
    }
    return new ThinkTime(ThinkTime.Kind.UNIFORM, least, most);
  }

  private static long nanos(ConfigNode.Scalar written, String text, Problems problems) {
    try {
      long nanos = Durations.parse(text.strip(), written.position()).toNanos();
      if (nanos >= 0) {
        return nanos;
      }
      problems.add(written.position(), "a think time is not negative: " + text.strip());
    } catch (IllegalArgumentException e) {
      problems.add(written.position(), String.valueOf(e.getMessage()));
    }
    return 0;
  }
}
