package io.crankfire.verdict;

import io.crankfire.plan.Threshold;

/// What became of a threshold.
///
/// @param threshold which
/// @param actual the value, in the unit of the expected one: over the whole run, or when it was
///   first found not to hold, or of the last window; not a number if nothing was measured
/// @param passed whether it held
/// @param reason why not, where the figures alone do not say; may be empty
/// @param foundNanos when it was first found not to hold, in nanoseconds since the run began;
///   negative if it held, or was judged at the end only
public record ThresholdResult(
    Threshold threshold, double actual, boolean passed, String reason, long foundNanos) {

  /// Judged at the end of the run.
  public ThresholdResult(Threshold threshold, double actual, boolean passed, String reason) {
    this(threshold, actual, passed, reason, -1);
  }

  /// Whether this is what ended the run, if something did: it was to, and was found in time.
  public boolean endsRun() {
    return threshold.abort() && !passed && foundNanos >= 0;
  }
}
