package io.crankfire.protocol;

import io.crankfire.config.Key;
import io.crankfire.config.Section;

/// The keys of `websocket` blocks. Loaded when an exchange is a WebSocket one.
public final class WebSocketKeys {
  private WebSocketKeys() {}

  /// The name of the protocol and the key of its block.
  public static final String NAME = "websocket";

  /// From one reply to the next message.
  public static final Key MESSAGE_INTERVAL =
      Key.duration("message_interval", "0", "from a reply to the next message");

  /// For a reply.
  public static final Key RECEIVE_TIMEOUT =
      Key.duration(
          "receive_timeout",
          "10s",
          "for each reply, or how long a window is; 0 alone: receive nothing");

  /// For the answer to the handshake.
  public static final Key HANDSHAKE_TIMEOUT =
      Key.duration(
          "handshake_timeout", "30s", "to an open WebSocket, connection included; 0: the default");

  /// For the server's part of the closing handshake.
  public static final Key CLOSE_TIMEOUT =
      Key.duration("close_timeout", "5s", "for the server's close after ours; 0: do not wait");

  /// Whether messages are compressed.
  public static final Key COMPRESSION =
      Key.flag("compression", false, "offer permessage-deflate (RFC 7692)");

  /// The largest message.
  public static final Key MAX_MESSAGE_SIZE =
      Key.whole("max_message_size", 16 << 20, 1, "bytes of a message received, decompressed")
          .range(1, Integer.MAX_VALUE);

  /// Messages that come unasked after the handshake.
  public static final Key GREETINGS =
      Key.whole("greetings", 0, 0, "messages of the server to await before the first one is sent")
          .range(0, 1_000_000);

  /// Of the block.
  public static final Section WEBSOCKET =
      Section.of(
          NAME,
          "What is said over a WebSocket",
          Key.text("messages", "what is sent, one after the other")
              .orKeys("websocket_message")
              .orList(),
          Key.word(
              "mode",
              "a connection for each exchange, or one kept by the session; session",
              "session",
              "persistent"),
          Key.word(
              "receive",
              "what is awaited: a reply to each message, nothing, or whatever comes"
                  + " in receive_timeout; reply",
              "reply",
              "none",
              "window"),
          MESSAGE_INTERVAL,
          RECEIVE_TIMEOUT,
          HANDSHAKE_TIMEOUT,
          CLOSE_TIMEOUT,
          GREETINGS,
          Key.text("subprotocols", "offered, the one liked best first").orList(),
          COMPRESSION,
          MAX_MESSAGE_SIZE);

  /// Of a message in the long form.
  public static final Section MESSAGE =
      Section.of(
          "websocket_message",
          "A message in the long form; one of text, json, binary, file, binary_file and ping",
          Key.text("text", "a text"),
          Key.document("json", "keys and values or a list, sent as a text of JSON"),
          Key.text("binary", "bytes, in Base64"),
          Key.text("file", "a text from a file"),
          Key.text("binary_file", "bytes from a file"),
          Key.text("ping", "a ping with this text; its pong is the reply"),
          Key.text("expect", "a text that is in the reply").orKeys("websocket_expect"),
          Key.text(
                  "correlate",
                  "the path (RFC 9535) whose value a reply has in common with the" + " message")
              .orKeys("websocket_correlate"),
          Key.keys("extractors", "extractor", "values taken out of the reply").list());

  /// What a reply has to be.
  public static final Section EXPECT =
      Section.of(
          "websocket_expect",
          "What has to be true of a reply; all that is given",
          Key.text("name", "the label in statistics; what it checks"),
          Key.text("text", "a text that is in it").orList(),
          Key.text("regex", "an expression (RE2 syntax) that fits in it"),
          Key.text("jsonpath", "a value in it (RFC 9535), and equals or exists"),
          Key.text("equals", "what the value is"),
          Key.flag("exists", true, "whether there is a value"));

  /// How a reply is known.
  public static final Section CORRELATE =
      Section.of(
          "websocket_correlate",
          "How the reply to a message is known among others that come",
          Key.text("jsonpath", "the path (RFC 9535) to a value in the reply"),
          Key.text("sent", "the path to the same value in the message; that of the reply"),
          Key.text("equals", "what the value is, instead of one in the message"));
}
