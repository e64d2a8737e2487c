package io.crankfire.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.crankfire.plan.LoadCurve.Piece;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadCurveTest {

  private static final long SECOND = 1_000_000_000;

  @Test
  void aConstantRateIsEvenlySpaced() {
    LoadCurve curve = LoadCurve.constant(50, Duration.ofSeconds(2));
    assertThat(curve.total()).isEqualTo(100);
    for (int n = 0; n < 100; n++) {
      long exact = n * 20_000_000L + 10_000_000L;
      assertThat(curve.inverse(n + 0.5)).isBetween(exact, exact + 1);
    }
    assertThat(curve.inverse(100)).isEqualTo(Long.MAX_VALUE);
    assertThat(curve.rateAt(SECOND)).isEqualTo(50);
    assertThat(curve.rateAt(2 * SECOND)).isZero();
  }

  @Test
  void aFractionOfAnArrivalASecondIsExact() {
    LoadCurve curve = LoadCurve.constant(0.5, Duration.ZERO);
    assertThat(curve.total()).isInfinite();
    assertThat(curve.endNanos()).isEqualTo(Long.MAX_VALUE);
    assertThat(curve.inverse(0.5)).isEqualTo(SECOND);
    assertThat(curve.inverse(1_000_000.5)).isEqualTo(2_000_001 * SECOND);
    assertThat(curve.cumulative(7 * SECOND)).isEqualTo(3.5);
  }

  @Test
  void aRampIsItsIntegralAndNoStaircase() {
    LoadCurve curve = LoadCurve.of(List.of(new Piece(0, 100, 10 * SECOND)));
    assertThat(curve.total()).isEqualTo(500);
    assertThat(curve.cumulative(5 * SECOND)).isCloseTo(125, within(1e-9));
    assertThat(curve.inverse(125)).isEqualTo(5 * SECOND);
    assertThat(curve.rateAt(5 * SECOND)).isEqualTo(50);
    LoadCurve down = LoadCurve.of(List.of(new Piece(100, 0, 10 * SECOND)));
    assertThat(down.cumulative(5 * SECOND)).isCloseTo(375, within(1e-9));
    assertThat(down.inverse(375)).isEqualTo(5 * SECOND);
  }

  @Test
  void nothingIsDueInSilence() {
    LoadCurve curve =
        LoadCurve.of(
            List.of(
                new Piece(10, 10, SECOND), new Piece(0, 0, 5 * SECOND), new Piece(10, 10, SECOND)));
    assertThat(curve.total()).isEqualTo(20);
    assertThat(curve.cumulative(3 * SECOND)).isEqualTo(10);
    for (int n = 0; n < 20; n++) {
      long at = curve.inverse(n + 0.5);
      assertThat(at < SECOND || at >= 6 * SECOND).as("arrival %d at %d", n, at).isTrue();
    }
    assertThat(curve.inverse(10)).isEqualTo(6 * SECOND);
  }

  @Test
  void silenceAtBothEndsHasNoArrivals() {
    LoadCurve curve =
        LoadCurve.of(
            List.of(
                new Piece(0, 0, 2 * SECOND),
                new Piece(10, 10, SECOND),
                new Piece(0, 0, Long.MAX_VALUE)));
    assertThat(curve.total()).isEqualTo(10);
    assertThat(curve.inverse(0)).isEqualTo(2 * SECOND);
    assertThat(curve.inverse(9.999)).isBetween(2 * SECOND, 3 * SECOND - 1);
    assertThat(curve.inverse(10)).isEqualTo(Long.MAX_VALUE);
    assertThat(LoadCurve.constant(0, Duration.ZERO).inverse(0)).isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void theInverseUndoesTheIntegral(long seed) {
    LoadCurve curve = random(seed);
    long before = -1;
    for (int n = 0; n + 0.5 < Math.min(curve.total(), 20_000); n++) {
      long at = curve.inverse(n + 0.5);
      assertThat(at)
          .as("seed %d, arrival %d", seed, n)
          .isBetween(Math.max(before, 0), curve.endNanos() - 1);
      // Two nanoseconds are rate * 2e-9 arrivals; the rest is the rounding of sums.
      assertThat(curve.cumulative(at))
          .as("seed %d, arrival %d", seed, n)
          .isCloseTo(n + 0.5, within(1e-4));
      before = at;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void theIntegralRisesAndAgreesWithTheRate(long seed) {
    LoadCurve curve = random(seed);
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      long a = (long) (random.nextDouble() * curve.endNanos());
      long step = 1_000;
      double growth = curve.cumulative(a + step) - curve.cumulative(a);
      assertThat(growth).as("seed %d at %d", seed, a).isGreaterThanOrEqualTo(0);
      double rate =
          Math.max(curve.rateAt(a), curve.rateAt(Math.min(a + step, curve.endNanos() - 1)));
      assertThat(growth).as("seed %d at %d", seed, a).isLessThanOrEqualTo(rate * step / 1e9 + 1e-6);
    }
    assertThat(curve.cumulative(curve.endNanos())).isEqualTo(curve.total());
    assertThat(curve.cumulative(Long.MAX_VALUE)).isEqualTo(curve.total());
    assertThat(curve.cumulative(0)).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void aCutCurveIsTheSameUpToTheCut(long seed) {
    LoadCurve curve = random(seed);
    Random random = new Random(seed);
    long cut = 1 + (long) (random.nextDouble() * (curve.endNanos() - 1));
    LoadCurve part = curve.cutAt(cut);
    assertThat(part.endNanos()).isEqualTo(cut);
    assertThat(part.total()).isCloseTo(curve.cumulative(cut), within(1e-6));
    for (int i = 0; i < 200; i++) {
      long at = (long) (random.nextDouble() * cut);
      assertThat(part.cumulative(at)).isCloseTo(curve.cumulative(at), within(1e-6));
      assertThat(part.rateAt(at)).isCloseTo(curve.rateAt(at), within(1e-6));
    }
    assertThat(curve.cutAt(Long.MAX_VALUE)).isSameAs(curve);
  }

  @Test
  void anEndlessCurveCanBeCut() {
    LoadCurve part = LoadCurve.constant(10, Duration.ZERO).cutAt(3 * SECOND);
    assertThat(part.total()).isEqualTo(30);
    assertThat(part.endNanos()).isEqualTo(3 * SECOND);
  }

  @Test
  void whatIsNoCurveIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> LoadCurve.of(List.of()));
    assertThatIllegalArgumentException().isThrownBy(() -> new Piece(-1, 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Piece(Double.NaN, 1, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Piece(1, Double.POSITIVE_INFINITY, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Piece(1, 1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Piece(1, 2, Long.MAX_VALUE));
    Piece endless = new Piece(1, 1, Long.MAX_VALUE);
    assertThatIllegalArgumentException().isThrownBy(() -> LoadCurve.of(List.of(endless, endless)));
  }

  private static LoadCurve random(long seed) {
    Random random = new Random(seed);
    List<Piece> pieces = new ArrayList<>();
    for (int i = 1 + random.nextInt(6); i > 0; i--) {
      long nanos = 1 + (long) (random.nextDouble() * 20 * SECOND);
      double from = random.nextInt(4) == 0 ? 0 : random.nextDouble() * 1_000;
      double to =
          random.nextInt(3) == 0 ? from : random.nextInt(4) == 0 ? 0 : random.nextDouble() * 1_000;
      pieces.add(new Piece(from, to, nanos));
    }
    return LoadCurve.of(pieces);
  }

  /// Against looking at every microsecond.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void theMomentOfARateIsTheFirstAtWhichItIsReached(long seed) {
    java.util.SplittableRandom random = new java.util.SplittableRandom(seed);
    Piece[] pieces = new Piece[1 + random.nextInt(5)];
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] =
          new Piece(random.nextInt(9), random.nextInt(9), 1_000L * (1 + random.nextInt(50)));
    }
    LoadCurve curve = LoadCurve.of(List.of(pieces));
    for (int n = 0; n < 200; n++) {
      double rate = random.nextInt(18) / 2.0;
      long from = random.nextLong(curve.endNanos() + 1_000);
      long expected = from;
      while (expected < curve.endNanos() && curve.rateAt(expected) < rate) {
        expected++;
      }
      assertThat(curve.whenAtLeast(rate, from))
          .as("rate %f from %d", rate, from)
          .isEqualTo(expected < curve.endNanos() ? expected : Long.MAX_VALUE);
    }
  }
}
