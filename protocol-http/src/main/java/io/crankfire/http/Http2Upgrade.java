package io.crankfire.http;

import io.crankfire.http2.FieldSection;
import io.crankfire.http2.Http2Pool;
import io.crankfire.http2.Http2Tunnel;
import io.crankfire.metrics.Outcome;
import io.crankfire.protocol.Exchange;
import io.crankfire.template.ByteSink;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A request for a WebSocket over HTTP/2 (RFC 8441), which becomes that WebSocket's connection if
/// the server agrees. Used once. Confined to its event loop.
final class Http2Upgrade extends Http2Tunnel {

  private static final byte[] NOTHING = {};

  private final Transaction transaction = new Transaction();
  private final Pool pool;
  private final Http2Pool connections;
  private @Nullable RenderedRequest request;

  Http2Upgrade(Pool pool, Http2Pool connections) {
    super(connections);
    this.pool = pool;
    this.connections = connections;
  }

  /// Begins it over one of the connections.
  void send(Exchange exchange, RenderedRequest what) {
    request = what;
    transaction.begin(exchange, what, 0);
    connections.send(this, exchange);
  }

  /// Gives it up.
  void cancel(Outcome outcome, String detail) {
    connections.cancel(this, outcome, detail);
  }

  @Override
  protected void begin() {
    ByteSink block = new ByteSink(256);
    Objects.requireNonNull(request).writeWebSocket(block);
    writeHead(block.array(), 0, block.size(), false);
  }

  @Override
  protected void head(FieldSection section) {
    Head head = Http2Transaction.found(section);
    HttpSession session = transaction.watching;
    HttpStream stream = session == null ? null : session.stream;
    boolean agreed = head.status() / 100 == 2;
    transaction.watch(head, section.lines(), 0, section.size());
    if (transaction.responded(head) && agreed && stream != null) {
      transaction.clear();
      stream.switched(establish(), Http2Upgrade::closed, NOTHING, 0, 0);
    }
  }

  private static void closed() {
    // Nobody counts streams that were given away.
  }

  @Override
  protected void refusal(byte[] bytes, int from, int to) {
    transaction.body(bytes, from, to);
  }

  @Override
  protected void refused() {
    Exchange exchange = transaction.exchange;
    Outgoing what = transaction.request;
    HttpSession session = transaction.watching;
    transaction.clear();
    if (exchange != null && what != null) {
      Transaction.complete(
          pool,
          exchange,
          what,
          session,
          0,
          transaction.status,
          transaction.location,
          transaction.outcome,
          pool.now());
    }
  }

  @Override
  protected void unanswered(Outcome outcome, String detail) {
    Exchange exchange = transaction.exchange;
    transaction.clear();
    if (exchange != null) {
      exchange.fail(outcome, detail, pool.now());
    }
  }
}
