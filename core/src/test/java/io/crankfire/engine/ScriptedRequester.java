package io.crankfire.engine;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.protocol.Exchange;
import io.crankfire.protocol.Requester;
import io.crankfire.template.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/// The protocol of a target that answers after a time known beforehand.
final class ScriptedRequester implements Requester {

  /// Instead of a time: no answer ever comes.
  static final long NEVER = Long.MAX_VALUE;

  /// Instead of a time: fails before `send` returns.
  static final long AT_ONCE = -1;

  /// One exchange as it was sent.
  ///
  /// @param call its name
  /// @param attempt which attempt at it, from 1
  record Sent(String call, long iteration, long session, int attempt, long scheduled, long sent) {}

  /// How each exchange ends that gets an answer, by its number from 0.
  IntFunction<Outcome> outcomes = n -> Outcome.OK;

  /// What extractors and checks look at; null for nothing to look at.
  @Nullable Response response;

  /// Does what a protocol does besides, before it answers.
  Consumer<Exchange> atTheEnd = exchange -> {};

  final List<Sent> sent = new ArrayList<>();
  int depth;
  int deepest;
  int underWay;
  int mostUnderWay;
  private final FakeLoop loop;
  private final IntToLongFunction delays;

  /// @param delays how long each exchange takes, by its number from 0
  ScriptedRequester(FakeLoop loop, IntToLongFunction delays) {
    this.loop = loop;
    this.delays = delays;
  }

  @Override
  public void prepare(Call call, Readiness readiness) {
    readiness.ready(Outcome.OK, "");
  }

  @Override
  public void send(Exchange exchange) {
    depth++;
    deepest = Math.max(deepest, depth);
    underWay++;
    mostUnderWay = Math.max(mostUnderWay, underWay);
    int n = sent.size();
    long delay = delays.applyAsLong(n);
    sent.add(
        new Sent(
            exchange.call().name(),
            exchange.variables().iteration(),
            exchange.variables().session(),
            exchange.attempts(),
            exchange.scheduled(),
            exchange.sent()));
    if (delay == AT_ONCE) {
      underWay--;
      exchange.fail(Outcome.CONNECT_REFUSED, "scripted", loop.now());
    } else if (delay != NEVER) {
      Object token = new Object();
      exchange.carrier = token;
      loop.at(loop.now() + delay, () -> answer(exchange, token, outcomes.apply(n)));
    }
    depth--;
  }

  @SuppressWarnings("ReferenceEquality") // that very beginning of the exchange
  private void answer(Exchange exchange, Object token, Outcome outcome) {
    if (exchange.carrier == token) {
      underWay--;
      loop.readClock();
      exchange.firstByte(loop.now());
      atTheEnd.accept(exchange);
      Response said = response;
      if (said == null) {
        exchange.end(outcome, loop.now());
      } else {
        exchange.end(outcome, said, loop.now());
      }
    }
  }

  @Override
  public void cancel(Exchange exchange, Outcome outcome, String detail) {
    if (exchange.underWay()) {
      underWay--;
      exchange.fail(outcome, detail, loop.now());
    }
  }

  @Override
  public void close() {
    // Holds nothing.
  }
}
