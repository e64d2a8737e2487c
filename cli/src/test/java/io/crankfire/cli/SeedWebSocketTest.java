package io.crankfire.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.testkit.Request;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.Script;
import io.crankfire.testkit.websocket.Endpoint;
import io.crankfire.testkit.websocket.Message;
import io.crankfire.testkit.websocket.Talk;
import io.crankfire.testkit.websocket.WebSocketWire;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The section "WebSocket Protocol" of the document in which the Go tool's protocols are laid down:
/// architecture, request execution, client, metrics. Each test is named by the sentence, the
/// comment or the line of code that it stands for, and judges whole runs by what the server saw and
/// by the report.
class SeedWebSocketTest {

  @TempDir Path folder;
  private StreamRun run;

  /// What the server was told, in its order.
  private final List<Message> heard = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void start() {
    run = new StreamRun(folder);
  }

  @AfterEach
  void stop() {
    run.close();
  }

  private Endpoint hearing(Talk talk) {
    return Endpoint.of((wire, message) -> {
      heard.add(message);
      talk.message(wire, message);
    });
  }

  private List<String> texts() {
    return heard.stream().map(Message::string).toList();
  }

  @Test
  @DisplayName("Architecture: \"full-duplex messaging\"")
  void messagesGoBothWaysAtOnce() throws IOException {
    run.sockets.on("/", Endpoint.of(Talk.echo().swapping())); // says nothing before the second
    int exit =
        run.config(
            """
            target: SOCKETS/
            total: 2
            websocket:
              messages: [first, second]
              receive: window
              receive_timeout: 200ms
            """);

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.sockets.counts().messagesOut()).isEqualTo(4);
    assertThat(run.metric("websocket", "messages_received")).isEqualTo(4);
  }

  @Test
  @DisplayName("Architecture: Message \"int Type, []byte Data\"")
  void aMessageIsTextOrBinary() throws IOException {
    run.sockets.on("/", hearing(Talk.echo()));
    int exit =
        run.config(
            """
            target: SOCKETS/
            total: 1
            websocket:
              messages:
                - grüße
                - {binary: AP+A/w==}
            """);

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(heard).extracting(Message::isText).containsExactly(true, false);
    assertThat(heard.getFirst().payload()).isEqualTo("grüße".getBytes(UTF_8));
    assertThat(heard.getLast().payload()).containsExactly(0x00, 0xff, 0x80, 0xff);
  }

  @Test
  @DisplayName("\"Each Do() call represents a full WebSocket session\"")
  void eachRequestIsAWholeSession() throws IOException {
    int exit =
        run.config(
            """
            target: SOCKETS/
            total: 7
            concurrency: 2
            websocket: {messages: [hello, again]}
            """);

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.report().path("total").asLong()).isEqualTo(7);
    assertThat(run.sockets.counts().handshakes()).isEqualTo(7);
    assertThat(run.sockets.httpCounts().accepted()).isEqualTo(7);
    assertThat(run.sockets.counts().messagesIn()).isEqualTo(14);
    assertThat(run.sockets.await(counts -> counts.closed() == 7).cut()).isZero();
  }

  @Test
  @DisplayName("Do: \"Create client with resolved URL\", \"Headers: r.headers\"")
  void addressAndHeadersAreResolvedForEachSession() throws IOException {
    run.write("rooms.csv", "room,key\nblue,k1\nred,k2\n");
    int exit =
        run.config(
            """
            target: SOCKETS/rooms/{{room}}?key={{key}}
            total: 4
            concurrency: 1
            feeder: {path: rooms.csv}
            headers: {X-Room: "in {{room}}", X-Fixed: always}
            websocket: {messages: [hello]}
            """);

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.upgrades())
        .extracting(Request::target)
        .containsExactly(
            "/rooms/blue?key=k1", "/rooms/red?key=k2", "/rooms/blue?key=k1", "/rooms/red?key=k2");
    assertThat(run.upgrades())
        .extracting(request -> request.header("X-Room"))
        .containsExactly("in blue", "in red", "in blue", "in red");
    assertThat(run.upgrades()).allMatch(request -> "always".equals(request.header("X-Fixed")));
  }

  @Test
  @DisplayName("Do: \"HandshakeTimeout: r.config.HandshakeTimeout\"")
  void aHandshakeThatIsNotAnsweredEndsInItsTime() throws IOException {
    run.sockets.on("/", Script.begin().stall());
    int exit =
        run.flags(
            "--target",
            "SOCKETS/",
            "-t",
            "2",
            "--ws-messages",
            "x",
            "--ws-handshake-timeout",
            "50ms");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.FAILED);
    assertThat(run.bucket("websocket", "TIMEOUT")).isEqualTo(2);
    assertThat(run.errors()).contains("no open WebSocket within 50 ms");
    assertThat(run.sockets.counts().handshakes()).isZero();
  }

  @Test
  @DisplayName("Do: \"if err := client.Connect(ctx); err != nil\" … \"return err\"")
  void withoutAConnectionTheSessionHasFailedAndNothingIsSaid() throws IOException {
    run.sockets.on("/", Endpoint.echo().answering("HTTP/1.1 101 Switching\r\n\r\n"));
    int exit = run.config("{target: SOCKETS/, total: 3, websocket: {messages: [hello]}}");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.FAILED);
    assertThat(run.report().path("failures").asLong()).isEqualTo(3);
    assertThat(run.report().path("response_time").path("failed").path("count").asLong())
        .as(run.told())
        .isEqualTo(3);
    assertThat(run.sockets.counts().messagesIn()).isZero();
  }

  @Test
  @DisplayName("Do: \"defer client.Close()\"")
  void theConnectionIsClosedHoweverTheSessionEnds() throws IOException {
    run.sockets.on("/silent", Endpoint.of(Talk.silent()));
    run.config("{target: SOCKETS/, total: 3, websocket: {messages: [hello]}}");

    assertThat(run.sockets.await(counts -> counts.open() == 0).closed()).isEqualTo(3);
    assertThat(run.sockets.closeCodes()).isEqualTo(Map.of(1000, 3L));

    run.config(
        "{target: SOCKETS/silent, total: 2, websocket: {messages: [a], receive_timeout: 20ms}}");

    assertThat(run.bucket("websocket", "TIMEOUT")).isEqualTo(2);
    run.sockets.await(counts -> counts.open() == 0 && counts.handshakes() == 5);
    run.sockets.http().await(counts -> counts.open() == 0);
  }

  @Test
  @DisplayName("Do: \"Send messages\", \"Type: websocket.TextMessage\", \"resolvePlaceholders\"")
  void messagesGoOutInTheirOrderAsTextsWithTheirValues() throws IOException {
    run.write("users.csv", "user\nanna\nbert\n");
    run.sockets.on("/", hearing(Talk.echo()));
    int exit =
        run.config(
            """
            target: SOCKETS/
            total: 2
            concurrency: 1
            feeder: {path: users.csv}
            websocket:
              messages: ['{"user": "{{user}}"}', plain, 'bye {{user}}{{none|!}}']
            """);

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(texts())
        .containsExactly(
            "{\"user\": \"anna\"}",
            "plain",
            "bye anna!",
            "{\"user\": \"bert\"}",
            "plain",
            "bye bert!");
    assertThat(heard).allMatch(Message::isText);
  }

  @Test
  @DisplayName("Do: \"Wait for response\"")
  void theNextMessageWaitsForTheReply() throws IOException {
    List<Long> repliesBefore = Collections.synchronizedList(new ArrayList<>());
    Talk late = Talk.echo().after(Duration.ofMillis(10));
    run.sockets.on(
        "/",
        Endpoint.of((wire, message) -> {
          repliesBefore.add(run.sockets.counts().messagesOut());
          late.message(wire, message);
        }));
    int exit = run.config("{target: SOCKETS/, total: 1, websocket: {messages: [a, b, c]}}");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(repliesBefore).containsExactly(0L, 1L, 2L);
    assertThat(run.measure("websocket", "message_round_trip").path("count").asLong()).isEqualTo(3);
    assertThat(run.measure("websocket", "message_round_trip").path("min").asDouble())
        .isGreaterThanOrEqualTo(10);
  }

  @Test
  @DisplayName("Do: \"Optional interval between messages\"")
  void anIntervalIsKeptFromAReplyToTheNextMessage() throws IOException {
    run.sockets.on("/", hearing(Talk.echo()));
    int exit =
        run.flags(
            "--target",
            "SOCKETS/",
            "-t",
            "1",
            "--ws-messages",
            "a",
            "--ws-messages",
            "b",
            "--ws-messages",
            "c",
            "--ws-message-interval",
            "40ms");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(texts()).containsExactly("a", "b", "c");
    for (int i = 1; i < heard.size(); i++) {
      assertThat(heard.get(i).arrivedNanos() - heard.get(i - 1).arrivedNanos())
          .isGreaterThanOrEqualTo(Duration.ofMillis(40).toNanos());
    }
  }

  @Test
  @DisplayName("Do: \"recordMetrics(time.Since(start), nil, client.Metrics())\"")
  void theLatencyIsThatOfTheWholeSessionOnce() throws IOException {
    run.sockets.on("/", Endpoint.of(Talk.echo().after(Duration.ofMillis(15))));
    int exit = run.config("{target: SOCKETS/, total: 4, websocket: {messages: [a, b, c]}}");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    JsonNode report = run.report();
    assertThat(report.path("total").asLong()).isEqualTo(4);
    assertThat(report.path("successes").asLong()).isEqualTo(4);
    assertThat(report.path("min_latency_ms").asDouble()).isGreaterThanOrEqualTo(45);
    assertThat(report.path("service_time").path("count").asLong()).isEqualTo(4);
  }

  @Test
  @DisplayName("Client: \"dialer.DialContext(ctx, c.url, c.headers)\", \"dial failed\"")
  void aRefusedHandshakeIsAFailureThatSaysSo() throws IOException {
    run.sockets.on("/", Response.status(403));
    int exit = run.config("{target: SOCKETS/, total: 2, websocket: {messages: [hello]}}");

    assertThat(exit).isEqualTo(ExitCode.FAILED);
    assertThat(run.bucket("websocket", "HTTP_403")).isEqualTo(2);
    assertThat(run.errors()).contains("refused the WebSocket");
    assertThat(run.upgrades())
        .hasSize(2)
        .allMatch(request -> request.method().equals("GET"))
        .allMatch(request -> "websocket".equalsIgnoreCase(request.header("Upgrade")))
        .extracting(request -> request.header("Sec-WebSocket-Key"))
        .doesNotHaveDuplicates();
  }

  @Test
  @DisplayName("SendMessage: \"WriteMessage … IncrementErrors, return err\"")
  void aMessageThatCannotBeSentFailsTheSession() throws IOException {
    run.sockets.on(
        "/",
        Endpoint.of(
            new Talk() {
              @Override
              public void opened(WebSocketWire wire) {
                wire.reset();
              }

              @Override
              public void message(WebSocketWire wire, Message message) {
                heard.add(message);
              }
            }));
    int exit = run.config("{target: SOCKETS/, total: 3, websocket: {messages: [a, b]}}");

    assertThat(exit).isEqualTo(ExitCode.FAILED);
    assertThat(run.report().path("failures").asLong()).isEqualTo(3);
    assertThat(run.bucket("websocket", "1006")).isEqualTo(3);
    assertThat(heard).isEmpty();
  }

  @Test
  @DisplayName("ReceiveMessage: \"Set read deadline from context\"")
  void aReplyIsAwaitedUntilItsTimeIsOver() throws IOException {
    run.sockets.on("/", hearing(Talk.sequence(Talk.echo(), Talk.silent())));
    int exit =
        run.flags(
            "--target",
            "SOCKETS/",
            "-t",
            "2",
            "--ws-messages",
            "a",
            "--ws-messages",
            "b",
            "--ws-messages",
            "c",
            "--ws-receive-timeout",
            "50ms");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.FAILED);
    assertThat(run.bucket("websocket", "TIMEOUT")).isEqualTo(2);
    assertThat(run.errors()).contains("no reply within 50 ms");
    assertThat(texts()).doesNotContain("c").hasSize(4);
    assertThat(run.report().path("min_latency_ms").asDouble()).isGreaterThanOrEqualTo(50);
  }

  @Test
  @DisplayName("ReceiveMessage: \"ReadMessage … IncrementErrors, return err\"")
  void aConnectionThatEndsInsteadOfTheReplyFailsTheSession() throws IOException {
    run.sockets.on("/", hearing(Talk.sequence(Talk.echo(), (wire, _) -> wire.cut())));
    int exit = run.config("{target: SOCKETS/, total: 2, websocket: {messages: [a, b, c]}}");

    assertThat(exit).isEqualTo(ExitCode.FAILED);
    assertThat(run.report().path("failures").asLong()).isEqualTo(2);
    assertThat(run.metric("websocket", "messages_sent")).isEqualTo(4);
    assertThat(run.metric("websocket", "messages_received")).isEqualTo(2);
    assertThat(texts()).doesNotContain("c");
  }

  @Test
  @DisplayName("Metrics: \"ConnectionDuration\"")
  void theConnectionsDurationCountsFromItsHandshakeToItsEnd() throws IOException {
    run.sockets.on("/", Endpoint.of(Talk.echo().after(Duration.ofMillis(20))));
    run.config("{target: SOCKETS/, total: 3, websocket: {messages: [a, b]}}");

    JsonNode durations = run.measure("websocket", "connection_duration");
    assertThat(durations.path("count").asLong()).isEqualTo(3);
    assertThat(durations.path("min").asDouble()).isGreaterThanOrEqualTo(40);
    assertThat(run.connectionMillis("websocket")).isGreaterThanOrEqualTo(120);
  }

  @Test
  @DisplayName("Metrics: \"MessagesSent, MessagesReceived, BytesSent, BytesReceived\"")
  void messagesAndTheBytesOfTheirPayloadsAreCountedExactly() throws IOException {
    run.sockets.on("/", hearing(Talk.replying("ä€")));
    int exit =
        run.config(
            """
            target: SOCKETS/
            total: 5
            websocket:
              messages: [hello, "ü", "", {binary: AAEC}]
            """);

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.metric("websocket", "messages_sent")).isEqualTo(20);
    assertThat(run.metric("websocket", "messages_received")).isEqualTo(20);
    assertThat(run.metric("websocket", "bytes_sent")).isEqualTo(5 * (5 + 2 + 0 + 3));
    assertThat(run.metric("websocket", "bytes_received")).isEqualTo(5 * 4 * 5);
    assertThat(run.sockets.counts().bytesIn()).isEqualTo(50);
    assertThat(run.sockets.counts().bytesOut()).isEqualTo(100);
  }

  @Test
  @DisplayName("Metrics: \"Errors\"")
  void everySessionThatFailsIsCountedOnce() throws IOException {
    run.sockets.on(
        "/",
        Endpoint.of((wire, message) -> {
          if (message.string().equals("3")) {
            wire.close(1011, "no threes");
          } else {
            wire.reply(message, "fine");
          }
        }));
    run.write("numbers.csv", "n\n1\n2\n3\n4\n");
    int exit =
        run.config(
            """
            target: SOCKETS/
            total: 8
            feeder: {path: numbers.csv}
            websocket: {messages: ["{{n}}"]}
            """);

    assertThat(exit).isEqualTo(ExitCode.FAILED);
    assertThat(run.report().path("successes").asLong()).isEqualTo(6);
    assertThat(run.report().path("failures").asLong()).isEqualTo(2);
    assertThat(run.bucket("websocket", "1011")).isEqualTo(2);
    assertThat(run.metric("websocket", "errors")).isEqualTo(2);
    assertThat(run.errors()).contains("no threes");
  }
}
