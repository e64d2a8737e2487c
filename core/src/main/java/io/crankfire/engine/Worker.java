package io.crankfire.engine;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.Phase;
import io.crankfire.metrics.Recorder;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.net.Clock;
import io.crankfire.net.Loop;
import io.crankfire.plan.Call;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Pacing;
import io.crankfire.plan.Scenario;
import io.crankfire.protocol.Exchange;
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
  private final Session.Step[] steps;
  private final ThreadUsage usage = new ThreadUsage();
  private final boolean open;

  private State state = State.LOADING;
  private long origin;
  private long loadEnd = Long.MAX_VALUE;
  private long graceEnd = Long.MAX_VALUE;
  private long nextArrival = Long.MAX_VALUE;
  private long allBusyUntil = Long.MIN_VALUE;
  private long lastBegun;
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
    Scenario scenario = plan.workload().scenarios().getFirst();
    steps = new Session.Step[scenario.steps().size()];
    for (int i = 0; i < steps.length; i++) {
      int index = scenario.steps().get(i).call();
      Call call = plan.calls().get(index);
      Requester requester = Objects.requireNonNull(requesters.get(call.protocol()));
      long timeout = call.timeout().toNanos();
      steps[i] =
          new Session.Step(call, index, requester, timeout == 0 ? null : deadlines.queue(timeout));
    }
  }

  /// Offers the load that begins at `start`, and returns when everything has ended, or when nobody
  /// wants to know any more.
  void run(long start, BooleanSupplier abandoned) {
    origin = start;
    lastBegun = start;
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
        startFree();
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
    until = Math.min(until, state == State.DRAINING ? graceEnd : loadEnd);
    long away = loop.turn(until, begin == until ? plan.pacing() : Pacing.DEFAULT);
    WorkerMetrics metrics = recorder.current();
    metrics.longestStall = Math.max(metrics.longestStall, away);
    if (away > STALL) {
      metrics.stalls++;
    }
  }

  /// When the next iteration may begin: at once, by the schedule, or not before something ends.
  private long nextBegin(long now) {
    if (!goesOn() || (idle.isEmpty() && sessions.size() == share.sessions())) {
      return Long.MAX_VALUE;
    }
    if (open) {
      return nextArrival;
    }
    return iterations < share.iterations() ? now : Long.MAX_VALUE;
  }

  /// Moves on from one state to the next where the time has come.
  private void settle(long now) {
    if (state == State.LOADING && arrivalsOver()) {
      state = State.FINISHING;
      if (open) {
        arrivalsEnd = lastBegun;
      }
      if (loadEnd == Long.MAX_VALUE && withoutTimeout()) {
        drain(now);
      }
    }
    if (state == State.FINISHING && now >= loadEnd) {
      drain(loadEnd);
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

  private boolean withoutTimeout() {
    for (Session.Step step : steps) {
      if (step.deadlines() == null) {
        return true;
      }
    }
    return false;
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
      WorkerMetrics metrics = recorder.current();
      if (scheduled < allBusyUntil) {
        metrics.waiting.record(now - scheduled);
      } else {
        metrics.lateness.record(now - scheduled);
      }
      begin(session, scheduled, now);
    }
    starting = false;
  }

  /// Closed model: begins with sessions that have not begun yet, or that ended while another was
  /// being started.
  private void startFree() {
    starting = true;
    Session session;
    for (int n = 0;
        n < BATCH && iterations < share.iterations() && (session = take()) != null;
        n++) {
      long now = loop.readClock();
      begin(session, now, now);
    }
    starting = false;
  }

  private void begin(Session session, long scheduled, long now) {
    long number = share.splitter().owned(share.index(), iterations);
    iterations++;
    active++;
    lastBegun = now;
    recorder.current().started++;
    session.start(number, scheduled, now);
  }

  private @Nullable Session take() {
    if (!idle.isEmpty()) {
      return idle.removeLast();
    }
    if (sessions.size() == share.sessions()) {
      return null;
    }
    long number = share.splitter().owned(share.index(), sessions.size());
    Session session =
        new Session(
            this,
            steps,
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
    boolean goOn = !starting && goesOn() && now < loadEnd;
    if (!open && goOn && iterations < share.iterations()) {
      starting = true;
      begin(session, now, now);
      starting = false;
      return;
    }
    idle.add(session);
    if (open && goOn) {
      startDue();
    }
  }

  /// Whether a session may begin something new.
  boolean goesOn() {
    return state == State.LOADING || state == State.FINISHING;
  }

  /// An exchange of a call begins.
  void begun(int callIndex) {
    recorder.call(callIndex).started++;
  }

  /// An exchange has ended.
  void record(Exchange exchange) {
    CallMetrics call = recorder.call(exchange.callIndex());
    Outcome outcome = exchange.outcome();
    call.outcomes.add(outcome);
    call.bytesIn += exchange.bytesIn;
    call.bytesOut += exchange.bytesOut;
    long ended = exchange.ended();
    switch (outcome.kind()) {
      case OK -> {
        call.responseOk.record(ended - exchange.scheduled());
        call.serviceOk.record(ended - exchange.sent());
        if (exchange.firstByte() != 0) {
          call.phase(Phase.FIRST_BYTE).record(exchange.firstByte() - exchange.written());
          call.phase(Phase.TRANSFER).record(ended - exchange.firstByte());
        }
      }
      case FAILED -> {
        call.responseFailed.record(ended - exchange.scheduled());
        call.serviceFailed.record(ended - exchange.sent());
        String detail = exchange.detail();
        recorder.current().errors.add(outcome, detail == null ? "" : detail, ended - origin);
      }
      case INTERRUPTED -> {
        // Neither good nor bad: counted, not timed.
      }
    }
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
        recorder.current().unsent++;
        advance();
      }
      nextArrival = Long.MAX_VALUE;
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
      next = new WorkerMetrics(plan.calls().size());
    }
    WorkerMetrics filled = recorder.swap(next);
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
