package io.crankfire.bind;

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
import org.jspecify.annotations.Nullable;

/// Makes the thresholds' part of a plan.
public final class ThresholdsBinder {

  /// The keys it reads, of the whole run.
  public static final List<String> KEYS = List.of("thresholds");

  private ThresholdsBinder() {}

  /// Reads the thresholds.
  ///
  /// @param labels of the plan's parts: a threshold that speaks of another part is a fault; null if
  ///   the parts are not known because they are faulty themselves
  public static List<Threshold> bind(Fields run, @Nullable Labels labels, Problems problems) {
    List<Threshold> thresholds = new ArrayList<>();
    for (ConfigNode.Scalar value : run.texts("thresholds")) {
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
      Threshold threshold, @Nullable Labels labels, Position position, Problems problems) {
    Threshold.Scope scope = threshold.scope();
    if (scope == null || labels == null) {
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
