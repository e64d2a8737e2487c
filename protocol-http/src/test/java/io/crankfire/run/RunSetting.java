package io.crankfire.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.http.HttpProtocol;
import io.crankfire.plan.Arrivals;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.LoadCurve;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Pacing;
import io.crankfire.plan.Threshold;
import io.crankfire.plan.Transport;
import io.crankfire.plan.Workload;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.Protocol;
import io.crankfire.result.RunResult;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a run is to be, with what is usual for all that a test does not say.
record RunSetting(
    URI target,
    String timeout,
    @Nullable LoadCurve curve,
    Arrivals.Spacing spacing,
    int sessions,
    Duration duration,
    long total,
    Duration grace,
    int workers,
    Transport transport,
    Pacing pacing,
    List<Threshold> thresholds) {

  static RunSetting closed(URI target, int sessions) {
    return new RunSetting(
        target,
        "10s",
        null,
        Arrivals.Spacing.UNIFORM,
        sessions,
        Duration.ZERO,
        0,
        Duration.ofSeconds(5),
        1,
        Transport.NIO,
        Pacing.DEFAULT,
        List.of());
  }

  static RunSetting open(URI target, LoadCurve curve) {
    return new RunSetting(
        target,
        "10s",
        curve,
        Arrivals.Spacing.UNIFORM,
        2_000,
        Duration.ZERO,
        0,
        Duration.ofSeconds(5),
        1,
        Transport.NIO,
        Pacing.DEFAULT,
        List.of());
  }

  static RunSetting open(URI target, double rate, Duration duration) {
    return open(target, LoadCurve.constant(rate, duration)).lasting(duration);
  }

  RunSetting timeout(String newTimeout) {
    return new RunSetting(
        target,
        newTimeout,
        curve,
        spacing,
        sessions,
        duration,
        total,
        grace,
        workers,
        transport,
        pacing,
        thresholds);
  }

  RunSetting poisson() {
    return new RunSetting(
        target,
        timeout,
        curve,
        Arrivals.Spacing.POISSON,
        sessions,
        duration,
        total,
        grace,
        workers,
        transport,
        pacing,
        thresholds);
  }

  RunSetting sessions(int most) {
    return new RunSetting(
        target,
        timeout,
        curve,
        spacing,
        most,
        duration,
        total,
        grace,
        workers,
        transport,
        pacing,
        thresholds);
  }

  RunSetting lasting(Duration newDuration) {
    return new RunSetting(
        target,
        timeout,
        curve,
        spacing,
        sessions,
        newDuration,
        total,
        grace,
        workers,
        transport,
        pacing,
        thresholds);
  }

  RunSetting total(long arrivals) {
    return new RunSetting(
        target,
        timeout,
        curve,
        spacing,
        sessions,
        duration,
        arrivals,
        grace,
        workers,
        transport,
        pacing,
        thresholds);
  }

  RunSetting grace(Duration newGrace) {
    return new RunSetting(
        target,
        timeout,
        curve,
        spacing,
        sessions,
        duration,
        total,
        newGrace,
        workers,
        transport,
        pacing,
        thresholds);
  }

  RunSetting on(Transport newTransport, int newWorkers) {
    return new RunSetting(
        target,
        timeout,
        curve,
        spacing,
        sessions,
        duration,
        total,
        grace,
        newWorkers,
        newTransport,
        pacing,
        thresholds);
  }

  RunSetting pacing(Pacing newPacing) {
    return new RunSetting(
        target,
        timeout,
        curve,
        spacing,
        sessions,
        duration,
        total,
        grace,
        workers,
        transport,
        newPacing,
        thresholds);
  }

  RunSetting judged(List<Threshold> newThresholds) {
    return new RunSetting(
        target,
        timeout,
        curve,
        spacing,
        sessions,
        duration,
        total,
        grace,
        workers,
        transport,
        pacing,
        newThresholds);
  }

  LoadPlan plan() {
    Problems problems = new Problems();
    Position here = Position.flag("test");
    Map<String, ConfigNode> step = new LinkedHashMap<>();
    step.put("target", new ConfigNode.Scalar(target.toString(), here));
    step.put("timeout", new ConfigNode.Scalar(timeout, here));
    Call call =
        new HttpProtocol().compile(new ConfigNode.Mapping(step, here), Compiling.plain(problems));
    assertThat(problems.all()).isEmpty();
    return new LoadPlan(
        Workload.of(Objects.requireNonNull(call)),
        curve == null ? new Arrivals.Closed() : new Arrivals.Open(curve, spacing),
        List.of(),
        sessions,
        curve != null,
        duration,
        total,
        grace,
        thresholds,
        workers,
        transport,
        pacing,
        Connections.DEFAULT,
        42);
  }

  /// The run, ready to be executed.
  LoadRun run(Protocol protocol, Progress progress) {
    RunResult.RunInfo info =
        new RunResult.RunInfo("test", target.toString(), Instant.EPOCH, 42, Map.of(), Map.of());
    return new LoadRun(plan(), Map.of(HttpProtocol.NAME, protocol), info, progress);
  }

  RunResult execute() throws Exception {
    return run(new HttpProtocol(), Progress.NONE).execute();
  }
}
