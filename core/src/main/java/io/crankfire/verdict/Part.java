package io.crankfire.verdict;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Histogram;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.plan.Threshold;
import io.crankfire.plan.Threshold.Metric;
import io.crankfire.plan.Threshold.Scope;

/// What a threshold looks at, added up: the part of the load in its scope, and of that the metric
/// it judges. Confined to one thread.
final class Part {

  private final Threshold threshold;
  private final int index;
  private final Histogram times = new Histogram();
  private long good;
  private long bad;
  private long nanos;

  Part(Threshold threshold, Labels labels) {
    this.threshold = threshold;
    Scope scope = threshold.scope();
    index = scope == null ? -1 : labels.of(scope.kind()).indexOf(scope.name());
  }

  /// Adds what was measured within `length` nanoseconds.
  void add(WorkerMetrics metrics, long length) {
    nanos += length;
    for (int i = 0; i < metrics.calls.length; i++) {
      if (index < 0 || i == index) {
        add(metrics.calls[i]);
      }
    }
  }

  private void add(CallMetrics call) {
    switch (threshold.metric()) {
      case RESPONSE_TIME -> {
        times.add(call.responseOk);
        times.add(call.responseFailed);
      }
      case SERVICE_TIME -> {
        times.add(call.serviceOk);
        times.add(call.serviceFailed);
      }
      default -> {
        good += call.ok();
        bad += call.failed();
      }
    }
  }

  /// Adds another stretch of the same part.
  void add(Part other) {
    times.add(other.times);
    good += other.good;
    bad += other.bad;
    nanos += other.nanos;
  }

  /// The value in the unit of the expected one; not a number if there is none.
  double value() {
    Metric metric = threshold.metric();
    if (metric.isTime()) {
      return times.count() == 0 ? Double.NaN : time() / 1e6;
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

  private double time() {
    return switch (threshold.aggregate()) {
      case PERCENTILE -> times.percentile(threshold.percent());
      case MEAN -> times.mean();
      case MIN -> times.min();
      case MAX -> times.max();
      case RATE, COUNT -> Double.NaN;
    };
  }
}
