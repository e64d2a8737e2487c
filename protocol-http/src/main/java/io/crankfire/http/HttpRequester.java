package io.crankfire.http;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.plan.Target;
import io.crankfire.protocol.Exchange;
import io.crankfire.protocol.Requester;
import io.crankfire.protocol.WorkerContext;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Sends HTTP exchanges over one worker's connections. Confined to that worker's event loop.
final class HttpRequester implements Requester {

  private final WorkerContext worker;
  private final Head head = new Head();
  private final Map<Target, Pool> pools = new HashMap<>();
  private @Nullable Pool[] byCall = new @Nullable Pool[4];

  HttpRequester(WorkerContext worker) {
    this.worker = worker;
  }

  /// The reader of response heads that all connections share.
  Head head() {
    return head;
  }

  @Override
  public void prepare(Call call, Readiness readiness) {
    pool(call.target()).prepare(0, readiness);
  }

  @Override
  public void send(Exchange exchange) {
    HttpCall call = (HttpCall) exchange.call();
    int index = exchange.callIndex();
    if (index >= byCall.length) {
      byCall = Arrays.copyOf(byCall, index + 4);
    }
    Pool pool = byCall[index];
    if (pool == null) {
      pool = pool(call.target());
      byCall[index] = pool;
    }
    pool.send(exchange, call.request(), 0);
  }

  private Pool pool(Target target) {
    return pools.computeIfAbsent(target, t -> new Pool(this, worker, t));
  }

  /// Follows a redirect.
  ///
  /// @param redirects how many it has followed before
  void redirect(Exchange exchange, Request from, int status, String location, int redirects) {
    long now = worker.loop().now();
    if (redirects >= from.maxRedirects()) {
      exchange.fail(
          Outcome.REDIRECT_FAILED, "more than " + from.maxRedirects() + " redirects", now);
      return;
    }
    Request next;
    try {
      next = from.redirected(status, location);
    } catch (IllegalArgumentException e) {
      exchange.fail(Outcome.REDIRECT_FAILED, String.valueOf(e.getMessage()), now);
      return;
    }
    pool(next.target()).send(exchange, next, redirects + 1);
  }

  @Override
  public void cancel(Exchange exchange, Outcome outcome, String detail) {
    if (!exchange.underWay()) {
      return;
    }
    if (exchange.carrier instanceof Http1Connection connection) {
      connection.cancel(outcome, detail);
    } else if (exchange.carrier instanceof Pool pool) {
      pool.cancel(exchange, outcome, detail);
    } else {
      exchange.fail(outcome, detail, worker.loop().now());
    }
  }

  @Override
  public void close() {
    pools.values().forEach(Pool::close);
  }
}
