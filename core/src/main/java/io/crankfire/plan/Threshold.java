package io.crankfire.plan;

import io.crankfire.metrics.Measure;
import org.jspecify.annotations.Nullable;

/// What a result has to be for the run to pass. Read before the run.
///
/// @param text as it was written, trimmed
/// @param metric whose value
/// @param measure which of those that protocols have, if the metric is one of them; null otherwise
/// @param metricName the metric as it was written
/// @param aggregate which value of it
/// @param aggregateName the aggregate as it was written, or as it follows from the metric
/// @param percent of a percentile, 0 to 100; 0 for other aggregates
/// @param operator how it is compared
/// @param expected with what: milliseconds, a share of 1, a number, a number per second
/// @param scope whose part of the load; null for all of it
/// @param windowNanos it has to hold in every stretch of this length; 0 for over the whole run
/// @param abort whether the run ends as soon as it does not hold
public record Threshold(
    String text,
    Metric metric,
    @Nullable Measure measure,
    String metricName,
    Aggregate aggregate,
    String aggregateName,
    double percent,
    Operator operator,
    double expected,
    @Nullable Scope scope,
    long windowNanos,
    boolean abort) {

  /// @throws IllegalArgumentException if there is a measure without its metric, or the other way
  public Threshold {
    if ((metric == Metric.MEASURE) != (measure != null)) {
      throw new IllegalArgumentException(metric + " and " + measure);
    }
  }

  /// Whether its values are times.
  public boolean isTime() {
    return measure == null ? metric.isTime() : measure.kind() == Measure.Kind.TIME;
  }

  /// Whether it is about percentiles, mean, minimum and maximum, rather than about how many.
  public boolean isDistribution() {
    return measure == null ? metric.isTime() : measure.kind().isDistribution();
  }

  /// Whose value.
  public enum Metric {
    /// Ended − scheduled, of successes and failures.
    RESPONSE_TIME,
    /// Ended − sent, of successes and failures.
    SERVICE_TIME,
    /// From the arrival to the end of an iteration's last step.
    ITERATION_DURATION,
    /// Exchanges that failed.
    FAILED,
    /// Exchanges that ended, well or not.
    REQUESTS,
    /// Checks that held.
    CHECKS,
    /// What a protocol measures of its own.
    MEASURE;

    /// Whether its values are times.
    public boolean isTime() {
      return this == RESPONSE_TIME || this == SERVICE_TIME || this == ITERATION_DURATION;
    }
  }

  /// Which value of a metric.
  public enum Aggregate {
    /// The value that a share of all does not exceed.
    PERCENTILE,
    /// The arithmetic mean.
    MEAN,
    /// The smallest.
    MIN,
    /// The largest.
    MAX,
    /// Of requests: how many per second of load. Of failures and checks: the share of all.
    RATE,
    /// How many.
    COUNT
  }

  /// How the value is compared with the expected one; a relative difference of 10⁻⁹ is none.
  public enum Operator {
    /// Below.
    LESS("<"),
    /// Not above.
    AT_MOST("<="),
    /// Above.
    MORE(">"),
    /// Not below.
    AT_LEAST(">="),
    /// The same.
    EQUAL("=="),
    /// Not the same.
    UNEQUAL("!=");

    private final String sign;

    Operator(String sign) {
      this.sign = sign;
    }

    /// As it is written.
    public String sign() {
      return sign;
    }

    /// Whether `actual` is as it should be.
    public boolean holds(double actual, double expected) {
      boolean same = Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
      return switch (this) {
        case LESS -> actual < expected && !same;
        case AT_MOST -> actual < expected || same;
        case MORE -> actual > expected && !same;
        case AT_LEAST -> actual > expected || same;
        case EQUAL -> same;
        case UNEQUAL -> !same;
      };
    }
  }

  /// A part of the load.
  ///
  /// @param kind which division
  /// @param name the label of the part
  public record Scope(Kind kind, String name) {
    /// Divisions of the load.
    public enum Kind {
      /// By call.
      ENDPOINT,
      /// By scenario.
      SCENARIO,
      /// By phase.
      PHASE
    }
  }
}
