package io.crankfire.engine;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.protocol.Exchange;
import io.crankfire.protocol.Requester;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToLongFunction;

/// The protocol of a target that answers after a time known beforehand.
final class ScriptedRequester implements Requester {

  /// Instead of a time: no answer ever comes.
  static final long NEVER = Long.MAX_VALUE;

  /// Instead of a time: fails before `send` returns.
  static final long AT_ONCE = -1;

  /// One exchange as it was sent.
  record Sent(long scheduled, long sent) {}

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
    long delay = delays.applyAsLong(sent.size());
    sent.add(new Sent(exchange.scheduled(), exchange.sent()));
    if (delay == AT_ONCE) {
      underWay--;
      exchange.fail(Outcome.CONNECT_REFUSED, "scripted", loop.now());
    } else if (delay != NEVER) {
      Object token = new Object();
      exchange.carrier = token;
      loop.at(loop.now() + delay, () -> answer(exchange, token));
    }
    depth--;
  }

  @SuppressWarnings("ReferenceEquality") // that very beginning of the exchange
  private void answer(Exchange exchange, Object token) {
    if (exchange.carrier == token) {
      underWay--;
      loop.readClock();
      exchange.firstByte(loop.now());
      exchange.end(Outcome.OK, loop.now());
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
