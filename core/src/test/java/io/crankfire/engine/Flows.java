package io.crankfire.engine;

import static io.crankfire.engine.WorkerRig.MILLI;

import io.crankfire.engine.WorkerRig.ScriptedCall;
import io.crankfire.plan.Call;
import io.crankfire.plan.Scenario;
import io.crankfire.plan.Step;
import io.crankfire.plan.ThinkTime;
import io.crankfire.plan.Workload;
import io.crankfire.template.Condition;
import io.crankfire.template.Conduct;
import io.crankfire.template.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Workloads of scripted calls, put together step by step.
final class Flows {

  final List<Call> calls = new ArrayList<>();
  final List<Scenario> scenarios = new ArrayList<>();
  final Names names = new Names();

  /// A scenario of weight 1.
  Flows scenario(String name, Step... steps) {
    return scenario(name, 1, steps);
  }

  Flows scenario(String name, double weight, Step... steps) {
    scenarios.add(new Scenario(name, weight, List.of(steps)));
    return this;
  }

  Workload workload() {
    return new Workload(calls, scenarios, names);
  }

  /// A call without a timeout.
  int call(String name) {
    return call(name, 0, Conduct.PLAIN);
  }

  int call(String name, long timeoutMillis, Conduct conduct) {
    calls.add(new ScriptedCall(name, Duration.ofMillis(timeoutMillis), conduct));
    return calls.size() - 1;
  }

  /// A step with a call of its own.
  Step step(String name) {
    return Step.of(call(name));
  }

  Step step(String name, ThinkTime think) {
    return step(name, think, 1, null);
  }

  Step step(String name, ThinkTime think, int repeat, @Nullable Condition when) {
    return new Step(call(name), think, repeat, when);
  }

  static ThinkTime constant(long millis) {
    return new ThinkTime(ThinkTime.Kind.CONSTANT, millis * MILLI, millis * MILLI);
  }

  static ThinkTime uniform(long least, long most) {
    return new ThinkTime(ThinkTime.Kind.UNIFORM, least * MILLI, most * MILLI);
  }
}
