package io.crankfire.engine;

/// The arrival times of one worker's share of the load, in nanoseconds after the load began.
public interface Pacer {

  /// The next arrival, not before the one returned last; [Long#MAX_VALUE] when there are no more.
  long nextNanos();

  /// Whether there are no more because the total is reached, rather than the end of the schedule.
  boolean totalReached();
}
