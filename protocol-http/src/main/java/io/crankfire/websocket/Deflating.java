package io.crankfire.websocket;

import io.crankfire.template.ByteSink;
import java.util.zip.Deflater;

/// Compresses a connection's messages (RFC 7692 §7.2.1). Confined to its event loop.
final class Deflating implements AutoCloseable {

  private static final int TAIL = 4;
  private static final int ROOM = 256;

  private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
  private final boolean forgets;

  /// @param forgets whether each message is compressed on its own
  Deflating(boolean forgets) {
    this.forgets = forgets;
  }

  /// Adds a message, compressed, to a sink.
  ///
  /// @param length at least 1: what is empty gives nothing to flush
  void write(byte[] bytes, int from, int length, ByteSink sink) {
    deflater.setInput(bytes, from, length);
    int begin = sink.size();
    while (true) {
      int at = sink.reserve(ROOM);
      int count = deflater.deflate(sink.array(), at, ROOM, Deflater.SYNC_FLUSH);
      sink.truncate(at + count);
      if (count < ROOM) {
        break;
      }
    }
    sink.truncate(Math.max(begin, sink.size() - TAIL));
    if (forgets) {
      deflater.reset();
    }
  }

  @Override
  public void close() {
    deflater.end();
  }
}
