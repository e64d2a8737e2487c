package io.crankfire.plan;

import java.util.List;

/// Calls made one after the other by one session; each arrival begins one iteration.
///
/// @param name its label
/// @param steps indices into the plan's calls, at least one
public record Scenario(String name, List<Integer> steps) {
  /// @throws IllegalArgumentException if there is no step
  public Scenario {
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("scenario " + name + " has no steps");
    }
  }
}
