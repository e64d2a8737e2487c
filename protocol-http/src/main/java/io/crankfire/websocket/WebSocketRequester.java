package io.crankfire.websocket;

import io.crankfire.http.HttpStreams;
import io.crankfire.metrics.Measures;
import io.crankfire.metrics.Outcome;
import io.crankfire.net.Loop;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.protocol.Exchange;
import io.crankfire.protocol.Requester;
import io.crankfire.protocol.WorkerContext;
import io.crankfire.template.ByteSink;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Talks over one worker's WebSockets. Confined to that worker's event loop.
final class WebSocketRequester implements Requester {

  private static final int INFLATED = 16 * 1024;

  private final WorkerContext worker;
  private final HttpStreams streams;
  private final FrameWriter writer;
  private final Handshake handshake;
  private final ByteSink scratch = new ByteSink(256);
  private final List<WebSocketConnection> connections = new ArrayList<>();
  private final Supplier<WebSocketSession> newSession = this::newSession; // made once
  private final int mostUses;
  private byte @Nullable [] inflated;

  WebSocketRequester(WorkerContext worker) {
    this.worker = worker;
    streams = HttpStreams.of(worker);
    SplittableRandom random = new SplittableRandom();
    writer = new FrameWriter(random.nextLong());
    handshake = new Handshake(random);
    Connections options = worker.connections();
    int most = options.maxRequestsPerConnection();
    mostUses = !options.keepAlive() ? 1 : most == 0 ? Integer.MAX_VALUE : most;
  }

  private WebSocketSession newSession() {
    return new WebSocketSession(this);
  }

  Loop loop() {
    return worker.loop();
  }

  WorkerContext worker() {
    return worker;
  }

  HttpStreams streams() {
    return streams;
  }

  FrameWriter writer() {
    return writer;
  }

  Handshake handshake() {
    return handshake;
  }

  /// For whatever is needed within one call only.
  ByteSink scratch() {
    return scratch;
  }

  /// For what comes out of decompression, valid until the next piece.
  byte[] inflated() {
    byte[] buffer = inflated;
    if (buffer == null) {
      buffer = new byte[INFLATED];
      inflated = buffer;
    }
    return buffer;
  }

  /// How many exchanges a connection may carry.
  int mostUses() {
    return mostUses;
  }

  /// Where measures of a call are counted.
  Measures measures(int callIndex) {
    return worker.recorder().call(callIndex).measures;
  }

  /// A connection is open.
  ///
  /// @return its place among all, for [#closed]
  int opened(WebSocketConnection connection) {
    connections.add(connection);
    return connections.size() - 1;
  }

  /// The connection at that place is closed: the last one takes it.
  void closed(int place) {
    WebSocketConnection last = connections.removeLast();
    if (place < connections.size()) {
      connections.set(place, last);
      last.place(place);
    }
  }

  @Override
  public void prepare(Call call, Readiness readiness) {
    streams.prepare(((WebSocketCall) call).request(), readiness);
  }

  @Override
  public void send(Exchange exchange) {
    exchange.keepsake(WebSocketSession.class, newSession).begin(exchange);
  }

  @Override
  public void cancel(Exchange exchange, Outcome outcome, String detail) {
    if (!exchange.underWay()) {
      return;
    }
    if (exchange.carrier instanceof WebSocketSession session) {
      session.cancel(outcome, detail);
    } else {
      exchange.fail(outcome, detail, loop().now());
    }
  }

  @Override
  public void close() {
    while (!connections.isEmpty()) {
      connections.getLast().leave(CloseCode.NORMAL);
    }
    streams.close();
  }
}
