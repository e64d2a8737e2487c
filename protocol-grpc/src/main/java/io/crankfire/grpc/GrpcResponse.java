package io.crankfire.grpc;

import io.crankfire.http2.FieldSection;
import io.crankfire.protocol.Expectation;
import io.crankfire.template.ByteSink;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What extractors and checks see of a call: its status, its metadata, trailers included, and the
/// last message as JSON, which is made when somebody looks. Confined to its event loop; used again
/// for every call of its session.
final class GrpcResponse implements Expectation.Pieces {

  private static final byte[] NONE = {};

  /// A larger buffer is not kept for the next call.
  private static final int KEPT = 64 * 1024;

  private final ByteSink lines = new ByteSink(0);
  private ByteSink message = new ByteSink(0);
  private @Nullable MessageJson json;
  private byte @Nullable [] body;
  private boolean received;
  private int captureLimit;
  private int status;
  private long nanos;
  private long broken;

  /// A call begins.
  void begin(MessageJson reader, int limit) {
    json = reader;
    captureLimit = limit;
    lines.clear();
    if (message.array().length > KEPT) {
      message = new ByteSink(0);
    }
    message.clear();
    body = null;
    received = false;
    status = 0;
    nanos = 0;
    broken = 0;
  }

  /// The head came, or the trailers.
  void fields(FieldSection section) {
    lines.write(section.lines(), 0, section.size());
  }

  /// A message came.
  void message(byte[] bytes, int from, int to, long tookNanos) {
    message.clear();
    message.write(bytes, from, to - from);
    received = true;
    body = null;
    nanos = tookNanos;
  }

  /// What was expected of a message was not so.
  void broke(int index) {
    broken |= 1L << index;
  }

  /// Whether what was expected of all messages has been so.
  @Override
  public boolean held(int index) {
    return (broken & (1L << index)) == 0;
  }

  /// The call is over.
  void complete(GrpcStatus how, long tookNanos) {
    status = how.code;
    nanos = tookNanos;
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public @Nullable String header(String name) {
    String wanted = name.toLowerCase(Locale.ROOT) + ": ";
    byte[] b = lines.array();
    int at = 0;
    while (at < lines.size()) {
      int end = at;
      while (end < lines.size() && b[end] != '\r' && b[end] != '\n') {
        end++;
      }
      if (end - at >= wanted.length() && isAt(b, at, wanted)) {
        int from = at + wanted.length();
        return new String(b, from, end - from, StandardCharsets.UTF_8);
      }
      at = end + 1;
      at += at < lines.size() && b[at] == '\n' ? 1 : 0;
    }
    return null;
  }

  private static boolean isAt(byte[] b, int at, String text) {
    for (int i = 0; i < text.length(); i++) {
      if (b[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public byte[] body() {
    byte[] made = body;
    if (made == null) {
      MessageJson reader = json;
      made = reader == null || !received ? NONE : reader.of(message.array(), message.size());
      body = made;
    }
    return made;
  }

  @Override
  public int bodyLength() {
    return Math.min(captureLimit, body().length);
  }

  @Override
  public long bodyBytes() {
    return message.size();
  }

  @Override
  public long serviceNanos() {
    return nanos;
  }
}
