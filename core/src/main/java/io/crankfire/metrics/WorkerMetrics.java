package io.crankfire.metrics;

import java.util.Collections;
import java.util.List;

/// What one worker counted during one interval, or all workers over a run: per call, and about
/// itself. Filled by the worker, handed over, merged, cleared and given back. Confined to one
/// thread at a time.
///
/// What is judged stands apart from what only warms the target up: calls, scenarios, arrivals,
/// lateness, waiting and errors are without the warm-up, which is in its [LoadPhaseMetrics]. What
/// the worker tells about itself and its connections is of the whole run.
public final class WorkerMetrics {

  /*
   * While an interval is filled, a run with phases counts each exchange once, in its phase; the
   * judged phases are added up into `calls` when the interval is handed over (settle).
   */

  private static final LoadPhaseMetrics[] NO_PHASES = {};

  /// Per call, by the call's index in the plan.
  public final CallMetrics[] calls;

  /// Per scenario, by its index in the plan.
  public final ScenarioMetrics[] scenarios;

  /// Per phase of the load, by its index in the plan; none if the plan has no phases.
  public final LoadPhaseMetrics[] phases;

  /// How late arrivals were sent that found a free session, in nanoseconds: the generator's own
  /// delay. Closed models have none.
  public final Histogram lateness = new Histogram();

  /// How long arrivals waited that found no free session, in nanoseconds.
  public final Histogram waiting = new Histogram();

  /// Arrivals that began: by the schedule, or in a closed model by a free session.
  public long started;

  /// Arrivals whose time came and that never began. Set at the end of the run.
  public long unsent;

  /// Connections opened.
  public long connectionsOpened;

  /// Exchanges sent over a connection that had carried another before.
  public long connectionsReused;

  /// Idle connections that the peer closed.
  public long connectionsClosedIdle;

  /// Exchanges sent again over a new connection because the kept one turned out to be closed.
  public long resent;

  /// Longest time between two turns of the event loop that was not asked for, in nanoseconds.
  public long longestStall;

  /// Turns of the event loop that came more than 10 ms late.
  public long stalls;

  /// Processor time of the event loop's thread, in nanoseconds; negative when it cannot be told.
  public long cpuNanos;

  /// Time the thread was ready to run and another held the processor; negative when it cannot be
  /// told.
  public long runQueueNanos;

  /// Garbage collections of the process; negative when they were not asked for. Set once, at the
  /// end of a run.
  public long collections = -1;

  /// How long they took together, in nanoseconds.
  public long collectionNanos;

  /// Connections open at the end of the interval.
  public int openConnections;

  /// Sessions with an exchange under way at the end of the interval.
  public int activeSessions;

  /// Sessions made so far.
  public int sessions;

  /// When the load ended or is going to end, in nanoseconds since the run began; negative while no
  /// one knows. A time, not a sum.
  public long loadEndNanos = -1;

  /// Which second of the run, from 0. An interval's number, not a sum.
  public long interval;

  /// When it began and ended, in nanoseconds since the run began.
  public long fromNanos;

  /// The end, see [#fromNanos].
  public long toNanos;

  /// The different failures.
  public final ErrorTally errors = new ErrorTally();

  /// Nothing counted yet, for a plan of one scenario and without phases.
  ///
  /// @param callCount how many calls the plan has
  public WorkerMetrics(int callCount) {
    this(callCount, 1);
  }

  /// Nothing counted yet, for calls whose protocols measure nothing of their own.
  ///
  /// @param callCount how many calls the plan has
  /// @param scenarioCount how many scenarios it has
  /// @param warmups of each of its phases, whether it only warms up
  public WorkerMetrics(int callCount, int scenarioCount, boolean... warmups) {
    this(Collections.nCopies(callCount, List.of()), scenarioCount, warmups);
  }

  /// Nothing counted yet.
  ///
  /// @param measures of each call of the plan, what its protocol measures of its own
  /// @param scenarioCount how many scenarios the plan has
  /// @param warmups of each of its phases, whether it only warms up
  public WorkerMetrics(List<List<Measure>> measures, int scenarioCount, boolean... warmups) {
    calls = new CallMetrics[measures.size()];
    for (int i = 0; i < calls.length; i++) {
      calls[i] = new CallMetrics(measures.get(i));
    }
    scenarios = new ScenarioMetrics[scenarioCount];
    for (int i = 0; i < scenarioCount; i++) {
      scenarios[i] = new ScenarioMetrics();
    }
    phases = warmups.length == 0 ? NO_PHASES : new LoadPhaseMetrics[warmups.length];
    for (int i = 0; i < warmups.length; i++) {
      phases[i] = new LoadPhaseMetrics(measures, warmups[i]);
    }
  }

  /// Where an exchange of a phase is counted while the interval is filled.
  ///
  /// @param phase its index; any if there are no phases
  /// @param call the call's index
  CallMetrics call(int phase, int call) {
    return phases.length == 0 ? calls[call] : phases[phase].call(call);
  }

  /// Whether a phase is judged.
  boolean judges(int phase) {
    return phases.length == 0 || !phases[phase].warmup;
  }

  /// Completes an interval that has been filled: adds the judged phases up. Once, before it is
  /// handed over.
  public void settle() {
    for (LoadPhaseMetrics phase : phases) {
      if (!phase.warmup) {
        for (int i = 0; i < calls.length; i++) {
          CallMetrics call = phase.callIfAny(i);
          if (call != null && !call.isEmpty()) {
            calls[i].add(call);
          }
        }
      }
    }
  }

  /// Everything that is judged, for all calls together: without the warm-up.
  public CallMetrics total() {
    CallMetrics total = new CallMetrics();
    for (CallMetrics call : calls) {
      total.add(call);
    }
    return total;
  }

  /// Everything counted for all calls together, the warm-up included.
  public CallMetrics totalWithWarmup() {
    CallMetrics total = total();
    for (LoadPhaseMetrics phase : phases) {
      if (phase.warmup) {
        total.add(phase.total());
      }
    }
    return total;
  }

  /// Arrivals that began, those of the warm-up included.
  public long startedWithWarmup() {
    long all = started;
    for (LoadPhaseMetrics phase : phases) {
      if (phase.warmup) {
        all += phase.started;
      }
    }
    return all;
  }

  /// Adds another worker's counts, or another interval's.
  public void add(WorkerMetrics other) {
    for (int i = 0; i < calls.length; i++) {
      calls[i].add(other.calls[i]);
    }
    for (int i = 0; i < scenarios.length; i++) {
      scenarios[i].add(other.scenarios[i]);
    }
    for (int i = 0; i < phases.length; i++) {
      phases[i].add(other.phases[i]);
    }
    lateness.add(other.lateness);
    waiting.add(other.waiting);
    started += other.started;
    unsent += other.unsent;
    connectionsOpened += other.connectionsOpened;
    connectionsReused += other.connectionsReused;
    connectionsClosedIdle += other.connectionsClosedIdle;
    resent += other.resent;
    longestStall = Math.max(longestStall, other.longestStall);
    stalls += other.stalls;
    cpuNanos = cpuNanos < 0 || other.cpuNanos < 0 ? -1 : cpuNanos + other.cpuNanos;
    runQueueNanos =
        runQueueNanos < 0 || other.runQueueNanos < 0 ? -1 : runQueueNanos + other.runQueueNanos;
    if (other.collections >= 0) {
      collections = Math.max(0, collections) + other.collections;
      collectionNanos += other.collectionNanos;
    }
    openConnections += other.openConnections;
    activeSessions += other.activeSessions;
    sessions += other.sessions;
    errors.add(other.errors);
  }

  /// Sets everything to zero and keeps the memory.
  public void clear() {
    for (CallMetrics call : calls) {
      call.clear();
    }
    for (ScenarioMetrics scenario : scenarios) {
      scenario.clear();
    }
    for (LoadPhaseMetrics phase : phases) {
      phase.clear();
    }
    lateness.clear();
    waiting.clear();
    started = 0;
    unsent = 0;
    connectionsOpened = 0;
    connectionsReused = 0;
    connectionsClosedIdle = 0;
    resent = 0;
    longestStall = 0;
    stalls = 0;
    cpuNanos = 0;
    runQueueNanos = 0;
    collections = -1;
    collectionNanos = 0;
    openConnections = 0;
    activeSessions = 0;
    sessions = 0;
    loadEndNanos = -1;
    interval = 0;
    fromNanos = 0;
    toNanos = 0;
    errors.clear();
  }
}
