package io.crankfire.http;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.plan.Target;
import io.crankfire.protocol.Exchange;
import io.crankfire.protocol.Requester;
import io.crankfire.protocol.Unsendable;
import io.crankfire.protocol.WorkerContext;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Sends HTTP exchanges over one worker's connections. Confined to that worker's event loop.
final class HttpRequester implements Requester {

  /// Above so many targets, those without anything under way are forgotten.
  private static final int MANY_TARGETS = 256;

  private final WorkerContext worker;
  private final Head head = new Head();
  private final BodyDecoder decoder = new BodyDecoder();
  private final Map<Key, Pool> pools = new HashMap<>();
  private @Nullable Pool[] byCall = new @Nullable Pool[4];

  private record Key(Target target, HttpVersion version) {}

  private HttpRequester(WorkerContext worker) {
    this.worker = worker;
  }

  /// The worker's, which all protocols over HTTP share.
  static HttpRequester of(WorkerContext worker) {
    return worker.shared(HttpRequester.class, () -> new HttpRequester(worker));
  }

  /// The time of the loop.
  long now() {
    return worker.loop().now();
  }

  /// The reader of response heads that all connections share.
  Head head() {
    return head;
  }

  /// Undoes the encodings of bodies.
  BodyDecoder decoder() {
    return decoder;
  }

  @Override
  public void prepare(Call call, Readiness readiness) {
    if (((HttpCall) call).isFree()) { // nobody knows yet where it goes
      worker.loop().execute(() -> readiness.ready(Outcome.OK, ""));
      return;
    }
    HttpCall mine = (HttpCall) call;
    pool(call.target(), mine.version()).prepare(0, mine.upgrades(), readiness);
  }

  @Override
  public void send(Exchange exchange) {
    HttpCall call = (HttpCall) exchange.call();
    RequestTemplate template = call.template();
    Outgoing request;
    if (template == null) {
      request = call.request();
    } else {
      HttpSession session = HttpSession.of(exchange);
      CookieJar jar = call.cookies() ? session.jar : null;
      RenderedRequest rendered = session.request;
      byte[] secret = template.credential == null ? null : template.credential.value();
      exchange.credential = secret;
      boolean again = exchange.attempts() > 1 && rendered.isOf(template);
      String fault =
          again
              ? template.renew(rendered, secret)
              : template.render(rendered, exchange.variables(), jar, secret, session.stream);
      if (fault != null) {
        Unsendable.end(exchange, fault, worker.loop());
        return;
      }
      if (template.free != null) {
        pool(rendered.target(), call.version()).send(exchange, rendered, 0);
        return;
      }
      request = rendered;
    }
    int index = exchange.callIndex();
    if (index >= byCall.length) {
      byCall = Arrays.copyOf(byCall, index + 4);
    }
    Pool pool = byCall[index];
    if (pool == null) {
      pool = pool(call.target(), call.version());
      byCall[index] = pool;
    }
    pool.send(exchange, request, 0);
  }

  private Pool pool(Target target, HttpVersion asked) {
    HttpVersion version = asked.over(target.secure());
    Key key = new Key(target, version);
    Pool known = pools.get(key);
    if (known != null) {
      return known;
    }
    if (pools.size() >= MANY_TARGETS) {
      List<Pool> inUse = Arrays.asList(byCall);
      pools.values().removeIf(pool -> !inUse.contains(pool) && pool.abandon());
    }
    Pool made = new Pool(this, worker, target, version);
    pools.put(key, made);
    return made;
  }

  /// Follows a redirect.
  ///
  /// @param redirects how many it has followed before
  void redirect(Exchange exchange, Outgoing from, int status, String location, int redirects) {
    long now = worker.loop().now();
    if (redirects >= from.maxRedirects()) {
      exchange.fail(
          Outcome.REDIRECT_FAILED, "more than " + from.maxRedirects() + " redirects", now);
      return;
    }
    Request next;
    try {
      CookieJar jar = ((HttpCall) exchange.call()).cookies() ? HttpSession.of(exchange).jar : null;
      long epochMillis = jar == null ? 0 : exchange.variables().epochMillis();
      next = from.redirected(status, location, jar, epochMillis);
    } catch (IllegalArgumentException e) {
      exchange.fail(Outcome.REDIRECT_FAILED, String.valueOf(e.getMessage()), now);
      return;
    }
    HttpVersion version = ((HttpCall) exchange.call()).version();
    pool(next.target(), version).send(exchange, next, redirects + 1);
  }

  @Override
  public void cancel(Exchange exchange, Outcome outcome, String detail) {
    if (!exchange.underWay()) {
      return;
    }
    switch (exchange.carrier) {
      case Http1Connection connection -> connection.cancel(outcome, detail);
      case Http2Transaction transaction -> transaction.cancel(outcome, detail);
      case Http2Upgrade upgrade -> upgrade.cancel(outcome, detail);
      case Pool pool -> pool.cancel(exchange, outcome, detail);
      case null, default -> exchange.fail(outcome, detail, worker.loop().now());
    }
  }

  @Override
  public void close() {
    pools.values().forEach(Pool::close);
    decoder.close();
  }
}
