package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.testkit.tls.TestCertificates;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The section "gRPC Protocol" of the document in which the Go tool's protocols are laid down, the
/// column "gRPC" of its comparison, and the rows about gRPC of its errors, tests and improvements.
/// Each test is named by the sentence, the comment or the line of code that it stands for, and
/// judges whole runs by what the server saw and by the report.
class SeedGrpcTest {

  @TempDir Path folder;
  private GrpcRun run;

  @BeforeEach
  void start() throws IOException {
    run = new GrpcRun(folder);
  }

  @AfterEach
  void stop() {
    run.close();
  }

  private void succeeds(int exit) {
    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
  }

  @Test
  @DisplayName(
      "\"The gRPC implementation uses dynamic proto compilation\"; \"Using jhump/protoreflect for"
          + " runtime proto parsing\"")
  void aProtoFileIsCompiledAtRunTime() throws IOException {
    run.write("other.proto", UserServer.PROTO.replace("int64 id = 1;", "sint64 id = 1;"));
    int exit =
        run.config(
            "{protocol: grpc, target: TARGET, total: 1, grpc: {proto_file: other.proto, service:"
                + " users.UserService, method: GetUser, message: {id: 5}}}");

    succeeds(exit);
    assertThat(run.metric("bytes_received").asLong()).isPositive();
    succeeds(
        run.method(
            "GetUser, message: {id: 5}",
            "total: 1",
            "checks: [{jsonpath: $.name, equals: user 5}]"));
  }

  @Test
  @DisplayName("\"ImportPaths: []string{filepath.Dir(protoFile)}\"")
  void importsAreFoundBesideTheFile() throws IOException {
    run.write(
        "base.proto",
        "syntax = \"proto3\";\npackage users;\nmessage UserRequest { int64 id = 1; }\n");
    run.write(
        "main.proto",
        """
        syntax = "proto3";
        package users;
        import "base.proto";
        import "google/protobuf/empty.proto";
        message User { int64 id = 1; string name = 2; string token = 3; }
        service UserService {
          rpc GetUser(UserRequest) returns (User);
          rpc Nothing(google.protobuf.Empty) returns (google.protobuf.Empty);
        }
        """);
    int exit =
        run.config(
            "{protocol: grpc, target: TARGET, total: 1, grpc: {proto_file: main.proto, service:"
                + " users.UserService, method: GetUser, message: {id: 5}}}");

    succeeds(exit);
  }

  @Test
  @DisplayName(
      "Do: \"Connect if not connected\", \"r.connected = true\"; Comparison: \"Connection:"
          + " Persistent\"")
  void aConnectionIsMadeOnceAndKept() throws IOException {
    succeeds(run.method("GetUser", "total: 50", "concurrency: 5", "workers: 1"));

    assertThat(run.users.calls).hasSize(50);
    assertThat(run.users.connections.get()).isEqualTo(1);
  }

  @Test
  @DisplayName("Do: \"Resolve message placeholders\"")
  void placeholdersOfMessagesAreFilledFromTheFeeder() throws IOException {
    run.write("users.csv", "id,name\n1,anna\n2,\"bea \"\"b\"\"\"\n");
    succeeds(
        run.method(
            "UpdateUser, message: '{\"id\": \"{{id}}\", \"name\": \"{{name}}\"}'",
            "total: 3",
            "concurrency: 1",
            "feeder: {path: users.csv}"));

    assertThat(run.users.names).containsExactly("anna", "bea \"b\"", "anna");
  }

  @Test
  @DisplayName("Do: \"Parse JSON to dynamic message\", \"protojson.Unmarshal\"")
  void theMessageIsJson() throws IOException {
    succeeds(
        run.method("UpdateUser, message: '{\"id\": \"9\", \"name\": \"\\u00e4\"}'", "total: 1"));

    assertThat(run.users.names).containsExactly("ä");
    assertThat(run.method("UpdateUser, message: '{\"nam\": 1}'", "total: 1"))
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  @DisplayName(
      "Do: \"Create response message\"; Comparison: \"Message Format: Protobuf\", \"Direction:"
          + " Request/Response\"")
  void theResponseIsReadByTheMethodsOutput() throws IOException {
    succeeds(
        run.method(
            "GetUser, message: {id: 42}",
            "total: 1",
            "checks: [{jsonpath: $.id, equals: '42'}, {jsonpath: $.name, equals: user 42}]"));
  }

  @Test
  @DisplayName("Do: \"Apply timeout\", \"if r.config.Timeout > 0\"")
  void theTimeoutLimitsTheCallAndNoneDoesNot() throws IOException {
    run.method("GetUser, message: {delay_us: 400000}, timeout: 50ms", "total: 1");
    assertThat(run.bucket("DEADLINE_EXCEEDED")).as(run.told()).isEqualTo(1);
    assertThat(run.users.calls.remove().header("grpc-timeout")).isEqualTo("50m");

    succeeds(run.method("GetUser, message: {delay_us: 200000}, timeout: 0", "total: 1"));
    assertThat(run.users.calls.remove().header("grpc-timeout")).isEqualTo("null");
  }

  @Test
  @DisplayName(
      "Do: \"Invoke RPC\", \"r.recordMetrics(time.Since(start), err, r.client.Metrics())\"")
  void everyCallIsRecordedWhetherOrNotItSucceeds() throws IOException {
    run.users.failures.set(3);
    run.method("GetUser", "total: 10", "concurrency: 1");

    assertThat(run.report().path("total").asLong()).isEqualTo(10);
    assertThat(run.report().path("failures").asLong()).isEqualTo(3);
    assertThat(run.metric("messages_sent").asLong()).isEqualTo(10);
    assertThat(run.metric("messages_received").asLong()).isEqualTo(7);
  }

  @Test
  @DisplayName("Connect: \"insecure.NewCredentials()\"")
  void withoutTlsACallIsPlain() throws IOException {
    succeeds(run.method("GetUser", "total: 1"));
  }

  @ParameterizedTest
  @DisplayName("Connect: \"TLS without verification\", \"TLS with system CA\"")
  @ValueSource(booleans = {true, false})
  void withTlsTheCertificateIsVerifiedUnlessInsecure(boolean insecure) throws Exception {
    var nobody = TestCertificates.untrusted();
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress("localhost", 0))
            .sslContext(
                GrpcSslContexts.configure(
                        SslContextBuilder.forServer(nobody.key(), nobody.certificate()),
                        SslProvider.JDK)
                    .build());
    try (GrpcRun secure = new GrpcRun(folder, builder)) {
      int exit = secure.method("GetUser, tls: true, insecure: " + insecure, "total: 2");

      assertThat(exit).as(secure.told()).isEqualTo(insecure ? ExitCode.OK : ExitCode.COULD_NOT);
      assertThat(secure.users.calls).hasSize(insecure ? 2 : 0);
    }
  }

  @Test
  @DisplayName("Invoke: \"Add metadata to context\"")
  void metadataGoWithTheCall() throws IOException {
    succeeds(run.method("GetUser, metadata: {X-Tenant: acme, x-seq: 'n{{$seq}}'}", "total: 1"));

    assertThat(run.users.calls.element().header("x-tenant")).isEqualTo("acme");
    assertThat(run.users.calls.element().header("x-seq")).isEqualTo("n0");
  }

  @Test
  @DisplayName("Invoke: \"Build full method path\", \"/%s/%s\"")
  void thePathHasTheServiceInFull() throws IOException {
    succeeds(
        run.config(
            "{protocol: grpc, target: TARGET, total: 1, grpc: {proto_file: users.proto, service:"
                + " UserService, method: GetUser}}"));

    assertThat(run.users.calls.element().method()).isEqualTo("users.UserService/GetUser");
  }

  @Test
  @DisplayName(
      "Invoke: \"Record metrics\", \"IncrementSent(int64(len(reqBytes)))\","
          + " \"IncrementReceived(int64(len(respBytes)))\"")
  void messagesAndTheirBytesAreCounted() throws IOException {
    succeeds(run.method("UpdateUser, message: {id: 1, name: anna}", "total: 4"));

    assertThat(run.metric("messages_sent").asLong()).isEqualTo(4);
    assertThat(run.metric("messages_received").asLong()).isEqualTo(4);
    assertThat(run.metric("bytes_sent").asLong()).isEqualTo(4 * 8);
    assertThat(run.metric("bytes_received").asLong()).isEqualTo(4 * (8 + 6));
  }

  @Test
  @DisplayName("findMethod: \"service %q not found\", \"method %q not found\"")
  void anUnknownServiceOrMethodIsSaidBeforeTheRun() throws IOException {
    String config =
        "{protocol: grpc, target: TARGET, total: 1, grpc: {proto_file: users.proto, service: %s,"
            + " method: %s}}";

    assertThat(run.config(config.formatted("UserServce", "GetUser"))).isEqualTo(ExitCode.USAGE);
    assertThat(run.told()).contains("\"UserServce\"", "did you mean UserService?");
    assertThat(run.config(config.formatted("UserService", "GetUsers"))).isEqualTo(ExitCode.USAGE);
    assertThat(run.told()).contains("\"GetUsers\"", "did you mean GetUser?");
    assertThat(run.users.calls).isEmpty();
  }

  @Test
  @DisplayName("Comparison: \"Retries\", which gRPC now has")
  void failedCallsAreTriedAgain() throws IOException {
    run.users.failures.set(1);

    succeeds(run.method("GetUser", "total: 1", "retries: 2"));
    assertThat(run.users.calls).hasSize(2);
  }

  @Test
  @DisplayName("Comparison: \"Request Chaining\", which gRPC now has")
  void valuesOfAResponseGoIntoTheNextCall() throws IOException {
    succeeds(
        run.config(
            """
            protocol: grpc
            target: TARGET
            total: 1
            grpc: {proto_file: users.proto, service: users.UserService}
            scenarios:
              - name: chain
                steps:
                  - grpc: {method: GetUser, message: {id: 3}}
                    extractors: [{jsonpath: $.name, var: name}, {regex: '"id":"(\\d+)"', var: id}]
                  - grpc: {method: UpdateUser, message: {id: "{{id}}", name: "{{name}}!"}}
            """));

    assertThat(run.users.names).containsExactly("user 3!");
  }

  @Test
  @DisplayName("Comparison: \"Authentication: Metadata\"")
  void whoWeAreIsMetadata() throws IOException {
    run.users.wanted = "t0k3n";
    succeeds(run.method("GetUser", "total: 1", "auth: {type: bearer, token: t0k3n}"));
  }

  @ParameterizedTest
  @DisplayName(
      "Error Categorization: \"meta.StatusCode = \\\"UNAVAILABLE\\\"  // \\\"DEADLINE_EXCEEDED\\\","
          + " etc.\"")
  @ValueSource(strings = {"UNAVAILABLE", "DEADLINE_EXCEEDED", "ALREADY_EXISTS", "OUT_OF_RANGE"})
  void theStatusIsTheBucketOfGrpc(String name) throws IOException {
    run.users.failures.set(4);
    run.users.failure = Status.fromCode(Status.Code.valueOf(name));
    int exit = run.method("GetUser", "total: 4");

    assertThat(exit).isEqualTo(ExitCode.FAILED);
    assertThat(run.bucket(name)).as(run.told()).isEqualTo(4);
  }

  @Test
  @DisplayName("Error Categorization: below the protocol, the names are those of all protocols")
  void nobodyListening() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    run.config(
        "{protocol: grpc, target: '{{nobody|127.0.0.1:%d}}', total: 2, grpc: {proto_file:"
                .formatted(port)
            + " users.proto, method: UserService/GetUser}}");

    assertThat(run.bucket("CONNECT_REFUSED")).as(run.told()).isEqualTo(2);
  }

  @Test
  @DisplayName("Tests: \"TestGRPC_BasicCall\", \"TestGRPC_WithMetadata\"")
  void flagsCallAMethodWithMetadata() throws IOException {
    succeeds(
        run.flags(
            "--protocol", "grpc",
            "--target", "TARGET",
            "--grpc-proto-file", "FOLDER/users.proto",
            "--grpc-service", "users.UserService",
            "--grpc-method", "GetUser",
            "--grpc-message", "{\"id\": \"7\"}",
            "--grpc-metadata", "x-tenant=acme",
            "-t", "2"));

    assertThat(run.users.calls).hasSize(2).allMatch(said -> said.header("x-tenant").equals("acme"));
  }

  @Test
  @DisplayName("Potential Improvements: \"Streaming gRPC - Server/client/bidirectional streaming\"")
  void allKindsOfStreamsAreThere() throws IOException {
    succeeds(run.method("WatchUsers, message: {count: 5}", "total: 2"));
    assertThat(run.metric("messages_received").asLong()).isEqualTo(10);
    succeeds(run.method("ImportUsers, messages: [{name: a}, {name: b}]", "total: 2"));
    assertThat(run.metric("messages_sent").asLong()).isEqualTo(4);
    succeeds(run.method("Chat, messages: [{name: a}, {name: b}], half_close: replies", "total: 2"));
    assertThat(run.metric("messages_received").asLong()).isEqualTo(4);
  }
}
