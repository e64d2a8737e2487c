package io.crankfire.http;

import io.crankfire.metrics.Outcome;
import io.crankfire.net.PhaseListener;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Target;
import io.crankfire.protocol.Exchange;
import io.crankfire.protocol.Requester;
import io.crankfire.protocol.WorkerContext;
import java.util.ArrayDeque;
import java.util.ArrayList;

/// One worker's connections to one target. The one used last is used first, so that no more are
/// kept busy than are needed. Confined to its event loop.
final class Pool {

  private final HttpRequester requester;
  private final WorkerContext worker;
  private final Target target;
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

  /// An exchange for which there was no connection.
  ///
  /// @param again whether it has been sent before: its service time began then
  private record Waiting(Exchange exchange, Outgoing request, int redirects, boolean again) {
    boolean upgrades() {
      return Pool.upgrades(exchange);
    }

    void begin(long now) {
      if (again) {
        exchange.written(now);
      } else {
        exchange.sent(now);
      }
    }
  }

  Pool(HttpRequester requester, WorkerContext worker, Target target) {
    this.requester = requester;
    this.worker = worker;
    this.target = target;
    limit = worker.connectionLimit() == 0 ? Integer.MAX_VALUE : worker.connectionLimit();
    Connections options = worker.connections();
    int most = options.maxRequestsPerConnection();
    keepAlive = options.keepAlive();
    mostRequests = !keepAlive ? 1 : most == 0 ? Integer.MAX_VALUE : most;
  }

  Target target() {
    return target;
  }

  /// Undoes the encodings of bodies.
  BodyDecoder decoder() {
    return requester.decoder();
  }

  /// Closes what is idle if nothing else is there.
  ///
  /// @return whether nothing is left
  boolean abandon() {
    if (!waiting.isEmpty() || connections > idle.size()) {
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
      exchange.carrier = this;
      waiting.add(new Waiting(exchange, request, redirects, redirects > 0));
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
    exchange.fail(outcome, "no connection was free: " + detail, worker.loop().now());
  }

  /// Sends an exchange again whose connection turned out to be closed.
  void resend(Exchange exchange, Outgoing request, int redirects) {
    worker.recorder().current().resent++;
    if (connections < limit) {
      open(exchange, request, redirects);
    } else {
      exchange.carrier = this;
      waiting.addFirst(new Waiting(exchange, request, redirects, true));
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
      next.begin(worker.loop().now());
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
      next.begin(worker.loop().now());
      open(next.exchange, next.request, next.redirects);
    }
  }

  /// Makes one connection and keeps it, unless there is one already.
  void prepare(int callIndex, Requester.Readiness readiness) {
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
    idle.forEach(Http1Connection::close);
    idle.clear();
    preparing.forEach(Http1Connection::close);
    preparing.clear();
  }
}
