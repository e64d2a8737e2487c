package io.crankfire.plan;

import io.crankfire.template.Condition;
import org.jspecify.annotations.Nullable;

/// One step of a scenario.
///
/// @param call its call, by index in the workload
/// @param think how long the session thinks before it
/// @param repeat how often it is made, at least once
/// @param when whether it is made at all, decided each time; null for always
public record Step(int call, ThinkTime think, int repeat, @Nullable Condition when) {

  /// @throws IllegalArgumentException if it is not made once
  public Step {
    if (repeat < 1) {
      throw new IllegalArgumentException("a step is made at least once");
    }
  }

  /// The call once, at once, always.
  public static Step of(int call) {
    return new Step(call, ThinkTime.NONE, 1, null);
  }
}
