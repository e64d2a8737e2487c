package io.crankfire.protocol;

import io.crankfire.config.Key;
import io.crankfire.config.Section;

/// The keys of `sse` blocks. Loaded when event streams are read.
public final class SseKeys {
  private SseKeys() {}

  /// The name of the block.
  public static final String NAME = "sse";

  /// How long a stream is read.
  public static final Key READ_TIMEOUT =
      Key.duration("read_timeout", "30s", "how long a stream is read; 0 for no limit");

  /// How many events a stream is read for.
  public static final Key MAX_EVENTS =
      Key.whole("max_events", 0, 0, "events after which a stream is done; 0 for no limit");

  /// The data of the event that ends a stream.
  public static final Key UNTIL =
      Key.text("until", "the data of the event that has to end a stream, such as [DONE]");

  /// The type of the event that ends a stream.
  public static final Key UNTIL_EVENT =
      Key.text("until_event", "the type of the event that has to end a stream");

  /// Whether a stream that ends goes on over a new connection.
  public static final Key RECONNECT =
      Key.flag("reconnect", false, "go on over a new connection, with Last-Event-ID");

  /// The wait before that.
  public static final Key RECONNECT_DELAY =
      Key.duration("reconnect_delay", "3s", "before that, unless the server has said retry");

  /// How often it does.
  public static final Key MAX_RECONNECTS =
      Key.whole("max_reconnects", 0, 0, "of one stream at the most; 0 for no limit");

  /// Where tokens are in the data of events.
  public static final Key TOKENS =
      Key.text("tokens", "JSON path: each event with a value there that is not empty is a token");

  /// What every event has to be.
  public static final Key EXPECT =
      Key.text("expect", "a text that is in the data of every event").orKeys("sse_expect");

  /// How large an event may be.
  public static final Key MAX_EVENT_SIZE =
      Key.whole("max_event_size", 1 << 20, 1, "bytes of an event or a line at the most")
          .range(1, 1 << 30);

  /// Of a block.
  public static final Section SSE =
      Section.of(
          NAME,
          "How an event stream is read",
          READ_TIMEOUT,
          MAX_EVENTS,
          UNTIL,
          UNTIL_EVENT,
          RECONNECT,
          RECONNECT_DELAY,
          MAX_RECONNECTS,
          TOKENS,
          EXPECT,
          MAX_EVENT_SIZE);

  /// Of what every event has to be.
  public static final Section SSE_EXPECT =
      Section.of(
          "sse_expect",
          "What has to be true of the data of every event; all that is given",
          Key.text("name", "the label in statistics; what it checks"),
          Key.text("text", "a text that is in it").orList(),
          Key.text("regex", "an expression (RE2 syntax) that fits in it"),
          Key.text("jsonpath", "a value in it (RFC 9535), and equals or exists"),
          Key.text("equals", "what the value is"),
          Key.flag("exists", true, "whether there is a value"));
}
