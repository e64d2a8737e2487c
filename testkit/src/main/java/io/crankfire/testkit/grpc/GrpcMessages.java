package io.crankfire.testkit.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// Messages as bytes: with their prefix (gRPC over HTTP/2, "Length-Prefixed-Message"), compressed,
/// and of the type `Text` of [GrpcTestServer#PROTO]. Pure.
public final class GrpcMessages {
  private static final int PREFIX = 5;
  private static final int TEXT_TAG = 1 << 3 | 2;
  private static final int NUMBER_TAG = 2 << 3;

  private GrpcMessages() {}

  /// A `Text`.
  public static byte[] text(String text) {
    return text(text, 0);
  }

  /// A `Text` with a number, which is left out if it is 0.
  public static byte[] text(String text, long number) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] bytes = text.getBytes(UTF_8);
    if (bytes.length > 0) {
      out.write(TEXT_TAG);
      varint(out, bytes.length);
      out.writeBytes(bytes);
    }
    if (number != 0) {
      out.write(NUMBER_TAG);
      varint(out, number);
    }
    return out.toByteArray();
  }

  static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  /// A message with its prefix.
  public static byte[] framed(byte[] message) {
    return framed(0, message.length, message);
  }

  /// A compressed message with its prefix.
  public static byte[] compressed(byte[] message) {
    byte[] gzip = gzip(message);
    return framed(1, gzip.length, gzip);
  }

  /// Anything with any prefix.
  public static byte[] framed(int flag, int length, byte[] bytes) {
    return ByteBuffer.allocate(PREFIX + bytes.length)
        .put((byte) flag)
        .putInt(length)
        .put(bytes)
        .array();
  }

  /// Compresses.
  public static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static byte[] gunzip(byte[] bytes, int most) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readNBytes(most);
    }
  }
}
