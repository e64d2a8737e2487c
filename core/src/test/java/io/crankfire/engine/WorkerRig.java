package io.crankfire.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Recorder;
import io.crankfire.metrics.ScenarioMetrics;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.plan.Arrivals;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.LoadCurve;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Pacing;
import io.crankfire.plan.Phase;
import io.crankfire.plan.Scenario;
import io.crankfire.plan.Step;
import io.crankfire.plan.Target;
import io.crankfire.plan.Transport;
import io.crankfire.plan.Workload;
import io.crankfire.template.Conduct;
import io.crankfire.template.Names;
import io.crankfire.template.Variables;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;

/// One worker on a fake loop, with a scripted target, and all that it reported. Times in the
/// methods are milliseconds after the load began.
final class WorkerRig {

  static final long MILLI = 1_000_000;
  static final long START = 1_000 * MILLI;

  final FakeClock clock = new FakeClock();
  final FakeLoop loop = new FakeLoop(clock);
  final ScriptedRequester target;
  final List<WorkerReport> reports = new ArrayList<>();
  final Worker worker;

  private final LoadPlan plan;

  /// A call of the scripted protocol.
  record ScriptedCall(String name, Duration timeout, Conduct conduct) implements Call {
    @Override
    public String protocol() {
      return "scripted";
    }

    @Override
    public Target target() {
      return new Target("scripted", "localhost", 1, null);
    }
  }

  /// What a plan says, with what is usual for what it does not say.
  record Setting(
      double rate, int sessions, Duration duration, long total, Duration grace, Duration timeout) {

    static Setting closed(int sessions) {
      return new Setting(0, sessions, Duration.ZERO, 0, Duration.ofSeconds(5), Duration.ZERO);
    }

    static Setting open(double rate, int sessions) {
      return new Setting(rate, sessions, Duration.ZERO, 0, Duration.ofSeconds(5), Duration.ZERO);
    }

    Setting lasting(long millis) {
      return new Setting(rate, sessions, Duration.ofMillis(millis), total, grace, timeout);
    }

    Setting total(long arrivals) {
      return new Setting(rate, sessions, duration, arrivals, grace, timeout);
    }

    Setting grace(long millis) {
      return new Setting(rate, sessions, duration, total, Duration.ofMillis(millis), timeout);
    }

    Setting timeout(long millis) {
      return new Setting(rate, sessions, duration, total, grace, Duration.ofMillis(millis));
    }

    LoadPlan plan(int steps) {
      return plan(
          new Workload(
              List.of(new ScriptedCall("call", timeout, Conduct.PLAIN)),
              List.of(new Scenario("scenario", 1, Collections.nCopies(steps, Step.of(0)))),
              new Names()));
    }

    LoadPlan plan(Workload workload, Phase... phases) {
      Arrivals arrivals =
          rate == 0
              ? new Arrivals.Closed()
              : new Arrivals.Open(LoadCurve.constant(rate, duration), Arrivals.Spacing.UNIFORM);
      return plan(workload, arrivals, phases);
    }

    LoadPlan plan(Workload workload, Arrivals arrivals, Phase... phases) {
      return new LoadPlan(
          workload,
          arrivals,
          List.of(phases),
          sessions,
          false,
          duration,
          total,
          grace,
          List.of(),
          1,
          Transport.AUTO,
          Pacing.DEFAULT,
          Connections.DEFAULT,
          1);
    }
  }

  WorkerRig(Setting setting, IntToLongFunction delays) {
    this(setting.plan(1), delays);
  }

  WorkerRig(LoadPlan plan, IntToLongFunction delays) {
    this(plan, 1, 0, delays);
  }

  /// One of several workers.
  WorkerRig(LoadPlan plan, int workers, int part, IntToLongFunction delays) {
    this.plan = plan;
    target = new ScriptedRequester(loop, delays);
    worker =
        new Worker(
            plan,
            Engine.share(plan, Splitter.equal(workers), part),
            loop,
            new Recorder(Engine.newMetrics(plan)),
            Map.of("scripted", target),
            reports::add);
  }

  /// Runs to the end and checks what must hold of every run.
  WorkerRig run() {
    worker.run(START, () -> false);
    WorkerMetrics sum = sum();
    CallMetrics calls = sum.totalWithWarmup();
    assertThat(calls.attempts()).isEqualTo(target.sent.size());
    long iterations = 0;
    for (ScenarioMetrics scenario : sum.scenarios) {
      assertThat(scenario.ok + scenario.failed + scenario.interrupted).isEqualTo(scenario.started);
      assertThat(scenario.duration.count()).isEqualTo(scenario.ok + scenario.failed);
      iterations += scenario.started;
    }
    assertThat(iterations).isEqualTo(sum.started);
    assertThat(calls.ok() + calls.failed() + calls.interrupted()).isEqualTo(calls.started);
    assertThat(calls.responseOk.count()).isEqualTo(calls.ok());
    assertThat(calls.serviceFailed.count()).isEqualTo(calls.failed());
    assertThat(target.underWay).isZero();
    assertThat(reports.stream().filter(WorkerReport::last)).hasSize(1);
    assertThat(reports.getLast().last()).isTrue();
    long from = 0;
    for (WorkerReport report : reports) {
      assertThat(report.metrics().fromNanos).isEqualTo(from);
      from = report.metrics().toNanos;
    }
    return this;
  }

  WorkerRig at(long millis, Runnable action) {
    loop.at(START + millis * MILLI, action);
    return this;
  }

  WorkerMetrics sum() {
    WorkerMetrics sum = Engine.newMetrics(plan);
    reports.forEach(report -> sum.add(report.metrics()));
    return sum;
  }

  CallMetrics calls() {
    return sum().total();
  }

  /// A session that takes part in nothing.
  Session session() {
    Accounts accounts = new Accounts(new Recorder(Engine.newMetrics(plan)), List.of());
    return new Session(worker, accounts, 0, 0, new Variables(new Names(), 0, () -> 0));
  }

  /// When the last report was made.
  double endMillis() {
    return reports.getLast().metrics().toNanos / 1e6;
  }

  double loadEndMillis() {
    return reports.getLast().metrics().loadEndNanos / 1e6;
  }

  /// The delay of each exchange: the same.
  static IntToLongFunction answersAfter(double millis) {
    return n -> (long) (millis * MILLI);
  }
}
