package io.crankfire.engine;

import io.crankfire.metrics.Recorder;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.net.Clock;
import io.crankfire.net.Loop;
import io.crankfire.plan.Arrivals;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Pacing;
import io.crankfire.plan.ScenarioMix;
import io.crankfire.protocol.Requester;
import io.crankfire.template.Variables;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One event loop with everything it needs: arrivals, sessions, deadlines, recorder. Shares nothing
/// with other workers while load is offered. Confined to its event loop, but for [#recycle].
final class Worker {

  /*
   * Arrivals that find no free session are not stored: they are the stretch of the schedule between the
   * next arrival to begin and now. An arrival keeps its scheduled time simply because the pacer returns
   * it when a session takes it up. Those scheduled before `allBusyUntil` had to wait for a session;
   * for all others the difference between scheduled and sent is the generator's own lateness.
   *
   * An interval is handed over before anything begins that is due now, so that after a stall what was
   * missed is counted in the second in which it was made good.
   */

  private static final long SECOND = 1_000_000_000;
  private static final long STALL = 10_000_000;

  /// How many iterations may begin before events are looked at again.
  private static final int BATCH = 64;

  private enum State {
    LOADING,
    /// No more arrivals, but each exchange may take its time.
    FINISHING,
    /// The load is over; what is under way has until `graceEnd`.
    DRAINING,
    DONE
  }

  private final LoadPlan plan;
  private final Share share;
  private final Loop loop;
  private final Recorder recorder;
  private final Consumer<WorkerReport> reports;
  private final ConcurrentLinkedQueue<WorkerMetrics> recycled = new ConcurrentLinkedQueue<>();
  private final Deadlines deadlines = new Deadlines();
  private final List<Session> sessions = new ArrayList<>();
  private final ArrayList<Session> idle = new ArrayList<>();
  private final Flow[] flows;
  private final ScenarioMix mix;
  private final Accounts accounts;
  private final @Nullable Users users;
  private final ThreadUsage usage = new ThreadUsage();
  private final boolean open;
  private final boolean untimed;

  private State state = State.LOADING;
  private long origin;
  private long loadEnd = Long.MAX_VALUE;
  private long graceEnd = Long.MAX_VALUE;
  private long nextArrival = Long.MAX_VALUE;
  private long allBusyUntil = Long.MIN_VALUE;
  private long lastBegun;
  private long lastProgress;
  private int waiting;
  private long arrivalsEnd = Long.MAX_VALUE;
  private boolean starting;
  private long iterations;
  private int active;
  private long interval;
  private long intervalEnd;
  private long intervalFrom;
  private long cpuAtSwap;
  private long waitAtSwap;

  Worker(
      LoadPlan plan,
      Share share,
      Loop loop,
      Recorder recorder,
      Map<String, Requester> requesters,
      Consumer<WorkerReport> reports) {
    this.plan = plan;
    this.share = share;
    this.loop = loop;
    this.recorder = recorder;
    this.reports = reports;
    open = share.pacer() != null;
    flows = Flow.all(plan, requesters, deadlines);
    mix = new ScenarioMix(plan.workload().scenarios(), plan.seed());
    accounts = new Accounts(recorder, plan.phases());
    users =
        plan.arrivals() instanceof Arrivals.Closed closed && closed.users() != null
            ? new Users(closed.users(), share)
            : null;
    boolean anyUntimed = false;
    for (Flow flow : flows) {
      anyUntimed |= flow.untimed();
    }
    untimed = anyUntimed;
  }

  /// Offers the load that begins at `start`, and returns when everything has ended, or when nobody
  /// wants to know any more.
  void run(long start, BooleanSupplier abandoned) {
    origin = start;
    accounts.begin(start);
    lastBegun = start;
    lastProgress = start;
    intervalEnd = start + SECOND;
    long duration = plan.loadNanos();
    loadEnd = Math.min(loadEnd, duration == 0 ? Long.MAX_VALUE : start + duration);
    do { // at least once: somebody may have asked for the end already
      loop.turn(start, plan.pacing());
    } while (loop.readClock() < start);
    usage.update();
    cpuAtSwap = usage.cpuNanos();
    waitAtSwap = usage.waitNanos();
    if (open) {
      loop.preferThread();
      advance();
    }
    while (state != State.DONE && !abandoned.getAsBoolean()) {
      turn();
    }
    usage.close();
  }

  private void turn() {
    long now = loop.readClock();
    if (now >= intervalEnd && now < loadEnd) {
      handOver(now, false);
    }
    if (goesOn()) {
      if (open && now < endOfLateness()) {
        startDue();
      } else if (!open && now < loadEnd) {
        startFree(now);
      }
    }
    if (state == State.LOADING && now >= loadEnd) {
      drain(loadEnd);
    }
    deadlines.expire(now);
    settle(now);
    if (state == State.DONE) {
      handOver(now, true);
      return;
    }
    if (now >= intervalEnd) {
      handOver(now, false);
    }
    long begin = nextBegin(now);
    long until = Math.min(begin, Math.min(deadlines.next(), intervalEnd));
    until = Math.min(until, state == State.DRAINING ? graceEnd : Math.min(graceEnd, loadEnd));
    long away = loop.turn(until, begin == until ? plan.pacing() : Pacing.DEFAULT);
    WorkerMetrics metrics = recorder.current();
    metrics.longestStall = Math.max(metrics.longestStall, away);
    if (away > STALL) {
      metrics.stalls++;
    }
  }

  /// When the next iteration may begin: at once, by the schedule, or not before something ends.
  private long nextBegin(long now) {
    if (!goesOn()) {
      return Long.MAX_VALUE;
    }
    if (!open && iterations >= share.iterations()) {
      return Long.MAX_VALUE;
    }
    if (users != null && idle.isEmpty()) {
      long offset = users.nextAdmission(now - origin);
      return offset == Long.MAX_VALUE ? offset : origin + offset;
    }
    if (idle.isEmpty() && sessions.size() == share.sessions()) {
      return Long.MAX_VALUE;
    }
    return open ? nextArrival : now;
  }

  /// Moves on from one state to the next where the time has come.
  private void settle(long now) {
    if (state == State.LOADING && arrivalsOver()) {
      state = State.FINISHING;
      if (open) {
        arrivalsEnd = lastBegun;
      }
    }
    if (state == State.FINISHING) {
      if (loadEnd == Long.MAX_VALUE && untimed) {
        // What has no timeout may take for ever: the grace counts from the last sign of life.
        graceEnd = waiting > 0 ? Long.MAX_VALUE : lastProgress + plan.grace().toNanos();
        if (active > 0 && now >= graceEnd) {
          drain(lastProgress);
        }
      } else if (now >= loadEnd) {
        drain(loadEnd);
      }
    }
    if (state == State.DRAINING && active > 0 && now >= graceEnd) {
      cancel();
    }
    if (active == 0 && (state == State.FINISHING || state == State.DRAINING)) {
      state = State.DONE;
    }
  }

  /// Whether nothing can begin any more although the load has not ended by the clock.
  private boolean arrivalsOver() {
    if (!open) {
      return iterations >= share.iterations();
    }
    return nextArrival == Long.MAX_VALUE
        && (loadEnd == Long.MAX_VALUE || Objects.requireNonNull(share.pacer()).totalReached());
  }

  /// Arrivals due before the end of the load still begin when the loop is a little late itself.
  private long endOfLateness() {
    return loadEnd == Long.MAX_VALUE ? loadEnd : loadEnd + STALL;
  }

  private void advance() {
    long offset = Objects.requireNonNull(share.pacer()).nextNanos();
    nextArrival = offset == Long.MAX_VALUE ? offset : origin + offset;
    if (nextArrival >= loadEnd) {
      nextArrival = Long.MAX_VALUE;
    }
  }

  private void startDue() {
    long due = loop.now();
    if (starting || nextArrival > due) {
      return;
    }
    starting = true; // whatever ends meanwhile only joins the idle ones
    Session session;
    for (int n = 0; n < BATCH && nextArrival <= due && (session = take()) != null; n++) {
      long scheduled = nextArrival;
      advance();
      long now = loop.readClock();
      int phase = accounts.phaseOf(scheduled);
      accounts.late(phase, now - scheduled, scheduled < allBusyUntil);
      begin(session, phase, scheduled, now);
    }
    starting = false;
  }

  /// Closed model: begins with sessions that have not begun yet, or that ended while another was
  /// being started.
  private void startFree(long time) {
    starting = true;
    Session session;
    for (int n = 0;
        n < BATCH && iterations < share.iterations() && (session = free(time)) != null;
        n++) {
      long now = loop.readClock();
      begin(session, accounts.phaseOf(now), now, now);
    }
    starting = false;
  }

  private void begin(Session session, int phase, long scheduled, long now) {
    long number = share.splitter().owned(share.index(), iterations);
    iterations++;
    active++;
    lastBegun = now;
    Flow flow = flows.length == 1 ? flows[0] : flows[mix.choose(number)];
    accounts.started(phase, flow.scenario());
    session.start(flow, phase, number, scheduled, now);
  }

  /// Closed model: a session that may begin, or null.
  private @Nullable Session free(long now) {
    Users limit = users;
    if (limit == null) {
      return take();
    }
    while (!idle.isEmpty()) {
      Session session = idle.removeLast();
      if (!session.busy()) {
        if (limit.allows(session.number(), now - origin)) {
          return session;
        }
        limit.retire(session.index());
      }
    }
    int index;
    while ((index = limit.admit(now - origin)) >= 0) {
      Session session = index < sessions.size() ? sessions.get(index) : newSession();
      if (!session.busy()) {
        return session;
      }
    }
    return null;
  }

  private @Nullable Session take() {
    if (!idle.isEmpty()) {
      return idle.removeLast();
    }
    return sessions.size() == share.sessions() ? null : newSession();
  }

  private Session newSession() {
    int index = sessions.size();
    long number = share.splitter().owned(share.index(), index);
    Session session =
        new Session(
            this,
            accounts,
            index,
            number,
            new Variables(plan.workload().names(), plan.seed(), Clock::epochMillis));
    sessions.add(session);
    return session;
  }

  /// A session is done with its iteration.
  void finished(Session session, long now) {
    if (active-- == share.sessions()) {
      allBusyUntil = now;
    }
    boolean goOn = !starting && mayBegin(now);
    if (!open && goOn && iterations < share.iterations()) {
      if (users != null && !users.allows(session.number(), now - origin)) {
        users.retire(session.index());
        return;
      }
      starting = true;
      begin(session, accounts.phaseOf(now), now, now);
      starting = false;
      return;
    }
    idle.add(session);
    if (open && goOn) {
      startDue();
    }
  }

  private boolean goesOn() {
    return state == State.LOADING || state == State.FINISHING;
  }

  /// Whether a session may begin something new.
  boolean mayBegin(long now) {
    return goesOn() && now < loadEnd;
  }

  /// Whether what is under way may be tried again: until the grace is over.
  boolean mayRepeat(long now) {
    return goesOn() || now < graceEnd;
  }

  /// Something was sent or has ended.
  void progress(long now) {
    lastProgress = now;
  }

  /// A session begins to wait for a time.
  void waits() {
    waiting++;
  }

  /// A session has waited for long enough.
  void waitOver() {
    waiting--;
  }

  Loop loop() {
    return loop;
  }

  /// Of everything random in the run.
  long seed() {
    return plan.seed();
  }

  /// No arrival begins any more; those whose time came before `end` and that never began are
  /// unsent.
  private void drain(long end) {
    loadEnd = Math.min(loadEnd, end);
    state = State.DRAINING;
    graceEnd = end + plan.grace().toNanos();
    if (open) {
      long stop = loadEnd;
      while (nextArrival < stop) {
        accounts.unsent(nextArrival);
        advance();
      }
      nextArrival = Long.MAX_VALUE;
    }
    for (Session session : sessions) {
      session.loadEnded(loop.now());
    }
  }

  /// Ends the load now and lets what is under way finish. To be called on the loop.
  void stop() {
    if (goesOn()) {
      drain(loop.now());
    }
  }

  /// Ends the load and everything under way now. To be called on the loop.
  void cancel() {
    stop();
    graceEnd = loop.now();
    for (Session session : sessions) {
      session.interrupt();
    }
  }

  private void handOver(long now, boolean last) {
    WorkerMetrics next = recycled.poll();
    if (next == null) {
      next = Engine.newMetrics(plan);
    }
    WorkerMetrics filled = recorder.swap(next);
    filled.settle();
    usage.update();
    filled.cpuNanos = difference(usage.cpuNanos(), cpuAtSwap);
    filled.runQueueNanos = difference(usage.waitNanos(), waitAtSwap);
    cpuAtSwap = usage.cpuNanos();
    waitAtSwap = usage.waitNanos();
    filled.openConnections = loop.openConnections();
    filled.activeSessions = active;
    filled.sessions = sessions.size();
    filled.interval = interval;
    filled.fromNanos = intervalFrom;
    filled.toNanos = now - origin;
    filled.loadEndNanos = loadEndNanos();
    intervalFrom = filled.toNanos;
    interval = (now - origin) / SECOND;
    intervalEnd = origin + (interval + 1) * SECOND;
    reports.accept(new WorkerReport(share.index(), filled, last));
  }

  private long loadEndNanos() {
    long end = Math.min(arrivalsEnd, loadEnd);
    return end == Long.MAX_VALUE ? -1 : Math.max(0, end - origin);
  }

  private static long difference(long now, long before) {
    return now < 0 || before < 0 ? -1 : now - before;
  }

  /// Takes back metrics that have been merged, cleared. Any thread.
  void recycle(WorkerMetrics metrics) {
    recycled.add(metrics);
  }
}
