package io.crankfire.run;

import io.crankfire.engine.Engine;
import io.crankfire.engine.WorkerReport;
import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.TimelinePoint;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.net.Resolver;
import io.crankfire.net.TlsContext;
import io.crankfire.plan.Call;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Pacing;
import io.crankfire.plan.Scenario;
import io.crankfire.protocol.Protocol;
import io.crankfire.result.RunResult;
import io.crankfire.template.Check;
import io.crankfire.verdict.Labels;
import io.crankfire.verdict.ThresholdMonitor;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One run of a plan, from nothing to its result. Use once.
///
/// [#execute] blocks the calling thread; [#stop] and [#cancel] may be called by any other at any
/// time, also before it.
public final class LoadRun {

  /// Asking the JVM about its garbage collections costs more than a short run does.
  private static final long COLLECTIONS_FROM = 1_000_000_000L;

  /// Runs shorter than this are over before a warm-up pays.
  private static final Duration WARM_UP_FROM = Duration.ofSeconds(1);

  private final LoadPlan plan;
  private final Map<String, Protocol> protocols;
  private final RunResult.RunInfo info;
  private final Progress progress;
  private final @Nullable ThresholdMonitor monitor;
  private final Object lock = new Object();
  private @Nullable Engine engine;
  private RunResult.Ending ending = RunResult.Ending.COMPLETED;
  private long started;
  private long ok;
  private long failed;

  /// @param protocols by name, all that the plan's calls need
  /// @param info what reports are to say about the run
  /// @param progress hears of every interval
  public LoadRun(
      LoadPlan plan, Map<String, Protocol> protocols, RunResult.RunInfo info, Progress progress) {
    this.plan = plan;
    this.protocols = Map.copyOf(protocols);
    this.info = info;
    this.progress = progress;
    monitor =
        plan.thresholds().isEmpty()
            ? null
            : new ThresholdMonitor(plan.thresholds(), Labels.of(plan.workload(), plan.phases()));
  }

  /// Gets the credentials, reaches the target, offers the load, waits for the end.
  ///
  /// @throws RunFailedException if a credential is not to be had, the target cannot be reached, or
  ///   a file it needs cannot be read
  /// @throws InterruptedException if the calling thread is interrupted; the run is abandoned
  public RunResult execute() throws RunFailedException, InterruptedException {
    TlsContext tls = tls();
    try (Credentials _ = Credentials.obtain(plan);
        Engine running = newEngine(tls)) {
      Engine.Reachability unreachable = running.prepare();
      if (unreachable != null) {
        throw new RunFailedException(
            "cannot reach "
                + unreachable.call().target()
                + ": "
                + unreachable.outcome().bucket()
                + ": "
                + unreachable.detail());
      }
      if (plan.calls().stream().anyMatch(call -> call.target().secure())) {
        warmUp(tls);
      }
      Merger merger =
          new Merger(plan, running.workers(), running.transport(), this::intervalComplete);
      synchronized (lock) {
        engine = running;
        if (ending != RunResult.Ending.COMPLETED) {
          running.stop(); // asked for already: nothing is to begin
        }
      }
      running.start();
      while (merger.incomplete()) {
        WorkerReport report = running.take();
        merger.add(report);
        running.recycle(report);
      }
      return result(merger);
    } finally {
      synchronized (lock) {
        engine = null;
      }
    }
  }

  private TlsContext tls() throws RunFailedException {
    try {
      return TlsContext.of(plan.connections().tls());
    } catch (IllegalArgumentException e) {
      throw new RunFailedException(String.valueOf(e.getMessage()), e);
    }
  }

  private Engine newEngine(TlsContext tls) throws RunFailedException {
    try {
      return new Engine(plan, protocols, tls, new Resolver(plan.connections().resolve()));
    } catch (IllegalArgumentException e) {
      throw new RunFailedException(String.valueOf(e.getMessage()), e);
    }
  }

  /// Encryption that the JVM has not compiled yet would be measured as the target's slowness. So a
  /// run begins with some of it in memory, for no longer than the load takes. The compiler needs
  /// five seconds of a processor; where it has one to itself, the wait is shorter.
  private void warmUp(TlsContext tls) {
    long load = plan.loadNanos();
    boolean endless = load == 0 && plan.total() == 0;
    if (!endless && load < WARM_UP_FROM.toNanos()) {
      return;
    }
    Duration most = Duration.ofSeconds(Runtime.getRuntime().availableProcessors() > 1 ? 3 : 6);
    Duration budget = endless || load > most.toNanos() ? most : Duration.ofNanos(load);
    progress.warmingUp(budget);
    tls.warmUp(budget);
  }

  private RunResult result(Merger merger) {
    RunResult.Load load = merger.load();
    if (load.loadNanos() >= COLLECTIONS_FROM) {
      tellCollections(merger.total());
    }
    synchronized (lock) {
      return RunResult.judged(
          info,
          load,
          plan.calls().stream().map(LoadRun::named).toList(),
          plan.workload().scenarios().stream().map(Scenario::name).toList(),
          plan.phases(),
          merger.total(),
          merger.workers(),
          merger.timeline(),
          ending,
          load.open() && plan.pacing() == Pacing.PRECISE,
          monitor == null ? List.of() : monitor.results(merger.total(), merger.loadEndNanos()));
    }
  }

  private static RunResult.CallName named(Call call) {
    return new RunResult.CallName(
        call.name(), call.protocol(), call.conduct().checks().stream().map(Check::name).toList());
  }

  private static void tellCollections(WorkerMetrics metrics) {
    metrics.collections = 0;
    for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      metrics.collections += Math.max(0, collector.getCollectionCount());
      metrics.collectionNanos += Math.max(0, collector.getCollectionTime()) * 1_000_000;
    }
  }

  private void intervalComplete(TimelinePoint point, WorkerMetrics metrics) {
    CallMetrics calls = metrics.totalWithWarmup();
    started += metrics.startedWithWarmup();
    ok += calls.ok();
    failed += calls.failed();
    judge(point, metrics);
    long planned = plan.loadNanos();
    boolean draining = planned > 0 && point.fromNanos() >= planned;
    progress.interval(
        point,
        new Progress.SoFar(point.toNanos(), planned, plan.total(), started, ok, failed, draining),
        List.copyOf(metrics.errors.entries()));
  }

  private void judge(TimelinePoint point, WorkerMetrics metrics) {
    long loadEnd = metrics.loadEndNanos;
    if (monitor == null || (loadEnd >= 0 && point.toNanos() > loadEnd)) {
      return;
    }
    monitor.interval(metrics, point.fromNanos(), point.toNanos());
    if (monitor.broken() != null) {
      end(RunResult.Ending.ABORTED);
    }
  }

  /// Ends the load now; what is under way may finish within the grace.
  public void stop() {
    end(RunResult.Ending.STOPPED);
  }

  /// Ends the load and everything under way now.
  public void cancel() {
    end(RunResult.Ending.CANCELLED);
  }

  private void end(RunResult.Ending how) {
    synchronized (lock) {
      if (ending.compareTo(how) < 0) {
        ending = how;
      }
      if (engine != null) {
        if (how == RunResult.Ending.CANCELLED) {
          engine.cancel();
        } else {
          engine.stop();
        }
      }
    }
  }
}
