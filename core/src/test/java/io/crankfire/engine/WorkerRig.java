package io.crankfire.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Recorder;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.plan.Arrivals;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.LoadCurve;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Pacing;
import io.crankfire.plan.Scenario;
import io.crankfire.plan.Step;
import io.crankfire.plan.Target;
import io.crankfire.plan.Transport;
import io.crankfire.plan.Workload;
import io.crankfire.template.Names;
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

  private record ScriptedCall(String name, Duration timeout) implements Call {
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
      Arrivals arrivals =
          rate == 0
              ? new Arrivals.Closed()
              : new Arrivals.Open(LoadCurve.constant(rate, duration), Arrivals.Spacing.UNIFORM);
      return new LoadPlan(
          new Workload(
              List.of(new ScriptedCall("call", timeout)),
              List.of(new Scenario("scenario", 1, Collections.nCopies(steps, Step.of(0)))),
              new Names()),
          arrivals,
          List.of(),
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
    target = new ScriptedRequester(loop, delays);
    long total = plan.total() == 0 ? Long.MAX_VALUE : plan.total();
    Splitter alone = Splitter.equal(1);
    Pacer pacer =
        plan.arrivals() instanceof Arrivals.Open(LoadCurve curve, var _)
            ? new UniformPacer(curve, alone, 0, total)
            : null;
    worker =
        new Worker(
            plan,
            new Share(0, alone, pacer, plan.sessions(), total, 0),
            loop,
            new Recorder(new WorkerMetrics(1)),
            Map.of("scripted", target),
            reports::add);
  }

  /// Runs to the end and checks what must hold of every run.
  WorkerRig run() {
    worker.run(START, () -> false);
    WorkerMetrics sum = sum();
    CallMetrics calls = sum.total();
    assertThat(calls.started).isEqualTo(target.sent.size());
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
    WorkerMetrics sum = new WorkerMetrics(1);
    reports.forEach(report -> sum.add(report.metrics()));
    return sum;
  }

  CallMetrics calls() {
    return sum().total();
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
