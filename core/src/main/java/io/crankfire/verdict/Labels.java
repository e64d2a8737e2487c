package io.crankfire.verdict;

import io.crankfire.plan.Call;
import io.crankfire.plan.Phase;
import io.crankfire.plan.Scenario;
import io.crankfire.plan.Threshold.Scope;
import io.crankfire.plan.Workload;
import java.util.List;

/// The names of a run's parts, in the order of their counts.
///
/// @param endpoints of the calls
/// @param scenarios of the scenarios
/// @param phases of the phases; empty if the run has only one, without a name
public record Labels(List<String> endpoints, List<String> scenarios, List<String> phases) {

  /// Copies the lists.
  public Labels {
    endpoints = List.copyOf(endpoints);
    scenarios = List.copyOf(scenarios);
    phases = List.copyOf(phases);
  }

  /// Those of a plan.
  public static Labels of(Workload workload, List<Phase> phases) {
    return new Labels(
        workload.calls().stream().map(Call::name).toList(),
        workload.scenarios().stream().map(Scenario::name).toList(),
        phases.stream().map(Phase::name).toList());
  }

  /// The names of one division.
  public List<String> of(Scope.Kind kind) {
    return switch (kind) {
      case ENDPOINT -> endpoints;
      case SCENARIO -> scenarios;
      case PHASE -> phases;
    };
  }
}
