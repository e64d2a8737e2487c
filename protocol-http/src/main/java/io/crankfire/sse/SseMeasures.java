package io.crankfire.sse;

import io.crankfire.metrics.Measure;
import io.crankfire.metrics.Measure.Kind;
import java.util.List;

/// What is measured of event streams, by index.
final class SseMeasures {
  private SseMeasures() {}

  /// From the sending of a request to its response's head, of each connection that became a stream.
  static final int CONNECT = 0;

  /// From sent to the first event.
  static final int FIRST_EVENT = 1;

  /// From each event to the next, reconnections included.
  static final int GAP = 2;

  /// Events with data.
  static final int EVENTS = 3;

  /// Bytes of streams, without the framing of HTTP.
  static final int BYTES = 4;

  /// Connections after the first of a stream.
  static final int RECONNECTS = 5;

  /// From the first head to the end, reconnections included.
  static final int STREAM = 6;

  /// From each head to the end of its connection's part of the stream.
  static final int CONNECTION = 7;

  /// Events with a token.
  static final int TOKENS = 8;

  /// From sent to the first token.
  static final int FIRST_TOKEN = 9;

  /// Tokens after the first, divided by the time from the first to the last, of each stream.
  static final int TOKEN_RATE = 10;

  /// All, by their indexes.
  static final List<Measure> ALL =
      List.of(
          new Measure("sse_connect", Kind.TIME, "Connect"),
          new Measure("time_to_first_event", Kind.TIME, "Time to first event"),
          new Measure("event_gap", Kind.TIME, "Event gap"),
          new Measure("events_received", Kind.COUNT, "Events received"),
          new Measure("event_bytes_received", Kind.COUNT, "Event bytes received"),
          new Measure("reconnects", Kind.COUNT, "Reconnects"),
          new Measure("stream_duration", Kind.TIME, "Stream"),
          new Measure("connection_duration", Kind.TIME, "Connection"),
          new Measure("tokens_received", Kind.COUNT, "Tokens received"),
          new Measure("time_to_first_token", Kind.TIME, "Time to first token"),
          new Measure("tokens_per_second", Kind.NUMBER, "Tokens per second"));

  /// Those of streams in which no tokens are looked for.
  static final List<Measure> WITHOUT_TOKENS = ALL.subList(0, TOKENS);
}
