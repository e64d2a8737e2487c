package io.crankfire.http;

import io.crankfire.http2.FieldSection;
import io.crankfire.http2.Http2Pool;
import io.crankfire.http2.Http2Stream;
import io.crankfire.metrics.Outcome;
import io.crankfire.protocol.Exchange;
import io.crankfire.template.ByteSink;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A session's HTTP request over HTTP/2, and its response. Used again for the next. Confined to its
/// event loop.
final class Http2Transaction extends Http2Stream {

  private static final int SCRATCH = 64;

  private final Transaction transaction = new Transaction();
  private @Nullable Pool pool;
  private @Nullable Http2Pool connections;

  /// Where a rendered request's head is compressed.
  private final ByteSink block = new ByteSink(256);

  private final ByteSink name = new ByteSink(SCRATCH);

  /// Begins it over one of the connections.
  void send(Pool from, Http2Pool over, Exchange exchange, Outgoing request, int redirects) {
    pool = from;
    connections = over;
    transaction.begin(exchange, request, redirects);
    over.send(this, exchange);
  }

  /// Gives it up.
  void cancel(Outcome outcome, String detail) {
    if (connections != null) {
      connections.cancel(this, outcome, detail);
    }
  }

  @Override
  protected void begin() {
    Outgoing request = transaction.request;
    if (request != null) {
      request.write(this);
    }
  }

  /// Sends a head that was compressed before, and a body that stays as it is.
  void write(byte[] head, byte[] b, int bodyFrom, int bodyTo) {
    boolean last = bodyFrom == bodyTo;
    writeConstantHead(head, last);
    if (!last) {
      writeLasting(b, bodyFrom, bodyTo, true);
    }
  }

  /// Sends a head that is compressed now, and a body that stays as it is.
  ///
  /// @param headEnd where the last line of the head has ended
  void write(byte[] b, int headEnd, boolean secure, byte[] secret, int bodyFrom, int bodyTo) {
    boolean last = bodyFrom == bodyTo;
    block.clear();
    FieldBlock.write(block, name, b, headEnd, secure, secret);
    writeHead(block.array(), 0, block.size(), last);
    if (!last) {
      writeLasting(b, bodyFrom, bodyTo, true);
    }
  }

  @Override
  protected boolean bodiless() {
    Outgoing request = transaction.request;
    return request != null && request.head();
  }

  @Override
  protected void head(FieldSection section) {
    Head head = found(section);
    transaction.watch(head, section.lines(), 0, section.size());
    transaction.responded(head);
  }

  /// The findings about a head.
  static Head found(FieldSection section) {
    if (section.findings instanceof Head known) {
      return known;
    }
    Head head = section.spare instanceof Head old ? old : new Head();
    head.take(section);
    section.findings = head;
    return head;
  }

  @Override
  protected void data(byte[] bytes, int from, int to) {
    transaction.body(bytes, from, to);
  }

  @Override
  protected void trailers(FieldSection fields) {}

  @Override
  protected void ended() {
    Exchange exchange = transaction.exchange;
    Outgoing request = transaction.request;
    HttpSession session = transaction.watching;
    Pool from = Objects.requireNonNull(pool);
    transaction.clear();
    if (exchange != null && request != null) {
      Transaction.complete(
          from,
          exchange,
          request,
          session,
          transaction.redirects,
          transaction.status,
          transaction.location,
          transaction.outcome,
          from.now());
    }
  }

  @Override
  protected void failed(Outcome outcome, String detail) {
    Exchange exchange = transaction.exchange;
    transaction.clear();
    if (exchange != null) {
      exchange.fail(outcome, detail, Objects.requireNonNull(pool).now());
    }
  }
}
