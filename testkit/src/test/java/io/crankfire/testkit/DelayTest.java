package io.crankfire.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DelayTest {
  private static final long SEED = 20_251_122;
  private static final int SAMPLES = 100_000;
  private static final Delay EXPONENTIAL = Delay.exponential(Duration.ofMillis(5));
  private static final Delay LOG_NORMAL = Delay.logNormal(Duration.ofMillis(3), 0.6);

  static Stream<Delay> continuous() {
    return Stream.of(
        Delay.uniform(Duration.ofMillis(1), Duration.ofMillis(9)),
        EXPONENTIAL,
        LOG_NORMAL,
        Delay.bimodal(LOG_NORMAL, Delay.exponential(Duration.ofMillis(50)), 0.05),
        EXPONENTIAL.plus(Duration.ofMillis(2)));
  }

  @ParameterizedTest
  @MethodSource("continuous")
  void samplesFollowTheDistribution(Delay delay) {
    SplittableRandom random = new SplittableRandom(SEED);
    long[] samples = new long[SAMPLES];
    Arrays.setAll(samples, _ -> delay.sample(random));
    Arrays.sort(samples);
    double distance = 0;
    for (int i = 0; i < SAMPLES; i++) {
      double expected = delay.cdf((double) samples[i]);
      distance = Math.max(distance, Math.abs(expected - (double) i / SAMPLES));
      distance = Math.max(distance, Math.abs(expected - (i + 1.0) / SAMPLES));
    }
    // Kolmogorov and Smirnov: a right sampler exceeds this with probability 0.001.
    assertThat(distance).as("seed %d", SEED).isLessThan(1.95 / Math.sqrt(SAMPLES));
    double mean = Arrays.stream(samples).average().orElseThrow();
    assertThat(mean).isCloseTo(delay.mean(), within(delay.mean() * 0.02));
  }

  @ParameterizedTest
  @MethodSource("continuous")
  void theQuantileIsTheInverseOfTheDistribution(Delay delay) {
    for (double p : new double[] {0.001, 0.1, 0.5, 0.9, 0.99, 0.999}) {
      assertThat(delay.cdf(delay.quantile(p))).isCloseTo(p, within(1e-6));
    }
  }

  @Test
  void knownQuantilesAreMet() {
    assertThat(EXPONENTIAL.quantile(0.5)).isCloseTo(5e6 * Math.log(2), within(1.0));
    assertThat(LOG_NORMAL.quantile(0.5)).isCloseTo(3e6, within(1.0));
    assertThat(LOG_NORMAL.quantile(0.975))
        .isCloseTo(3e6 * Math.exp(0.6 * 1.959963984540054), within(1.0));
    assertThat(Normal.cdf(-3)).isCloseTo(0.0013498980316300946, within(1e-14));
    Delay empirical =
        Delay.empirical(List.of(Duration.ofNanos(30), Duration.ofNanos(10), Duration.ofNanos(20)));
    assertThat(empirical.quantile(0.5)).isEqualTo(20);
    assertThat(empirical.quantile(0.99)).isEqualTo(30);
    assertThat(empirical.cdf(20)).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(Delay.constant(Duration.ofNanos(7)).quantile(0.3)).isEqualTo(7);
  }

  @Test
  void theSameSeedGivesTheSameDelays() {
    SplittableRandom one = new SplittableRandom(SEED);
    SplittableRandom other = new SplittableRandom(SEED);
    for (int i = 0; i < 100; i++) {
      assertThat(LOG_NORMAL.sample(one)).isEqualTo(LOG_NORMAL.sample(other));
    }
  }

  @Test
  void whatIsNoDistributionIsRefused() {
    assertThatThrownBy(() -> Delay.constant(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Delay.exponential(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Delay.empirical(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Delay.bimodal(EXPONENTIAL, LOG_NORMAL, 1.5))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
