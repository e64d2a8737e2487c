package io.crankfire.report;

import io.crankfire.metrics.LoadPhaseMetrics;
import io.crankfire.plan.Phase;
import io.crankfire.result.RunResult;
import java.util.ArrayList;
import java.util.List;

/// The named stretches of a run's load, and how long each of them lasted.
final class LoadPhases {
  private LoadPhases() {}

  /// One of them.
  ///
  /// @param toNanos when it ended, in nanoseconds since the run began: with the load at the latest
  record Stretch(Phase phase, long toNanos, LoadPhaseMetrics metrics) {
    /// How long it lasted; 0 if the run ended before it.
    long nanos() {
      return Math.max(0, toNanos - phase.fromNanos());
    }
  }

  /// All of them, in order.
  static List<Stretch> of(RunResult result) {
    List<Stretch> stretches = new ArrayList<>();
    long end = loadEnd(result);
    for (int i = 0; i < result.phases().size(); i++) {
      Phase phase = result.phases().get(i);
      long to = Math.max(phase.fromNanos(), Math.min(phase.toNanos(), end));
      stretches.add(new Stretch(phase, to, result.metrics().phases[i]));
    }
    return stretches;
  }

  /// When the load ended. Its length is known without its warm-up, and so is that of the drain,
  /// which begins with the end of the load.
  private static long loadEnd(RunResult result) {
    RunResult.Load load = result.load();
    if (load.drainNanos() > 0 && !result.timeline().isEmpty()) {
      return result.timeline().getLast().toNanos() - load.drainNanos();
    }
    long end = 0;
    long left = load.loadNanos();
    for (Phase phase : result.phases()) {
      long length = phase.toNanos() - phase.fromNanos();
      if (left > 0 || phase.warmup()) {
        end = phase.fromNanos() + (phase.warmup() ? length : Math.min(left, length));
      }
      left -= phase.warmup() ? 0 : Math.min(left, length);
    }
    return end;
  }
}
