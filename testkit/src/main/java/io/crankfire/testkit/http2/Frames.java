package io.crankfire.testkit.http2;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/// Frames as bytes (RFC 9113 §4, §6), right or wrong. Pure.
public final class Frames {
  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int PRIORITY = 2;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PUSH_PROMISE = 5;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;

  /// Flags of several kinds of frames.
  public static final int END_STREAM = 0x1;

  public static final int ACK = 0x1;
  public static final int END_HEADERS = 0x4;
  public static final int PADDED = 0x8;
  public static final int PRIORITY_FLAG = 0x20;

  /// Settings (§6.5.2, RFC 8441 §3).
  public static final int HEADER_TABLE_SIZE = 1;

  public static final int ENABLE_PUSH = 2;
  public static final int MAX_CONCURRENT_STREAMS = 3;
  public static final int INITIAL_WINDOW_SIZE = 4;
  public static final int MAX_FRAME_SIZE = 5;
  public static final int MAX_HEADER_LIST_SIZE = 6;
  public static final int ENABLE_CONNECT_PROTOCOL = 8;

  /// How a client begins (§3.4).
  static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(UTF_8);

  /// Bytes before a payload.
  public static final int HEADER_BYTES = 9;

  private Frames() {}

  /// A frame of any kind.
  public static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return frame(payload.length, type, flags, stream, payload);
  }

  /// A frame whose header says any length.
  public static byte[] frame(int length, int type, int flags, int stream, byte[] payload) {
    byte[] frame = new byte[HEADER_BYTES + payload.length];
    header(frame, length, type, flags, stream);
    System.arraycopy(payload, 0, frame, HEADER_BYTES, payload.length);
    return frame;
  }

  static void header(byte[] into, int length, int type, int flags, int stream) {
    ByteBuffer.wrap(into)
        .put((byte) (length >> 16))
        .putShort((short) length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream);
  }

  /// The head of a response in one frame.
  public static byte[] headers(int stream, byte[] block, boolean last) {
    return frame(HEADERS, END_HEADERS | (last ? END_STREAM : 0), stream, block);
  }

  /// A part of a body.
  public static byte[] data(int stream, byte[] body, boolean last) {
    return frame(DATA, last ? END_STREAM : 0, stream, body);
  }

  /// A part of a body of so many zeros between paddings.
  public static byte[] padded(int stream, byte[] body, int padding, boolean last) {
    byte[] payload = new byte[1 + body.length + padding];
    payload[0] = (byte) padding;
    System.arraycopy(body, 0, payload, 1, body.length);
    return frame(DATA, PADDED | (last ? END_STREAM : 0), stream, payload);
  }

  /// Ends a stream.
  public static byte[] reset(int stream, int code) {
    return frame(RST_STREAM, 0, stream, number(code));
  }

  /// Settings: an identifier, its value, and so on.
  public static byte[] settings(int... idsAndValues) {
    ByteBuffer payload = ByteBuffer.allocate(idsAndValues.length * 3);
    for (int i = 0; i < idsAndValues.length; i += 2) {
      payload.putShort((short) idsAndValues[i]).putInt(idsAndValues[i + 1]);
    }
    return frame(SETTINGS, 0, 0, payload.array());
  }

  /// Settings taken note of.
  public static byte[] settingsAck() {
    return frame(SETTINGS, ACK, 0, new byte[0]);
  }

  /// A ping with a number in it.
  public static byte[] ping(boolean ack, long number) {
    return frame(PING, ack ? ACK : 0, 0, ByteBuffer.allocate(8).putLong(number).array());
  }

  /// No more streams above `last`.
  public static byte[] goAway(int last, int code, String debug) {
    byte[] text = debug.getBytes(UTF_8);
    byte[] payload =
        ByteBuffer.allocate(8 + text.length).putInt(last).putInt(code).put(text).array();
    return frame(GOAWAY, 0, 0, payload);
  }

  /// So many bytes more; stream 0 is the connection.
  public static byte[] windowUpdate(int stream, int increment) {
    return frame(WINDOW_UPDATE, 0, stream, number(increment));
  }

  /// The promise of a response to a request that nobody made.
  public static byte[] pushPromise(int stream, int promised, byte[] block) {
    byte[] payload = ByteBuffer.allocate(4 + block.length).putInt(promised).put(block).array();
    return frame(PUSH_PROMISE, END_HEADERS, stream, payload);
  }

  /// Fields without reference to any table (RFC 7541 §6.2.2), whatever they are: a name, its value,
  /// and so on.
  public static byte[] block(String... namesAndValues) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      block.write(0);
      HpackEncoder.string(block, namesAndValues[i], false);
      HpackEncoder.string(block, namesAndValues[i + 1], false);
    }
    return block.toByteArray();
  }

  /// Several, one after the other.
  public static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }
}
