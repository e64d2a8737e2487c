package io.crankfire.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.protocol.Compiling;
import io.crankfire.template.Conduct;
import io.crankfire.template.Names;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.testing.integration.TestServiceImpl;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The interoperability test cases that a client drives, named as gRPC names them
/// (doc/interop-test-descriptions.md), against grpc-java's own server of them.
class InteropTest {
  private static final Metadata.Key<String> INITIAL =
      Metadata.Key.of("x-grpc-test-echo-initial", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<byte[]> TRAILING =
      Metadata.Key.of("x-grpc-test-echo-trailing-bin", Metadata.BINARY_BYTE_MARSHALLER);
  private static final Metadata.Key<String> COMPRESSED =
      Metadata.Key.of("x-compressed", Metadata.ASCII_STRING_MARSHALLER);
  private static final int LARGE_REQUEST = 271_828;
  private static final int LARGE_RESPONSE = 314_159;

  @TempDir static Path folder;
  private static final ConcurrentLinkedQueue<Metadata> HEADS = new ConcurrentLinkedQueue<>();
  private static volatile ConcurrentLinkedQueue<Status> ends = new ConcurrentLinkedQueue<>();
  private static final AtomicLong WIRE_BYTES = new AtomicLong();
  private static final AtomicLong PLAIN_BYTES = new AtomicLong();
  private static ScheduledExecutorService executor = Executors.newScheduledThreadPool(0);
  private static Server server;

  private final Rig rig =
      new Rig(Rig.transports().getLast(), new GrpcProtocol(), Connections.DEFAULT);

  /// The service compresses single responses only: streams are compressed where the metadata says.
  private static final ServerInterceptor COMPRESSING =
      new ServerInterceptor() {
        @Override
        public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata head, ServerCallHandler<Q, A> next) {
          if (head.containsKey(COMPRESSED)) {
            call.setCompression("gzip");
          }
          return next.startCall(call, head);
        }
      };

  /// Sees what the server's transport sees.
  private static final class Seeing extends ServerStreamTracer {
    private final ConcurrentLinkedQueue<Status> mine = ends; // of the test that began the stream

    @Override
    public void inboundWireSize(long bytes) {
      WIRE_BYTES.addAndGet(bytes);
    }

    @Override
    public void inboundUncompressedSize(long bytes) {
      PLAIN_BYTES.addAndGet(bytes);
    }

    @Override
    public void streamClosed(Status status) {
      mine.add(status);
    }
  }

  @BeforeAll
  static void start() throws IOException {
    for (String file : List.of("test", "messages", "empty")) {
      String name = "grpc/testing/" + file + ".proto";
      Path to = folder.resolve(name);
      Files.createDirectories(Objects.requireNonNull(to.getParent()));
      try (InputStream in =
          Objects.requireNonNull(TestServiceImpl.class.getResourceAsStream("/" + name), name)) {
        Files.copy(in, to);
      }
    }
    executor = Executors.newScheduledThreadPool(2);
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))
            .maxInboundMessageSize(16 << 20)
            .addService(
                ServerInterceptors.intercept(
                    ServerInterceptors.intercept(
                        new TestServiceImpl(executor), TestServiceImpl.interceptors()),
                    COMPRESSING))
            .addStreamTracerFactory(
                new ServerStreamTracer.Factory() {
                  @Override
                  public ServerStreamTracer newServerStreamTracer(String method, Metadata head) {
                    HEADS.add(head);
                    return new Seeing();
                  }
                })
            .build()
            .start();
  }

  @AfterAll
  static void stop() {
    server.shutdownNow();
    executor.shutdownNow();
  }

  @AfterEach
  void close() {
    rig.close();
    HEADS.clear();
    ends = new ConcurrentLinkedQueue<>();
    WIRE_BYTES.set(0);
    PLAIN_BYTES.set(0);
  }

  private static Call call(String method, Map<String, ?> block) {
    Map<String, Object> grpc = new LinkedHashMap<>(block);
    grpc.put("proto_file", folder.resolve("grpc/testing/test.proto").toString());
    grpc.put("import_paths", folder.toString());
    grpc.putIfAbsent("service", "TestService");
    grpc.put("method", method);
    Map<String, Object> step = Map.of("target", "127.0.0.1:" + server.getPort(), "grpc", grpc);
    Problems problems = new Problems();
    Call call =
        new GrpcProtocol()
            .compile(
                (ConfigNode.Mapping) node(step),
                new Compiling(problems, new Names(), Conduct.PLAIN));
    assertThat(problems.all()).isEmpty();
    return Objects.requireNonNull(call);
  }

  private static ConfigNode node(Object value) {
    Position at = Position.flag("step");
    if (value instanceof Map<?, ?> map) {
      Map<String, ConfigNode> entries = new LinkedHashMap<>();
      map.forEach((key, entry) -> entries.put(String.valueOf(key), node(entry)));
      return new ConfigNode.Mapping(entries, at);
    }
    if (value instanceof List<?> list) {
      return new ConfigNode.Sequence(list.stream().map(InteropTest::node).toList(), at);
    }
    return new ConfigNode.Scalar(String.valueOf(value), at);
  }

  private Flight.Ending expect(String bucket, String method, Map<String, ?> block) {
    Flight.Ending ending = rig.run(call(method, block));
    assertThat(ending.bucket()).as("%s", ending).isEqualTo(bucket);
    return ending;
  }

  private long total(int measure) {
    return rig.metrics().calls[0].measures.total(measure);
  }

  private static String payload(int bytes) {
    return "{\"body\": \"" + Base64.getEncoder().encodeToString(new byte[bytes]) + "\"}";
  }

  private static String large(String more) {
    return "{\"responseSize\": %d, \"payload\": %s%s}"
        .formatted(LARGE_RESPONSE, payload(LARGE_REQUEST), more);
  }

  /// How many bytes a response with such a body has: two tags and two lengths more.
  private static int withBody(int bytes) {
    int length = bytes < 128 ? 1 : bytes < 16_384 ? 2 : 3;
    int payload = bytes + 1 + length;
    return payload + 1 + (payload < 128 ? 1 : payload < 16_384 ? 2 : 3);
  }

  @Test
  void emptyUnary() {
    expect("OK", "EmptyCall", Map.of());
    assertThat(total(GrpcMeasures.RECEIVED)).isEqualTo(1);
    assertThat(total(GrpcMeasures.BYTES_RECEIVED)).isZero();
  }

  @Test
  void largeUnary() {
    expect("OK", "UnaryCall", Map.of("message", large("")));
    assertThat(total(GrpcMeasures.BYTES_RECEIVED)).isEqualTo(withBody(LARGE_RESPONSE));
    assertThat(WIRE_BYTES.get()).isGreaterThan(LARGE_REQUEST);
  }

  @Test
  void clientCompressedUnary() {
    String compressed = large(", \"expectCompressed\": {\"value\": true}");
    String plain = large(", \"expectCompressed\": {\"value\": false}");
    expect("OK", "UnaryCall", Map.of("message", compressed, "compression", "gzip"));
    assertThat(PLAIN_BYTES.get()).isGreaterThan(LARGE_REQUEST);
    assertThat(WIRE_BYTES.get()).isLessThan(LARGE_REQUEST / 100);
    expect("OK", "UnaryCall", Map.of("message", plain));
    assertThat(WIRE_BYTES.get()).isGreaterThan(LARGE_REQUEST);
  }

  @Test
  void serverCompressedUnary() {
    String compressed = large(", \"responseCompressed\": {\"value\": true}");
    String plain = large(", \"responseCompressed\": {\"value\": false}");
    Flight.Ending small = expect("OK", "UnaryCall", Map.of("message", compressed));
    assertThat(small.bytesIn()).isLessThan(LARGE_RESPONSE / 100);
    assertThat(total(GrpcMeasures.BYTES_RECEIVED)).isEqualTo(withBody(LARGE_RESPONSE));
    Flight.Ending whole = expect("OK", "UnaryCall", Map.of("message", plain));
    assertThat(whole.bytesIn()).isGreaterThan(LARGE_RESPONSE);
  }

  private static final List<String> INPUTS =
      List.of(27_182, 8, 1_828, 45_904).stream()
          .map(size -> "{\"payload\": " + payload(size) + "}")
          .toList();

  /// The sum, 74922, is a tag and three bytes.
  private static final int AGGREGATE_BYTES = 4;

  @Test
  void clientStreaming() {
    expect("OK", "StreamingInputCall", Map.of("messages", INPUTS));
    assertThat(total(GrpcMeasures.SENT)).isEqualTo(4);
    assertThat(total(GrpcMeasures.RECEIVED)).isEqualTo(1);
    assertThat(total(GrpcMeasures.BYTES_RECEIVED)).isEqualTo(AGGREGATE_BYTES);
  }

  @Test
  void clientCompressedStreaming() {
    expect("OK", "StreamingInputCall", Map.of("messages", INPUTS, "compression", "gzip"));
    assertThat(PLAIN_BYTES.get()).isGreaterThan(74_922);
    assertThat(WIRE_BYTES.get()).isLessThan(74_922 / 50);
    assertThat(total(GrpcMeasures.BYTES_RECEIVED)).isEqualTo(AGGREGATE_BYTES);
  }

  private static String outputs(String compressed) {
    return """
    {"responseParameters": [{"size": 31415%1$s}, {"size": 9%1$s}, {"size": 2653%1$s},
      {"size": 58979%1$s}]}
    """
        .formatted(compressed);
  }

  private static final int OUTPUT_BYTES =
      withBody(31_415) + withBody(9) + withBody(2_653) + withBody(58_979);

  @Test
  void serverStreaming() {
    expect("OK", "StreamingOutputCall", Map.of("message", outputs("")));
    assertThat(total(GrpcMeasures.RECEIVED)).isEqualTo(4);
    assertThat(total(GrpcMeasures.BYTES_RECEIVED)).isEqualTo(OUTPUT_BYTES);
  }

  @Test
  void serverCompressedStreaming() {
    Flight.Ending ending =
        expect(
            "OK",
            "StreamingOutputCall",
            Map.of(
                "message",
                outputs(", \"compressed\": {\"value\": true}"),
                "metadata",
                Map.of("x-compressed", "1")));
    assertThat(ending.bytesIn()).isLessThan(OUTPUT_BYTES / 20);
    assertThat(total(GrpcMeasures.BYTES_RECEIVED)).isEqualTo(OUTPUT_BYTES);
  }

  private static String pinging(int response, int request) {
    return "{\"responseParameters\": [{\"size\": %d}], \"payload\": %s}"
        .formatted(response, payload(request));
  }

  private static final List<String> PINGS =
      List.of(
          pinging(31_415, 27_182), pinging(9, 8), pinging(2_653, 1_828), pinging(58_979, 45_904));

  @Test
  void pingPong() {
    expect("OK", "FullDuplexCall", Map.of("messages", PINGS, "await_replies", "true"));
    assertThat(total(GrpcMeasures.SENT)).isEqualTo(4);
    assertThat(total(GrpcMeasures.RECEIVED)).isEqualTo(4);
    assertThat(total(GrpcMeasures.BYTES_RECEIVED)).isEqualTo(OUTPUT_BYTES);
  }

  @Test
  void emptyStream() {
    expect("OK", "FullDuplexCall", Map.of("messages", List.of()));
    assertThat(total(GrpcMeasures.SENT)).isZero();
    assertThat(total(GrpcMeasures.RECEIVED)).isZero();
  }

  @Test
  void customMetadata() {
    Map<String, String> metadata =
        Map.of(
            "x-grpc-test-echo-initial", "test_initial_metadata_value",
            "x-grpc-test-echo-trailing-bin", "q6ur");
    for (String method : List.of("UnaryCall", "FullDuplexCall")) {
      HEADS.clear();
      expect("OK", method, Map.of("metadata", metadata));
      Metadata head = HEADS.element();
      assertThat(head.get(INITIAL)).isEqualTo("test_initial_metadata_value");
      assertThat(head.get(TRAILING)).containsExactly(0xab, 0xab, 0xab);
    }
  }

  @Test
  void statusCodeAndMessage() {
    String message = "{\"responseStatus\": {\"code\": 2, \"message\": \"test status message\"}}";
    for (String method : List.of("UnaryCall", "FullDuplexCall")) {
      assertThat(expect("UNKNOWN", method, Map.of("message", message)).detail())
          .contains("test status message");
    }
  }

  @Test
  void specialStatusMessage() {
    String message =
        """
        {"responseStatus": {"code": 2, "message":
          "\\t\\ntest with whitespace\\r\\nand Unicode BMP \u263a and non-BMP \ud83d\ude08\\t\\n"}}
        """;
    assertThat(expect("UNKNOWN", "UnaryCall", Map.of("message", message)).detail())
        .contains("test with whitespace", "and Unicode BMP \u263a and non-BMP \ud83d\ude08");
  }

  @Test
  void unimplementedMethod() {
    expect("UNIMPLEMENTED", "UnimplementedCall", Map.of());
  }

  @Test
  void unimplementedService() {
    expect("UNIMPLEMENTED", "UnimplementedCall", Map.of("service", "UnimplementedService"));
  }

  @Test
  void cancelAfterBegin() {
    Call call = call("StreamingInputCall", Map.of("messages", INPUTS, "half_close", "never"));
    Flight flight = rig.flight().send(call);
    rig.await(() -> !HEADS.isEmpty());
    flight.cancel(Outcome.INTERRUPTED);
    assertThat(flight.endings()).hasSize(1);
    assertThat(flight.endings().getFirst().outcome()).isEqualTo(Outcome.INTERRUPTED);
    awaitCancelled();
  }

  @Test
  void cancelAfterFirstResponse() {
    expect(
        "OK",
        "FullDuplexCall",
        Map.of("messages", PINGS.subList(0, 1), "half_close", "never", "max_messages", "1"));
    assertThat(total(GrpcMeasures.RECEIVED)).isEqualTo(1);
    awaitCancelled();
  }

  private void awaitCancelled() {
    rig.await(() -> !ends.isEmpty());
    assertThat(ends.element().getCode()).isEqualTo(Status.Code.CANCELLED);
  }

  @Test
  void timeoutOnSleepingServer() {
    String sleeping = "{\"responseParameters\": [{\"size\": 31415, \"intervalUs\": 10000000}]}";
    expect("DEADLINE_EXCEEDED", "FullDuplexCall", Map.of("message", sleeping, "timeout", "100ms"));
    rig.await(() -> !ends.isEmpty());
  }
}
