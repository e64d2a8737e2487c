package io.crankfire.metrics;

/// What was counted for the iterations of one scenario: over an interval by one worker, or over a
/// run by all of them. `started = ok + failed + interrupted`, once all have ended. Confined to one
/// thread at a time.
public final class ScenarioMetrics {

  /// Iterations begun.
  public long started;

  /// Iterations that were made to their end, with every exchange a success.
  public long ok;

  /// Iterations that were made to their end, with at least one exchange that failed.
  public long failed;

  /// Iterations that the end of the run cut short.
  public long interrupted;

  /// How long iterations took that were made to their end, thinking included, from their scheduled
  /// time, in nanoseconds.
  public final Histogram duration = new Histogram();

  /// Adds everything `other` has counted.
  public void add(ScenarioMetrics other) {
    started += other.started;
    ok += other.ok;
    failed += other.failed;
    interrupted += other.interrupted;
    duration.add(other.duration);
  }

  /// Sets everything to zero and keeps the memory.
  public void clear() {
    started = 0;
    ok = 0;
    failed = 0;
    interrupted = 0;
    duration.clear();
  }
}
