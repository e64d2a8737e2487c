package io.crankfire.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crankfire.plan.ThinkTime.Kind;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThinkTimeTest {

  /// Kolmogorov's distribution: √n·D above this has p < 0.001.
  private static final double KOLMOGOROV = 1.949;

  private static final long MILLI = 1_000_000;

  @Test
  void aConstantIsAlwaysTheSameAndNoneIsNothing() {
    ThinkTime constant = new ThinkTime(Kind.CONSTANT, 7 * MILLI, 7 * MILLI);
    assertThat(constant.nanos(0)).isEqualTo(constant.nanos(-1)).isEqualTo(7 * MILLI);
    assertThat(ThinkTime.NONE.nanos(-1)).isZero();
    assertThat(constant.isRandom()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 42})
  void aUniformOneHasEqualChancesBetweenItsBounds(long seed) {
    ThinkTime think = new ThinkTime(Kind.UNIFORM, 100 * MILLI, 300 * MILLI);
    assertFits(think, seed, x -> (x - 100e6) / 200e6);
    assertThat(think.nanos(0)).isEqualTo(100 * MILLI);
    assertThat(think.nanos(-1)).isEqualTo(300 * MILLI);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 42})
  void anExponentialOneHasItsMeanAndNoMemory(long seed) {
    ThinkTime think = new ThinkTime(Kind.EXPONENTIAL, 0, 250 * MILLI);
    assertFits(think, seed, x -> -Math.expm1(-x / 250e6));
    assertThat(think.nanos(0)).isZero();
    assertThat(think.nanos(-1)).isPositive().isLessThan(10_000 * MILLI);
  }

  @Test
  void boundsTheWrongWayRoundAreRefused() {
    assertThatThrownBy(() -> new ThinkTime(Kind.UNIFORM, 3, 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ThinkTime(Kind.CONSTANT, -1, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertFits(ThinkTime think, long seed, DoubleUnaryOperator distribution) {
    double[] times = new double[20_000];
    Arrays.setAll(times, n -> think.nanos(Draw.bits(seed, 99, n)));
    Arrays.sort(times);
    double distance = 0;
    for (int i = 0; i < times.length; i++) {
      double expected = distribution.applyAsDouble(times[i]);
      distance = Math.max(distance, Math.abs(expected - (double) i / times.length));
      distance = Math.max(distance, Math.abs(expected - (i + 1.0) / times.length));
    }
    assertThat(distance * Math.sqrt(times.length)).as("seed %d", seed).isLessThan(KOLMOGOROV);
  }
}
