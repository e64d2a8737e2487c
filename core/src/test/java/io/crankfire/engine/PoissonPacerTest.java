package io.crankfire.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.crankfire.plan.LoadCurve;
import io.crankfire.plan.LoadCurve.Piece;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Seeds are fixed, so nothing here is left to chance. Thresholds are those of a test at p = 0.001:
/// one correct seed in a thousand would be rejected.
class PoissonPacerTest {

  private static final long SECOND = 1_000_000_000;

  /// Kolmogorov's distribution: √n·D above this has p < 0.001.
  private static final double KOLMOGOROV = 1.949;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 42, -7, 987_654_321})
  void gapsAreExponentialForEachWorkerAndForTheUnion(long seed) {
    LoadCurve curve = LoadCurve.constant(1_000, Duration.ofSeconds(60));
    long[][] workers = workers(curve, 3, seed);
    for (long[] worker : workers) {
      assertExponential(gaps(worker), 1_000 / 3.0 / 1e9, seed);
    }
    assertExponential(gaps(union(workers)), 1_000 / 1e9, seed);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 42, -7, 987_654_321})
  void countsScatterAsAPoissonProcessDoes(long seed) {
    LoadCurve curve = LoadCurve.constant(1_000, Duration.ofSeconds(60));
    for (int workers : new int[] {1, 2, 4, 7}) {
      long[] all = union(workers(curve, workers, seed));
      assertThat((double) all.length).isCloseTo(60_000, within(3.3 * Math.sqrt(60_000)));
      for (long bin : new long[] {2_000_000, 20_000_000, 100_000_000}) {
        int bins = (int) (60 * SECOND / bin);
        double tolerance = Math.max(0.1, 3.3 * Math.sqrt(2.0 / bins)); // of a χ² with so many bins
        assertThat(dispersion(all, bin, bins))
            .as("%d workers, %d ms, seed %d", workers, bin / 1_000_000, seed)
            .isCloseTo(1, within(tolerance));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 42})
  void workersAreIndependent(long seed) {
    LoadCurve curve = LoadCurve.constant(1_000, Duration.ofSeconds(60));
    long[][] workers = workers(curve, 4, seed);
    for (int a = 0; a < 4; a++) {
      for (int b = a + 1; b < 4; b++) {
        for (int lag = -3; lag <= 3; lag++) {
          double correlation = correlation(gaps(workers[a]), gaps(workers[b]), lag);
          assertThat(correlation)
              .as("workers %d and %d, %d apart, seed %d", a, b, lag, seed)
              .isCloseTo(0, within(3.9 / Math.sqrt(14_000))); // p = 0.0001, there are 42
        }
      }
    }
  }

  /// The time-rescaling theorem: L of the arrival times is a process of rate 1.
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 42})
  void aVaryingRateIsFollowed(long seed) {
    LoadCurve curve =
        LoadCurve.of(
            List.of(
                new Piece(0, 2_000, 10 * SECOND),
                new Piece(0, 0, 5 * SECOND),
                new Piece(300, 300, 10 * SECOND),
                new Piece(2_000, 100, 10 * SECOND)));
    long[] all = union(workers(curve, 3, seed));
    double[] rescaled = Arrays.stream(all).mapToDouble(curve::cumulative).toArray();
    double[] gaps = new double[rescaled.length - 1];
    Arrays.setAll(gaps, i -> rescaled[i + 1] - rescaled[i]);
    assertExponential(gaps, 1, seed);
    assertThat(LongStream.of(all).filter(at -> at >= 10 * SECOND && at < 15 * SECOND)).isEmpty();
  }

  @Test
  void theSameSeedGivesTheSameTimesAndAnotherGivesOthers() {
    LoadCurve curve = LoadCurve.constant(100, Duration.ofSeconds(10));
    assertThat(union(workers(curve, 2, 5))).isEqualTo(union(workers(curve, 2, 5)));
    assertThat(union(workers(curve, 2, 5))).isNotEqualTo(union(workers(curve, 2, 6)));
  }

  @Test
  void aTotalIsReachedExactly() {
    LoadCurve curve = LoadCurve.constant(100, Duration.ZERO);
    long count = 0;
    for (int part = 0; part < 3; part++) {
      PoissonPacer pacer = new PoissonPacer(curve, Splitter.equal(3), part, 1_000, 1);
      while (pacer.nextNanos() != Long.MAX_VALUE) {
        count++;
      }
      assertThat(pacer.totalReached()).isTrue();
    }
    assertThat(count).isEqualTo(1_000);
  }

  private static long[][] workers(LoadCurve curve, int workers, long seed) {
    long[][] times = new long[workers][];
    for (int part = 0; part < workers; part++) {
      PoissonPacer pacer =
          new PoissonPacer(curve, Splitter.equal(workers), part, Long.MAX_VALUE, seed);
      times[part] =
          LongStream.generate(pacer::nextNanos).takeWhile(at -> at < Long.MAX_VALUE).toArray();
    }
    return times;
  }

  private static long[] union(long[][] workers) {
    return Arrays.stream(workers).flatMapToLong(Arrays::stream).sorted().toArray();
  }

  private static double[] gaps(long[] times) {
    double[] gaps = new double[times.length - 1];
    Arrays.setAll(gaps, i -> times[i + 1] - times[i]);
    return gaps;
  }

  private static void assertExponential(double[] gaps, double rate, long seed) {
    double[] sorted = gaps.clone();
    Arrays.sort(sorted);
    double distance = 0;
    for (int i = 0; i < sorted.length; i++) {
      double expected = -Math.expm1(-rate * sorted[i]);
      distance = Math.max(distance, Math.abs(expected - (double) i / sorted.length));
      distance = Math.max(distance, Math.abs(expected - (i + 1.0) / sorted.length));
    }
    assertThat(distance * Math.sqrt(sorted.length)).as("seed %d", seed).isLessThan(KOLMOGOROV);
  }

  private static double dispersion(long[] times, long bin, int bins) {
    long[] counts = new long[bins];
    for (long at : times) {
      counts[(int) (at / bin)]++;
    }
    double mean = (double) times.length / bins;
    return Arrays.stream(counts).mapToDouble(c -> (c - mean) * (c - mean)).sum()
        / (bins - 1)
        / mean;
  }

  private static double correlation(double[] a, double[] b, int lag) {
    int from = Math.max(0, -lag);
    int to = Math.min(a.length, b.length - lag);
    double meanA = Arrays.stream(a).average().orElse(0);
    double meanB = Arrays.stream(b).average().orElse(0);
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = from; i < Math.min(to, b.length); i++) {
      product += (a[i] - meanA) * (b[i + lag] - meanB);
      squaresA += (a[i] - meanA) * (a[i] - meanA);
      squaresB += (b[i + lag] - meanB) * (b[i + lag] - meanB);
    }
    return product / Math.sqrt(squaresA * squaresB);
  }
}
