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
  private int connections;
  private boolean serving;

  private record Waiting(Exchange exchange, Request request, int redirects) {}

  Pool(HttpRequester requester, WorkerContext worker, Target target) {
    this.requester = requester;
    this.worker = worker;
    this.target = target;
    limit = worker.connectionLimit() == 0 ? Integer.MAX_VALUE : worker.connectionLimit();
  }

  Target target() {
    return target;
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
  void send(Exchange exchange, Request request, int redirects) {
    while (!idle.isEmpty()) {
      Http1Connection connection = idle.removeLast();
      if (connection.usable()) {
        worker.recorder().current().connectionsReused++;
        connection.send(exchange, request, redirects);
        return;
      }
    }
    if (connections < limit) {
      open(exchange, request, redirects);
    } else {
      exchange.carrier = this;
      waiting.add(new Waiting(exchange, request, redirects));
    }
  }

  private void open(Exchange exchange, Request request, int redirects) {
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
  void resend(Exchange exchange, Request request, int redirects) {
    worker.recorder().current().resent++;
    if (connections < limit) {
      open(exchange, request, redirects);
    } else {
      exchange.carrier = this;
      waiting.addFirst(new Waiting(exchange, request, redirects));
    }
  }

  void redirect(
      Exchange exchange, HttpCall call, Request from, int status, String location, int redirects) {
    requester.redirect(exchange, call, from, status, location, redirects);
  }

  /// Whether a connection that has carried so many requests may carry another.
  boolean keeps(int requests) {
    Connections options = worker.connections();
    int most = options.maxRequestsPerConnection();
    return options.keepAlive() && (most == 0 || requests < most);
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
    Waiting next = waiting.poll();
    if (next == null) {
      idle.add(connection);
    } else {
      worker.recorder().current().connectionsReused++;
      next.exchange.sent(worker.loop().now());
      connection.send(next.exchange, next.request, next.redirects);
    }
  }

  /// A connection is closed, or could not be made.
  void gone() {
    connections--;
    if (serving) {
      return;
    }
    serving = true;
    while (!waiting.isEmpty() && connections < limit) {
      Waiting next = waiting.remove();
      next.exchange.sent(worker.loop().now());
      open(next.exchange, next.request, next.redirects);
    }
    serving = false;
  }

  /// Makes one connection and keeps it.
  void prepare(int callIndex, Requester.Readiness readiness) {
    connections++;
    worker
        .connector()
        .open(
            target,
            new Preparation(
                this, new Http1Connection(this, worker.loop(), requester.head()), readiness),
            phases(callIndex));
  }

  /// The prepared connection is usable: keeps it if connections are kept.
  void prepared(Http1Connection connection) {
    if (keeps(0)) {
      release(connection);
    } else {
      connection.close();
    }
  }

  /// Closes all idle connections.
  void close() {
    for (Http1Connection connection : idle) {
      connection.close();
    }
    idle.clear();
  }
}
