package io.crankfire.verdict;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Histogram;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.plan.Threshold;
import io.crankfire.plan.Threshold.Metric;
import io.crankfire.plan.Threshold.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a threshold looks at, added up: the part of the load in its scope, and of that the metric
/// it judges. Confined to one thread.
final class Part {

  private final Threshold threshold;
  private final boolean @Nullable [] inScope;
  private final @Nullable Histogram times;
  private long good;
  private long bad;
  private long nanos;

  Part(Threshold threshold, Labels labels) {
    this.threshold = threshold;
    times = threshold.metric().isTime() ? new Histogram() : null;
    Scope scope = threshold.scope();
    inScope = scope == null ? null : named(scope, labels);
  }

  private static boolean[] named(Scope scope, Labels labels) {
    List<String> names = labels.of(scope.kind());
    boolean[] named = new boolean[names.size()];
    for (int i = 0; i < named.length; i++) {
      named[i] = names.get(i).equals(scope.name());
    }
    return named;
  }

  /// Adds what was measured within `length` nanoseconds.
  void add(WorkerMetrics metrics, long length) {
    nanos += length;
    for (int i = 0; i < metrics.calls.length; i++) {
      if (inScope == null || inScope[i]) {
        add(metrics.calls[i]);
      }
    }
  }

  private void add(CallMetrics call) {
    if (times == null) {
      good += call.ok();
      bad += call.failed();
    } else if (threshold.metric() == Metric.SERVICE_TIME) {
      times.add(call.serviceOk);
      times.add(call.serviceFailed);
    } else {
      times.add(call.responseOk);
      times.add(call.responseFailed);
    }
  }

  /// Adds another stretch of the same part.
  void add(Part other) {
    if (times != null && other.times != null) {
      times.add(other.times);
    }
    good += other.good;
    bad += other.bad;
    nanos += other.nanos;
  }

  /// The value in the unit of the expected one; not a number if there is none.
  double value() {
    Metric metric = threshold.metric();
    if (times != null) {
      return times.count() == 0 ? Double.NaN : time(times) / 1e6;
    }
    long all = good + bad;
    long meant = metric == Metric.REQUESTS ? all : metric == Metric.FAILED ? bad : good;
    return switch (threshold.aggregate()) {
      case COUNT -> meant;
      case RATE ->
          metric == Metric.REQUESTS
              ? nanos == 0 ? Double.NaN : all * 1e9 / nanos
              : all == 0 ? Double.NaN : (double) meant / all;
      case PERCENTILE, MEAN, MIN, MAX -> Double.NaN;
    };
  }

  private double time(Histogram times) {
    return switch (threshold.aggregate()) {
      case PERCENTILE -> times.percentile(threshold.percent());
      case MEAN -> times.mean();
      case MIN -> times.min();
      case MAX -> times.max();
      case RATE, COUNT -> Double.NaN;
    };
  }
}
