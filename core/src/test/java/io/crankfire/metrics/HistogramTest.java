package io.crankfire.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistogramTest {

  private static final double[] PERCENTS = {
    0, 0.1, 1, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.9, 99.99, 100
  };

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aPercentileIsItsRanksValueToOneInAThousand(long seed) {
    for (int size : new int[] {1, 2, 3, 10, 99, 100, 101, 1_000, 10_000}) {
      List<Long> sorted = new ArrayList<>(HistogramSamples.values(seed, size));
      Histogram histogram = new Histogram();
      sorted.forEach(histogram::record);
      Collections.sort(sorted);
      for (double percent : PERCENTS) {
        int rank = (int) Math.max(1, Math.ceil(percent * size / 100 - 1e-9));
        long exact = sorted.get(rank - 1);
        assertThat(histogram.percentile(percent))
            .as("p%s of %d, seed %d", percent, size, seed)
            .isBetween(exact, exact + exact / 1_000 + 1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void percentilesAreTheLibrarysWithinTheExactEnds(long seed) {
    Histogram ours = HistogramSamples.random(seed, 10_000);
    org.HdrHistogram.Histogram theirs = HistogramSamples.library();
    HistogramSamples.values(seed, 10_000).forEach(theirs::recordValue);
    for (double percent : PERCENTS) {
      long expected = Math.clamp(theirs.getValueAtPercentile(percent), ours.min(), ours.max());
      assertThat(ours.percentile(percent)).as("p%s", percent).isEqualTo(expected);
    }
    assertThat(ours.standardDeviation()).isCloseTo(theirs.getStdDeviation(), withPercentage(0.1));
    assertThat(ours.mean()).isCloseTo(theirs.getMean(), withPercentage(0.1));
  }

  @Test
  void nothingCountedIsNothing() {
    Histogram empty = new Histogram();
    assertThat(empty.count()).isZero();
    assertThat(empty.min()).isZero();
    assertThat(empty.max()).isZero();
    assertThat(empty.mean()).isZero();
    assertThat(empty.standardDeviation()).isZero();
    assertThat(empty.percentile(99)).isZero();
  }

  @Test
  void percentilesNeverLeaveTheExactEnds() {
    Histogram one = new Histogram();
    one.record(4_692_843);
    assertThat(one.percentile(0)).isEqualTo(4_692_843);
    assertThat(one.percentile(50)).isEqualTo(4_692_843);
    assertThat(one.percentile(100)).isEqualTo(4_692_843);
    assertThat(one.standardDeviation()).isCloseTo(0, within(5_000.0));
  }

  @Test
  void theNinetyNinthPerMilleOfAThousandIsTheOneBeforeTheLast() {
    Histogram histogram = new Histogram();
    for (int i = 1; i <= 1_000; i++) {
      histogram.record(i);
    }
    assertThat(histogram.percentile(99.9)).isEqualTo(999);
    assertThat(histogram.percentile(99)).isEqualTo(990);
    assertThat(histogram.percentile(50)).isEqualTo(500);
  }

  @Test
  void tooLongIsClampedAndCountedAndNegativeIsZero() {
    Histogram histogram = new Histogram();
    histogram.record(-5);
    histogram.record(Histogram.MAX);
    histogram.record(2 * Histogram.MAX);
    histogram.add(3 * Histogram.MAX, 2);
    assertThat(histogram.count()).isEqualTo(5);
    assertThat(histogram.clamped()).isEqualTo(3);
    assertThat(histogram.min()).isZero();
    assertThat(histogram.max()).isEqualTo(3 * Histogram.MAX);
    assertThat(histogram.sum()).isEqualTo(9.0 * Histogram.MAX);
    assertThat(histogram.percentile(100)).isEqualTo(3 * Histogram.MAX);
  }

  @Test
  void clearForgetsEverythingAndCopySharesNothing() {
    Histogram histogram = HistogramSamples.random(7, 1_000);
    Histogram copy = histogram.copy();
    histogram.clear();
    assertThat(histogram.count()).isZero();
    assertThat(histogram.max()).isZero();
    assertThat(histogram.percentile(50)).isZero();
    histogram.forEachBucket((lowest, highest, count) -> org.assertj.core.api.Assertions.fail());
    assertThat(copy.count()).isEqualTo(1_000);
    histogram.record(17);
    assertThat(histogram.percentile(50)).isEqualTo(17);
    assertThat(histogram.min()).isEqualTo(17);
  }

  @Test
  void aSumOfHistogramsIsTheHistogramOfTheSum() {
    Histogram all = new Histogram();
    Histogram sum = new Histogram();
    for (long seed = 1; seed <= 4; seed++) {
      Histogram part = HistogramSamples.random(seed, 500);
      sum.add(part);
      HistogramSamples.values(seed, 500).forEach(all::record);
    }
    for (double percent : PERCENTS) {
      assertThat(sum.percentile(percent)).isEqualTo(all.percentile(percent));
    }
    assertThat(sum.count()).isEqualTo(all.count());
    assertThat(sum.sum()).isCloseTo(all.sum(), withPercentage(1e-9));
  }

  @Test
  void countAtMostCountsWholeBuckets() {
    Histogram histogram = new Histogram();
    for (int i = 1; i <= 100; i++) {
      histogram.record(i);
    }
    assertThat(histogram.countAtMost(0)).isZero();
    assertThat(histogram.countAtMost(40)).isEqualTo(40);
    assertThat(histogram.countAtMost(1_000_000)).isEqualTo(100);
  }
}
