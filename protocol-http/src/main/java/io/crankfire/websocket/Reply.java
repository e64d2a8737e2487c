package io.crankfire.websocket;

import io.crankfire.http.HttpStream;
import io.crankfire.protocol.Expectation;
import io.crankfire.template.ByteSink;
import org.jspecify.annotations.Nullable;

/// What extractors and checks see: of a reply when it comes, of the exchange when it ends. The body
/// is the message that was received last, as far as it is kept. Confined to its event loop.
final class Reply implements Expectation.Pieces {

  /*
   * A message is copied only for those who look at it: a body begins at the beginning of its array.
   */

  private static final int SWITCHED = 101;

  /// A larger buffer is not kept for the next exchange.
  private static final int KEPT = 64 * 1024;

  private ByteSink body = new ByteSink(0);
  private long bytes;
  private long nanos;
  private long broken;
  private @Nullable HttpStream handshake;

  /// An exchange begins.
  void begin() {
    clear();
    broken = 0;
    nanos = 0;
    handshake = null;
  }

  private void clear() {
    if (body.array().length > KEPT) {
      body = new ByteSink(0);
    }
    body.clear();
    bytes = 0;
  }

  /// A message came.
  ///
  /// @param capture how much of it is kept
  /// @param length how long it is
  /// @param tookNanos how long it took
  void message(byte[] message, int from, int to, int capture, long length, long tookNanos) {
    clear();
    body.write(message, from, Math.min(to - from, capture));
    bytes = length;
    nanos = tookNanos;
  }

  /// How long the exchange took.
  void took(long exchangeNanos) {
    nanos = exchangeNanos;
  }

  /// What was expected was not so.
  void broke(int index) {
    broken |= 1L << index;
  }

  /// Whether what was expected has been so.
  @Override
  public boolean held(int index) {
    return (broken & (1L << index)) == 0;
  }

  /// The exchange made the handshake, whose answer's headers it can be asked for.
  void handshake(HttpStream answered) {
    handshake = answered;
  }

  @Override
  public int status() {
    return SWITCHED;
  }

  @Override
  public @Nullable String header(String name) {
    return handshake == null ? null : handshake.header(name);
  }

  @Override
  public byte[] body() {
    return body.array();
  }

  @Override
  public int bodyLength() {
    return body.size();
  }

  @Override
  public long bodyBytes() {
    return bytes;
  }

  @Override
  public long serviceNanos() {
    return nanos;
  }
}
