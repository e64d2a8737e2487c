package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.testkit.tls.Identity;
import io.crankfire.testkit.tls.TestCertificates;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// gRPC from the command line and from configuration files, as users have it, against grpc-java.
class GrpcRunTest {

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

  @Test
  void flagsSayItAll() throws IOException {
    int exit =
        run.flags(
            "--protocol", "grpc",
            "--target", "TARGET",
            "--grpc-proto-file", "FOLDER/users.proto",
            "--grpc-service", "users.UserService",
            "--grpc-method", "UpdateUser",
            "--grpc-message", "{\"id\": {{$seq}}, \"name\": \"user {{$seq}}\"}",
            "--grpc-metadata", "x-a=1,x-b=2, 3",
            "--grpc-metadata", "X-C: 4",
            "--grpc-timeout", "2s",
            "--grpc-compression", "gzip",
            "-t", "3");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.users.names).containsExactly("user 0", "user 1", "user 2");
    UserServer.Said said = run.users.calls.element();
    assertThat(said.header("x-a") + "|" + said.header("x-b") + "|" + said.header("x-c"))
        .isEqualTo("1|2, 3|4");
    assertThat(said.header("grpc-timeout")).isEqualTo("2S");
    assertThat(said.header("grpc-encoding")).isEqualTo("gzip");
    assertThat(run.metric("messages_sent").asLong()).isEqualTo(3);
    assertThat(run.metric("messages_received").asLong()).isEqualTo(3);
    assertThat(run.metric("bytes_sent").asLong()).isEqualTo(8 + 10 + 10);
    assertThat(run.metric("status_code").asString()).isEqualTo("OK");
  }

  @ParameterizedTest
  @CsvSource({
    "users.UserService, GetUser",
    "UserService, GetUser",
    ", UserService/GetUser",
    ", users.UserService/GetUser",
    "other.Service, /users.UserService/GetUser"
  })
  void aServiceIsKnownByItsFullNameOrItsEnd(String service, String method) throws IOException {
    int exit =
        run.config(
            "{protocol: grpc, target: TARGET, total: 1, grpc: {proto_file: users.proto, %smethod: %s}}"
                .formatted(service == null ? "" : "service: " + service + ", ", method));

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.users.calls.element().method()).isEqualTo("users.UserService/GetUser");
  }

  @Test
  void severalMethodsRunSideBySideWithHttp() throws IOException {
    int exit =
        run.config(
            """
            target: grpc://TARGET
            total: 40
            seed: 3
            grpc: {proto_file: users.proto, service: UserService, metadata: {x-run: all}}
            endpoints:
              - grpc: {method: GetUser, message: {id: 7}}
              - grpc: {method: UpdateUser, message: {name: anna}, metadata: {x-own: one}}
              - grpc: {method: GetUser, message: {id: 8}}
            """);

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    JsonNode endpoints = run.report().path("endpoints");
    assertThat(endpoints.toString())
        .contains("UserService/GetUser", "UserService/UpdateUser", "UserService/GetUser #2");
    assertThat(run.users.calls)
        .allMatch(said -> said.header("x-run").equals("all"))
        .anyMatch(said -> said.header("x-own").equals("one"));
    assertThat(run.users.connections.get()).isLessThanOrEqualTo(2); // one for each worker
  }

  @Test
  void stepsHandValuesToEachOther() throws IOException {
    int exit =
        run.config(
            """
            target: TARGET
            protocol: grpc
            total: 2
            grpc: {proto_file: users.proto, service: UserService}
            scenarios:
              - name: rename
                steps:
                  - name: get
                    grpc: {method: GetUser, message: {id: "4{{$seq}}"}}
                    checks: [{status: OK}, {status: 0}, {jsonpath: $.id, exists: true}]
                    extractors: [{jsonpath: $.name, var: name}, {header: content-type, var: type}]
                  - name: update
                    grpc: {method: UpdateUser, message: {name: "{{name}} {{type}}"}}
            """);

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.users.names)
        .containsExactlyInAnyOrder("user 40 application/grpc", "user 41 application/grpc");
  }

  @ParameterizedTest
  @CsvSource({
    "NOT_FOUND,5",
    "PERMISSION_DENIED,7",
    "UNAVAILABLE,14",
    "UNAUTHENTICATED,16",
    "CANCELLED,1"
  })
  void theStatusIsTheBucket(String name, int code) throws IOException {
    int exit =
        run.method("GetUser, message: {status: " + code + "}", "total: 3", "log_errors: true");

    assertThat(exit).isEqualTo(ExitCode.FAILED);
    assertThat(run.bucket(name)).as(run.told()).isEqualTo(3);
    assertThat(run.measure("status_code").path("labels").path(name).asLong()).isEqualTo(3);
    assertThat(run.told()).contains(name, "as asked");
  }

  @Test
  void retriesTryAgainAndHonourThePushback() throws IOException {
    run.users.failures.set(2);
    run.users.trailers.put(UserServer.key("grpc-retry-pushback-ms"), "120");
    int exit = run.method("GetUser", "total: 1", "retries: 3");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.users.calls).hasSize(3);
    assertThat(run.report().path("max_latency_ms").asDouble()).isGreaterThanOrEqualTo(240);
  }

  @Test
  void aServerThatWantsNoRetryGetsNone() throws IOException {
    run.users.failures.set(1);
    run.users.trailers.put(UserServer.key("grpc-retry-pushback-ms"), "-1");

    assertThat(run.method("GetUser", "total: 1", "retries: 3")).isEqualTo(ExitCode.FAILED);
    assertThat(run.users.calls).hasSize(1);
  }

  @Test
  void aCallThatWasNotUnderstoodIsNotRepeated() throws IOException {
    run.users.failures.set(1);
    run.users.failure = Status.INVALID_ARGUMENT;

    assertThat(run.method("GetUser", "total: 1", "retries: 3")).isEqualTo(ExitCode.FAILED);
    assertThat(run.users.calls).hasSize(1);
  }

  @Test
  void theCredentialIsMetadata() throws IOException {
    run.users.wanted = "secret-7";
    int exit = run.method("GetUser", "total: 2", "auth: {type: bearer, token: secret-7}");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.users.calls)
        .allMatch(said -> said.header("authorization").equals("Bearer secret-7"));
    assertThat(run.told()).doesNotContain("secret-7");
  }

  @Test
  void theCallIsShownBeforeItIsMade() throws IOException {
    Path file =
        run.write(
            "plan.yaml",
            """
            {protocol: grpc, target: "grpc://localhost:1", total: 1,
             auth: {type: bearer, token: secret-7},
             grpc: {proto_file: users.proto, method: UserService/GetUser, message: {id: "{{$seq}}"},
                    metadata: {x-a: "b"}}}
            """);

    assertThat(run.command("plan", "--config", file.toString(), "--requests", "1"))
        .isEqualTo(ExitCode.OK);
    assertThat(run.told())
        .contains(
            ":path: /users.UserService/GetUser", "x-a: b", "grpc-timeout: 30S", "{\"id\":\"0\"}")
        .contains("authorization: ***")
        .doesNotContain("secret-7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "method: GetUsr, message: {id: 7}|no method \"GetUsr\"; did you mean GetUser?",
        "method: GetUser, message: {idd: 7}|users.UserRequest has no field \"idd\"; did you mean"
            + " id?",
        "method: GetUser, message: '{\"id\": 7'|this is no JSON",
        "method: GetUser, messages: [{id: 1}, {id: 2}]|users.UserService.GetUser takes one message,"
            + " not 2",
        "method: GetUser, message: {id: 1}, message_file: a.json|message says what is sent already",
        "method: GetUser, metadata: {grpc-timeout: 1S}|grpc-timeout follows from timeout",
        "method: GetUser, metadata: {a-bin: 'x y'}|a-bin is bytes as base64",
        "method: GetUser, compression: zip|\"zip\" is none of none, gzip",
        "method: GetUser, mesage: {}|unknown key \"mesage\"; did you mean message?",
        "method: GetUser, message_file: none.json|cannot read the message file none.json: no such"
            + " file",
      })
  void whatIsWrongIsSaidBeforeTheRun(String block, String fault) throws IOException {
    int exit =
        run.config(
            "{protocol: grpc, target: TARGET, total: 1, grpc: {proto_file: users.proto, service:"
                + " users.UserService, "
                + block
                + "}}");

    assertThat(exit).isEqualTo(ExitCode.USAGE);
    assertThat(run.told()).contains(fault).contains("run.yaml:1:");
    assertThat(run.users.calls).isEmpty();
  }

  @Test
  void aMessageOfAFileIsReadWithItsLines() throws IOException {
    run.write("user.json", "{\n  \"id\": 7,\n  \"nam\": \"anna\"\n}\n");
    assertThat(run.method("UpdateUser, message_file: user.json", "total: 1"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(run.told()).contains("user.json:3:3", "did you mean name?");

    run.write("user.json", "{\n  \"id\": 7,\n  \"name\": \"anna {{$seq}}\"\n}\n");
    assertThat(run.method("UpdateUser, message_file: user.json", "total: 1"))
        .as(run.told())
        .isEqualTo(ExitCode.OK);
    assertThat(run.users.names).containsExactly("anna 0");
  }

  @Test
  void streamsOfEveryKindRunAndAreMeasured() throws IOException {
    assertThat(run.method("WatchUsers, message: {count: 20}", "total: 5")).as(run.told()).isZero();
    assertThat(run.metric("messages_received").asLong()).isEqualTo(100);
    assertThat(run.measure("message_gap").path("count").asLong()).isEqualTo(95);
    assertThat(run.measure("time_to_first_message").path("count").asLong()).isEqualTo(5);
    assertThat(
            run.method(
                "ImportUsers, messages: [{name: a}, {name: \"b{{$seq}}\"}], message_count: 4",
                "total: 1",
                "checks: [{jsonpath: $.count, equals: 4}]"))
        .as(run.told())
        .isZero();
    assertThat(run.users.names).containsExactly("a", "b0", "a", "b0");
    assertThat(
            run.method(
                "Chat, message: {name: c}, message_count: 6, half_close: replies, expect: '\"c\"'",
                "total: 2",
                "thresholds: ['message_round_trip:p99 < 10s', 'messages_received == 12']"))
        .as(run.told())
        .isZero();
    assertThat(run.measure("message_round_trip").path("count").asLong()).isEqualTo(12);
    assertThat(run.method("Chat, message: {name: c}, expect: nobody", "total: 2"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(run.report().path("status_buckets").path("grpc").toString())
        .contains("CHECK_EVERY_MESSAGE");
  }

  @Test
  void insecureIsOfOneTargetAlone() throws Exception {
    Identity nobody = TestCertificates.untrusted();
    SslContext context =
        GrpcSslContexts.configure(
                SslContextBuilder.forServer(nobody.key(), nobody.certificate()), SslProvider.JDK)
            .build();
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress("localhost", 0)).sslContext(context);
    try (GrpcRun secure = new GrpcRun(folder, builder)) {
      String block = "grpc: {proto_file: users.proto, method: UserService/GetUser, insecure: true}";
      assertThat(secure.config("{target: grpcs://TARGET, total: 2, " + block + "}"))
          .as(secure.told())
          .isEqualTo(ExitCode.OK);
      assertThat(
              secure.config(
                  "{target: TARGET, protocol: grpc, total: 2, "
                      + block.replace("insecure", "tls: true, insecure")
                      + "}"))
          .as(secure.told())
          .isEqualTo(ExitCode.OK);
      assertThat(
              secure.config(
                  "{target: grpcs://TARGET, total: 2, "
                      + block.replace(", insecure: true", "")
                      + "}"))
          .isEqualTo(ExitCode.COULD_NOT);
      assertThat(secure.told()).contains("TLS_FAILED");
    }
  }

  @Test
  void aServerIsAskedForItsSchemaBeforeTheRun() throws IOException {
    NettyServerBuilder asked =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(ProtoReflectionServiceV1.newInstance())
            .addService(new HealthStatusManager().getHealthService());
    String config =
        """
        protocol: grpc
        target: TARGET
        total: 5
        grpc: {reflection: true, service: Health, method: %s, message: {service: ""}}
        checks: [{name: serves, jsonpath: $.status, equals: SERVING}]
        """;
    try (GrpcRun health = new GrpcRun(folder, asked)) {
      assertThat(health.config(config.formatted("Check"))).as(health.told()).isEqualTo(ExitCode.OK);
      assertThat(health.config(config.formatted("Chek"))).isEqualTo(ExitCode.USAGE);
      assertThat(health.told()).contains("Chek").contains("did you mean Check?");

      health.config(config.formatted("Check"));
      health.users.calls.clear();
      String file = folder.resolve("run.yaml").toString();
      assertThat(health.command("validate", file)).as(health.told()).isEqualTo(ExitCode.OK);
      assertThat(health.told()).contains("the server is not asked for its schema here");
      assertThat(health.command("plan", "--config", file)).as(health.told()).isEqualTo(ExitCode.OK);
      assertThat(health.told()).contains("/Health/Check");
      assertThat(health.users.calls).isEmpty();
    }
  }
}
