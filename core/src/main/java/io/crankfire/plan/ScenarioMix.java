package io.crankfire.plan;

import java.util.List;

/// Chooses the scenario of each iteration, in proportion to the weights. The choice depends on the
/// seed and the iteration's number alone, so that it is the same whatever the number of workers.
/// Immutable.
public final class ScenarioMix {

  private final double[] upTo; // the sum of the weights up to and with each scenario
  private final long seed;

  /// @param scenarios at least one
  /// @param seed of the run
  public ScenarioMix(List<Scenario> scenarios, long seed) {
    upTo = new double[scenarios.size()];
    double sum = 0;
    for (int i = 0; i < upTo.length; i++) {
      sum += scenarios.get(i).weight();
      upTo[i] = sum;
    }
    this.seed = seed;
  }

  /// The share of iterations that are of a scenario, above 0 and at most 1.
  public double probability(int scenario) {
    double before = scenario == 0 ? 0 : upTo[scenario - 1];
    return (upTo[scenario] - before) / upTo[upTo.length - 1];
  }

  /// The scenario of an iteration, by its index.
  ///
  /// @param iteration its number among all iterations of the run, from 0
  public int choose(long iteration) {
    int low = 0;
    int high = upTo.length - 1;
    if (high == 0) {
      return 0;
    }
    double drawn = Draw.unit(seed, Draw.SCENARIO, iteration) * upTo[high];
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (drawn < upTo[middle]) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
