package io.crankfire.http2;

import io.crankfire.metrics.Outcome;

/// The error codes of HTTP/2 (RFC 9113 §7), with the outcomes of streams that are reset with them.
public final class ErrorCode {

  /// Nothing is wrong.
  public static final int NO_ERROR = 0x0;

  /// The protocol was broken in a way that has no code of its own.
  public static final int PROTOCOL_ERROR = 0x1;

  /// The peer has a fault of its own.
  public static final int INTERNAL_ERROR = 0x2;

  /// More was sent than a window allows.
  public static final int FLOW_CONTROL_ERROR = 0x3;

  /// Settings were not acknowledged in time.
  public static final int SETTINGS_TIMEOUT = 0x4;

  /// A frame for a stream that is closed.
  public static final int STREAM_CLOSED = 0x5;

  /// A frame of a wrong size.
  public static final int FRAME_SIZE_ERROR = 0x6;

  /// Nothing has been done for the stream.
  public static final int REFUSED_STREAM = 0x7;

  /// Nobody wants the rest.
  public static final int CANCEL = 0x8;

  /// Header fields that cannot be decompressed.
  public static final int COMPRESSION_ERROR = 0x9;

  /// The connection of a CONNECT was lost.
  public static final int CONNECT_ERROR = 0xa;

  /// Too much of what is of no use.
  public static final int ENHANCE_YOUR_CALM = 0xb;

  /// TLS is not as good as it has to be.
  public static final int INADEQUATE_SECURITY = 0xc;

  /// Only HTTP/1.1 will do.
  public static final int HTTP_1_1_REQUIRED = 0xd;

  private static final String[] NAMES = {
    "NO_ERROR",
    "PROTOCOL_ERROR",
    "INTERNAL_ERROR",
    "FLOW_CONTROL_ERROR",
    "SETTINGS_TIMEOUT",
    "STREAM_CLOSED",
    "FRAME_SIZE_ERROR",
    "REFUSED_STREAM",
    "CANCEL",
    "COMPRESSION_ERROR",
    "CONNECT_ERROR",
    "ENHANCE_YOUR_CALM",
    "INADEQUATE_SECURITY",
    "HTTP_1_1_REQUIRED"
  };

  private static final Outcome[] RESETS = new Outcome[NAMES.length];
  private static final Outcome UNKNOWN = Outcome.failed("RST_UNKNOWN");

  static {
    for (int code = 0; code < NAMES.length; code++) {
      RESETS[code] = Outcome.failed("RST_" + NAMES[code]);
    }
  }

  private ErrorCode() {}

  /// The name of a code; of one that has none, its number in hexadecimal digits.
  public static String name(int code) {
    return code >= 0 && code < NAMES.length ? NAMES[code] : "0x" + Integer.toHexString(code);
  }

  /// How an exchange ends whose stream the server reset: `RST_INTERNAL_ERROR`; `RST_UNKNOWN` for
  /// all codes without a name, so that a server cannot make up outcomes.
  static Outcome reset(int code) {
    return code >= 0 && code < RESETS.length ? RESETS[code] : UNKNOWN;
  }
}
