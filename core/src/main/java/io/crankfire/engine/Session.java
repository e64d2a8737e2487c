package io.crankfire.engine;

import io.crankfire.metrics.Outcome;
import io.crankfire.net.Loop;
import io.crankfire.net.Timer;
import io.crankfire.plan.Draw;
import io.crankfire.plan.ThinkTime;
import io.crankfire.protocol.Exchange;
import io.crankfire.template.Credential;
import io.crankfire.template.Variables;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One virtual user: its place in the scenario, its variables, which stay from one iteration to the
/// next, and the exchange it uses again and again. Confined to its worker's event loop.
///
/// A step that fails does not end the iteration: the next step is made, unless its condition says
/// otherwise. When a step was due, its response time counts from: the first one from the arrival
/// and its think time, each further one from the end of the step before and its think time, however
/// late the generator came to it.
final class Session implements Exchange.Listener {

  /*
   * goOn() makes steps in a loop rather than in a chain of calls: an exchange that ends before send()
   * has returned is only noted by ended(), so that a target that cannot be reached does not fill the
   * stack. After STEPS of these in a row the loop gets its turn.
   */

  /// How many steps may end at once before events are looked at again.
  private static final int STEPS = 64;

  private enum State {
    /// No iteration.
    IDLE,
    /// Between the end of a step and what comes next.
    BETWEEN,
    /// Waits for the time of its next step.
    THINKING,
    /// An attempt is under way.
    SENT,
    /// Waits before the next attempt.
    RETRYING,
    /// Waits for another credential.
    RENEWING
  }

  private final Worker worker;
  private final Accounts accounts;
  private final Variables variables;
  private final int index;
  private final long number;
  private final Exchange exchange;
  private @Nullable Timer timer;

  private State state = State.IDLE;
  private @Nullable Flow flow;
  private Flow.@Nullable Stage stage;
  private int phase;
  private long arrival;
  private int step;
  private int repetitions;
  private boolean failed;
  private boolean interrupted;
  private long due;
  private boolean sending;
  private boolean endedAtOnce;
  private int retries;
  private int waits;
  private boolean renewed;
  private int renewals;

  /// Links of [Deadlines].
  @Nullable Session previous;

  @Nullable Session next;
  Deadlines.@Nullable Queue deadlineQueue;
  long deadline;

  /// @param index among the worker's sessions, from 0
  /// @param number among all sessions of the run, from 0
  Session(Worker worker, Accounts accounts, int index, long number, Variables variables) {
    this.worker = worker;
    this.accounts = accounts;
    this.index = index;
    this.number = number;
    this.variables = variables;
    exchange = new Exchange(this, variables);
  }

  /// Its place among the worker's sessions.
  int index() {
    return index;
  }

  /// Its number among all sessions of the run.
  long number() {
    return number;
  }

  /// Whether it is within an iteration.
  boolean busy() {
    return state != State.IDLE;
  }

  /// Begins an iteration.
  ///
  /// @param iteration its number among all iterations of the run, from 0
  void start(Flow scenario, int inPhase, long iteration, long scheduled, long now) {
    variables.begin(number, iteration);
    flow = scenario;
    phase = inPhase;
    arrival = scheduled;
    step = -1;
    repetitions = 0;
    waits = 0;
    failed = false;
    interrupted = false;
    state = State.BETWEEN;
    Flow.Stage first = nextStage(scenario);
    if (first == null) {
      finish(now);
    } else if (!thinks(first, scheduled, now) && send(first, now)) {
      goOn(exchange.ended());
    }
  }

  /// Makes steps until one takes its time, or there are no more.
  private void goOn(long ended) {
    Flow mine = Objects.requireNonNull(flow);
    long free = ended;
    for (int n = 0; ; n++) {
      Flow.Stage following = interrupted ? null : nextStage(mine);
      if (following == null) {
        finish(free);
        return;
      }
      if (!worker.mayBegin(free)) {
        interrupted = true;
        finish(free);
        return;
      }
      if (n == STEPS) {
        due = free;
        await(State.THINKING, free);
        return;
      }
      if (thinks(following, free, free) || !send(following, free)) {
        return;
      }
      free = exchange.ended();
    }
  }

  /// The next step whose condition holds; null if there is none. A condition that does not hold
  /// skips all repetitions, since nothing happens between them that could change it.
  private Flow.@Nullable Stage nextStage(Flow mine) {
    while (true) {
      if (repetitions == 0) {
        step++;
        if (step == mine.size()) {
          return null;
        }
        repetitions = mine.stage(step).repeat();
      }
      Flow.Stage candidate = mine.stage(step);
      stage = candidate;
      if (candidate.when() == null || candidate.when().holds(variables)) {
        repetitions--;
        return candidate;
      }
      repetitions = 0;
    }
  }

  /// Sets the time at which the step is due, and waits for it if that is not over.
  private boolean thinks(Flow.Stage following, long free, long now) {
    ThinkTime think = following.think();
    due = free;
    if (think.kind() == ThinkTime.Kind.NONE) {
      return false;
    }
    due = free + think.nanos(think.isRandom() ? variables.nextLong() : 0);
    if (due <= now) {
      return false;
    }
    await(State.THINKING, due);
    return true;
  }

  /// Begins the exchange of a step.
  ///
  /// @return whether it ended at once
  private boolean send(Flow.Stage following, long now) {
    retries = 0;
    renewed = false;
    exchange.begin(following.call(), following.callIndex(), due, now);
    accounts.begun(phase, following.callIndex());
    return attempt(following, now);
  }

  private boolean attempt(Flow.Stage current, long now) {
    state = State.SENT;
    worker.progress(now);
    Deadlines.Queue deadlines = current.deadlines();
    if (deadlines != null) {
      deadlines.add(this, now);
    }
    sending = true;
    endedAtOnce = false;
    current.requester().send(exchange);
    sending = false;
    return endedAtOnce;
  }

  @Override
  public void ended(Exchange done) {
    if (deadlineQueue != null) {
      deadlineQueue.remove(this);
    }
    worker.progress(done.ended());
    Outcome.Kind kind = done.outcome().kind();
    if (kind != Outcome.Kind.OK) {
      if (kind == Outcome.Kind.FAILED && triesAgain(done)) {
        return;
      }
      failed |= kind == Outcome.Kind.FAILED;
      interrupted |= kind == Outcome.Kind.INTERRUPTED;
    }
    state = State.BETWEEN;
    accounts.ended(phase, done);
    if (sending) {
      endedAtOnce = true;
    } else {
      goOn(done.ended());
    }
  }

  /// After a failure: whether the same request is sent again.
  private boolean triesAgain(Exchange done) {
    Flow.Stage current = Objects.requireNonNull(stage);
    long now = done.ended();
    if (!worker.mayRepeat(now)) {
      return false;
    }
    Credential credential = current.credential();
    byte[] used = done.credential;
    if (credential != null && used != null && !renewed && Repeating.refused(done.outcome())) {
      renewed = true;
      return renews(current, credential, used, now);
    }
    long asked = done.retryAfterNanos;
    if (retries == current.retry().most()
        || !Repeating.worthwhile(done.outcome())
        || Repeating.asksTooMuch(current.retry(), asked)) {
      return false;
    }
    retries++;
    double drawn = Draw.unit(worker.seed(), Draw.RETRY + waits++, variables.iteration());
    done.again();
    await(State.RETRYING, now + Repeating.delay(current.retry(), retries, drawn, asked));
    return true;
  }

  /// Asks for another credential. The call's timeout bounds the wait for it.
  private boolean renews(Flow.Stage current, Credential credential, byte[] used, long now) {
    int renewal = ++renewals;
    Loop loop = worker.loop();
    if (!credential.refused(used, () -> loop.execute(() -> credentialRenewed(renewal)))) {
      return false;
    }
    exchange.again();
    state = State.RENEWING;
    Deadlines.Queue deadlines = current.deadlines();
    if (deadlines != null) {
      deadlines.add(this, now);
    }
    return true;
  }

  private void credentialRenewed(int renewal) {
    if (state == State.RENEWING && renewal == renewals) {
      if (deadlineQueue != null) {
        deadlineQueue.remove(this);
      }
      repeat(worker.loop().readClock());
    }
  }

  /// The next attempt at the same request.
  private void repeat(long now) {
    Flow.Stage current = Objects.requireNonNull(stage);
    exchange.sent(now);
    accounts.repeated(phase, current.callIndex());
    if (attempt(current, now)) {
      goOn(exchange.ended());
    }
  }

  private void await(State what, long until) {
    Timer mine = timer;
    if (mine == null) {
      mine = new Timer(this::timeHasCome);
      timer = mine;
    }
    state = what;
    worker.waits();
    worker.loop().arm(mine, until);
  }

  private void timeHasCome() {
    worker.waitOver();
    long now = worker.loop().readClock();
    if (state == State.RETRYING) {
      repeat(now);
    } else if (!worker.mayBegin(now)) {
      interrupted = true;
      finish(now);
    } else if (send(Objects.requireNonNull(stage), now)) {
      goOn(exchange.ended());
    }
  }

  private void stopWaiting() {
    worker.waitOver();
    worker.loop().disarm(Objects.requireNonNull(timer));
  }

  private void finish(long now) {
    state = State.IDLE;
    Accounts.Ending how =
        interrupted
            ? Accounts.Ending.INTERRUPTED
            : failed ? Accounts.Ending.FAILED : Accounts.Ending.OK;
    accounts.ended(phase, Objects.requireNonNull(flow).scenario(), how, now - arrival);
    worker.finished(this, now);
  }

  /// The deadline is over.
  void timedOut() {
    Flow.Stage current = Objects.requireNonNull(stage);
    if (state == State.RENEWING) {
      String detail = "no other credential within " + current.call().timeout().toMillis() + " ms";
      exchange.fail(exchange.outcome(), detail, worker.loop().now());
      return;
    }
    current
        .requester()
        .cancel(
            exchange,
            Outcome.TIMEOUT,
            "no complete answer within " + current.call().timeout().toMillis() + " ms");
  }

  /// The load is over: nothing new begins, so there is nothing left to think about.
  void loadEnded(long now) {
    if (state == State.THINKING) {
      stopWaiting();
      interrupted = true;
      finish(now);
    }
  }

  /// Gives up what is under way.
  void interrupt() {
    String detail = "the run ended";
    switch (state) {
      case IDLE, BETWEEN -> {
        // Nothing is under way.
      }
      case THINKING -> loadEnded(worker.loop().now());
      case SENT ->
          Objects.requireNonNull(stage).requester().cancel(exchange, Outcome.INTERRUPTED, detail);
      case RETRYING -> {
        stopWaiting();
        exchange.fail(Outcome.INTERRUPTED, detail, worker.loop().now());
      }
      case RENEWING -> exchange.fail(Outcome.INTERRUPTED, detail, worker.loop().now());
    }
  }
}
