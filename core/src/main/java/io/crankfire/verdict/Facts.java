package io.crankfire.verdict;

import io.crankfire.metrics.WorkerMetrics;
import java.util.List;

/// What a verdict is made from. Durations are in nanoseconds.
///
/// @param open whether a schedule made the arrivals, rather than sessions as soon as they were free
/// @param arrivals how many there were: due by the end of the load
/// @param started how many began
/// @param unsent how many never did
/// @param waited how many of those begun had to wait for a free session
/// @param sessionLimit how many sessions there could have been
/// @param metrics all that was counted, all workers together
/// @param loops the event loops, one per worker
public record Facts(
    boolean open,
    long arrivals,
    long started,
    long unsent,
    long waited,
    int sessionLimit,
    WorkerMetrics metrics,
    List<Loop> loops) {

  /// Copies the list.
  public Facts {
    loops = List.copyOf(loops);
  }

  /// What one event loop did and suffered.
  ///
  /// @param polling whether it polls while it waits, so that its processor time says nothing about
  ///   its load
  /// @param runNanos how long it ran
  /// @param cpuNanos its thread's processor time; negative when it cannot be told
  /// @param runQueueNanos time it was ready to run and had no processor; negative when it cannot be
  ///   told
  /// @param busiestCpu the highest share of a processor in any whole second, 0 to 1; negative when
  ///   it cannot be told
  /// @param longestStall the longest unasked-for gap between two turns
  /// @param stalls turns more than 10 ms late
  public record Loop(
      boolean polling,
      long runNanos,
      long cpuNanos,
      long runQueueNanos,
      double busiestCpu,
      long longestStall,
      long stalls) {

    double cpuShare() {
      return runNanos <= 0 ? -1 : (double) cpuNanos / runNanos;
    }

    double runQueueShare() {
      return runNanos <= 0 ? -1 : (double) runQueueNanos / runNanos;
    }
  }
}
