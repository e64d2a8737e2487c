package io.crankfire.http2;

import org.jspecify.annotations.Nullable;

/// What the server has said of itself (RFC 9113 §6.5). Confined to its event loop.
final class PeerSettings {

  private static final int HEADER_TABLE_SIZE = 0x1;
  private static final int ENABLE_PUSH = 0x2;
  private static final int MAX_CONCURRENT_STREAMS = 0x3;
  private static final int INITIAL_WINDOW_SIZE = 0x4;
  private static final int MAX_FRAME_SIZE = 0x5;
  private static final int ENABLE_CONNECT_PROTOCOL = 0x8;

  private static final int MOST_FRAME = (1 << 24) - 1;
  private static final int USUAL_TABLE = 4_096;

  private boolean known;
  private int streams = Integer.MAX_VALUE;
  private int initialWindow = 65_535;
  private int maxFrame = Frame.LARGEST;
  private boolean connectProtocol;
  private boolean tableShrunk;
  private int faultCode;

  /// Whether it has said anything.
  boolean known() {
    return known;
  }

  /// How many streams it allows at once; the largest number if it does not say.
  int streams() {
    return streams;
  }

  /// What a stream may send before the first update of its window.
  int initialWindow() {
    return initialWindow;
  }

  /// How large a frame it takes.
  int maxFrame() {
    return maxFrame;
  }

  /// Whether it has ever allowed a smaller table for header compression than at first, which the
  /// next header block has to take up (RFC 7541 §4.2).
  boolean tableShrunk() {
    return tableShrunk;
  }

  /// Whether it knows extended CONNECT (RFC 8441 §3).
  boolean connectProtocol() {
    return connectProtocol;
  }

  /// The error code of what [#read] found wrong.
  int faultCode() {
    return faultCode;
  }

  /// Takes the parameters of a frame, in order. Those nobody knows are passed over.
  ///
  /// @param to from there on a multiple of six
  /// @return null, or what is wrong with them
  @Nullable String read(byte[] b, int from, int to) {
    known = true;
    for (int at = from; at < to; at += 6) {
      int value = Frame.readInt(b, at + 2);
      String fault =
          switch (Frame.readShort(b, at)) {
            case HEADER_TABLE_SIZE -> {
              tableShrunk |= value >= 0 && value < USUAL_TABLE;
              yield null;
            }
            case ENABLE_PUSH ->
                value == 0 ? null : fault(ErrorCode.PROTOCOL_ERROR, "ENABLE_PUSH of a server");
            case MAX_CONCURRENT_STREAMS -> {
              streams = value < 0 ? Integer.MAX_VALUE : value;
              yield null;
            }
            case INITIAL_WINDOW_SIZE -> {
              initialWindow = value;
              yield value >= 0
                  ? null
                  : fault(ErrorCode.FLOW_CONTROL_ERROR, "an INITIAL_WINDOW_SIZE above 2^31-1");
            }
            case MAX_FRAME_SIZE -> {
              maxFrame = value;
              yield value >= Frame.LARGEST && value <= MOST_FRAME
                  ? null
                  : fault(
                      ErrorCode.PROTOCOL_ERROR,
                      "a MAX_FRAME_SIZE of " + Integer.toUnsignedString(value));
            }
            case ENABLE_CONNECT_PROTOCOL -> connectProtocol(value);
            default -> null;
          };
      if (fault != null) {
        return fault;
      }
    }
    return null;
  }

  private @Nullable String connectProtocol(int value) {
    if (value != 1 && (value != 0 || connectProtocol)) {
      return fault(
          ErrorCode.PROTOCOL_ERROR,
          "an ENABLE_CONNECT_PROTOCOL of "
              + Integer.toUnsignedString(value)
              + (connectProtocol ? " after 1" : ""));
    }
    connectProtocol = value == 1;
    return null;
  }

  private String fault(int code, String detail) {
    faultCode = code;
    return detail;
  }
}
