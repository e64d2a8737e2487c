package io.crankfire.testkit.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/// The bytes of frames (RFC 6455 §5.2), right ones and wrong ones. Pure.
public final class Frames {

  /// Opcode of a frame that goes on with a message.
  public static final int CONTINUATION = 0;

  /// Opcode of a text message.
  public static final int TEXT = 1;

  /// Opcode of a binary message.
  public static final int BINARY = 2;

  /// Opcode of a close frame.
  public static final int CLOSE = 8;

  /// Opcode of a ping.
  public static final int PING = 9;

  /// Opcode of a pong.
  public static final int PONG = 10;

  /// First byte: the last frame of its message.
  public static final int FIN = 0x80;

  /// First byte: compressed, where that was agreed on (RFC 7692 §6).
  public static final int RSV1 = 0x40;

  /// First byte: without a meaning.
  public static final int RSV2 = 0x20;

  /// First byte: without a meaning.
  public static final int RSV3 = 0x10;

  private static final int MASKED = 0x80;
  private static final int SHORT_LENGTH = 126;
  private static final int LONG_LENGTH = 127;

  private Frames() {}

  /// A text message in one frame.
  public static byte[] text(String text) {
    return frame(FIN | TEXT, text.getBytes(UTF_8));
  }

  /// A close frame; the reason may be empty.
  public static byte[] close(int code, String reason) {
    return frame(FIN | CLOSE, closePayload(code, reason.getBytes(UTF_8)));
  }

  /// The payload of a close frame.
  public static byte[] closePayload(int code, byte[] reason) {
    byte[] payload = new byte[2 + reason.length];
    payload[0] = (byte) (code >> 8);
    payload[1] = (byte) code;
    System.arraycopy(reason, 0, payload, 2, reason.length);
    return payload;
  }

  /// A frame as servers send it.
  ///
  /// @param first the first byte: flags and opcode
  public static byte[] frame(int first, byte[] payload) {
    byte[] head = head(first, payload.length);
    byte[] all = new byte[head.length + payload.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(payload, 0, all, head.length, payload.length);
    return all;
  }

  /// The head of a frame whose length is written as short as possible.
  public static byte[] head(int first, long length) {
    return head(first, length, length < SHORT_LENGTH ? 0 : length < 65_536 ? 2 : 8);
  }

  /// The head of a frame with that many bytes of extended length: 0, 2 or 8.
  public static byte[] head(int first, long length, int lengthBytes) {
    byte[] head = new byte[2 + lengthBytes];
    head[0] = (byte) first;
    head[1] = (byte) (lengthBytes == 0 ? length : lengthBytes == 2 ? SHORT_LENGTH : LONG_LENGTH);
    for (int i = 0; i < lengthBytes; i++) {
      head[2 + i] = (byte) (length >> (8 * (lengthBytes - 1 - i)));
    }
    return head;
  }

  /// A frame as clients send it.
  public static byte[] masked(int first, int key, byte[] payload) {
    byte[] head = head(first, payload.length);
    head[1] |= (byte) MASKED;
    ByteArrayOutputStream all = new ByteArrayOutputStream(head.length + 4 + payload.length);
    all.writeBytes(head);
    for (int i = 0; i < 4; i++) {
      all.write(key >> (8 * (3 - i)));
    }
    for (int i = 0; i < payload.length; i++) {
      all.write(payload[i] ^ (key >> (8 * (3 - i % 4))));
    }
    return all.toByteArray();
  }

  /// A message in frames of so many bytes each, the last of them perhaps shorter.
  ///
  /// @param first opcode of the message, and RSV1 if it is compressed
  public static byte[] fragments(int first, byte[] payload, int pieceBytes) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int at = 0;
    do {
      int length = Math.min(pieceBytes, payload.length - at);
      int opcode = at == 0 ? first : CONTINUATION;
      boolean last = at + length == payload.length;
      all.writeBytes(head(last ? FIN | opcode : opcode, length));
      all.write(payload, at, length);
      at += length;
    } while (at < payload.length);
    return all.toByteArray();
  }

  /// One array after the other.
  public static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /// Bytes given as numbers.
  public static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}
