package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.testkit.Delay;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.websocket.Endpoint;
import io.crankfire.testkit.websocket.Talk;
import io.crankfire.testkit.websocket.WebSocketTestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Whole runs over WebSockets, from flags or a configuration file to the report.
class WebSocketRunTest {

  private final WebSocketTestServer server = WebSocketTestServer.start();
  private final Screen screen = new Screen();
  private final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();

  @TempDir Path folder;

  @AfterEach
  void stop() {
    assertThat(server.violations()).isEmpty();
    assertThat(server.failures()).isEmpty();
    server.close();
  }

  private int flags(String path, String... more) {
    List<String> arguments = new ArrayList<>(List.of("--target", server.url(path).toString()));
    arguments.addAll(List.of(more));
    arguments.addAll(List.of("--out", "json=" + folder.resolve("report.json")));
    return screen.run(arguments.toArray(String[]::new));
  }

  private int file(String text) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("run.yaml"), text.replace("SERVER", server.url().toString()));
    return screen.run(
        "--config", file.toString(), "--out", "json=" + folder.resolve("report.json"));
  }

  private JsonNode report() throws IOException {
    return JsonMapper.shared().readTree(Files.readString(folder.resolve("report.json")));
  }

  private JsonNode measure(String name) throws IOException {
    return report().path("measures").path("websocket").path(name);
  }

  private Endpoint listening() {
    Talk echo = Talk.echo();
    return Endpoint.of((wire, message) -> {
      heard.add(message.string());
      echo.message(wire, message);
    });
  }

  @Test
  void messagesOfFlagsAreSentAsTheyAre() throws IOException {
    server.on("/", listening());
    int exit =
        flags(
            "/",
            "--ws-messages",
            "{\"type\":\"ping\"}",
            "--ws-messages",
            " a, b ",
            "--ws-message-interval=1ms",
            "--ws-receive-timeout=5s",
            "--ws-handshake-timeout=5s",
            "-t1");

    assertThat(exit).as(screen.err()).isEqualTo(ExitCode.OK);
    assertThat(heard).containsExactly("{\"type\":\"ping\"}", " a, b ");
    assertThat(measure("message_round_trip").path("count").asLong()).isEqualTo(2);
    assertThat(measure("websocket_connect").path("count").asLong()).isEqualTo(1);
    assertThat(measure("close_code").toString()).contains("1000");
    JsonNode reference = report().path("protocol_metrics").path("websocket");
    assertThat(reference.path("messages_sent").asLong()).isEqualTo(2);
    assertThat(reference.path("messages_received").asLong()).isEqualTo(2);
  }

  @Test
  void anHttpUrlIsOneOfWebSocketsIfThatIsSaid() {
    String url = server.http().url("/").toString();

    assertThat(screen.run("--target", url, "--protocol", "websocket", "--ws-messages=a", "-t1"))
        .as(screen.err())
        .isEqualTo(ExitCode.OK);
    assertThat(server.counts().messagesIn()).isEqualTo(1);
  }

  @Test
  void aRefusedHandshakeIsAFailureWithItsStatus() throws IOException {
    server.on("/no", Response.status(403));

    assertThat(flags("/no", "--ws-messages", "a", "-t2")).isEqualTo(ExitCode.FAILED);
    assertThat(report().path("status_buckets").toString()).contains("HTTP_403");
  }

  @Test
  void whatAReplyIsExpectedToBeIsACheckOfItsOwn() throws IOException {
    int exit =
        file(
            """
            target: SERVER
            total: 4
            websocket:
              messages:
                - text: '{"n": 1}'
                  expect: {name: one, jsonpath: $.n, equals: 1}
                - text: '{"n": 2}'
                  expect: {name: three, jsonpath: $.n, equals: 3}
                - text: abc
                  expect: b
                - text: abc
                  expect: {regex: "^a.c$"}
            """);

    assertThat(exit).as(screen.err()).isEqualTo(ExitCode.FAILED);
    assertThat(report().path("status_buckets").toString()).contains("CHECK_THREE");
    assertThat(report().path("failures").asLong()).isEqualTo(4);
    assertThat(server.counts().messagesIn()).isEqualTo(16);
    assertThat(screen.out()).contains("three");
  }

  @Test
  void repliesAreFoundAmongWhatTheServerPushes() throws IOException {
    Delay delay = Delay.constant(Duration.ofMillis(10));
    Delay gap = Delay.constant(Duration.ofMillis(1));
    server.on(
        "/",
        Endpoint.of(
            Talk.replyingToIds().after(delay, 1).pushing("{\"id\":\"news\",\"reply\":0}", gap, 2)));
    int exit =
        file(
            """
            target: SERVER
            concurrency: 4
            total: 40
            websocket:
              mode: persistent
              messages:
                - {text: '{"id": "{{$uuid}}"}', correlate: $.id}
                - text: '{"id": {{$seq}}}'
                  correlate: {jsonpath: $.id, sent: $.id}
                - text: '{"id": "me"}'
                  correlate: {jsonpath: $.id, equals: me}
            """);

    assertThat(exit).as(screen.err()).isEqualTo(ExitCode.OK);
    assertThat(server.counts().handshakes()).isEqualTo(4);
    JsonNode roundTrip = measure("message_round_trip");
    assertThat(roundTrip.path("count").asLong()).isEqualTo(120);
    assertThat(roundTrip.path("min").asDouble()).isGreaterThanOrEqualTo(9.9);
    assertThat(measure("messages_received").path("count").asLong()).isGreaterThan(120);
  }

  @Test
  void whatARepliesSaysGoesIntoTheNextMessageAndTheNextStep() throws IOException {
    server.on("/", listening());
    int exit =
        file(
            """
            target: SERVER
            total: 1
            scenarios:
              - steps:
                  - name: first
                    websocket:
                      messages:
                        - text: '{"token": "t7"}'
                          extractors: [{jsonpath: $.token, var: token}]
                        - 'again {{token}}'
                    extractors: [{regex: "again (.*)", var: last}]
                  - name: second
                    websocket:
                      messages: ['{{token}} {{last}}']
                    checks: [{body_contains: t7 t7}, {status: 101}]
            """);

    assertThat(exit).as(screen.err() + screen.out()).isEqualTo(ExitCode.OK);
    assertThat(heard).containsExactly("{\"token\": \"t7\"}", "again t7", "t7 t7");
  }

  @Test
  void webSocketsAndRequestsAreMixedInOneRun() throws IOException {
    server.on("/page", Response.text("page"));
    int exit =
        file(
            """
            total: 40
            seed: 3
            endpoints:
              - {name: socket, url: SERVERsocket, websocket: {messages: hello}}
              - {name: page, url: "%s"}
            thresholds: ["message_round_trip:p99 < 10s", "messages_sent:count > 0"]
            """
                .formatted(server.http().url("/page")));

    assertThat(exit).as(screen.err() + screen.out()).isEqualTo(ExitCode.OK);
    assertThat(report().path("endpoints").toString()).contains("socket", "page");
    assertThat(server.counts().messagesIn()).isBetween(1L, 39L);
  }

  @Test
  void aRateIsOneOfMessagesOverConnectionsThatAreKept() throws IOException {
    int exit =
        flags(
            "/",
            "--ws-mode",
            "persistent",
            "--ws-messages",
            "tick",
            "-r",
            "200",
            "-c",
            "3",
            "-d",
            "500ms");

    assertThat(exit).as(screen.err()).isEqualTo(ExitCode.OK);
    assertThat(server.counts().handshakes()).isBetween(1L, 3L);
    assertThat(server.counts().messagesIn()).isBetween(99L, 101L);
    assertThat(server.await(counts -> counts.open() == 0).cut()).isZero();
  }

  @Test
  void theCredentialIsSentWithTheHandshake() throws IOException {
    server.on(
        "/",
        Endpoint.of((wire, message) -> {
          heard.add(String.valueOf(wire.request().header("Authorization")));
          wire.reply(message, "ok");
        }));
    int exit =
        file(
            """
            target: SERVER
            total: 1
            auth: {type: bearer, token: secret-token}
            websocket: {messages: [a]}
            """);

    assertThat(exit).as(screen.err()).isEqualTo(ExitCode.OK);
    assertThat(heard).containsExactly("Bearer secret-token");
    assertThat(screen.out()).doesNotContain("secret-token");
  }

  @Test
  void aRefusedTokenIsReplacedAndTheHandshakeMadeAgain() throws IOException {
    AtomicInteger tokens = new AtomicInteger();
    Endpoint echo = Endpoint.echo();
    server.on(
        "/",
        (request, wire) -> {
          if ("Bearer token-2".equals(request.header("Authorization"))) {
            echo.answer(request, wire);
          } else {
            Response.status(401).answer(request, wire);
          }
        });
    try (HttpTestServer issuer = HttpTestServer.start()) {
      issuer.on(
          "/token",
          (request, wire) ->
              Response.json(
                      "{\"access_token\": \"token-%d\", \"expires_in\": 3600}"
                          .formatted(tokens.incrementAndGet()))
                  .answer(request, wire));
      int exit =
          file(
              """
              target: SERVER
              concurrency: 4
              total: 20
              auth: {type: oauth2_client_credentials, token_url: "ISSUER", client_id: me, client_secret: s3cret-s3cret}
              websocket: {messages: [a]}
              """
                  .replace("ISSUER", issuer.url("/token").toString()));

      assertThat(exit).as(screen.err() + screen.out()).isEqualTo(ExitCode.OK);
    }
    assertThat(tokens).hasValue(2);
    assertThat(report().path("successes").asLong()).isEqualTo(20);
    assertThat(measure("message_round_trip").path("count").asLong()).isEqualTo(20);
  }

  @Test
  void thePlanShowsTheHandshakeAndTheMessages() {
    int exit =
        screen.run(
            "plan",
            "--target",
            "ws://h:1/chat",
            "--ws-messages",
            "hello",
            "--ws-mode=persistent",
            "--ws-receive=none",
            "--ws-subprotocols=v1",
            "--ws-compression",
            "-t1");

    assertThat(exit).as(screen.err()).isEqualTo(ExitCode.OK);
    assertThat(screen.out())
        .contains("GET /chat HTTP/1.1", "Sec-WebSocket-Protocol: v1", "> hello")
        .contains("permessage-deflate");
  }

  @Test
  void whatIsWrongIsSaidAtItsPlace() throws IOException {
    int exit =
        file(
            """
            target: SERVER
            total: 1
            headers: {Sec-WebSocket-Key: abc}
            websocket:
              mesages: [a]
              receive: always
              messages:
                - {text: a, expect: {jsonpath: "$["}}
                - {file: none.txt}
            """);

    assertThat(exit).isEqualTo(ExitCode.USAGE);
    assertThat(screen.err())
        .contains("run.yaml:3:30:", "follows from the protocol")
        .contains("run.yaml:5:3:", "did you mean messages?")
        .contains("run.yaml:6:12:")
        .contains("run.yaml:8:")
        .contains("run.yaml:9:", "no such file");
  }
}
