package io.crankfire.engine;

import io.crankfire.metrics.Outcome;
import io.crankfire.protocol.Exchange;
import io.crankfire.protocol.Requester;
import io.crankfire.template.Variables;
import org.jspecify.annotations.Nullable;

/// One virtual user: its place in the scenario, and the exchange it uses again and again. Confined
/// to its worker's event loop.
final class Session implements Exchange.Listener {

  private final Worker worker;
  private final Step[] steps;
  private final Variables variables;
  private final long number;
  private final Exchange exchange;
  private int step;

  /// Links of [Deadlines].
  @Nullable Session previous;

  @Nullable Session next;
  Deadlines.@Nullable Queue deadlineQueue;
  long deadline;

  /// A step of the scenario as a worker needs it.
  ///
  /// @param call its index in the plan
  /// @param requester that sends it
  /// @param deadlines of its timeout; null for none
  record Step(
      io.crankfire.plan.Call call,
      int callIndex,
      Requester requester,
      Deadlines.@Nullable Queue deadlines) {}

  /// @param number among all sessions of the run, from 0
  Session(Worker worker, Step[] steps, long number, Variables variables) {
    this.worker = worker;
    this.steps = steps;
    this.number = number;
    this.variables = variables;
    exchange = new Exchange(this, variables);
  }

  /// Begins an iteration.
  ///
  /// @param iteration its number among all iterations of the run, from 0
  void start(long iteration, long scheduled, long now) {
    variables.begin(number, iteration);
    step = 0;
    send(scheduled, now);
  }

  private void send(long scheduled, long now) {
    Step current = steps[step];
    exchange.begin(current.call, current.callIndex, scheduled, now);
    if (current.deadlines != null) {
      current.deadlines.add(this, now);
    }
    worker.begun(current.callIndex);
    current.requester.send(exchange);
  }

  @Override
  public void ended(Exchange done) {
    if (deadlineQueue != null) {
      deadlineQueue.remove(this);
    }
    worker.record(done);
    if (step + 1 < steps.length && worker.goesOn()) {
      step++;
      send(done.ended(), done.ended());
    } else {
      worker.finished(this, done.ended());
    }
  }

  /// The deadline is over.
  void timedOut() {
    Step current = steps[step];
    current.requester.cancel(
        exchange,
        Outcome.TIMEOUT,
        "no complete answer within " + current.call.timeout().toMillis() + " ms");
  }

  /// Gives up what is under way.
  void interrupt() {
    if (exchange.underWay()) {
      steps[step].requester.cancel(exchange, Outcome.INTERRUPTED, "the run ended");
    }
  }
}
