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

  /// An interval below this length is the rest of a run and fills no window.
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

  /// A second in which load was offered is complete, or less at the end of the load. What comes
  /// after it, while the run drains, is in no window and ends no run.
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
  /// @param loadNanos how long load was offered
  public List<ThresholdResult> results(WorkerMetrics total, long loadNanos) {
    List<ThresholdResult> results = new ArrayList<>();
    for (Watch watch : watches) {
      results.add(watch.result(total, loadNanos));
    }
    return results;
  }

  private static ThresholdResult judged(Threshold threshold, Part part, long nanos) {
    double actual = part.value();
    boolean measured = !Double.isNaN(actual);
    boolean passed = measured && threshold.operator().holds(actual, threshold.expected());
    return new ThresholdResult(
        threshold, actual, passed, measured ? "" : NOTHING, passed ? -1 : nanos);
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
        soFar.add(metrics, toNanos - fromNanos);
        now = judged(threshold, soFar, toNanos);
      }
      // Silence is neither good nor bad: there is nothing to judge in this stretch.
      if (now != null && !Double.isNaN(now.actual())) {
        last = now;
        found = now.passed() ? null : now;
      }
    }

    private @Nullable ThresholdResult window(WorkerMetrics metrics, long fromNanos, long toNanos) {
      if (toNanos - fromNanos < WHOLE_SECOND) {
        return null;
      }
      Part second = new Part(threshold, labels);
      second.add(metrics, toNanos - fromNanos);
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
      return judged(threshold, all, toNanos);
    }

    ThresholdResult result(WorkerMetrics total, long loadNanos) {
      if (found != null) {
        return found;
      }
      if (windowSeconds == 0) {
        Part all = new Part(threshold, labels);
        all.add(total, loadNanos);
        return judged(threshold, all, -1);
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
