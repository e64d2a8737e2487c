package io.crankfire.grpc;

import io.crankfire.protocol.Protocol;
import io.crankfire.testkit.contract.Deed;
import io.crankfire.testkit.contract.Peer;
import io.crankfire.testkit.grpc.GrpcBehavior;
import io.crankfire.testkit.grpc.GrpcCode;
import io.crankfire.testkit.grpc.GrpcMessages;
import io.crankfire.testkit.grpc.GrpcTestServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// The scripted server of gRPC, doing what the contract wants done, a method for each deed.
/// Thread-safe.
final class GrpcPeer implements Peer {

  private static final byte[] TEXT = GrpcMessages.text("hello");

  /// A unary method for each deed; a flood is a stream.
  static final String PROTO = proto();

  private final GrpcTestServer server;
  private final Path schema;
  private final Map<String, String> more;

  /// @param schema a file with [#PROTO]
  /// @param more what each step says besides
  GrpcPeer(GrpcTestServer server, Path schema, Map<String, String> more) {
    this.server = server;
    this.schema = schema;
    this.more = more;
    GrpcBehavior ok = GrpcBehavior.echo();
    on(Deed.ANSWERS, ok);
    on(Deed.DECLINES, GrpcBehavior.status(GrpcCode.UNAVAILABLE, "no"));
    on(
        Deed.LEAVES,
        wire -> {
          wire.awaitRequest();
          wire.stream()
              .together(() -> {
                GrpcBehavior.unary(TEXT).answer(wire);
                wire.stream().cut();
              });
        });
    on(Deed.IS_SILENT, wire -> wire.stream().stall());
    on(Deed.STALLS, beginning(wire -> wire.stream().stall()));
    on(Deed.FLOODS, GrpcBehavior.endless(1_000));
    on(
        Deed.IS_LATE,
        GrpcBehavior.status(GrpcCode.UNAVAILABLE, "late")
            .after(Duration.ofMillis(Deed.LATENESS_MILLIS)));
    on(Deed.CLOSES, wire -> wire.stream().cut());
    on(Deed.RESETS, wire -> wire.stream().tear());
    on(Deed.CUTS, beginning(wire -> wire.stream().cut()));
    on(
        Deed.TEARS,
        beginning(wire -> {
          wire.stream().pause(Duration.ofMillis(5));
          wire.stream().tear();
        }));
    on(
        Deed.BABBLES,
        wire -> {
          wire.stream().raw("220 mail.example ESMTP\r\n".getBytes(StandardCharsets.US_ASCII));
          wire.stream().cut();
        });
  }

  private static String proto() {
    StringBuilder methods = new StringBuilder();
    for (Deed deed : Deed.values()) {
      methods
          .append("  rpc ")
          .append(deed)
          .append("(Text) returns (")
          .append(deed == Deed.FLOODS ? "stream " : "")
          .append("Text);\n");
    }
    return """
    syntax = "proto3";
    package deeds;
    message Text { string text = 1; }
    service Deeds {
    %s}
    """
        .formatted(methods);
  }

  private void on(Deed deed, GrpcBehavior behavior) {
    server.on("/deeds.Deeds/" + deed, behavior);
  }

  private static GrpcBehavior beginning(GrpcBehavior rest) {
    return wire -> {
      wire.raw(new byte[] {0, 0, 0, 0, 9, 10});
      rest.answer(wire);
    };
  }

  @Override
  public Protocol protocol() {
    return new GrpcProtocol();
  }

  @Override
  public Map<String, String> step(Deed deed, Duration timeout) {
    return step(deed, server.target(), timeout);
  }

  @Override
  public Map<String, String> stepTo(String host, int port, Duration timeout) {
    return step(Deed.ANSWERS, host + ":" + port, timeout);
  }

  private Map<String, String> step(Deed deed, String target, Duration timeout) {
    Map<String, String> step = new HashMap<>(more);
    step.put("target", target);
    step.put("grpc.proto_file", schema.toString());
    step.put("grpc.service", "Deeds");
    step.put("grpc.method", deed.name());
    step.put("grpc.message", "{\"text\": \"hello\"}");
    step.put("grpc.timeout", timeout.toMillis() + "ms");
    return step;
  }

  @Override
  public long received() {
    return server.http2().counts().begun();
  }

  @Override
  public long accepted() {
    return server.http2().counts().accepted();
  }

  @Override
  public int open() {
    return server.http2().counts().open();
  }

  @Override
  public int peak() {
    return server.http2().counts().peak();
  }

  @Override
  public String complaints() {
    String all = server.violations().isEmpty() ? "" : server.violations().toString();
    return all + (server.failures().isEmpty() ? "" : server.failures());
  }

  @Override
  public void close() {
    server.close();
  }
}
