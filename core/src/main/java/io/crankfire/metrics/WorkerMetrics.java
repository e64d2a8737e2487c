package io.crankfire.metrics;

/// What one worker counted during one interval, or all workers over a run: per call, and about
/// itself. Filled by the worker, handed over, merged, cleared and given back. Confined to one
/// thread at a time.
public final class WorkerMetrics {

  /// Per call, by the call's index in the plan.
  public final CallMetrics[] calls;

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

  /// Nothing counted yet.
  ///
  /// @param callCount how many calls the plan has
  public WorkerMetrics(int callCount) {
    calls = new CallMetrics[callCount];
    for (int i = 0; i < callCount; i++) {
      calls[i] = new CallMetrics();
    }
  }

  /// Everything counted for all calls together.
  public CallMetrics total() {
    CallMetrics total = new CallMetrics();
    for (CallMetrics call : calls) {
      total.add(call);
    }
    return total;
  }

  /// Adds another worker's counts, or another interval's.
  public void add(WorkerMetrics other) {
    for (int i = 0; i < calls.length; i++) {
      calls[i].add(other.calls[i]);
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
