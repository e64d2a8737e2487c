package io.crankfire.run;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.config.Spelling;
import io.crankfire.plan.Threshold;
import io.crankfire.verdict.Labels;
import io.crankfire.verdict.ThresholdReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Makes the thresholds' part of a plan.
final class ThresholdsBinder {

  /// The key of a run.
  static final String KEY = "thresholds";

  private ThresholdsBinder() {}

  /// Reads the thresholds.
  ///
  /// @param labels of the plan's parts: a threshold that speaks of another part is a fault
  static List<Threshold> bind(Fields run, Labels labels, Problems problems) {
    List<Threshold> thresholds = new ArrayList<>();
    for (ConfigNode.Scalar value : run.texts(KEY)) {
      try {
        Threshold threshold = ThresholdReader.read(value.text());
        requireScope(threshold, labels, value.position(), problems);
        thresholds.add(threshold);
      } catch (ThresholdReader.SyntaxException e) {
        problems.add(
            value.position(),
            "threshold \"%s\", character %d: %s"
                .formatted(value.text(), e.column(), e.getMessage()));
      }
    }
    return thresholds;
  }

  private static void requireScope(
      Threshold threshold, Labels labels, Position position, Problems problems) {
    Threshold.Scope scope = threshold.scope();
    if (scope == null) {
      return;
    }
    List<String> known = labels.of(scope.kind());
    if (!known.contains(scope.name())) {
      String kind = scope.kind().name().toLowerCase(Locale.ROOT);
      problems.add(
          position,
          "there is no %s \"%s\"%s"
              .formatted(kind, scope.name(), Spelling.hint(scope.name(), known)));
    }
  }
}
