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

  /// An interval below this length is the rest of a run and fills no window.
  private static final long WHOLE_SECOND = 900_000_000;

  private final List<Watch> watches = new ArrayList<>();
  private @Nullable ThresholdResult broken;

  /// One threshold, and what it needs to remember.
  private static final class Watch {
    private final Threshold threshold;
    private final Deque<Part> seconds = new ArrayDeque<>();
    private final int windowSeconds;
    private final Part soFar;
    private @Nullable ThresholdResult firstBroken;
    private @Nullable ThresholdResult last;
    private boolean anyWindow;

    Watch(Threshold threshold, Labels labels) {
      this.threshold = threshold;
      windowSeconds = (int) (threshold.windowNanos() / 1_000_000_000L);
      soFar = new Part(threshold, labels);
    }

    boolean windowed() {
      return windowSeconds > 0;
    }

    /// @return what is not as it should be, or null
    @Nullable ThresholdResult interval(WorkerMetrics metrics, long nanos, Labels labels) {
      if (windowed()) {
        return window(metrics, nanos, labels);
      }
      if (threshold.abort()) {
        soFar.add(metrics, nanos);
        ThresholdResult now = judge(soFar);
        return now.passed() || Double.isNaN(now.actual()) ? null : now;
      }
      return null;
    }

    private @Nullable ThresholdResult window(WorkerMetrics metrics, long nanos, Labels labels) {
      if (nanos < WHOLE_SECOND) {
        return null;
      }
      Part second = new Part(threshold, labels);
      second.add(metrics, nanos);
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
      ThresholdResult now = judge(all);
      if (Double.isNaN(now.actual())) {
        return null; // silence: nothing to judge in this stretch
      }
      last = now;
      if (!now.passed() && firstBroken == null) {
        firstBroken = now;
      }
      return now.passed() ? null : now;
    }

    private ThresholdResult judge(Part part) {
      double actual = part.value();
      boolean passed =
          !Double.isNaN(actual) && threshold.operator().holds(actual, threshold.expected());
      return new ThresholdResult(
          threshold, actual, passed, Double.isNaN(actual) ? "nothing was measured" : "");
    }

    ThresholdResult result(WorkerMetrics total, long loadNanos, Labels labels) {
      if (!windowed()) {
        Part all = new Part(threshold, labels);
        all.add(total, loadNanos);
        return judge(all);
      }
      if (firstBroken != null) {
        return firstBroken;
      }
      if (last != null) {
        return last;
      }
      return new ThresholdResult(
          threshold,
          Double.NaN,
          false,
          anyWindow
              ? "nothing was measured"
              : "the run was shorter than the window of " + windowSeconds + "s");
    }
  }

  private final Labels labels;

  /// @param labels of the parts that thresholds speak of
  public ThresholdMonitor(List<Threshold> thresholds, Labels labels) {
    this.labels = labels;
    for (Threshold threshold : thresholds) {
      watches.add(new Watch(threshold, labels));
    }
  }

  /// A second of the run, or less at its end, is complete.
  ///
  /// @param nanos how long it was
  public void interval(WorkerMetrics metrics, long nanos) {
    for (Watch watch : watches) {
      ThresholdResult found = watch.interval(metrics, nanos, labels);
      if (found != null && watch.threshold.abort() && broken == null) {
        broken = found;
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
      results.add(watch.result(total, loadNanos, labels));
    }
    return results;
  }
}
