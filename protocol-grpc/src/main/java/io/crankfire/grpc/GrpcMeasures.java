package io.crankfire.grpc;

import io.crankfire.metrics.Measure;
import io.crankfire.metrics.Measure.Kind;
import java.util.List;

/// What is measured of gRPC, by index.
final class GrpcMeasures {
  private GrpcMeasures() {}

  static final int SENT = 0;
  static final int RECEIVED = 1;

  /// Of messages, without prefixes, before compression.
  static final int BYTES_SENT = 2;

  /// Of messages, without prefixes, after decompression.
  static final int BYTES_RECEIVED = 3;

  /// With which status calls ended.
  static final int STATUS = 4;

  /// From sent to the first message.
  static final int FIRST_MESSAGE = 5;

  /// From each message received to the next.
  static final int GAP = 6;

  /// From when a message was sent, or due if it had to wait for its interval, to the message that
  /// came in the same place.
  static final int ROUND_TRIP = 7;

  /// All, by their indexes.
  static final List<Measure> ALL =
      List.of(
          new Measure("messages_sent", Kind.COUNT, "Messages sent"),
          new Measure("messages_received", Kind.COUNT, "Messages received"),
          new Measure("message_bytes_sent", Kind.COUNT, "Bytes sent"),
          new Measure("message_bytes_received", Kind.COUNT, "Bytes received"),
          new Measure("status_code", Kind.LABEL, "Status"),
          new Measure("time_to_first_message", Kind.TIME, "Time to first message"),
          new Measure("message_gap", Kind.TIME, "Message gap"),
          new Measure("message_round_trip", Kind.TIME, "Round trip"));

  /// Those of calls that receive one message.
  static final List<Measure> OF_ONE = ALL.subList(0, FIRST_MESSAGE);

  /// Those of calls that receive several, and send one.
  static final List<Measure> OF_SEVERAL = ALL.subList(0, ROUND_TRIP);
}
