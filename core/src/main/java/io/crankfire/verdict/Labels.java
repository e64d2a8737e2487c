package io.crankfire.verdict;

import io.crankfire.plan.Call;
import io.crankfire.plan.Phase;
import io.crankfire.plan.Scenario;
import io.crankfire.plan.Step;
import io.crankfire.plan.Threshold.Scope;
import io.crankfire.plan.Workload;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A run's parts, in the order of their counts. Parts of one name count together.
///
/// @param endpoints the calls
/// @param scenarios the scenarios
/// @param phases the phases; empty if the run has only one, without a name
public record Labels(List<Endpoint> endpoints, List<Flow> scenarios, List<Phase> phases) {

  /// A call.
  ///
  /// @param name its label
  /// @param checks how many checks its responses have
  public record Endpoint(String name, int checks) {}

  /// A scenario.
  ///
  /// @param name its label
  /// @param calls the calls of its steps, by their index
  public record Flow(String name, List<Integer> calls) {
    /// Copies the list.
    public Flow {
      calls = List.copyOf(calls);
    }
  }

  /// Copies the lists.
  public Labels {
    endpoints = List.copyOf(endpoints);
    scenarios = List.copyOf(scenarios);
    phases = List.copyOf(phases);
  }

  /// The parts of a plan.
  public static Labels of(Workload workload, List<Phase> phases) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (Call call : workload.calls()) {
      endpoints.add(new Endpoint(call.name(), call.conduct().checks().size()));
    }
    List<Flow> scenarios = new ArrayList<>();
    for (Scenario scenario : workload.scenarios()) {
      List<Integer> calls = new ArrayList<>();
      for (Step step : scenario.steps()) {
        calls.add(step.call());
      }
      scenarios.add(new Flow(scenario.name(), calls));
    }
    return new Labels(endpoints, scenarios, phases);
  }

  /// The names of one division.
  public List<String> of(Scope.Kind kind) {
    return switch (kind) {
      case ENDPOINT -> endpoints.stream().map(Endpoint::name).toList();
      case SCENARIO -> scenarios.stream().map(Flow::name).toList();
      case PHASE -> phases.stream().map(Phase::name).toList();
    };
  }

  /// Whether a call is made by the scenarios of that name, and by no other: then what is counted
  /// for it is theirs.
  public boolean onlyIn(String scenario, int call) {
    boolean here = false;
    for (Flow flow : scenarios) {
      if (flow.calls().contains(call)) {
        if (!flow.name().equals(scenario)) {
          return false;
        }
        here = true;
      }
    }
    return here;
  }

  /// Whether a call belongs to a part of the load, whichever others it belongs to as well. Every
  /// call may occur in every phase.
  public boolean covers(Scope scope, int call) {
    return switch (scope.kind()) {
      case ENDPOINT -> endpoints.get(call).name().equals(scope.name());
      case SCENARIO ->
          scenarios.stream()
              .anyMatch(flow -> flow.name().equals(scope.name()) && flow.calls().contains(call));
      case PHASE -> true;
    };
  }

  /// How much of a stretch of the run is load that is judged: without warm-ups, and in the scope of
  /// a phase only that phase.
  ///
  /// @param scope null for the whole load
  long judgedNanos(@Nullable Scope scope, long from, long to) {
    String only = scope != null && scope.kind() == Scope.Kind.PHASE ? scope.name() : null;
    long sum = only == null ? to - from : 0;
    for (Phase phase : phases) {
      long within = Math.max(0, Math.min(to, phase.toNanos()) - Math.max(from, phase.fromNanos()));
      if (only == null) {
        sum -= phase.warmup() ? within : 0;
      } else if (phase.name().equals(only) && !phase.warmup()) {
        sum += within;
      }
    }
    return sum;
  }
}
