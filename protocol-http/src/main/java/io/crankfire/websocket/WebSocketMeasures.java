package io.crankfire.websocket;

import io.crankfire.metrics.Measure;
import io.crankfire.metrics.Measure.Kind;
import java.util.List;

/// What is measured of WebSockets, and the index of each. Whatever is counted in messages counts
/// text and binary ones, and not what peers say about the connection.
final class WebSocketMeasures {
  private WebSocketMeasures() {}

  /// From the beginning of the connection to the end of the handshake.
  static final int CONNECT = 0;

  /// From when a message was sent, or due if it had to wait for its interval, to its whole reply.
  static final int ROUND_TRIP = 1;

  static final int SENT = 2;
  static final int RECEIVED = 3;

  /// Of payloads, before compression.
  static final int BYTES_SENT = 4;

  /// Of payloads, after decompression.
  static final int BYTES_RECEIVED = 5;

  /// From the end of the handshake to the end of the connection; once for each connection.
  static final int DURATION = 6;

  /// What the server closed connections with; 1006 if it did without.
  static final int CLOSE_CODE = 7;

  /// What was agreed on, if anything was offered.
  static final int SUB_PROTOCOL = 8;

  /// From a ping to its pong.
  static final int PING = 9;

  static final List<Measure> ALL =
      List.of(
          new Measure("websocket_connect", Kind.TIME, "Connect"),
          new Measure("message_round_trip", Kind.TIME, "Round trip"),
          new Measure("messages_sent", Kind.COUNT, "Messages sent"),
          new Measure("messages_received", Kind.COUNT, "Messages received"),
          new Measure("message_bytes_sent", Kind.COUNT, "Bytes sent"),
          new Measure("message_bytes_received", Kind.COUNT, "Bytes received"),
          new Measure("connection_duration", Kind.TIME, "Connection"),
          new Measure("close_code", Kind.LABEL, "Close code"),
          new Measure("sub_protocol", Kind.LABEL, "Sub-protocol"),
          new Measure("ping_round_trip", Kind.TIME, "Ping"));
}
