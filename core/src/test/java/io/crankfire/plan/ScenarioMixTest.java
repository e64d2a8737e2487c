package io.crankfire.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Seeds are fixed, so nothing here is left to chance. Limits are those of a test at p = 0.001.
class ScenarioMixTest {

  private static ScenarioMix mix(long seed, double... weights) {
    return new ScenarioMix(
        Arrays.stream(weights)
            .mapToObj(weight -> new Scenario("s", weight, List.of(Step.of(0))))
            .toList(),
        seed);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 42, -7, 987_654_321})
  void scenariosOccurInProportionToTheirWeights(long seed) {
    double[] weights = {1, 0.5, 7, 2.25, 0.25};
    ScenarioMix mix = mix(seed, weights);
    int draws = 100_000;
    long[] counts = new long[weights.length];
    for (int n = 0; n < draws; n++) {
      counts[mix.choose(n)]++;
    }
    double chiSquare = 0;
    for (int i = 0; i < weights.length; i++) {
      double expected = draws * weights[i] / 11;
      chiSquare += (counts[i] - expected) * (counts[i] - expected) / expected;
    }
    assertThat(chiSquare).as("seed %d", seed).isLessThan(18.467); // 4 degrees of freedom
  }

  /// Whoever is chosen next does not depend on who was chosen before.
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 42, -7, 987_654_321})
  void oneChoiceSaysNothingAboutTheNext(long seed) {
    ScenarioMix mix = mix(seed, 1, 1, 1);
    int draws = 90_000;
    long[] pairs = new long[9];
    for (int n = 0; n < draws; n++) {
      pairs[mix.choose(n) * 3 + mix.choose(n + 1)]++;
    }
    double expected = draws / 9.0;
    double chiSquare =
        Arrays.stream(pairs).mapToDouble(c -> (c - expected) * (c - expected) / expected).sum();
    assertThat(chiSquare).as("seed %d", seed).isLessThan(26.124); // 8 degrees of freedom
  }

  @Test
  void theSameSeedGivesTheSameChoicesAndAnotherGivesOthers() {
    int[] some = IntStream.range(0, 100).map(n -> mix(5, 1, 1).choose(n)).toArray();
    int[] same = IntStream.range(0, 100).map(n -> mix(5, 1, 1).choose(n)).toArray();
    int[] others = IntStream.range(0, 100).map(n -> mix(6, 1, 1).choose(n)).toArray();
    assertThat(some).isEqualTo(same).isNotEqualTo(others);
  }

  @Test
  void probabilitiesAreSharesOfTheWhole() {
    ScenarioMix mix = mix(1, 3, 1);
    assertThat(mix.probability(0)).isCloseTo(0.75, within(1e-12));
    assertThat(mix.probability(1)).isCloseTo(0.25, within(1e-12));
    assertThat(mix(1, 3).probability(0)).isEqualTo(1);
  }

  @Test
  void aScenarioOfTinyWeightIsStillChosenAndTheLastOneNeverMissed() {
    ScenarioMix mix = mix(3, 1e-3, 1, 1e-3);
    long[] counts = new long[3];
    for (int n = 0; n < 100_000; n++) {
      counts[mix.choose(n)]++;
    }
    assertThat(counts[0]).isBetween(60L, 150L);
    assertThat(counts[2]).isBetween(60L, 150L);
  }
}
