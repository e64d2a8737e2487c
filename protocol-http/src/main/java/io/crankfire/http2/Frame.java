package io.crankfire.http2;

import io.crankfire.template.ByteSink;
import java.nio.charset.StandardCharsets;

/// Types, flags and layout of frames (RFC 9113 §4.1, §6). Stateless.
final class Frame {

  static final int DATA = 0x0;
  static final int HEADERS = 0x1;
  static final int PRIORITY = 0x2;
  static final int RST_STREAM = 0x3;
  static final int SETTINGS = 0x4;
  static final int PUSH_PROMISE = 0x5;
  static final int PING = 0x6;
  static final int GOAWAY = 0x7;
  static final int WINDOW_UPDATE = 0x8;
  static final int CONTINUATION = 0x9;

  static final int END_STREAM = 0x1;
  static final int ACK = 0x1;
  static final int END_HEADERS = 0x4;
  static final int PADDED = 0x8;
  static final int HAS_PRIORITY = 0x20;

  /// Bytes before the payload.
  static final int HEADER = 9;

  /// The largest payload we allow, and what a peer allows unless it says more.
  static final int LARGEST = 16_384;

  private static final int GOAWAY_TEXT = 256;

  private static final String[] NAMES = {
    "DATA",
    "HEADERS",
    "PRIORITY",
    "RST_STREAM",
    "SETTINGS",
    "PUSH_PROMISE",
    "PING",
    "GOAWAY",
    "WINDOW_UPDATE",
    "CONTINUATION"
  };

  private Frame() {}

  /// A type's name for people.
  static String name(int type) {
    return type < NAMES.length ? NAMES[type] : "unknown (0x" + Integer.toHexString(type) + ")";
  }

  static int readInt(byte[] b, int at) {
    return (b[at] & 0xff) << 24
        | (b[at + 1] & 0xff) << 16
        | (b[at + 2] & 0xff) << 8
        | (b[at + 3] & 0xff);
  }

  static int readShort(byte[] b, int at) {
    return (b[at] & 0xff) << 8 | (b[at + 1] & 0xff);
  }

  static void writeInt(byte[] b, int at, int value) {
    b[at] = (byte) (value >>> 24);
    b[at + 1] = (byte) (value >>> 16);
    b[at + 2] = (byte) (value >>> 8);
    b[at + 3] = (byte) value;
  }

  /// Adds a frame's header, and room for its payload.
  ///
  /// @return where the payload goes
  static int begin(ByteSink out, int length, int type, int flags, int stream) {
    int at = out.reserve(HEADER + length);
    byte[] b = out.array();
    b[at] = (byte) (length >>> 16);
    b[at + 1] = (byte) (length >>> 8);
    b[at + 2] = (byte) length;
    b[at + 3] = (byte) type;
    b[at + 4] = (byte) flags;
    writeInt(b, at + 5, stream);
    return at + HEADER;
  }

  /// Adds a frame with what it carries.
  static void write(
      ByteSink out, int type, int flags, int stream, byte[] payload, int from, int to) {
    int at = begin(out, to - from, type, flags, stream);
    System.arraycopy(payload, from, out.array(), at, to - from);
  }

  /// Adds a frame that carries one number.
  static void writeNumber(ByteSink out, int type, int stream, int number) {
    int at = begin(out, 4, type, 0, stream);
    writeInt(out.array(), at, number);
  }

  /// Adds the end of a connection.
  ///
  /// @param detail why, for whoever looks at the peer
  static void writeGoAway(ByteSink out, int code, String detail) {
    byte[] text = detail.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, GOAWAY_TEXT);
    int at = begin(out, 8 + length, GOAWAY, 0, 0);
    writeInt(out.array(), at, 0); // the server has begun no stream
    writeInt(out.array(), at + 4, code);
    System.arraycopy(text, 0, out.array(), at + 8, length);
  }
}
