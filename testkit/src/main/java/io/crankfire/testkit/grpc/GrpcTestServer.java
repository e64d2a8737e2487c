package io.crankfire.testkit.grpc;

import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.http2.Http2Request;
import io.crankfire.testkit.http2.Http2Setup;
import io.crankfire.testkit.http2.Http2TestServer;
import io.crankfire.testkit.http2.Http2Wire;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A server of gRPC on loopback whose every answer is scripted, and which counts for itself.
///
/// ```java
/// try (GrpcTestServer server = GrpcTestServer.start()) {
///   server.on("/crankfire.testkit.Echo/Unary", GrpcBehavior.echo());
///   server.on("/crankfire.testkit.Echo/Broken", wire -> wire.raw(new byte[] {9}));
///   … server.target() …
///   assertEquals(List.of(), server.violations());
/// }
/// ```
///
/// Requests are read strictly, as HTTP/2 and as gRPC: what clients do wrong is kept in
/// [#violations()]. Other methods are `UNIMPLEMENTED`. Thread-safe. Closing ends all connections.
public final class GrpcTestServer implements AutoCloseable {

  /// A schema for tests, with a method of each kind. Messages of it are made by [GrpcMessages].
  public static final String PROTO =
      """
      syntax = "proto3";
      package crankfire.testkit;

      service Echo {
        rpc Unary(Text) returns (Text);
        rpc ServerStream(Text) returns (stream Text);
        rpc ClientStream(stream Text) returns (Text);
        rpc BidiStream(stream Text) returns (stream Text);
        // Answered by a specimen.
        rpc Odd(Text) returns (Text);
        rpc OddStream(Text) returns (stream Text);
      }

      message Text {
        string text = 1;
        int64 number = 2;
      }
      """;

  /// The path of the service's methods.
  public static final String ECHO = "/crankfire.testkit.Echo/";

  private final Http2TestServer http2;
  private final GrpcLedger ledger = new GrpcLedger();

  private GrpcTestServer(ServerSetup below, Http2Setup setup) {
    http2 = Http2TestServer.start(below, setup);
    http2.otherwise((request, wire) ->
        answer(GrpcBehavior.status(GrpcCode.UNIMPLEMENTED, "no such method"), request, wire));
    on(ECHO + "Unary", GrpcBehavior.echo());
    on(ECHO + "ServerStream", GrpcBehavior.several(3));
    on(ECHO + "ClientStream", GrpcBehavior.count());
    on(ECHO + "BidiStream", GrpcBehavior.echo());
  }

  /// Starts a plain server on 127.0.0.1 and a free port.
  public static GrpcTestServer start() {
    return start(ServerSetup.plain(), Http2Setup.usual());
  }

  /// Starts a server.
  ///
  /// @throws java.io.UncheckedIOException when the address cannot be had
  public static GrpcTestServer start(ServerSetup below, Http2Setup setup) {
    return new GrpcTestServer(below, setup);
  }

  /// Answers the calls of this path, `/package.Service/Method`, with the behaviour from now on; a
  /// path that ends with `/*` stands for all that begin so.
  public GrpcTestServer on(String path, GrpcBehavior behavior) {
    http2.on(path, (request, wire) -> answer(behavior, request, wire));
    return this;
  }

  private void answer(GrpcBehavior behavior, Http2Request request, Http2Wire wire)
      throws IOException, InterruptedException {
    String wrong = wrong(request);
    GrpcWire call = new GrpcWire(request, wire, ledger);
    if (wrong != null) {
      ledger.violation(request.method() + " " + request.target() + ": " + wrong);
      call.finish(GrpcCode.INTERNAL, wrong);
      return;
    }
    behavior.answer(call);
  }

  private static @Nullable String wrong(Http2Request request) {
    String type = String.valueOf(request.header("content-type"));
    String timeout = request.header("grpc-timeout");
    if (!request.method().equals("POST")) {
      return "not a POST";
    }
    if (!type.equals("application/grpc") && !type.startsWith("application/grpc+")) {
      return "content-type " + type;
    }
    if (!"trailers".equals(request.header("te"))) {
      return "te: trailers is missing";
    }
    if (timeout != null && !timeout.matches("\\d{1,8}[HMSmun]")) {
      return "grpc-timeout " + timeout;
    }
    return request.target().matches("/[^/]+/[^/]+") ? null : "path " + request.target();
  }

  /// `http://127.0.0.1:port/`, or `https`.
  public URI url() {
    return http2.url();
  }

  /// `127.0.0.1:port`.
  public String target() {
    return "127.0.0.1:" + http2.port();
  }

  /// The TCP port.
  public int port() {
    return http2.port();
  }

  /// What lies below: connections, streams, requests, times.
  public Http2TestServer http2() {
    return http2;
  }

  /// All that was counted so far above HTTP/2.
  public GrpcCounts counts() {
    return ledger.counts();
  }

  /// How clients broke the protocol, HTTP/2's and this, the first 1000 cases of each.
  public List<String> violations() {
    List<String> all = new ArrayList<>(http2.violations());
    all.addAll(ledger.violations());
    return all;
  }

  /// What behaviours threw that was no [IOException]: bugs of a test.
  public List<Throwable> failures() {
    return http2.failures();
  }

  @Override
  public void close() {
    http2.close();
  }
}
