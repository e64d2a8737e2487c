package io.crankfire.verdict;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Histogram;
import io.crankfire.metrics.LoadPhaseMetrics;
import io.crankfire.metrics.Measure;
import io.crankfire.metrics.Measures;
import io.crankfire.metrics.ScenarioMetrics;
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
  private final Labels labels;
  private final @Nullable Histogram values;
  private long good;
  private long bad;
  private long nanos;

  Part(Threshold threshold, Labels labels) {
    this.threshold = threshold;
    this.labels = labels;
    values = threshold.isDistribution() ? new Histogram() : null;
  }

  /// Adds what was measured within `length` nanoseconds of judged load. Warm-ups are in none of it.
  void add(WorkerMetrics metrics, long length) {
    nanos += length;
    if (threshold.metric() == Metric.ITERATION_DURATION) {
      iterations(metrics.scenarios);
      return;
    }
    Scope scope = threshold.scope();
    if (scope != null && scope.kind() == Scope.Kind.PHASE) {
      phases(metrics.phases, scope.name());
      return;
    }
    for (int i = 0; i < metrics.calls.length; i++) {
      if (scope == null || covers(scope, i)) {
        add(metrics.calls[i], labels.endpoints().get(i).checks());
      }
    }
  }

  private boolean covers(Scope scope, int call) {
    return scope.kind() == Scope.Kind.ENDPOINT
        ? labels.endpoints().get(call).name().equals(scope.name())
        : labels.onlyIn(scope.name(), call);
  }

  private void phases(LoadPhaseMetrics[] phases, String name) {
    for (int i = 0; i < phases.length; i++) {
      if (!phases[i].warmup && labels.phases().get(i).name().equals(name)) {
        for (int call = 0; call < labels.endpoints().size(); call++) {
          CallMetrics metrics = phases[i].callIfAny(call);
          if (metrics != null) {
            add(metrics, labels.endpoints().get(call).checks());
          }
        }
      }
    }
  }

  private void iterations(ScenarioMetrics[] scenarios) {
    Scope scope = threshold.scope();
    List<Labels.Flow> flows = labels.scenarios();
    for (int i = 0; i < scenarios.length; i++) {
      if (values != null && (scope == null || flows.get(i).name().equals(scope.name()))) {
        values.add(scenarios[i].duration);
      }
    }
  }

  private void add(CallMetrics call, int checks) {
    Measure measure = threshold.measure();
    if (measure != null) {
      add(call.measures, measure);
    } else if (threshold.metric() == Metric.CHECKS) {
      for (int check = 0; check < checks; check++) {
        good += call.checks.passed(check);
        bad += call.checks.failed(check);
      }
    } else if (values == null) {
      good += call.ok();
      bad += call.failed();
    } else if (threshold.metric() == Metric.SERVICE_TIME) {
      values.add(call.serviceOk);
      values.add(call.serviceFailed);
    } else {
      values.add(call.responseOk);
      values.add(call.responseFailed);
    }
  }

  private void add(Measures measures, Measure measure) {
    int index = measures.indexOf(measure);
    if (index < 0) {
      return;
    }
    if (values == null) {
      good += measures.total(index);
    } else if (measures.total(index) > 0) {
      values.add(measures.histogram(index));
    }
  }

  /// Adds another stretch of the same part.
  void add(Part other) {
    if (values != null && other.values != null) {
      values.add(other.values);
    }
    good += other.good;
    bad += other.bad;
    nanos += other.nanos;
  }

  /// The value in the unit of the expected one; not a number if there is none.
  double value() {
    Metric metric = threshold.metric();
    Measure measure = threshold.measure();
    if (values != null) {
      double perUnit = measure == null ? 1e6 : measure.perUnit();
      return values.count() == 0 ? Double.NaN : figure(values) / perUnit;
    }
    long all = good + bad;
    boolean plain = metric == Metric.REQUESTS || measure != null;
    long meant = plain ? all : metric == Metric.FAILED ? bad : good;
    return switch (threshold.aggregate()) {
      case COUNT -> meant;
      case RATE ->
          plain
              ? nanos == 0 ? Double.NaN : all * 1e9 / nanos
              : all == 0 ? Double.NaN : (double) meant / all;
      case PERCENTILE, MEAN, MIN, MAX -> Double.NaN;
    };
  }

  private double figure(Histogram values) {
    return switch (threshold.aggregate()) {
      case PERCENTILE -> values.percentile(threshold.percent());
      case MEAN -> values.mean();
      case MIN -> values.min();
      case MAX -> values.max();
      case RATE, COUNT -> Double.NaN;
    };
  }
}
