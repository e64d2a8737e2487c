package io.crankfire.verdict;

import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.plan.Threshold;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Holds the thresholds of a run against what is measured, second by second and at the end. Keeps
/// for each threshold with a window as many seconds as the window has, and nothing else that grows.
/// Confined to the thread that merges.
public final class ThresholdMonitor {

  /*
   * A threshold that was found not to hold in a window, or that ended the run, stays so: otherwise
   * the answers that come in while the run drains could make good what ended it.
   */

  /// An interval with less judged load is the rest of a run or a phase and fills no window.
  private static final long WHOLE_SECOND = 900_000_000;

  private static final String NOTHING = "nothing was measured";

  private final Labels labels;
  private final List<Watch> watches = new ArrayList<>();
  private @Nullable ThresholdResult broken;

  /// @param labels of the parts that thresholds speak of
  public ThresholdMonitor(List<Threshold> thresholds, Labels labels) {
    this.labels = labels;
    for (Threshold threshold : thresholds) {
      watches.add(new Watch(threshold));
    }
  }

  /// A second in which load was offered is complete, or less at the end of the load. Of a warm-up
  /// nothing is judged, and with the scope of a phase nothing outside of it. What comes after it,
  /// while the run drains, is in no window and ends no run.
  ///
  /// @param fromNanos when it began, in nanoseconds since the run began
  /// @param toNanos when it ended
  public void interval(WorkerMetrics metrics, long fromNanos, long toNanos) {
    for (Watch watch : watches) {
      watch.interval(metrics, fromNanos, toNanos);
      if (broken == null && watch.found != null && watch.found.endsRun()) {
        broken = watch.found;
      }
    }
  }

  /// The first threshold that does not hold and ends the run, or null.
  public @Nullable ThresholdResult broken() {
    return broken;
  }

  /// What became of all thresholds, in their order.
  ///
  /// @param total all that was measured
  /// @param loadEndNanos when the load ended, in nanoseconds since the run began
  public List<ThresholdResult> results(WorkerMetrics total, long loadEndNanos) {
    List<ThresholdResult> results = new ArrayList<>();
    for (Watch watch : watches) {
      results.add(watch.result(total, loadEndNanos));
    }
    return results;
  }

  /// One threshold, and what it needs to remember.
  private final class Watch {
    private final Threshold threshold;
    private final Deque<Part> seconds = new ArrayDeque<>();
    private final int windowSeconds;
    private final Part soFar;
    private @Nullable ThresholdResult found;
    private @Nullable ThresholdResult last;
    private boolean anyWindow;

    Watch(Threshold threshold) {
      this.threshold = threshold;
      windowSeconds = (int) (threshold.windowNanos() / 1_000_000_000L);
      soFar = new Part(threshold, labels);
    }

    void interval(WorkerMetrics metrics, long fromNanos, long toNanos) {
      if (found != null) {
        return;
      }
      ThresholdResult now = null;
      if (windowSeconds > 0) {
        now = window(metrics, fromNanos, toNanos);
      } else if (threshold.abort()) {
        soFar.add(metrics, judged(fromNanos, toNanos));
        now = hold(soFar, toNanos);
      }
      // Silence is neither good nor bad: there is nothing to judge in this stretch.
      if (now != null && !Double.isNaN(now.actual())) {
        last = now;
        found = now.passed() ? null : now;
      }
    }

    private @Nullable ThresholdResult window(WorkerMetrics metrics, long fromNanos, long toNanos) {
      long judged = judged(fromNanos, toNanos);
      if (judged < WHOLE_SECOND) {
        seconds.clear(); // a window is one stretch, without what is not judged
        return null;
      }
      Part second = new Part(threshold, labels);
      second.add(metrics, judged);
      seconds.add(second);
      if (seconds.size() > windowSeconds) {
        seconds.remove();
      }
      if (seconds.size() < windowSeconds) {
        return null;
      }
      anyWindow = true;
      Part all = new Part(threshold, labels);
      seconds.forEach(all::add);
      return hold(all, toNanos);
    }

    private long judged(long fromNanos, long toNanos) {
      return labels.judgedNanos(threshold.scope(), fromNanos, toNanos);
    }

    private ThresholdResult hold(Part part, long nanos) {
      double actual = part.value();
      boolean measured = !Double.isNaN(actual);
      boolean passed = measured && threshold.operator().holds(actual, threshold.expected());
      return new ThresholdResult(
          threshold, actual, passed, measured ? "" : NOTHING, passed ? -1 : nanos);
    }

    ThresholdResult result(WorkerMetrics total, long loadEndNanos) {
      if (found != null) {
        return found;
      }
      if (windowSeconds == 0) {
        Part all = new Part(threshold, labels);
        all.add(total, judged(0, loadEndNanos));
        return hold(all, -1);
      }
      if (last != null) {
        return last;
      }
      return new ThresholdResult(
          threshold,
          Double.NaN,
          false,
          anyWindow
              ? NOTHING
              : "the load was shorter than the window of %ds".formatted(windowSeconds));
    }
  }
}
