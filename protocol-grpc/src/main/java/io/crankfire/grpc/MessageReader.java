package io.crankfire.grpc;

import io.crankfire.template.ByteSink;

/// Cuts the body of a response into messages (gRPC over HTTP/2, "Length-Prefixed-Message"), which
/// come in pieces of any size. Confined to its event loop; used again for every call of its
/// session.
final class MessageReader {

  /*
   * A message that lies in one piece, as most do, is handed on where it lies; others are put together first. The
   * length is checked before anything is kept, so that a buffer is never larger than a message may be, and grows
   * only with what has come.
   */

  /// Hears of messages.
  interface Sink {
    /// A message came.
    ///
    /// @param bytes valid during the call, not to be changed
    /// @return whether to read on
    boolean message(byte[] bytes, int from, int to);
  }

  /// Why there is nothing more to read.
  enum Fault {
    NONE(GrpcStatus.OK, ""),
    TOO_LARGE(GrpcStatus.RESOURCE_EXHAUSTED, "a message above max_message_size"),
    BAD_FLAG(GrpcStatus.INTERNAL, "a message whose first byte is neither 0 nor 1"),
    NOT_AGREED(GrpcStatus.INTERNAL, "a compressed message in a response without grpc-encoding"),
    UNKNOWN_CODING(GrpcStatus.INTERNAL, "a message compressed in a way that nobody asked for"),
    BAD_GZIP(GrpcStatus.INTERNAL, "a message that is no gzip, or a damaged one");

    final GrpcStatus status;
    final String detail;

    Fault(GrpcStatus status, String detail) {
      this.status = status;
      this.detail = detail;
    }
  }

  static final int PREFIX = 5;

  /// A larger buffer is not kept for the next call.
  private static final int KEPT = 64 * 1024;

  private final Sink sink;
  private ByteSink held = new ByteSink(0);
  private int most;
  private ResponseFields.Coding coding = ResponseFields.Coding.IDENTITY;
  private Fault fault = Fault.NONE;

  MessageReader(Sink sink) {
    this.sink = sink;
  }

  /// Begins the response to another call.
  ///
  /// @param mostBytes how many bytes a message may have
  void begin(int mostBytes) {
    if (held.array().length > KEPT) {
      held = new ByteSink(0);
    }
    held.clear();
    most = mostBytes;
    coding = ResponseFields.Coding.IDENTITY;
    fault = Fault.NONE;
  }

  /// How compressed messages are compressed.
  void coding(ResponseFields.Coding agreed) {
    coding = agreed;
  }

  /// Why reading ended.
  Fault fault() {
    return fault;
  }

  /// Whether a message has begun and is not all there.
  boolean isWithin() {
    return held.size() > 0;
  }

  /// Reads a piece.
  ///
  /// @return false if the sink wants no more, or something is wrong with it; nothing is to be read
  ///   then before the next beginning
  boolean read(byte[] b, int from, int to, Gzip gzip) {
    int at = from;
    while (at < to) {
      if (held.size() == 0) {
        if (to - at < PREFIX) {
          held.write(b, at, to - at);
          return true;
        }
        int length = length(b, at);
        if (length < 0) {
          return false;
        }
        if (to - at - PREFIX >= length) {
          int start = at + PREFIX;
          at = start + length;
          if (!message(b[start - PREFIX], b, start, at, gzip)) {
            return false;
          }
          continue;
        }
      }
      at = fill(b, at, to);
      if (at < 0) {
        return false;
      }
      if (held.size() >= PREFIX && held.size() == PREFIX + length(held.array(), 0)) {
        byte[] whole = held.array();
        int end = held.size();
        held.clear();
        if (!message(whole[0], whole, PREFIX, end, gzip)) {
          return false;
        }
      }
    }
    return true;
  }

  /// Adds to what is held, no more than its message needs.
  ///
  /// @return where the next byte is; −1 if the prefix is wrong
  private int fill(byte[] b, int from, int to) {
    int at = from;
    if (held.size() < PREFIX) {
      int missing = Math.min(PREFIX - held.size(), to - at);
      held.write(b, at, missing);
      at += missing;
    }
    if (held.size() >= PREFIX) {
      int length = length(held.array(), 0);
      if (length < 0) {
        return -1;
      }
      int missing = Math.min(PREFIX + length - held.size(), to - at);
      held.write(b, at, missing);
      at += missing;
    }
    return at;
  }

  /// The length that a prefix says; −1 if the prefix is wrong.
  private int length(byte[] b, int at) {
    if (b[at] != 0 && b[at] != 1) {
      fault = Fault.BAD_FLAG;
      return -1;
    }
    if (b[at] == 1 && coding != ResponseFields.Coding.GZIP) {
      fault = coding == ResponseFields.Coding.OTHER ? Fault.UNKNOWN_CODING : Fault.NOT_AGREED;
      return -1;
    }
    int length =
        (b[at + 1] & 0xff) << 24
            | (b[at + 2] & 0xff) << 16
            | (b[at + 3] & 0xff) << 8
            | (b[at + 4] & 0xff);
    if (length < 0 || length > most) {
      fault = Fault.TOO_LARGE;
      return -1;
    }
    return length;
  }

  private boolean message(byte flag, byte[] b, int from, int to, Gzip gzip) {
    if (flag == 0) {
      return sink.message(b, from, to);
    }
    Gzip.Result result = gzip.decompress(b, from, to, most);
    if (result == Gzip.Result.DONE) {
      return sink.message(gzip.plain().array(), 0, gzip.plain().size());
    }
    fault = result == Gzip.Result.TOO_LARGE ? Fault.TOO_LARGE : Fault.BAD_GZIP;
    return false;
  }
}
