package io.crankfire.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Durations at random for tests: every power of two up to an hour, with its neighbours.
final class HistogramSamples {

  private HistogramSamples() {}

  static List<Long> values(long seed, int count) {
    Random random = new Random(seed);
    List<Long> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long value =
          switch (random.nextInt(4)) {
            case 0 -> (1L << random.nextInt(42)) + random.nextInt(3) - 1;
            case 1 -> (long) (1e6 * Math.exp(random.nextGaussian()));
            case 2 -> (long) (Histogram.MAX * Math.pow(random.nextDouble(), 8));
            default -> random.nextInt(5_000);
          };
      values.add(Math.clamp(value, 0, Histogram.MAX));
    }
    return values;
  }

  static Histogram random(long seed, int count) {
    Histogram histogram = new Histogram();
    values(seed, count).forEach(histogram::record);
    return histogram;
  }

  static org.HdrHistogram.Histogram library() {
    return new org.HdrHistogram.Histogram(1, Histogram.MAX, 3);
  }
}
