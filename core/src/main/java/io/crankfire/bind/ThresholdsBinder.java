package io.crankfire.bind;

import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.plan.Threshold;
import java.util.List;

/// Reads what the result has to be.
public final class ThresholdsBinder {
  private ThresholdsBinder() {}

  /// The keys it reads, of the whole run.
  public static final List<String> KEYS = List.of("thresholds");

  /// Reads `thresholds`.
  public static List<Threshold> bind(Fields run, Problems problems) {
    if (run.has("thresholds")) {
      problems.add(run.position("thresholds"), "thresholds are not available yet");
    }
    return List.of();
  }
}
