package io.crankfire.testkit.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.crankfire.testkit.Header;
import io.crankfire.testkit.http2.Http2Request;
import io.crankfire.testkit.http2.Http2Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The server's end of one call, in the hands of a [GrpcBehavior]. Confined to the call's thread.
public final class GrpcWire {
  private static final int PREFIX = 5;
  private static final int LARGEST = 64 << 20;

  private final Http2Request request;
  private final Http2Wire stream;
  private final GrpcLedger ledger;
  private final boolean gzip;
  private byte[] held = {};
  private boolean begun;

  GrpcWire(Http2Request request, Http2Wire stream, GrpcLedger ledger) {
    this.request = request;
    this.stream = stream;
    this.ledger = ledger;
    this.gzip = "gzip".equals(request.header("grpc-encoding"));
  }

  /// The head of the request, which holds the metadata.
  public Http2Request request() {
    return request;
  }

  /// The stream below, for all that is not gRPC's.
  public Http2Wire stream() {
    return stream;
  }

  /// The deadline that came with the call, in ns; 0 if there is none.
  public long timeoutNanos() {
    String text = request.header("grpc-timeout");
    if (text == null) {
      return 0;
    }
    long number = Long.parseLong(text.substring(0, text.length() - 1));
    return number
        * switch (text.charAt(text.length() - 1)) {
          case 'H' -> 3_600_000_000_000L;
          case 'M' -> 60_000_000_000L;
          case 'S' -> 1_000_000_000L;
          case 'm' -> 1_000_000L;
          case 'u' -> 1_000L;
          default -> 1L;
        };
  }

  // The request.

  /// The next message, decompressed; null when the client has none any more.
  public byte @Nullable [] read() throws IOException, InterruptedException {
    byte[] prefix = take(PREFIX);
    if (prefix == null) {
      return null;
    }
    int length = ByteBuffer.wrap(prefix, 1, 4).getInt();
    boolean compressed = prefix[0] == 1;
    if (prefix[0] < 0 || prefix[0] > 1 || length < 0 || length > LARGEST) {
      throw broken("prefix of a message: flag " + prefix[0] + ", length " + length);
    }
    if (compressed && !gzip) {
      throw broken("a compressed message without grpc-encoding");
    }
    byte[] message = Objects.requireNonNullElse(take(length), new byte[0]);
    ledger.message(message.length, compressed);
    return compressed ? GrpcMessages.gunzip(message, LARGEST) : message;
  }

  /// So many bytes; null at the end of the request.
  private byte @Nullable [] take(int count) throws IOException, InterruptedException {
    ByteArrayOutputStream more = null;
    while (held.length < count) {
      byte[] piece = stream.read();
      if (piece == null) {
        if (held.length > 0 || count != PREFIX) {
          throw broken("the request ends within a message");
        }
        return null;
      }
      if (count - held.length > 1 << 16) { // a large one: not copied again and again
        more = new ByteArrayOutputStream(count);
        more.writeBytes(held);
        more.writeBytes(piece);
        while (more.size() < count) {
          byte[] next = stream.read();
          if (next == null) {
            throw broken("the request ends within a message");
          }
          more.writeBytes(next);
        }
        held = more.toByteArray();
      } else {
        byte[] longer = Arrays.copyOf(held, held.length + piece.length);
        System.arraycopy(piece, 0, longer, held.length, piece.length);
        held = longer;
      }
    }
    byte[] taken = Arrays.copyOf(held, count);
    held = Arrays.copyOfRange(held, count, held.length);
    return taken;
  }

  private IOException broken(String text) throws IOException {
    ledger.violation(request.path() + ": " + text);
    finish(GrpcCode.INTERNAL, text);
    return new IOException(text);
  }

  /// Waits until the client has no message any more; those that come are counted.
  public void awaitRequest() throws IOException, InterruptedException {
    while (read() != null) {
      // counted
    }
  }

  // The response.

  /// Sends the head unless it was sent; names and values of metadata.
  public void head(String... metadata) throws IOException {
    if (!begun) {
      begun = true;
      List<Header> fields = new ArrayList<>();
      fields.add(new Header("content-type", "application/grpc"));
      fields.addAll(Http2Wire.fields(metadata));
      stream.head(200, fields, false);
    }
  }

  /// Sends a message; the moment at which the last of it went to the kernel.
  public long send(byte[] message) throws IOException, InterruptedException {
    head();
    byte[] framed = GrpcMessages.framed(message);
    ledger.sent();
    return stream.data(framed, Integer.MAX_VALUE, false);
  }

  /// Sends a message compressed; the head says `gzip` unless it was sent before.
  public void sendCompressed(byte[] message) throws IOException, InterruptedException {
    head("grpc-encoding", "gzip");
    ledger.sent();
    stream.data(GrpcMessages.compressed(message), false);
  }

  /// Sends any bytes as a part of the body.
  public void raw(byte[] bytes) throws IOException, InterruptedException {
    head();
    stream.data(bytes, false);
  }

  /// Sends the status and so ends the call; with trailers alone if nothing was sent before.
  ///
  /// @param message as a person reads it
  /// @param metadata names and values
  public void finish(GrpcCode code, String message, String... metadata) throws IOException {
    finish(Integer.toString(code.code()), encoded(message), metadata);
  }

  /// The same with any texts.
  public void finish(String status, String message, String... metadata) throws IOException {
    List<Header> fields = new ArrayList<>();
    fields.add(new Header("grpc-status", status));
    if (!message.isEmpty()) {
      fields.add(new Header("grpc-message", message));
    }
    fields.addAll(Http2Wire.fields(metadata));
    if (begun) {
      stream.trailers(fields);
    } else {
      begun = true;
      fields.addFirst(new Header("content-type", "application/grpc"));
      stream.head(200, fields, true);
    }
  }

  /// A message as it stands in a field (gRPC over HTTP/2, "Percent-Encoded").
  static String encoded(String message) {
    StringBuilder text = new StringBuilder();
    for (byte b : message.getBytes(UTF_8)) {
      if (b >= ' ' && b <= '~' && b != '%') {
        text.append((char) b);
      } else {
        text.append("%%%02X".formatted(b & 0xff));
      }
    }
    return text.toString();
  }
}
