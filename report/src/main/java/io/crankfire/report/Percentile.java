package io.crankfire.report;

import io.crankfire.metrics.Figures;
import io.crankfire.metrics.Histogram;

/// A percentile that reports show, if the sample is large enough to have it.
///
/// @param key its name in JSON: `p99.9`
/// @param percent from 0 to 100
record Percentile(String key, double percent) {

  static final Percentile P50 = of("50");
  static final Percentile P75 = of("75");
  static final Percentile P90 = of("90");
  static final Percentile P95 = of("95");
  static final Percentile P97_5 = of("97.5");
  static final Percentile P99 = of("99");
  static final Percentile P99_9 = of("99.9");
  static final Percentile P99_99 = of("99.99");

  private static Percentile of(String percent) {
    return new Percentile("p" + percent, Double.parseDouble(percent));
  }

  /// Whether `histogram` holds enough durations: at least 1/(1−p), so that at least one of them is
  /// expected above it. With fewer the number would be the maximum under another name.
  boolean supportedBy(Histogram histogram) {
    return histogram.count() * (100 - percent) >= 100 - 1e-6;
  }

  /// Its value in nanoseconds.
  long in(Histogram histogram) {
    return histogram.percentile(percent);
  }

  /// Its value for people; a dash if the sample is too small.
  String shown(Histogram histogram) {
    return supportedBy(histogram) ? Figures.duration(in(histogram)) : "-";
  }

  /// Its name in text: `P99.9`.
  String label() {
    return "P" + key.substring(1);
  }
}
