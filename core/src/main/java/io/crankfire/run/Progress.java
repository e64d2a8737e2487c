package io.crankfire.run;

import io.crankfire.metrics.ErrorTally;
import io.crankfire.metrics.TimelinePoint;
import java.time.Duration;
import java.util.List;

/// Hears how a run is going, about once a second. Called on the thread that runs the plan; must not
/// block for long.
public interface Progress {

  /// Hears nothing.
  Progress NONE = (point, soFar, errors) -> {};

  /// Sums since the run began.
  ///
  /// @param elapsedNanos how long ago that was
  /// @param plannedNanos how long the load is going to be offered; 0 when no one knows
  /// @param total how many arrivals there are going to be; 0 when no one knows
  /// @param started begun
  /// @param ok succeeded
  /// @param failed failed
  /// @param draining whether the load is over and only what is under way goes on
  record SoFar(
      long elapsedNanos,
      long plannedNanos,
      long total,
      long started,
      long ok,
      long failed,
      boolean draining) {}

  /// Encryption is being warmed up; the load begins after about `time`.
  default void warmingUp(Duration time) {}

  /// Another interval is complete.
  ///
  /// @param errors the failures of this interval
  void interval(TimelinePoint point, SoFar soFar, List<ErrorTally.Entry> errors);
}
