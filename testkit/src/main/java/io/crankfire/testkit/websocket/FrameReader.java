package io.crankfire.testkit.websocket;

import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Takes a client's frames off a connection and checks what can be seen of each alone. Confined to
/// that connection's thread.
final class FrameReader {
  private static final int BUFFER = 256;
  private static final int PROTOCOL_ERROR = 1002;
  private static final int TOO_BIG = 1009;

  private final Source source;
  private final int limit;
  private final byte[] buffer = new byte[BUFFER];
  private int start;
  private int end;
  private int lastKey;
  private long readNanos;

  /// @param limit the longest payload in bytes
  FrameReader(Source source, int limit) {
    this.source = source;
    this.limit = limit;
  }

  /// Where bytes come from, as [java.io.InputStream#read(byte[], int, int)].
  @FunctionalInterface
  interface Source {
    int read(byte[] into, int offset, int length) throws IOException;
  }

  /// A frame with its payload unmasked. `first` is the first byte: flags and opcode.
  static final class Frame {
    private final int first;
    private final byte[] payload;

    Frame(int first, byte[] payload) {
      this.first = first;
      this.payload = payload;
    }

    int first() {
      return first;
    }

    byte[] payload() {
      return payload;
    }

    int opcode() {
      return first & 0x0f;
    }

    boolean fin() {
      return (first & Frames.FIN) != 0;
    }

    boolean compressed() {
      return (first & Frames.RSV1) != 0;
    }

    boolean control() {
      return opcode() >= Frames.CLOSE;
    }
  }

  /// The next frame; null when the client left between two.
  ///
  /// @throws EOFException when it left within one
  @Nullable Frame next() throws IOException, BrokenRule {
    if (start == end && !fill()) {
      return null;
    }
    int first = octet();
    int second = octet();
    long length = second & 0x7f;
    boolean control = (first & 0x0f) >= Frames.CLOSE;
    check((second & 0x80) != 0, "frame is not masked (§5.1)");
    check((first & 0x30) == 0, "reserved bit is set (§5.2)");
    int opcode = first & 0x0f;
    check(
        opcode <= Frames.BINARY || (control && opcode <= Frames.PONG), "opcode is reserved (§5.2)");
    check(!control || (first & Frames.FIN) != 0, "control frame is fragmented (§5.5)");
    check(!control || length <= 125, "control frame is longer than 125 bytes (§5.5)");
    if (length == 126) {
      length = number(2);
      check(length >= 126, "length is not written as short as possible (§5.2)");
    } else if (length == 127) {
      length = number(8);
      check(length >= 0, "length has its highest bit set (§5.2)");
      check(length >= 65_536, "length is not written as short as possible (§5.2)");
    }
    int key = (int) number(4);
    check(length == 0 || (key != 0 && key != lastKey), "masking key is not fresh (§5.3)");
    if (length > 0) {
      lastKey = key;
    }
    if (length > limit) {
      throw new BrokenRule(TOO_BIG, "");
    }
    return new Frame(first, payload((int) length, key));
  }

  /// When the bytes read last had come, by [System#nanoTime()].
  long readNanos() {
    return readNanos;
  }

  /// Reads and forgets until the client leaves.
  void drain() throws IOException {
    do {
      start = end;
    } while (fill());
  }

  private static void check(boolean holds, String otherwise) throws BrokenRule {
    if (!holds) {
      throw new BrokenRule(PROTOCOL_ERROR, otherwise);
    }
  }

  private byte[] payload(int length, int key) throws IOException {
    byte[] payload = new byte[length];
    int have = Math.min(length, end - start);
    System.arraycopy(buffer, start, payload, 0, have);
    start += have;
    while (have < length) {
      int count = source.read(payload, have, length - have);
      if (count <= 0) {
        throw new EOFException("client left within a frame");
      }
      have += count;
      readNanos = System.nanoTime();
    }
    for (int i = 0; i < length; i++) {
      payload[i] ^= (byte) (key >> (8 * (3 - (i & 3))));
    }
    return payload;
  }

  private long number(int bytes) throws IOException {
    long number = 0;
    for (int i = 0; i < bytes; i++) {
      number = (number << 8) | octet();
    }
    return number;
  }

  private int octet() throws IOException {
    if (start == end && !fill()) {
      throw new EOFException("client left within a frame");
    }
    return buffer[start++] & 0xff;
  }

  private boolean fill() throws IOException {
    int count = source.read(buffer, 0, buffer.length);
    readNanos = System.nanoTime();
    start = 0;
    end = Math.max(count, 0);
    return count > 0;
  }
}
