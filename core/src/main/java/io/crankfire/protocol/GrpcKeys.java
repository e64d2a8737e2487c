package io.crankfire.protocol;

import io.crankfire.config.Key;
import io.crankfire.config.Section;

/// The keys of `grpc` blocks. Loaded when gRPC is spoken.
public final class GrpcKeys {
  private GrpcKeys() {}

  /// The name of the protocol and the key of its block.
  public static final String NAME = "grpc";

  /// The names of the keys that say where the schema is from.
  public static final String PROTO_FILE = "proto_file";

  /// See [#PROTO_FILE].
  public static final String IMPORT_PATHS = "import_paths";

  /// See [#PROTO_FILE].
  public static final String DESCRIPTOR_SET = "descriptor_set";

  /// Whether the server is asked for the schema.
  public static final Key REFLECTION =
      Key.flag("reflection", false, "ask the server for the schema, before the run");

  /// How long a call may take.
  public static final Key TIMEOUT =
      Key.duration("timeout", "30s", "for each call, sent as grpc-timeout; 0 for none");

  /// Whether connections are encrypted.
  public static final Key TLS = Key.flag("tls", false, "over TLS; https and grpcs mean it, too");

  /// Whether every certificate is accepted.
  public static final Key INSECURE =
      Key.flag("insecure", false, "with TLS: accept every certificate");

  /// How many messages a call sends.
  public static final Key MESSAGE_COUNT =
      Key.whole(
          "message_count", 0, 0, "messages sent in a call, one after the other; 0: each one once");

  /// The time between messages that are sent.
  public static final Key MESSAGE_INTERVAL =
      Key.duration("message_interval", "0", "from one message to the next that is sent");

  /// Whether a message waits for the reply to the one before.
  public static final Key AWAIT_REPLIES =
      Key.flag("await_replies", false, "the next message goes when the last one was answered");

  /// How many messages a call receives.
  public static final Key MAX_MESSAGES =
      Key.whole("max_messages", 0, 0, "messages received, then the call is done; 0 for no limit");

  /// The largest message received.
  public static final Key MAX_MESSAGE_SIZE =
      Key.whole("max_message_size", 4 << 20, 1, "bytes of a message received, decompressed")
          .range(1, Integer.MAX_VALUE - 64);

  /// What every message has to be.
  public static final Key EXPECT =
      Key.text("expect", "a text that is in the JSON of every message").orKeys("grpc_expect");

  /// Of the block.
  public static final Section GRPC =
      Section.of(
          NAME,
          "What is called, and with what",
          Key.text(PROTO_FILE, "the schema: .proto files").orList(),
          Key.text(IMPORT_PATHS, "where their imports are looked for; their own folders").orList(),
          Key.text(DESCRIPTOR_SET, "the schema: a file made by protoc --descriptor_set_out")
              .orList(),
          REFLECTION,
          Key.text("service", "what is called: package.Service, or Service if only one has it"),
          Key.text("method", "the method, or Service/Method"),
          Key.document("message", "the request as JSON, or as keys and values; {}"),
          Key.document("messages", "several requests of a streaming call, sent in turn").orList(),
          Key.text("message_file", "the request from a file of JSON"),
          MESSAGE_COUNT,
          MESSAGE_INTERVAL,
          AWAIT_REPLIES,
          Key.word(
              "half_close",
              "when we say that no message follows: sent: with the last; replies: when all are"
                  + " answered; never; sent",
              "sent",
              "replies",
              "never"),
          MAX_MESSAGES,
          Key.text("metadata", "sent with each call; values of names in -bin are base64").byName(),
          TIMEOUT,
          TLS,
          INSECURE,
          Key.text("authority", "the :authority that is asked for; that of the target"),
          Key.word("compression", "how messages are compressed; none", "none", "gzip"),
          MAX_MESSAGE_SIZE,
          EXPECT);

  /// Of what every message has to be.
  public static final Section EXPECTED =
      Section.of(
          "grpc_expect",
          "What has to be true of the JSON of every message received; all that is given",
          Key.text("name", "the label in statistics; what it checks"),
          Key.text("text", "a text that is in it").orList(),
          Key.text("regex", "an expression (RE2 syntax) that fits in it"),
          Key.text("jsonpath", "a value in it (RFC 9535), and equals or exists"),
          Key.text("equals", "what the value is"),
          Key.flag("exists", true, "whether there is a value"));
}
