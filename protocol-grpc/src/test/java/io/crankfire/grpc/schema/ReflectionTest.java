package io.crankfire.grpc.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.UnknownFieldSet;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Target;
import io.crankfire.plan.TlsOptions;
import io.crankfire.template.Credential;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The schema of a server, asked of grpc-java's own reflection, and of servers that are broken.
class ReflectionTest {

  private static final Connections QUICK =
      new Connections(0, true, 0, Duration.ofMillis(300), Map.of(), null, null, TlsOptions.DEFAULT);

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
  }

  private int serve(ServerServiceDefinition... services) throws IOException {
    NettyServerBuilder builder = NettyServerBuilder.forPort(0).directExecutor();
    for (ServerServiceDefinition service : services) {
      builder.addService(service);
    }
    io.grpc.Server server = builder.build().start();
    open.add(server::shutdownNow);
    return server.getPort();
  }

  private static ServerServiceDefinition health() {
    return new HealthStatusManager().getHealthService().bindService();
  }

  @SuppressWarnings("deprecation") // what is asked for where there is no version 1
  private static BindableService alpha() {
    return ProtoReflectionService.newInstance();
  }

  private ServerSchema ask(int port) throws SchemaException {
    return ask(port, List.of(), null, Connections.DEFAULT);
  }

  private ServerSchema ask(
      int port,
      List<Server.Header> metadata,
      @Nullable Credential credential,
      Connections connections)
      throws SchemaException {
    Target target = new Target("http", "127.0.0.1", port, null);
    ServerSchema schema =
        ServerSchema.of(
            new Server(target, target.authority(), metadata, credential),
            connections,
            Duration.ofSeconds(5));
    open.add(schema);
    return schema;
  }

  private static void hasHealth(ServerSchema schema) throws SchemaException {
    String name = schema.find("Health");
    Schema found = Objects.requireNonNull(schema.symbol(name));
    MethodDescriptor watch = Objects.requireNonNull(found.service(name)).findMethodByName("Watch");

    assertThat(name).isEqualTo("grpc.health.v1.Health");
    assertThat(Schema.path(watch)).isEqualTo("/grpc.health.v1.Health/Watch");
    assertThat(watch.isServerStreaming()).isTrue();
    assertThat(watch.isClientStreaming()).isFalse();
    assertThat(watch.getInputType().findFieldByName("service")).isNotNull();
  }

  @Test
  void theSchemaOfAServerIsFound() throws IOException {
    ServerSchema schema =
        ask(serve(health(), ProtoReflectionServiceV1.newInstance().bindService()));

    assertThat(schema.services())
        .containsExactly("grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection");
    hasHealth(schema);
    assertThat(schema.symbol("grpc.health.v1.HealthCheckRequest")).isNotNull();
    assertThat(schema.symbol("grpc.health.v1.Unknown")).isNull();
  }

  @Test
  void aServerThatKnowsTheAlphaOnlyIsAskedByIt() throws IOException {
    ServerSchema schema = ask(serve(health(), alpha().bindService()));

    assertThat(schema.services())
        .containsExactly("grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection");
    hasHealth(schema);
  }

  @Test
  void aServerWithoutReflectionIsSaid() throws IOException {
    int port = serve(health());
    ServerSchema schema = ask(port);

    assertThatThrownBy(schema::services)
        .isInstanceOf(SchemaException.class)
        .hasMessage(
            "http://127.0.0.1:%d does not offer reflection: give its schema by proto_file or descriptor_set"
                .formatted(port));
  }

  @Test
  void aServerThatIsNotThereIsSaid() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    ServerSchema schema = ask(port);

    assertThatThrownBy(schema::services)
        .isInstanceOf(SchemaException.class)
        .hasMessageStartingWith(
            "cannot reach http://127.0.0.1:%d: CONNECT_REFUSED".formatted(port));
  }

  @Test
  void aServerThatSaysNothingIsGivenUp() throws IOException {
    ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    open.add(silent);
    Target target = new Target("http", "127.0.0.1", silent.getLocalPort(), null);
    ServerSchema schema =
        ServerSchema.of(
            new Server(target, target.authority(), List.of(), null), QUICK, Duration.ofMillis(700));
    open.add(schema);

    assertThatThrownBy(schema::services)
        .isInstanceOf(SchemaException.class)
        .hasMessage(target + " gives no answer to reflection within 1 s");
  }

  @Test
  void aServerThatNeverAnswersIsGivenUp() throws IOException {
    int port = serve(fake(_ -> null));
    Target target = new Target("http", "127.0.0.1", port, null);
    ServerSchema schema =
        ServerSchema.of(
            new Server(target, target.authority(), List.of(), null), QUICK, Duration.ofMillis(700));
    open.add(schema);

    assertThatThrownBy(schema::services)
        .isInstanceOf(SchemaException.class)
        .hasMessage("http://127.0.0.1:%d gives no answer to reflection within 1 s".formatted(port));
  }

  @Test
  void metadataAndCredentialGoWithTheQuestion() throws IOException {
    List<String> seen = new ArrayList<>();
    ServerInterceptor guard =
        new ServerInterceptor() {
          @Override
          public <Q, A> ServerCall.Listener<Q> interceptCall(
              ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
            String token = headers.get(key("authorization"));
            seen.add(token + " " + headers.get(key("x-tenant")));
            if (!"Bearer t0ken".equals(token)) {
              call.close(Status.UNAUTHENTICATED.withDescription("no tök\u00e9n"), new Metadata());
              return new ServerCall.Listener<>() {};
            }
            return next.startCall(call, headers);
          }
        };
    int port =
        serve(
            health(),
            ServerInterceptors.intercept(
                ProtoReflectionServiceV1.newInstance().bindService(), guard));

    hasHealth(
        ask(
            port,
            List.of(new Server.Header("x-tenant", "acme")),
            new Token("Bearer t0ken"),
            Connections.DEFAULT));
    ServerSchema refused = ask(port);

    assertThat(seen).containsExactly("Bearer t0ken acme");
    assertThatThrownBy(refused::services)
        .hasMessage(
            "http://127.0.0.1:%d refuses reflection: UNAUTHENTICATED: no tök\u00e9n"
                .formatted(port));
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private record Token(String text) implements Credential {
    @Override
    public String header() {
      return "Authorization";
    }

    @Override
    public void obtain() {}

    @Override
    public byte[] value() {
      return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean refused(byte[] value, Runnable renewed) {
      return false;
    }

    @Override
    public void close() {}
  }

  // Servers that answer what they should not

  private static FileDescriptorProto file(String name, String... imports) {
    return FileDescriptorProto.newBuilder()
        .setName(name)
        .setPackage("odd")
        .addAllDependency(List.of(imports))
        .addService(ServiceDescriptorProto.newBuilder().setName("Service"))
        .build();
  }

  private static byte[] files(FileDescriptorProto... files) {
    UnknownFieldSet.Field.Builder all = UnknownFieldSet.Field.newBuilder();
    for (FileDescriptorProto file : files) {
      all.addLengthDelimited(file.toByteString());
    }
    return message(4, UnknownFieldSet.newBuilder().addField(1, all.build()).build().toByteString());
  }

  private static byte[] message(int field, ByteString value) {
    return UnknownFieldSet.newBuilder()
        .addField(field, UnknownFieldSet.Field.newBuilder().addLengthDelimited(value).build())
        .build()
        .toByteArray();
  }

  /// A reflection that answers as it likes.
  private static ServerServiceDefinition fake(Function<String, byte @Nullable []> answers) {
    Marshaller<byte[]> bytes =
        new Marshaller<>() {
          @Override
          public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
          }

          @Override
          public byte[] parse(InputStream stream) {
            try {
              return stream.readAllBytes();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    String service = "grpc.reflection.v1.ServerReflection";
    io.grpc.MethodDescriptor<byte[], byte[]> method =
        io.grpc.MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodType.BIDI_STREAMING)
            .setFullMethodName(service + "/ServerReflectionInfo")
            .setRequestMarshaller(bytes)
            .setResponseMarshaller(bytes)
            .build();
    return ServerServiceDefinition.builder(service)
        .addMethod(
            method,
            ServerCalls.asyncBidiStreamingCall((StreamObserver<byte[]> to) ->
                new StreamObserver<byte[]>() {
                  @Override
                  public void onNext(byte[] question) {
                    byte[] answer =
                        answers.apply(new String(question, StandardCharsets.ISO_8859_1));
                    if (answer != null) {
                      to.onNext(answer);
                    }
                  }

                  @Override
                  public void onError(Throwable fault) {}

                  @Override
                  public void onCompleted() {
                    to.onCompleted();
                  }
                }))
        .build();
  }

  @Test
  void importsThatAreMissingAreAskedFor() throws IOException {
    int port =
        serve(
            fake(question ->
                question.contains("b.proto")
                    ? files(
                        FileDescriptorProto.newBuilder()
                            .setName("b.proto")
                            .addMessageType(DescriptorProto.newBuilder().setName("B"))
                            .build())
                    : files(file("a.proto", "b.proto", "google/protobuf/timestamp.proto"))));

    Schema schema = Objects.requireNonNull(ask(port).symbol("odd.Service"));

    assertThat(schema.symbol("B")).isNotNull();
    assertThat(schema.symbol("google.protobuf.Timestamp")).isNotNull();
  }

  @Test
  void anImportThatTheServerDoesNotHaveIsSaid() throws IOException {
    int port =
        serve(
            fake(question ->
                question.contains("b.proto")
                    ? message(
                        7,
                        UnknownFieldSet.newBuilder()
                            .addField(1, UnknownFieldSet.Field.newBuilder().addVarint(5).build())
                            .build()
                            .toByteString())
                    : files(file("a.proto", "b.proto"))));
    ServerSchema schema = ask(port);

    assertThatThrownBy(() -> schema.symbol("odd.Service"))
        .hasMessage("a.proto imports b.proto, which is missing");
  }

  @Test
  void aCircleOfImportsEnds() throws IOException {
    int port =
        serve(
            fake(question ->
                question.contains("b.proto")
                    ? files(file("b.proto", "a.proto"))
                    : files(file("a.proto", "b.proto"))));
    ServerSchema schema = ask(port);

    assertThatThrownBy(() -> schema.symbol("odd.Service"))
        .hasMessage("a.proto imports itself: a.proto → b.proto");
  }

  @Test
  void filesWithoutEndEnd() throws IOException {
    int[] number = {0};
    int port =
        serve(
            fake(_ -> {
              number[0]++;
              return files(file("f" + (number[0] - 1) + ".proto", "f" + number[0] + ".proto"));
            }));
    ServerSchema schema = ask(port);

    assertThatThrownBy(() -> schema.symbol("odd.Service"))
        .hasMessage("imports nest more than 200 deep");
  }

  @Test
  void brokenMessagesAreSaid() throws IOException {
    int port = serve(fake(_ -> new byte[] {(byte) 0xFF, 1, 2, 3}));
    ServerSchema schema = ask(port);

    assertThatThrownBy(schema::services)
        .hasMessage("http://127.0.0.1:%d answers reflection with broken messages".formatted(port));
  }

  @Test
  void filesThatMakeNoSchemaAreSaid() throws IOException {
    FileDescriptorProto twice =
        file("a.proto").toBuilder()
            .addMessageType(DescriptorProto.newBuilder().setName("Service"))
            .build();
    ServerSchema schema = ask(serve(fake(_ -> files(twice))));

    assertThatThrownBy(() -> schema.symbol("odd.Service"))
        .hasMessageStartingWith("a.proto makes no schema: odd.Service");
  }
}
