package io.crankfire.testkit.http2;

/// Why a stream is reset or a connection given up (RFC 9113 §7); a constant's ordinal is its code.
public enum ErrorCode {
  NO_ERROR,
  PROTOCOL_ERROR,
  INTERNAL_ERROR,
  FLOW_CONTROL_ERROR,
  SETTINGS_TIMEOUT,
  STREAM_CLOSED,
  FRAME_SIZE_ERROR,
  REFUSED_STREAM,
  CANCEL,
  COMPRESSION_ERROR,
  CONNECT_ERROR,
  ENHANCE_YOUR_CALM,
  INADEQUATE_SECURITY,
  HTTP_1_1_REQUIRED;

  private static final ErrorCode[] ALL = values();

  /// The code as it stands in a frame.
  @SuppressWarnings("EnumOrdinal") // the order is the RFC's
  public int code() {
    return ordinal();
  }

  /// The name of a code; an unknown one is as good as [#INTERNAL_ERROR] (§7).
  static ErrorCode of(int code) {
    return code >= 0 && code < ALL.length ? ALL[code] : INTERNAL_ERROR;
  }
}
