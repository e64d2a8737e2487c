package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.Delay;
import io.crankfire.testkit.Request;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.sse.EventStream;
import io.crankfire.testkit.websocket.Endpoint;
import io.crankfire.testkit.websocket.Talk;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// The sections of the document in which the Go tool's protocols are laid down that are about
/// WebSockets and event streams together: "Shared Client Metrics", the rows of "Protocol
/// Comparison", "Testing" and, of "Potential Improvements", sub-protocols and reconnection. Retries
/// and request chaining, which it denies both, are there. Each test is named by what it stands for,
/// and judges whole runs by what the server saw and by the report.
class SeedStreamsTest {

  @TempDir Path folder;
  private StreamRun run;

  @BeforeEach
  void start() {
    run = new StreamRun(folder);
  }

  @AfterEach
  void stop() {
    run.close();
  }

  private static final String BOTH =
      """
      target: EVENTS/
      total: 400
      concurrency: 16
      endpoints:
        - {name: talk, url: SOCKETS/, websocket: {messages: [hello, you]}}
        - {name: feed, path: /, protocol: sse}
      """;

  @Test
  @DisplayName("Shared metrics: \"All protocols use a common metrics tracking structure\"")
  void protocolsOfOneRunAreMeasuredAlike() throws IOException {
    int exit = run.config(BOTH);

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    JsonNode metrics = run.report().path("protocol_metrics");
    assertThat(metrics.propertyNames()).containsExactly("sse", "websocket");
    for (String name : List.of("bytes_received", "connection_duration_ms")) {
      assertThat(metrics.path("sse").path(name).asDouble()).as(name).isPositive();
      assertThat(metrics.path("websocket").path(name).asDouble()).as(name).isPositive();
    }
  }

  @Test
  @DisplayName("Shared metrics: \"mu sync.Mutex\"")
  void nothingIsLostBetweenManySessions() throws IOException {
    run.config(BOTH, "--workers", "2");

    long talks = run.sockets.counts().handshakes();
    long streams = run.events.streams();
    assertThat(talks + streams).isEqualTo(400);
    assertThat(run.metric("websocket", "messages_sent")).isEqualTo(2 * talks);
    assertThat(run.metric("websocket", "bytes_sent")).isEqualTo(8 * talks);
    assertThat(run.metric("websocket", "bytes_received")).isEqualTo(8 * talks);
    assertThat(run.metric("sse", "events_received")).isEqualTo(3 * streams);
    assertThat(run.measure("websocket", "connection_duration").path("count").asLong())
        .isEqualTo(talks);
    assertThat(run.measure("sse", "connection_duration").path("count").asLong()).isEqualTo(streams);
  }

  @Test
  @DisplayName("Shared metrics: \"if !m.connectedAt.IsZero()\"")
  void whatWasNeverConnectedHasNoDuration() throws IOException {
    run.sockets.on("/", Response.status(500));
    run.events.on("/", Response.status(500));
    run.config(BOTH);

    assertThat(run.report().path("failures").asLong()).isEqualTo(400);
    for (String protocol : List.of("sse", "websocket")) {
      assertThat(run.measure(protocol, "connection_duration").isMissingNode()).isTrue();
      assertThat(run.connectionMillis(protocol)).isZero();
    }
  }

  @Test
  @DisplayName("Shared metrics: \"MarkConnected\", \"duration = time.Since(m.connectedAt)\"")
  void theDurationIsTheSumOverAllConnections() throws IOException {
    run.sockets.on("/", Endpoint.of(Talk.echo().after(Duration.ofMillis(10))));
    run.config("{target: SOCKETS/, total: 5, websocket: {messages: [a]}}");

    double sum = run.connectionMillis("websocket");
    JsonNode each = run.measure("websocket", "connection_duration");
    assertThat(sum).isGreaterThanOrEqualTo(50);
    assertThat(each.path("mean").asDouble() * 5).isBetween(sum * 0.99, sum * 1.01);
  }

  @Test
  @DisplayName("Shared metrics: \"IncrementSent: messagesSent++, bytesSent += bytes\"")
  void everyMessageThatIsSentCountsWithItsBytes() throws IOException {
    run.sockets.on("/", Endpoint.of(Talk.silent()));
    int exit =
        run.config(
            """
            target: SOCKETS/
            total: 6
            websocket: {messages: [one, three], receive: none}
            """);

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    run.sockets.await(counts -> counts.messagesIn() == 12);
    assertThat(run.metric("websocket", "messages_sent")).isEqualTo(12);
    assertThat(run.metric("websocket", "bytes_sent")).isEqualTo(6 * 8);
    assertThat(run.metric("websocket", "messages_received")).isZero();
  }

  @Test
  @DisplayName("Shared metrics: \"IncrementReceived: messagesReceived++, bytesReceived += bytes\"")
  void everyMessageThatComesCountsWithItsBytesAskedForOrNot() throws IOException {
    run.sockets.on("/", Endpoint.of(Talk.echo().greeting("welcome")));
    int exit =
        run.config(
            """
            target: SOCKETS/
            total: 6
            websocket: {messages: [hello], greetings: 1}
            """);

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.metric("websocket", "messages_received")).isEqualTo(12);
    assertThat(run.metric("websocket", "bytes_received")).isEqualTo(6 * (7 + 5));
    assertThat(run.metric("websocket", "messages_sent")).isEqualTo(6);
  }

  @Test
  @DisplayName("Shared metrics: \"Snapshot\"")
  void partsOfTheLoadAddUpToTheWhole() throws IOException {
    run.config(
        """
        target: SOCKETS/
        total: 30
        concurrency: 3
        endpoints:
          - {name: short, path: /, websocket: {messages: [a]}}
          - {name: long, path: /, websocket: {messages: [aa, bb, cc]}}
        """);

    for (String name : List.of("messages_sent", "bytes_sent", "bytes_received")) {
      long sum = 0;
      for (String endpoint : List.of("short", "long")) {
        JsonNode part = run.report().path("endpoints").path(endpoint);
        long value = part.path("protocol_metrics").path("websocket").path(name).asLong();
        assertThat(value).isPositive();
        sum += value;
      }
      assertThat(run.metric("websocket", name)).as(name).isEqualTo(sum);
    }
  }

  @Test
  @DisplayName("Comparison: Direction \"Bidirectional\"")
  void serversMaySpeakUnaskedBetweenReplies() throws IOException {
    Talk chatty = Talk.replyingToIds().after(Duration.ofMillis(5));
    run.sockets.on(
        "/", Endpoint.of(chatty.pushing("{\"tick\":1}", Delay.constant(Duration.ofMillis(1)), 1)));
    int exit =
        run.config(
            """
            target: SOCKETS/
            total: 4
            websocket:
              messages:
                - {text: '{"id": 1}', correlate: $.id, expect: {jsonpath: $.reply, equals: 1}}
                - {text: '{"id": 2}', correlate: $.id, expect: {jsonpath: $.reply, equals: 2}}
            """);

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.measure("websocket", "message_round_trip").path("count").asLong()).isEqualTo(8);
    assertThat(run.measure("websocket", "message_round_trip").path("min").asDouble())
        .isGreaterThanOrEqualTo(5);
    assertThat(run.metric("websocket", "messages_received")).isGreaterThan(8);
  }

  @Test
  @DisplayName("Comparison: Connection \"Persistent\"")
  void allMessagesAndAllEventsComeOverOneConnection() throws IOException {
    run.sockets.on("/kept", Endpoint.echo());
    int exit =
        run.config(
            """
            target: SOCKETS/kept
            total: 50
            concurrency: 2
            websocket: {messages: [a, b], mode: persistent}
            """);

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.sockets.httpCounts().accepted()).isEqualTo(2);
    assertThat(run.sockets.counts().messagesIn()).isEqualTo(100);

    run.events.on("/", EventStream.of(100).every(Delay.constant(Duration.ofNanos(100_000)), 1));
    assertThat(run.flags("--target", "EVENTS/", "--protocol", "sse", "-t", "1"))
        .isEqualTo(ExitCode.OK);
    assertThat(run.events.counts().accepted()).isEqualTo(1);
    assertThat(run.metric("sse", "events_received")).isEqualTo(100);
  }

  @Test
  @DisplayName("Comparison: Message Format \"Text/Binary\" and \"Text\"")
  void socketsCarryBytesAndStreamsCarryText() throws IOException {
    run.events.on("/", EventStream.of(1).saying(_ -> "data: größe 7 €\n\n"));
    int exit =
        run.config(
            """
            target: EVENTS/
            total: 3
            scenarios:
              - name: all
                steps:
                  - {path: /, protocol: sse, sse: {expect: größe 7 €}}
                  - url: SOCKETS/
                    websocket:
                      messages:
                        - {text: größe 7 €, expect: größe 7 €}
                        - {binary: /wD+}
            """);

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.metric("websocket", "bytes_received")).isEqualTo(3 * (13 + 3));
  }

  @Test
  @DisplayName("Comparison: Retries \"Not supported\", which they are here")
  void whatMayPassIsTriedAgain() throws IOException {
    run.sockets.on("/", Behavior.sequence(Response.status(503), Endpoint.echo()));
    run.events.on("/", Behavior.sequence(Response.status(503), EventStream.of(2)));
    int exit =
        run.config(
            """
            target: EVENTS/
            total: 1
            concurrency: 1
            retries: {max: 2, base: 1ms}
            scenarios:
              - name: both
                steps:
                  - {name: feed, path: /, protocol: sse}
                  - {name: talk, url: SOCKETS/, websocket: {messages: [a]}}
            """);

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.report().path("total").asLong()).isEqualTo(2);
    assertThat(run.report().path("failures").asLong()).isZero();
    assertThat(run.report().path("attempts").asLong()).isEqualTo(4);
    assertThat(run.events.counts().received()).isEqualTo(2);
    assertThat(run.sockets.httpCounts().received()).isEqualTo(2);
  }

  @Test
  @DisplayName("Comparison: Request Chaining \"Not supported\", which it is here")
  void whatOneProtocolIsToldTheNextOneSays() throws IOException {
    run.sockets.on("/", Endpoint.of(Talk.replying("{\"ticket\": \"t-42\"}")));
    run.events.on(
        "/feed", EventStream.of(2).saying(n -> "data: order %d of t-42\n\n".formatted(n)));
    run.events.on("/order", Response.status(200));
    int exit =
        run.config(
            """
            target: EVENTS/
            total: 2
            scenarios:
              - name: chain
                steps:
                  - url: SOCKETS/
                    websocket:
                      messages:
                        - text: give me one
                          extractors: [{jsonpath: $.ticket, var: ticket}]
                        - have {{ticket}}
                  - path: /feed?ticket={{ticket}}
                    protocol: sse
                    extractors: [{regex: "order ([0-9]+)", var: order}]
                  - {path: "/order?n={{order}}", method: POST, body: "{{ticket}}"}
            """);

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.metric("websocket", "bytes_sent")).isEqualTo(2 * (11 + 9));
    assertThat(run.requests())
        .extracting(Request::target)
        .containsOnly("/feed?ticket=t-42", "/order?n=2");
    assertThat(run.requests().getLast().bodyText()).isEqualTo("t-42");
  }

  @ParameterizedTest
  @DisplayName("Comparison: Authentication \"All types\"")
  @CsvSource(
      delimiter = '|',
      value = {
        "type: bearer, token: b-token-1 | Authorization | Bearer b-token-1",
        "type: basic, username: me, password: pass-word | Authorization | Basic bWU6cGFzcy13b3Jk",
        "type: api_key, header: X-Api-Key, value: key-1234 | X-Api-Key | key-1234",
        "type: oidc_implicit, static_token: i-token-1 | Authorization | Bearer i-token-1",
        "type: oidc_auth_code, static_token: c-token-1 | Authorization | Bearer c-token-1",
        "type: oauth2_client_credentials, token_url: EVENTS/token, client_id: me,"
            + " client_secret: s3cret-s3cret | Authorization | Bearer got-token",
        "type: oauth2_resource_owner, token_url: EVENTS/token, client_id: me,"
            + " client_secret: s3cret-s3cret, username: u, password: pass-word"
            + " | Authorization | Bearer got-token"
      })
  void handshakesAndStreamsProveWhoTheyAre(String auth, String header, String value)
      throws IOException {
    run.events.on(
        "/token", Response.json("{\"access_token\": \"got-token\", \"expires_in\": 3600}"));
    int exit =
        run.config(
            """
            target: EVENTS/
            total: 2
            auth: {AUTH}
            scenarios:
              - name: both
                steps:
                  - {path: /feed, protocol: sse}
                  - {url: SOCKETS/, websocket: {messages: [a]}}
            """
                .replace("AUTH", auth));

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.upgrades()).hasSize(2).allMatch(one -> value.equals(one.header(header)));
    assertThat(run.requests())
        .filteredOn(request -> request.path().equals("/feed"))
        .hasSize(2)
        .allMatch(one -> value.equals(one.header(header)));
  }

  @Test
  @DisplayName("Testing: \"TestWebSocket_BasicSession\"")
  void aBasicSession() throws IOException {
    int exit =
        run.flags(
            "--target", "SOCKETS/", "--protocol", "websocket", "-t", "1", "--ws-messages", "hello");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.report().path("successes").asLong()).isEqualTo(1);
    assertThat(run.sockets.counts().messagesIn()).isEqualTo(1);
    assertThat(run.sockets.counts().bytesIn()).isEqualTo(5);
    assertThat(run.sockets.closeCodes()).containsExactly(Map.entry(1000, 1L));
  }

  @Test
  @DisplayName("Testing: \"TestWebSocket_MultipleMessages\"")
  void multipleMessages() throws IOException {
    int exit =
        run.flags(
            "--target",
            "SOCKETS/",
            "--protocol",
            "websocket",
            "-t",
            "4",
            "--ws-messages",
            "{\"type\": \"a\", \"n\": 1}",
            "--ws-messages",
            "b, c",
            "--ws-messages",
            "d");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.sockets.counts().messagesIn()).isEqualTo(12);
    assertThat(run.sockets.counts().bytesIn()).isEqualTo(4 * (21 + 4 + 1));
    assertThat(run.metric("websocket", "messages_received")).isEqualTo(12);
  }

  @Test
  @DisplayName("Testing: \"TestSSE_BasicStream\"")
  void aBasicStream() throws IOException {
    assertThat(run.flags("--target", "EVENTS/", "--protocol", "sse", "-t", "1"))
        .as(run.told())
        .isEqualTo(ExitCode.OK);
    assertThat(run.report().path("successes").asLong()).isEqualTo(1);
    assertThat(run.metric("sse", "events_received")).isEqualTo(3);
  }

  @Test
  @DisplayName("Testing: \"TestSSE_MaxEvents\"")
  void mostEvents() throws IOException {
    int exit =
        run.flags("--target", "EVENTS/", "--protocol", "sse", "-t", "1", "--sse-max-events", "2");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.metric("sse", "events_received")).isEqualTo(2);
  }

  @Test
  @DisplayName("Testing: \"WebSocket mock server\"")
  void theServerOfWebSocketsSpeaksWithOthers() throws Exception {
    CompletableFuture<String> reply = new CompletableFuture<>();
    WebSocket.Listener listener =
        new WebSocket.Listener() {
          @Override
          public @Nullable CompletionStage<?> onText(
              WebSocket from, CharSequence data, boolean last) {
            reply.complete(data.toString());
            from.request(1);
            return null;
          }
        };
    HttpClient client = HttpClient.newHttpClient();
    try {
      WebSocket socket =
          client
              .newWebSocketBuilder()
              .buildAsync(run.sockets.url(), listener)
              .get(10, TimeUnit.SECONDS);
      socket.sendText("hello", true).get(10, TimeUnit.SECONDS);

      assertThat(reply.get(10, TimeUnit.SECONDS)).isEqualTo("hello");
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
      run.sockets.await(counts -> counts.closed() == 1);
    } finally {
      client.shutdownNow(); // which waits for nobody
    }
  }

  @Test
  @DisplayName("Testing: \"SSE mock server\"")
  void theServerOfStreamsSpeaksWithOthers() throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    try {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(run.events.url("/"))
                  .version(HttpClient.Version.HTTP_1_1)
                  .timeout(Duration.ofSeconds(10))
                  .build(),
              HttpResponse.BodyHandlers.ofString());

      assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
      assertThat(response.body())
          .isEqualTo("id: 1\ndata: event 1\n\nid: 2\ndata: event 2\n\nid: 3\ndata: event 3\n\n");
    } finally {
      client.shutdownNow();
    }
  }

  @Test
  @DisplayName("Improvements: \"WebSocket Subprotocols - Custom protocol negotiation\"")
  void subProtocolsAreAgreedOn() throws IOException {
    run.sockets.on("/", Endpoint.echo().speaking("v1.chat", "v2.chat"));
    run.sockets.on("/other", Endpoint.echo().with("Sec-WebSocket-Protocol", "v3.chat"));
    String config =
        """
        target: SOCKETS/PATH
        total: 3
        websocket: {messages: [a], subprotocols: [v9.chat, v2.chat, v1.chat]}
        """;

    assertThat(run.config(config.replace("PATH", ""))).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.upgrades())
        .allMatch(one -> "v9.chat, v2.chat, v1.chat".equals(one.header("Sec-WebSocket-Protocol")));
    assertThat(run.measure("websocket", "sub_protocol").path("labels").path("v2.chat").asLong())
        .isEqualTo(3);
    assertThat(run.config(config.replace("PATH", "other"))).isEqualTo(ExitCode.FAILED);
    assertThat(run.bucket("websocket", "PROTOCOL_ERROR")).isEqualTo(3);
  }

  @Test
  @DisplayName("Improvements: \"SSE Reconnection - Automatic reconnect with Last-Event-ID\"")
  void aStreamGoesOnWhereItWasCutOff() throws IOException {
    run.events.on("/", EventStream.of(9).atMostAtOnce(4));
    int exit =
        run.config(
            """
            target: EVENTS/
            protocol: sse
            total: 1
            sse: {reconnect: true, reconnect_delay: 1ms, max_events: 9}
            """);

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.events.lastEventIds()).containsExactly("", "4", "8");
    assertThat(run.metric("sse", "events_received")).isEqualTo(9);
    assertThat(run.metric("sse", "reconnects")).isEqualTo(2);
  }
}
