package io.crankfire.websocket;

import io.crankfire.net.Connection;
import io.crankfire.template.ByteSink;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// Makes a client's frames (RFC 6455 §5) and sends them: one for all connections of a worker.
/// Confined to its event loop.
///
/// A message is put together between [#begin] and [#send].
final class FrameWriter {

  /*
   * The payload is written behind room for the longest header, so that a template's length need not be known
   * beforehand; the header is then put right before it, and the payload masked where it is. The key of the mask
   * has to be new for every frame (§5.3), which is for the sake of proxies between us and the server and takes no
   * secret generator: whoever starts a load test chooses the payloads himself.
   */

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int MOST_HEADER = 14;
  private static final int FIN = 0x80;
  private static final int COMPRESSED = 0x40;
  private static final int MASKED = 0x80;
  private static final int SHORTEST_LONG = 126;

  /// A larger buffer is not kept.
  private static final int KEPT = 1 << 20;

  private ByteSink sink = new ByteSink(512);
  private final ByteSink compressed = new ByteSink(0);
  private long random;

  /// @param seed of the masks
  FrameWriter(long seed) {
    random = seed;
  }

  /// Where the payload of a frame is to be written.
  ByteSink begin() {
    sink.clear();
    sink.reserve(MOST_HEADER);
    return sink;
  }

  /// The payload written since [#begin], of so many bytes; it stays valid up to [#send].
  int payload() {
    return sink.size() - MOST_HEADER;
  }

  /// Where the payload begins in the sink's array.
  int offset() {
    return MOST_HEADER;
  }

  /// Sends what was written as one frame.
  ///
  /// @param deflating compresses it; null for none
  /// @return how many bytes the frame has
  int send(Connection wire, int opcode, @Nullable Deflating deflating) {
    int first = FIN | opcode;
    if (deflating != null && payload() > 0) {
      compressed.clear();
      deflating.write(sink.array(), MOST_HEADER, payload(), compressed);
      sink.truncate(MOST_HEADER);
      sink.write(compressed.array(), 0, compressed.size());
      first |= COMPRESSED;
    }
    byte[] bytes = sink.array();
    int length = payload();
    int key = nextKey();
    int from = header(bytes, first, length, key);
    mask(bytes, MOST_HEADER, length, key);
    int count = MOST_HEADER + length - from;
    wire.write(bytes, from, count);
    if (wire.pending() > 0 || bytes.length > KEPT) {
      sink = new ByteSink(512); // the connection keeps the other until it is gone
    }
    return count;
  }

  /// Puts the header right before the payload.
  ///
  /// @return where it begins
  private static int header(byte[] bytes, int first, int length, int key) {
    int at = MOST_HEADER - 4;
    bytes[at] = (byte) key;
    bytes[at + 1] = (byte) (key >>> 8);
    bytes[at + 2] = (byte) (key >>> 16);
    bytes[at + 3] = (byte) (key >>> 24);
    if (length < SHORTEST_LONG) {
      bytes[--at] = (byte) (MASKED | length);
    } else {
      int digits = length <= 0xffff ? 2 : 8;
      for (int i = 0; i < digits; i++) {
        bytes[--at] = (byte) ((long) length >>> (8 * i));
      }
      bytes[--at] = (byte) (MASKED | (digits == 2 ? 126 : 127));
    }
    bytes[--at] = (byte) first;
    return at;
  }

  /// Masks or unmasks (§5.3).
  ///
  /// @param key its first octet in the lowest bits
  static void mask(byte[] bytes, int from, int length, int key) {
    long twice = (key & 0xffffffffL) | ((long) key << 32);
    int at = from;
    int to = from + length;
    for (; at + 8 <= to; at += 8) {
      LONGS.set(bytes, at, (long) LONGS.get(bytes, at) ^ twice);
    }
    for (int shift = 0; at < to; at++, shift += 8) {
      bytes[at] ^= (byte) (twice >>> shift);
    }
  }

  /// The next of the masks (splitmix64).
  private int nextKey() {
    random += 0x9e3779b97f4a7c15L;
    long z = random;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return (int) (z ^ (z >>> 31));
  }
}
