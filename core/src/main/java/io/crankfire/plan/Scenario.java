package io.crankfire.plan;

import java.util.List;

/// Steps made one after the other by one session; each arrival begins one iteration.
///
/// @param name its label
/// @param weight how often it is chosen, in relation to the others'
/// @param steps at least one
public record Scenario(String name, double weight, List<Step> steps) {
  /// @throws IllegalArgumentException if there is no step, or the weight is not positive
  public Scenario {
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("scenario " + name + " has no steps");
    }
    if (!(weight > 0) || weight == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("scenario " + name + " has no positive weight");
    }
  }
}
