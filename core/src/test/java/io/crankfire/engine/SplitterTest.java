package io.crankfire.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SplitterTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void sharesAddUpToTheTotalAndEachIsWithinOneOfTheIdeal(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 2_000; round++) {
      long[] weights = random.longs(random.nextInt(1, 12), 1, 1_001).toArray();
      long total =
          switch (round % 4) {
            case 0 -> random.nextLong(0, weights.length + 1L);
            case 1 -> random.nextLong(0, 1_000_000);
            case 2 -> Long.MAX_VALUE / 2 - random.nextLong(1_000);
            default -> Long.MAX_VALUE - random.nextLong(1_000);
          };
      assertSharesExact(weights, total, "seed " + seed + ", round " + round);
    }
  }

  private static void assertSharesExact(long[] weights, long total, String which) {
    Splitter splitter = new Splitter(weights);
    long sum = 0;
    BigDecimal all = BigDecimal.valueOf(Arrays.stream(weights).sum());
    for (int i = 0; i < weights.length; i++) {
      long share = splitter.share(i, total);
      BigDecimal ideal =
          BigDecimal.valueOf(total)
              .multiply(BigDecimal.valueOf(weights[i]))
              .divide(all, MathContext.DECIMAL128);
      BigDecimal off = BigDecimal.valueOf(share).subtract(ideal).abs();
      assertThat(off).as(which).isLessThan(BigDecimal.ONE);
      assertThat(share).as(which).isNotNegative();
      sum += share;
    }
    assertThat(sum).as(which).isEqualTo(total);
  }

  @Test
  void fewerThingsThanPartsAreGivenToAsManyParts() {
    Splitter seven = Splitter.equal(7);
    long[] shares = new long[7];
    Arrays.setAll(shares, part -> seven.share(part, 3));
    assertThat(Arrays.stream(shares).sum()).isEqualTo(3);
    assertThat(Arrays.stream(shares).max()).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void everyArrivalHasExactlyOneOwner(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 50; round++) {
      assertOwnersPartition(random.longs(random.nextInt(1, 9), 1, 40).toArray());
    }
    assertOwnersPartition(1);
    assertOwnersPartition(1, 1, 1, 1, 1, 1, 1);
    assertOwnersPartition(1, 1_000);
    assertOwnersPartition(1_000, 1, 1_000, 3);
  }

  private static void assertOwnersPartition(long... weights) {
    Splitter splitter = new Splitter(weights);
    int rounds = (int) Arrays.stream(weights).sum() * 3;
    BitSet seen = new BitSet();
    for (int part = 0; part < weights.length; part++) {
      long before = -1;
      long n;
      for (long k = 0; (n = splitter.owned(part, k)) < rounds; k++) {
        assertThat(n).isGreaterThan(before);
        assertThat(seen.get((int) n)).as("%d of %s", n, Arrays.toString(weights)).isFalse();
        seen.set((int) n);
        before = n;
      }
    }
    assertThat(seen.cardinality()).as(Arrays.toString(weights)).isEqualTo(rounds);
  }

  @Test
  void aPartOwnsItsFractionOfEveryStretchOfTheSchedule() {
    Splitter splitter = new Splitter(5, 3, 2);
    for (int part = 0; part < 3; part++) {
      long owned = 0;
      for (int upTo = 1; upTo <= 1_000; upTo++) {
        while (splitter.owned(part, owned) < upTo) {
          owned++;
        }
        assertThat((double) owned)
            .isBetween(upTo * splitter.fraction(part) - 1.5, upTo * splitter.fraction(part) + 1.5);
      }
    }
  }

  @Test
  void neighboursBelongToDifferentPartsWhereWeightsAllowIt() {
    Splitter splitter = new Splitter(2, 2, 2);
    for (int part = 0; part < 3; part++) {
      for (long k = 0; k < 100; k++) {
        assertThat(splitter.owned(part, k)).isEqualTo(3 * k + part);
      }
    }
  }

  @Test
  void weightsThatCannotBeDealtOutAreRefused() {
    assertThatThrownBy(Splitter::new).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Splitter(1, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Splitter(1, 1L << 21))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void theNumbersBelowATotalAreOwnedByAllPartsTogether(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 50; round++) {
      long[] weights = random.longs(1 + random.nextInt(8), 1, 20).toArray();
      Splitter splitter = new Splitter(weights);
      int total = random.nextInt(500);
      BitSet seen = new BitSet();
      for (int part = 0; part < weights.length; part++) {
        long mine = splitter.ownedBelow(part, total);
        for (long k = 0; k < mine; k++) {
          long number = splitter.owned(part, k);
          assertThat(number).isLessThan(total);
          assertThat(seen.get((int) number)).isFalse();
          seen.set((int) number);
        }
        assertThat(splitter.owned(part, mine)).isGreaterThanOrEqualTo(total);
      }
      assertThat(seen.cardinality()).isEqualTo(total);
    }
  }
}
