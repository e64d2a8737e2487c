package io.crankfire.websocket;

/// What frames are (RFC 6455 §5.2), as they stand in a frame's first byte.
final class Opcode {
  private Opcode() {}

  static final int CONTINUATION = 0;
  static final int TEXT = 1;
  static final int BINARY = 2;
  static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;

  /// Whether a frame of it is one that peers talk about the connection with.
  static boolean isControl(int opcode) {
    return opcode >= CLOSE;
  }
}
