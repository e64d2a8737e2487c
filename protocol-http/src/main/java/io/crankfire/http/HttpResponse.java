package io.crankfire.http;

import io.crankfire.template.ByteSink;
import io.crankfire.template.Response;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What is kept of a session's response while extractors and checks look at it. Confined to its
/// worker's event loop; used again for every response of its session.
final class HttpResponse implements Response {

  /// A larger buffer is not kept from one response to the next: idle sessions stay small.
  private static final int KEPT = 64 * 1024;

  private final ByteSink head = new ByteSink(512);
  private ByteSink body = new ByteSink(0);
  private ByteSink plain = new ByteSink(0);
  private boolean decoded;
  private int limit;
  private int status;
  private Head.Coding coding = Head.Coding.NONE;
  private long bodyBytes;
  private long serviceNanos;
  private long number;

  /// A response begins; forgets the one before.
  ///
  /// @param b holds its head
  /// @param bodyLimit how many bytes of the body are kept
  void begin(byte[] b, int from, int to, int bodyLimit) {
    head.clear();
    head.write(b, from, to - from);
    body.clear();
    plain.clear();
    decoded = false;
    limit = bodyLimit;
    bodyBytes = 0;
    number++;
  }

  /// The findings about the head.
  void found(int newStatus, Head.Coding newCoding) {
    status = newStatus;
    coding = newCoding;
  }

  /// A piece of the body, without any framing.
  void body(byte[] b, int from, int to) {
    bodyBytes += to - from;
    int room = limit - body.size();
    if (room > 0) {
      body.write(b, from, Math.min(room, to - from));
    }
  }

  /// It is complete, and may be looked at.
  void complete(BodyDecoder decoder, long newServiceNanos) {
    serviceNanos = newServiceNanos;
    if (coding != Head.Coding.NONE && coding != Head.Coding.UNKNOWN && body.size() > 0) {
      decoder.decode(coding, body.array(), body.size(), plain, limit);
      decoded = true;
    }
  }

  /// Tells it from those before and after.
  long number() {
    return number;
  }

  /// It has been looked at.
  ///
  /// @param which its number: the next may have begun already
  void done(long which) {
    if (which != number) {
      return;
    }
    if (body.array().length > KEPT) {
      body = new ByteSink(0);
    }
    if (plain.array().length > KEPT) {
      plain = new ByteSink(0);
    }
  }

  byte[] head() {
    return head.array();
  }

  int headSize() {
    return head.size();
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public @Nullable String header(String name) {
    return HeadLines.value(head.array(), 0, head.size(), name.toLowerCase(Locale.ROOT));
  }

  @Override
  public byte[] body() {
    return decoded ? plain.array() : body.array();
  }

  @Override
  public int bodyLength() {
    return decoded ? plain.size() : body.size();
  }

  @Override
  public long bodyBytes() {
    return bodyBytes;
  }

  @Override
  public long serviceNanos() {
    return serviceNanos;
  }
}
