package io.crankfire.http;

import io.crankfire.http2.Http2Pool;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.Phase;
import io.crankfire.net.Connection;
import io.crankfire.net.PhaseListener;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Target;
import io.crankfire.protocol.Exchange;
import io.crankfire.protocol.Requester;
import io.crankfire.protocol.WorkerContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One worker's connections to one target. The one used last is used first, so that no more are
/// kept busy than are needed. Where the server may choose the version of HTTP, the first connection
/// tells which it chooses, and all others wait for that. Confined to its event loop.
final class Pool {

  private static final List<String> HTTP_1_1 = List.of("http/1.1");

  private final HttpRequester requester;
  private final WorkerContext worker;
  private final Target target;
  private final boolean offersBoth;
  private final int limit;
  private final ArrayList<Http1Connection> idle = new ArrayList<>();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final ArrayList<PhaseListener> phases = new ArrayList<>();
  private final ArrayList<Http1Connection> preparing = new ArrayList<>();
  private final Runnable serve = this::serve;
  private final boolean keepAlive;
  private final int mostRequests;
  private int connections;
  private boolean serving;

  /// Its connections if they speak HTTP/2; null if they speak HTTP/1.1, or nobody knows yet.
  private @Nullable Http2Pool http2;

  /// Whether the server has not chosen the version yet.
  private boolean undecided;

  private @Nullable Negotiation negotiation;

  /// An exchange for which there was no connection.
  ///
  /// @param again whether it has been sent before: its service time began then
  /// @param since when it began to wait
  private record Waiting(
      Exchange exchange, Outgoing request, int redirects, boolean again, long since) {
    boolean upgrades() {
      return Pool.upgrades(exchange);
    }
  }

  Pool(HttpRequester requester, WorkerContext worker, Target target, HttpVersion version) {
    this.requester = requester;
    this.worker = worker;
    this.target = target;
    offersBoth = version == HttpVersion.AUTO;
    undecided = offersBoth;
    http2 =
        switch (version) {
          case AUTO, HTTP_1_1 -> null;
          case HTTP_2 -> Http2Pool.of(worker, target);
          case HTTP_2_PRIOR_KNOWLEDGE ->
              Http2Pool.of(worker, target, Http2Pool.Agreement.PRIOR_KNOWLEDGE);
        };
    limit = worker.connectionLimit() == 0 ? Integer.MAX_VALUE : worker.connectionLimit();
    Connections options = worker.connections();
    int most = options.maxRequestsPerConnection();
    keepAlive = options.keepAlive();
    mostRequests = !keepAlive ? 1 : most == 0 ? Integer.MAX_VALUE : most;
  }

  Target target() {
    return target;
  }

  /// What an HTTP/1.1 connection offers by ALPN.
  List<String> protocols() {
    return target.secure() ? HTTP_1_1 : List.of();
  }

  /// The time of the loop.
  long now() {
    return worker.loop().now();
  }

  /// Undoes the encodings of bodies.
  BodyDecoder decoder() {
    return requester.decoder();
  }

  /// Closes what is idle if nothing else is there.
  ///
  /// @return whether nothing is left
  boolean abandon() {
    if (!waiting.isEmpty() || connections > idle.size() || negotiation != null) {
      return false;
    }
    if (http2 != null && !http2.abandon()) {
      return false;
    }
    close();
    return true;
  }

  /// Where the phases of a connection made for a call are counted.
  PhaseListener phases(int callIndex) {
    while (phases.size() <= callIndex) {
      int index = phases.size();
      phases.add((phase, nanos) -> worker.recorder().call(index).phase(phase).record(nanos));
    }
    return phases.get(callIndex);
  }

  /// Sends over an idle connection, or a new one, or as soon as one is free.
  void send(Exchange exchange, Outgoing request, int redirects) {
    boolean fresh = upgrades(exchange);
    if (!fresh || !offersBoth) {
      Http2Pool over2 = http2;
      if (over2 != null) {
        send(over2, exchange, request, redirects);
        return;
      }
      if (undecided) {
        await(exchange, request, redirects, true);
        negotiate(exchange.callIndex());
        return;
      }
    }
    while (!idle.isEmpty()) {
      Http1Connection connection = idle.removeLast();
      if (fresh && connection.used()) {
        if (connections < limit) {
          idle.add(connection);
          break;
        }
        connection.close();
      } else if (connection.usable()) {
        if (redirects > 0) {
          exchange.written(worker.loop().now());
        }
        reuse(connection, exchange, request, redirects);
        return;
      }
    }
    if (connections < limit && waiting.isEmpty()) {
      open(exchange, request, redirects);
    } else {
      await(exchange, request, redirects, redirects > 0);
    }
  }

  private void await(Exchange exchange, Outgoing request, int redirects, boolean again) {
    exchange.carrier = this;
    waiting.add(new Waiting(exchange, request, redirects, again, worker.loop().now()));
  }

  private void send(Http2Pool over2, Exchange exchange, Outgoing request, int redirects) {
    if (redirects > 0) {
      exchange.written(worker.loop().now());
    }
    if (upgrades(exchange)) {
      new Http2Upgrade(this, over2).send(exchange, (RenderedRequest) request);
    } else {
      HttpSession.of(exchange).over2().send(this, over2, exchange, request, redirects);
    }
  }

  private void negotiate(int callIndex) {
    if (negotiation == null) {
      negotiation = new Negotiation(this);
      negotiation.open(worker.connector(), target, phases(callIndex));
    }
  }

  /// The server has chosen HTTP/2.
  void chose2(Connection made, Requester.@Nullable Readiness readiness) {
    negotiation = null;
    undecided = false;
    Http2Pool over2 = Http2Pool.of(worker, target);
    http2 = over2;
    over2.adopt(made, readiness);
    for (int left = waiting.size(); left > 0; left--) {
      Waiting next = waiting.remove();
      if (next.upgrades()) {
        waiting.add(next);
      } else {
        next.exchange.written(worker.loop().now());
        send(over2, next.exchange, next.request, next.redirects);
      }
    }
  }

  /// The server has chosen HTTP/1.1.
  void chose1(Connection made) {
    negotiation = null;
    undecided = false;
    connections++;
    Http1Connection connection = new Http1Connection(this, worker.loop(), requester.head());
    connection.adopt(made);
    Waiting next = waiting.poll();
    if (next == null) {
      prepared(connection);
    } else {
      begin(next);
      connection.sendFirst(next.exchange, next.request, next.redirects);
      serve();
    }
  }

  /// Nobody knows what the server would have chosen.
  void choseNothing(Outcome outcome, String detail) {
    negotiation = null;
    for (int left = waiting.size(); left > 0; left--) {
      Waiting next = waiting.remove();
      if (next.upgrades()) {
        waiting.add(next);
      } else {
        next.exchange.fail(outcome, detail, worker.loop().now());
      }
    }
  }

  private void begin(Waiting next) {
    long now = worker.loop().now();
    if (next.again) {
      next.exchange.written(now);
    } else {
      next.exchange.sent(now);
      worker
          .recorder()
          .call(next.exchange.callIndex())
          .phase(Phase.BLOCKED)
          .record(now - next.since);
    }
  }

  private static boolean upgrades(Exchange exchange) {
    return ((HttpCall) exchange.call()).upgrades();
  }

  private void reuse(Http1Connection kept, Exchange exchange, Outgoing request, int redirects) {
    if (kept.used()) {
      worker.recorder().current().connectionsReused++;
    }
    kept.send(exchange, request, redirects);
  }

  private void open(Exchange exchange, Outgoing request, int redirects) {
    connections++;
    new Http1Connection(this, worker.loop(), requester.head())
        .open(worker.connector(), exchange, request, redirects);
  }

  /// An exchange that waits for a connection is given up.
  @SuppressWarnings("ReferenceEquality") // that exchange and no other
  void cancel(Exchange exchange, Outcome outcome, String detail) {
    waiting.removeIf(w -> w.exchange == exchange);
    if (undecided && !upgrades(exchange)) {
      Negotiation dialling = negotiation;
      if (dialling != null && waiting.isEmpty() && dialling.isForNobody()) {
        dialling.cancel();
        negotiation = null;
      }
      boolean late = outcome.equals(Outcome.TIMEOUT);
      exchange.fail(
          late ? Outcome.CONNECT_TIMEOUT : outcome,
          "no connection yet: " + detail,
          worker.loop().now());
      return;
    }
    exchange.fail(outcome, "no connection was free: " + detail, worker.loop().now());
  }

  /// Sends an exchange again whose connection turned out to be closed.
  void resend(Exchange exchange, Outgoing request, int redirects) {
    worker.recorder().current().resent++;
    if (connections < limit) {
      open(exchange, request, redirects);
    } else {
      exchange.carrier = this;
      waiting.addFirst(new Waiting(exchange, request, redirects, true, worker.loop().now()));
    }
  }

  void redirect(Exchange exchange, Outgoing from, int status, String location, int redirects) {
    requester.redirect(exchange, from, status, location, redirects);
  }

  /// Whether a connection that has carried so many requests may carry another.
  boolean keeps(int requests) {
    return requests < mostRequests;
  }

  /// A connection has been made.
  void opened() {
    worker.recorder().current().connectionsOpened++;
  }

  /// The peer closed an idle connection.
  void closedIdle() {
    worker.recorder().current().connectionsClosedIdle++;
  }

  /// A connection is free.
  void release(Http1Connection connection) {
    Waiting next = waiting.peek();
    if (next == null) {
      idle.add(connection);
    } else if (next.upgrades() && connection.used()) {
      connection.close(); // and it gets one of its own
    } else {
      waiting.remove();
      begin(next);
      reuse(connection, next.exchange, next.request, next.redirects);
    }
  }

  /// A connection is closed, or could not be made. Who waits for one gets it in the next turn,
  /// since whoever closed this one may be about to give them all up.
  void gone() {
    connections--;
    if (!waiting.isEmpty() && !serving) {
      serving = true;
      worker.loop().execute(serve);
    }
  }

  private void serve() {
    serving = false;
    while (!waiting.isEmpty() && connections < limit) {
      Waiting next = waiting.remove();
      begin(next);
      open(next.exchange, next.request, next.redirects);
    }
  }

  /// Makes one connection and keeps it, unless there is one already.
  ///
  /// @param upgrading whether it is for requests that ask to switch protocols
  void prepare(int callIndex, boolean upgrading, Requester.Readiness readiness) {
    boolean over1 = upgrading && offersBoth;
    if (http2 != null && !over1) {
      http2.prepare(callIndex, readiness);
      return;
    }
    if (undecided && !over1) {
      negotiate(callIndex);
      if (negotiation != null) {
        negotiation.whenDone(readiness);
      }
      return;
    }
    if (idle.stream().anyMatch(Http1Connection::usable)) {
      worker.loop().execute(() -> readiness.ready(Outcome.OK, ""));
      return;
    }
    connections++;
    Http1Connection connection = new Http1Connection(this, worker.loop(), requester.head());
    preparing.add(connection);
    connection.prepare(
        worker.connector(),
        phases(callIndex),
        (outcome, detail) -> {
          preparing.remove(connection);
          readiness.ready(outcome, detail);
        });
  }

  /// The prepared connection is usable: keeps it if connections are kept.
  void prepared(Http1Connection connection) {
    if (keepAlive) {
      release(connection);
    } else {
      connection.close();
    }
  }

  /// Closes all connections; no exchange is under way.
  void close() {
    if (negotiation != null) {
      negotiation.cancel();
      negotiation = null;
    }
    if (http2 != null) {
      http2.close();
    }
    idle.forEach(Http1Connection::close);
    idle.clear();
    preparing.forEach(Http1Connection::close);
    preparing.clear();
  }
}
