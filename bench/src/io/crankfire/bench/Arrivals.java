package io.crankfire.bench;

import java.util.Arrays;

/// How well arrivals at the server follow a constant schedule. Pure functions of their times.
///
/// @param errorP50Micros median distance behind the schedule
/// @param errorP99Micros its 99th percentile
/// @param variation standard deviation ÷ mean of the counts in 10 ms: 0 is even, 0.14 is random at
///   5,000/s
record Arrivals(double errorP50Micros, double errorP99Micros, double variation) {

  /// Looks at the arrivals from `skipNanos` after the first on.
  ///
  /// The schedule has no absolute origin that the server could know: it is laid so that one arrival
  /// in a thousand is ahead of it.
  static Arrivals follow(long[] arrivals, double rate, long skipNanos) {
    int from = arrivals.length == 0 ? 0 : insertion(arrivals, arrivals[0] + skipNanos);
    long[] window = Arrays.copyOfRange(arrivals, from, arrivals.length);
    if (window.length < 100) {
      return new Arrivals(Double.NaN, Double.NaN, Double.NaN);
    }
    double[] behind = behindSchedule(window, rate);
    Arrays.sort(behind);
    return new Arrivals(
        quantile(behind, 0.5) / 1000, quantile(behind, 0.99) / 1000, variation(window));
  }

  /// Nanoseconds by which each arrival is behind the constant schedule.
  static double[] behindSchedule(long[] arrivals, double rate) {
    double[] error = new double[arrivals.length];
    for (int i = 0; i < error.length; i++) {
      error[i] = arrivals[i] - arrivals[0] - i * 1e9 / rate;
    }
    double[] sorted = error.clone();
    Arrays.sort(sorted);
    double origin = quantile(sorted, 0.001);
    for (int i = 0; i < error.length; i++) {
      error[i] -= origin;
    }
    return error;
  }

  private static double variation(long[] arrivals) {
    int spans = (int) ((arrivals[arrivals.length - 1] - arrivals[0]) / StatsFile.BUCKET_NANOS);
    if (spans < 2) {
      return Double.NaN;
    }
    double[] counts = new double[spans];
    for (long at : arrivals) {
      int span = (int) ((at - arrivals[0]) / StatsFile.BUCKET_NANOS);
      if (span < spans) {
        counts[span]++;
      }
    }
    double mean = Arrays.stream(counts).average().orElseThrow();
    double variance =
        Arrays.stream(counts).map(c -> (c - mean) * (c - mean)).average().orElseThrow();
    return Math.sqrt(variance) / mean;
  }

  private static int insertion(long[] sorted, long value) {
    int at = Arrays.binarySearch(sorted, value);
    return at < 0 ? -at - 1 : at;
  }

  /// The value at a quantile of sorted figures: the least that at least that share does not exceed.
  static double quantile(double[] sorted, double q) {
    int rank = (int) Math.ceil(q * sorted.length);
    return sorted[Math.clamp(rank - 1, 0, sorted.length - 1)];
  }
}
