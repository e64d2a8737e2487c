package io.crankfire.sse;

import io.crankfire.http.ResponseHead;
import io.crankfire.protocol.Expectation;
import io.crankfire.template.ByteSink;
import org.jspecify.annotations.Nullable;

/// What extractors and checks see of an event stream: the head of its response, and the data of its
/// last event as the body; of a response that is no stream its own body. Confined to its worker's
/// event loop; used again for every stream of its session.
final class LastEvent implements Expectation.Pieces {

  /// A larger buffer is not kept from one stream to the next: idle sessions stay small.
  private static final int KEPT = 4 * 1024;

  private ByteSink data = new ByteSink(0);
  private @Nullable ResponseHead head;
  private int status;
  private long size;
  private long serviceNanos;
  private long unexpected;

  /// There is none yet.
  void begin() {
    head = null;
    status = 0;
    unexpected = 0;
    forget();
  }

  /// A response begins.
  void begin(ResponseHead of) {
    head = of;
    status = of.status();
  }

  private void forget() {
    data.clear();
    size = 0;
  }

  /// An event came.
  ///
  /// @param limit how much of its data is kept
  void event(byte[] bytes, int from, int to, int limit) {
    forget();
    more(bytes, from, to, limit);
  }

  /// It was not what every event has to be.
  ///
  /// @param index of what it should have been
  void unexpected(int index) {
    unexpected |= 1L << index;
  }

  /// Whether every event so far was what it had to be.
  @Override
  public boolean held(int index) {
    return (unexpected & 1L << index) == 0;
  }

  /// More came of a response that is no stream.
  ///
  /// @param limit how much of all is kept
  void more(byte[] bytes, int from, int to, int limit) {
    size += to - from;
    int room = limit - data.size();
    if (room > 0) {
      data.write(bytes, from, Math.min(room, to - from));
    }
  }

  /// The stream is over, and may be looked at.
  ///
  /// @param nanos from sent to its end
  /// @param limit how much of the data is seen
  void complete(long nanos, int limit) {
    serviceNanos = nanos;
    data.truncate(limit);
  }

  /// Frees what it needed.
  void end() {
    begin();
    if (data.array().length > KEPT) {
      data = new ByteSink(0);
    }
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public @Nullable String header(String name) {
    return head == null ? null : head.header(name);
  }

  @Override
  public byte[] body() {
    return data.array();
  }

  @Override
  public int bodyLength() {
    return data.size();
  }

  @Override
  public long bodyBytes() {
    return size;
  }

  @Override
  public long serviceNanos() {
    return serviceNanos;
  }
}
