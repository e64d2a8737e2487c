package io.crankfire.metrics;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was counted in one named stretch of a run's load, by the scheduled time of the iterations:
/// an exchange counts where its iteration was due, whenever it ended. Calls that did not occur in
/// it cost nothing. Confined to one thread at a time.
public final class LoadPhaseMetrics {

  /// Whether it only warmed the target up. What is counted here is nowhere else then; otherwise it
  /// is in the run's sums as well.
  public final boolean warmup;

  /// Arrivals of the phase that began.
  public long started;

  /// Arrivals of the phase whose time came and that never began.
  public long unsent;

  /// The different failures, if it is a warm-up; the run's hold the others.
  public final ErrorTally errors = new ErrorTally();

  private final List<List<Measure>> measures;
  private final @Nullable CallMetrics[] calls;

  /// @param measures of each call, what its protocol measures of its own
  LoadPhaseMetrics(List<List<Measure>> measures, boolean warmup) {
    this.measures = measures;
    calls = new @Nullable CallMetrics[measures.size()];
    this.warmup = warmup;
  }

  /// The counts of one call, made if there are none yet.
  public CallMetrics call(int index) {
    CallMetrics known = calls[index];
    if (known == null) {
      known = new CallMetrics(measures.get(index));
      calls[index] = known;
    }
    return known;
  }

  /// The counts of one call; null if it did not occur.
  public @Nullable CallMetrics callIfAny(int index) {
    return calls[index];
  }

  /// Everything counted for all calls together.
  public CallMetrics total() {
    CallMetrics total = new CallMetrics();
    for (CallMetrics call : calls) {
      if (call != null) {
        total.add(call);
      }
    }
    return total;
  }

  /// Adds everything `other` has counted.
  public void add(LoadPhaseMetrics other) {
    started += other.started;
    unsent += other.unsent;
    errors.add(other.errors);
    for (int i = 0; i < calls.length; i++) {
      CallMetrics call = other.calls[i];
      if (call != null && !call.isEmpty()) {
        call(i).add(call);
      }
    }
  }

  /// Sets everything to zero and keeps the memory.
  public void clear() {
    started = 0;
    unsent = 0;
    errors.clear();
    for (CallMetrics call : calls) {
      if (call != null && !call.isEmpty()) {
        call.clear();
      }
    }
  }
}
