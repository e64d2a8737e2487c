package io.crankfire.engine;

import io.crankfire.plan.Call;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Scenario;
import io.crankfire.plan.Step;
import io.crankfire.plan.ThinkTime;
import io.crankfire.protocol.Requester;
import io.crankfire.template.Condition;
import io.crankfire.template.Credential;
import io.crankfire.template.Retry;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A scenario as a worker needs it. Made before the load begins.
final class Flow {

  /// One step.
  ///
  /// @param call what is exchanged
  /// @param callIndex its index in the plan
  /// @param requester that sends it
  /// @param deadlines of its timeout; null for none
  /// @param think how long the session thinks before it
  /// @param repeat how often it is made
  /// @param when whether it is made at all; null for always
  /// @param retry when a failure is tried again
  /// @param credential sent with it, or null
  record Stage(
      Call call,
      int callIndex,
      Requester requester,
      Deadlines.@Nullable Queue deadlines,
      ThinkTime think,
      int repeat,
      @Nullable Condition when,
      Retry retry,
      @Nullable Credential credential) {}

  private final int scenario;
  private final Stage[] stages;

  private Flow(int scenario, Stage[] stages) {
    this.scenario = scenario;
    this.stages = stages;
  }

  /// All scenarios of a plan, in its order.
  static Flow[] all(LoadPlan plan, Map<String, Requester> requesters, Deadlines deadlines) {
    List<Scenario> scenarios = plan.workload().scenarios();
    Flow[] flows = new Flow[scenarios.size()];
    for (int i = 0; i < flows.length; i++) {
      List<Step> steps = scenarios.get(i).steps();
      Stage[] stages = new Stage[steps.size()];
      for (int s = 0; s < stages.length; s++) {
        stages[s] = stage(plan, steps.get(s), requesters, deadlines);
      }
      flows[i] = new Flow(i, stages);
    }
    return flows;
  }

  private static Stage stage(
      LoadPlan plan, Step step, Map<String, Requester> requesters, Deadlines deadlines) {
    Call call = plan.calls().get(step.call());
    long timeout = call.timeout().toNanos();
    return new Stage(
        call,
        step.call(),
        Objects.requireNonNull(requesters.get(call.protocol())),
        timeout == 0 ? null : deadlines.queue(timeout),
        step.think(),
        step.repeat(),
        step.when(),
        call.conduct().retry(),
        call.conduct().credential());
  }

  /// The scenario's index in the plan.
  int scenario() {
    return scenario;
  }

  /// How many steps there are.
  int size() {
    return stages.length;
  }

  /// A step, from 0.
  Stage stage(int step) {
    return stages[step];
  }

  /// Whether an exchange of it may take for ever.
  boolean untimed() {
    for (Stage stage : stages) {
      if (stage.deadlines == null) {
        return true;
      }
    }
    return false;
  }
}
