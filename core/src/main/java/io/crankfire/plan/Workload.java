package io.crankfire.plan;

import io.crankfire.template.Names;
import java.util.List;

/// What sessions do. Immutable.
///
/// @param calls every call of the run; statistics are kept per call
/// @param scenarios what iterations can be; statistics are kept per scenario
/// @param names what the calls' placeholders can mean
public record Workload(List<Call> calls, List<Scenario> scenarios, Names names) {

  /// @throws IllegalArgumentException if there is no scenario, or a step names no call
  public Workload {
    calls = List.copyOf(calls);
    scenarios = List.copyOf(scenarios);
    if (scenarios.isEmpty()) {
      throw new IllegalArgumentException("a workload has at least one scenario");
    }
    for (Scenario scenario : scenarios) {
      for (Step step : scenario.steps()) {
        if (step.call() < 0 || step.call() >= calls.size()) {
          throw new IllegalArgumentException("step " + step.call() + " of " + scenario.name());
        }
      }
    }
  }

  /// One call again and again.
  public static Workload of(Call call) {
    return new Workload(
        List.of(call), List.of(new Scenario(call.name(), 1, List.of(Step.of(0)))), new Names());
  }
}
