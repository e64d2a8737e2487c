package io.crankfire.run;

import io.crankfire.engine.Engine;
import io.crankfire.engine.WorkerReport;
import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.MeasurePoint;
import io.crankfire.metrics.Timeline;
import io.crankfire.metrics.TimelinePoint;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.plan.Arrivals;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Phase;
import io.crankfire.result.RunResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/// Joins what the workers hand over: into the run's sums at once, and into the timeline when every
/// worker has told of an interval. Confined to the thread that runs the plan.
final class Merger {

  private final LoadPlan plan;
  private final String transport;
  private final WorkerMetrics total;
  private final Timeline timeline = new Timeline();
  private final NavigableMap<Long, WorkerMetrics> open = new TreeMap<>();
  private final long[] told;
  private final long[] loadEnds;
  private final Health[] health;
  private final BiConsumer<TimelinePoint, WorkerMetrics> onInterval;
  private int running;
  private int peakSessions;
  private long lastEnd;
  private long emittedTo;
  private long nextInterval;

  /// A worker's health so far.
  private static final class Health {
    private long run;
    private long cpu;
    private long runQueue;
    private double busiest = -1;
    private long longestStall;
    private long stalls;
    private int sessions;

    void add(WorkerMetrics interval) {
      long length = interval.toNanos - interval.fromNanos;
      run += length;
      cpu = cpu < 0 || interval.cpuNanos < 0 ? -1 : cpu + interval.cpuNanos;
      runQueue =
          runQueue < 0 || interval.runQueueNanos < 0 ? -1 : runQueue + interval.runQueueNanos;
      if (length >= 900_000_000 && interval.cpuNanos >= 0) {
        busiest = Math.max(busiest, (double) interval.cpuNanos / length);
      }
      longestStall = Math.max(longestStall, interval.longestStall);
      stalls += interval.stalls;
      sessions = interval.sessions;
    }
  }

  /// @param onInterval hears of every interval when all workers have told of it; its `loadEndNanos`
  ///   is the whole run's
  Merger(
      LoadPlan plan,
      int workers,
      String transport,
      BiConsumer<TimelinePoint, WorkerMetrics> onInterval) {
    this.plan = plan;
    this.transport = transport;
    this.onInterval = onInterval;
    total = Engine.newMetrics(plan);
    told = new long[workers];
    Arrays.fill(told, -1);
    loadEnds = new long[workers];
    Arrays.fill(loadEnds, -1);
    health = new Health[workers];
    Arrays.setAll(health, i -> new Health());
    running = workers;
  }

  /// Whether any worker has still to report.
  boolean incomplete() {
    return running > 0;
  }

  void add(WorkerReport report) {
    WorkerMetrics metrics = report.metrics();
    total.add(metrics);
    health[report.worker()].add(metrics);
    open.computeIfAbsent(metrics.interval, k -> Engine.newMetrics(plan)).add(metrics);
    told[report.worker()] = report.last() ? Long.MAX_VALUE : metrics.interval;
    loadEnds[report.worker()] = metrics.loadEndNanos; // the last word counts: a stop changes it
    lastEnd = Math.max(lastEnd, metrics.toNanos);
    if (report.last()) {
      running--;
    }
    emit();
  }

  private void emit() {
    long complete = Arrays.stream(told).min().orElse(Long.MAX_VALUE);
    while (!open.isEmpty() && nextInterval <= complete) {
      WorkerMetrics metrics = open.remove(nextInterval);
      boolean end = open.isEmpty() && running == 0;
      long to = end ? lastEnd : (nextInterval + 1) * 1_000_000_000L;
      nextInterval++;
      // A second of which no worker tells, because all stood still, is a point with nothing in it.
      emit(metrics == null ? Engine.newMetrics(plan) : metrics, to);
    }
  }

  private void emit(WorkerMetrics metrics, long to) {
    TimelinePoint point = point(metrics, emittedTo, Math.max(to, emittedTo));
    emittedTo = point.toNanos();
    peakSessions = Math.max(peakSessions, sessions());
    timeline.add(point);
    long loadEnd = loadEnd();
    metrics.loadEndNanos = loadEnd == Long.MAX_VALUE ? -1 : loadEnd;
    onInterval.accept(point, metrics);
  }

  private int sessions() {
    return Arrays.stream(health).mapToInt(h -> h.sessions).sum();
  }

  private TimelinePoint point(WorkerMetrics metrics, long from, long to) {
    CallMetrics calls = metrics.totalWithWarmup();
    long started = metrics.startedWithWarmup();
    long asked = started;
    if (plan.arrivals() instanceof Arrivals.Open(var curve, var spacing)) {
      long end = loadEnd();
      asked = due(curve.cumulative(Math.min(to, end))) - due(curve.cumulative(Math.min(from, end)));
    }
    return new TimelinePoint(
        from,
        to,
        asked,
        started,
        calls.ok(),
        calls.failed(),
        calls.interrupted(),
        calls.bytesIn,
        calls.bytesOut,
        metrics.activeSessions,
        metrics.openConnections,
        metrics.lateness.percentile(99),
        metrics.longestStall,
        TimelinePoint.encoded(calls.responseTime()),
        TimelinePoint.encoded(calls.serviceTime()),
        MeasurePoint.of(calls.measures));
  }

  private long due(double cumulative) {
    long cap = plan.total() == 0 ? Long.MAX_VALUE : plan.total();
    return Math.min(cap, (long) Math.floor(cumulative + 0.5));
  }

  WorkerMetrics total() {
    return total;
  }

  List<TimelinePoint> timeline() {
    return timeline.points();
  }

  /// When the load ends, as far as the workers know by now; [Long#MAX_VALUE] if one does not.
  private long loadEnd() {
    long end = 0;
    for (long told : loadEnds) {
      if (told < 0) {
        return Long.MAX_VALUE;
      }
      end = Math.max(end, told);
    }
    if (plan.arrivals() instanceof Arrivals.Open(var curve, var spacing)
        && spacing == Arrivals.Spacing.UNIFORM
        && plan.total() > 0
        && total.startedWithWarmup() >= plan.total()) {
      // The last arrival stands in the middle of its part of the schedule.
      end = Math.max(end, Math.min(curve.inverse((double) plan.total()), planned()));
    }
    return end;
  }

  private long planned() {
    return plan.loadNanos() == 0 ? Long.MAX_VALUE : plan.loadNanos();
  }

  /// When the load ended, in nanoseconds since the run began, its warm-up included.
  long loadEndNanos() {
    boolean schedule = plan.arrivals() instanceof Arrivals.Open;
    long end = loadEnd();
    return schedule && end != Long.MAX_VALUE ? end : Math.min(end, lastEnd);
  }

  /// How the arrivals that are judged went: without those of the warm-up, and over the time without
  /// it.
  RunResult.Load load() {
    long loadNanos = loadEndNanos();
    return new RunResult.Load(
        plan.arrivals() instanceof Arrivals.Open,
        total.started + total.unsent,
        total.started,
        total.unsent,
        total.waiting.count(),
        peakSessions,
        plan.sessions(),
        loadNanos - warmupNanos(loadNanos),
        Math.max(0, lastEnd - loadNanos));
  }

  private long warmupNanos(long end) {
    long sum = 0;
    for (Phase phase : plan.phases()) {
      if (phase.warmup() && phase.fromNanos() < end) {
        sum += Math.min(phase.toNanos(), end) - phase.fromNanos();
      }
    }
    return sum;
  }

  List<RunResult.WorkerHealth> workers() {
    List<RunResult.WorkerHealth> all = new ArrayList<>();
    for (Health h : health) {
      all.add(
          new RunResult.WorkerHealth(
              transport, h.run, h.cpu, h.runQueue, h.busiest, h.longestStall, h.stalls));
    }
    return all;
  }
}
