package io.crankfire.websocket;

import static io.crankfire.websocket.WebSocketRig.keys;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Outcome;
import io.crankfire.testkit.Delay;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.websocket.Endpoint;
import io.crankfire.testkit.websocket.Talk;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// One exchange is a whole conversation: connect, send and await replies, close.
class WebSocketSessionTest {

  private final WebSocketRig rig = new WebSocketRig();

  @AfterEach
  void stop() {
    assertThat(rig.server.violations()).isEmpty();
    assertThat(rig.server.failures()).isEmpty();
    rig.close();
  }

  private Flight.Ending run(String path, Object... block) {
    return rig.rig.run(rig.call(path, block));
  }

  @Test
  void eachMessageIsSentAndItsReplyAwaitedThenTheConnectionIsClosed() {
    Flight.Ending ending = run("/", "messages", List.of("one", "two", "three"));

    assertThat(ending.bucket()).as("%s", ending).isEqualTo("OK");
    var counts = rig.server.await(now -> now.closed() == 1);
    assertThat(counts.messagesIn()).isEqualTo(3);
    assertThat(counts.bytesIn()).isEqualTo(11);
    assertThat(rig.total(WebSocketMeasures.CONNECT)).isEqualTo(1);
    assertThat(rig.total(WebSocketMeasures.ROUND_TRIP)).isEqualTo(3);
    assertThat(rig.total(WebSocketMeasures.SENT)).isEqualTo(3);
    assertThat(rig.total(WebSocketMeasures.RECEIVED)).isEqualTo(3);
    assertThat(rig.total(WebSocketMeasures.BYTES_SENT)).isEqualTo(11);
    assertThat(rig.total(WebSocketMeasures.BYTES_RECEIVED)).isEqualTo(11);
    assertThat(rig.total(WebSocketMeasures.DURATION)).isEqualTo(1);
    assertThat(rig.measures().labels(WebSocketMeasures.CLOSE_CODE).toMap())
        .isEqualTo(Map.of("1000", 1L));
    assertThat(ending.bytesOut()).isGreaterThan(11);
  }

  @Test
  void everyExchangeHasAConnectionOfItsOwn() {
    for (int i = 0; i < 3; i++) {
      assertThat(run("/", "messages", "hello").bucket()).isEqualTo("OK");
    }

    assertThat(rig.server.await(now -> now.closed() == 3).handshakes()).isEqualTo(3);
    assertThat(rig.rig.loop().openConnections()).isZero();
  }

  @Test
  void aConversationWithoutMessagesConnectsAndCloses() {
    assertThat(run("/").bucket()).isEqualTo("OK");
    assertThat(rig.server.await(now -> now.closed() == 1).messagesIn()).isZero();
  }

  @Test
  void theRoundTripIsTheServersDelay() {
    Duration delay = Duration.ofMillis(40);
    rig.server.on("/late", Endpoint.of(Talk.echo().after(Delay.constant(delay), 1)));

    assertThat(run("/late", "messages", List.of("a", "b")).bucket()).isEqualTo("OK");
    assertThat(rig.measures().histogram(WebSocketMeasures.ROUND_TRIP).min())
        .isGreaterThanOrEqualTo(delay.toNanos() - 100_000);
  }

  @Test
  void theIntervalLiesBetweenAReplyAndTheNextMessage() {
    Flight.Ending ending = run("/", "messages", List.of("a", "b", "c"), "message_interval", "30ms");

    assertThat(ending.bucket()).isEqualTo("OK");
    assertThat(ending.ended() - ending.sent()).isBetween(60_000_000L, 9_000_000_000L);
  }

  @Test
  void aReplyThatDoesNotComeInItsTimeIsATimeout() {
    rig.server.on("/silent", Endpoint.of(Talk.silent()));
    Flight.Ending ending = run("/silent", "messages", "hello", "receive_timeout", "50ms");

    assertThat(ending.outcome()).isEqualTo(Outcome.TIMEOUT);
    assertThat(ending.detail()).isEqualTo("no reply within 50 ms, after 0 of 1 replies");
  }

  @Test
  void aHandshakeThatIsNotAnsweredInItsTimeIsATimeout() {
    rig.server.on("/late", Response.text("").after(Duration.ofSeconds(9)));
    Flight.Ending ending = run("/late", "handshake_timeout", "50ms");

    assertThat(ending.outcome()).isEqualTo(Outcome.TIMEOUT);
    assertThat(ending.detail()).contains("no open WebSocket within 50 ms");
  }

  @Test
  void aServerThatDoesNotCloseIsATimeout() {
    rig.server.on("/stays", Endpoint.echo().closing(Endpoint.Closing.IS_SILENT));
    Flight.Ending ending = run("/stays", "messages", "hello", "close_timeout", "50ms");

    assertThat(ending.outcome()).isEqualTo(Outcome.TIMEOUT);
    assertThat(ending.detail()).contains("did not close within 50 ms");
    assertThat(run("/stays", "messages", "hello", "close_timeout", "0s").bucket()).isEqualTo("OK");
  }

  @ParameterizedTest
  @CsvSource({"401,HTTP_401", "403,HTTP_403", "503,HTTP_503", "302,HTTP_302", "200,HTTP_200"})
  void aRefusedHandshakeIsCountedUnderItsStatus(int status, String bucket) {
    rig.server.on("/no", Response.status(status));

    assertThat(run("/no", "messages", "hello").bucket()).isEqualTo(bucket);
    assertThat(rig.total(WebSocketMeasures.SENT)).isZero();
  }

  @Test
  void aCloseInTheMiddleIsCountedUnderItsCodeAndSaysWhy() {
    rig.server.on("/no", Endpoint.of((wire, _) -> wire.close(1011, "no luck")));
    Flight.Ending ending = run("/no", "messages", List.of("a", "b"));

    assertThat(ending.bucket()).isEqualTo("1011");
    assertThat(ending.detail())
        .isEqualTo(
            "closed by the server with 1011 (internal error): no luck, after 0 of 2 replies");
    assertThat(rig.measures().labels(WebSocketMeasures.CLOSE_CODE).toMap())
        .isEqualTo(Map.of("1011", 1L));
  }

  @Test
  void aConnectionThatIsGoneWithoutACloseIsCountedAs1006() {
    rig.server.on("/gone", Endpoint.of((wire, _) -> wire.cut()));
    Flight.Ending ending = run("/gone", "messages", "hello");

    assertThat(ending.bucket()).isEqualTo("1006");
    assertThat(ending.detail()).contains("without a close frame");
  }

  @Test
  void textBinaryAndPingAreSentAsSuch() {
    byte[] bytes = {0, 1, 2, (byte) 0xff};
    Flight.Ending ending =
        run(
            "/",
            "messages",
            List.of(
                "plain",
                keys("text", "long form"),
                keys("json", keys("id", "x7", "tags", List.of("a"))),
                keys("binary", Base64.getEncoder().encodeToString(bytes)),
                keys("ping", "still there?")));

    assertThat(ending.bucket()).as("%s", ending).isEqualTo("OK");
    var counts = rig.server.await(now -> now.closed() == 1);
    assertThat(counts.messagesIn()).isEqualTo(4);
    assertThat(counts.pings()).isEqualTo(1);
    assertThat(counts.bytesIn())
        .isEqualTo(
            "plain".length()
                + "long form".length()
                + "{\"id\":\"x7\",\"tags\":[\"a\"]}".length()
                + 4);
    assertThat(rig.total(WebSocketMeasures.PING)).isEqualTo(1);
    assertThat(rig.total(WebSocketMeasures.ROUND_TRIP)).isEqualTo(4);
  }

  @Test
  void withoutReceivingAllIsSentAtOnce() {
    rig.server.on("/silent", Endpoint.of(Talk.silent()));
    Flight.Ending ending = run("/silent", "messages", List.of("a", "b"), "receive", "none");

    assertThat(ending.bucket()).as("%s", ending).isEqualTo("OK");
    assertThat(rig.server.await(now -> now.closed() == 1).messagesIn()).isEqualTo(2);
    assertThat(rig.total(WebSocketMeasures.ROUND_TRIP)).isZero();
    assertThat(run("/silent", "messages", "a", "receive_timeout", "0s").bucket()).isEqualTo("OK");
  }

  @Test
  void aWindowTakesWhateverComesInItsTime() {
    rig.server.on(
        "/pushes",
        Endpoint.of(Talk.silent().pushing("tick", Delay.constant(Duration.ofMillis(10)), 1)));
    Flight.Ending ending =
        run("/pushes", "messages", "go", "receive", "window", "receive_timeout", "100ms");

    assertThat(ending.bucket()).as("%s", ending).isEqualTo("OK");
    assertThat(ending.ended() - ending.sent()).isGreaterThanOrEqualTo(100_000_000);
    assertThat(rig.total(WebSocketMeasures.RECEIVED)).isPositive();
  }

  @Test
  void aNormalCloseEndsAWindowWell() {
    rig.server.on("/ends", Endpoint.of((wire, _) -> wire.close(1001, "")));
    Flight.Ending ending =
        run("/ends", "messages", "go", "receive", "window", "receive_timeout", "9s");

    assertThat(ending.bucket()).as("%s", ending).isEqualTo("OK");
  }

  @Test
  void greetingsAreAwaitedAndAreNoReplies() {
    Talk late = Talk.echo().after(Delay.constant(Duration.ofMillis(30)), 1);
    rig.server.on("/hello", Endpoint.of(late.greeting("welcome")));
    Flight.Ending ending = run("/hello", "messages", "hello", "greetings", "1");

    assertThat(ending.bucket()).as("%s", ending).isEqualTo("OK");
    assertThat(rig.total(WebSocketMeasures.RECEIVED)).isEqualTo(2);
    assertThat(rig.measures().histogram(WebSocketMeasures.ROUND_TRIP).min())
        .isGreaterThanOrEqualTo(29_000_000);
  }

  @Test
  void theServersFavouriteSubProtocolIsAgreedOn() {
    rig.server.on("/", Endpoint.echo().speaking("v1.chat", "v2.chat"));

    assertThat(run("/", "messages", "a", "subprotocols", List.of("v2.chat", "v1.chat")).bucket())
        .isEqualTo("OK");
    assertThat(rig.measures().labels(WebSocketMeasures.SUB_PROTOCOL).toMap())
        .containsOnlyKeys("v2.chat");
  }

  @ParameterizedTest
  @CsvSource({"TAKEOVER", "NO_TAKEOVER", "NO_SERVER_TAKEOVER", "NO_CLIENT_TAKEOVER"})
  void compressedMessagesAreTheSameOnceDecompressed(Endpoint.Deflating how) {
    String words = "many words, ".repeat(2_000);
    rig.server.on("/", Endpoint.echo().deflating(how));
    Flight.Ending ending =
        run("/", "messages", List.of(words, "", words, "short"), "compression", "true");

    assertThat(ending.bucket()).as("%s", ending).isEqualTo("OK");
    long bytes = 2L * words.getBytes(UTF_8).length + 5;
    assertThat(rig.server.counts().bytesIn()).isEqualTo(bytes);
    assertThat(rig.total(WebSocketMeasures.BYTES_RECEIVED)).isEqualTo(bytes);
    assertThat(ending.bytesIn() + ending.bytesOut()).isLessThan(bytes / 4);
  }

  @Test
  void aMessageAboveTheLimitIsTooLarge() {
    Flight.Ending ending = run("/", "messages", "x".repeat(2_000), "max_message_size", "1000");

    assertThat(ending.outcome()).isEqualTo(Outcome.TOO_LARGE);
  }

  @Test
  void whatIsWrongWithABlockIsSaid() {
    assertThat(rig.faults("message", "a"))
        .containsExactly("unknown key \"message\"; did you mean messages?");
    assertThat(rig.faults("messages", List.of(keys("text", "a", "ping", "b"))))
        .containsExactly("this message has text already: it takes one of them");
    assertThat(rig.faults("messages", List.of(keys("expect", "a"))))
        .first()
        .asString()
        .startsWith("a message needs one of text, json");
    assertThat(rig.faults("messages", List.of(keys("binary", "§"))))
        .containsExactly("these bytes are not in Base64 (RFC 4648)");
    assertThat(rig.faults("messages", List.of(keys("file", "none.txt"))))
        .containsExactly("cannot read the file none.txt: no such file");
    assertThat(rig.faults("messages", List.of(keys("ping", "x".repeat(126)))))
        .containsExactly("a ping has 125 bytes at the most");
    assertThat(rig.faults("mode", "forever")).hasSize(1);
    assertThat(rig.faults("receive", "window", "receive_timeout", "0s")).hasSize(1);
    assertThat(rig.faults("receive_timeout", "-1s")).hasSize(1);
    assertThat(rig.faults("subprotocols", List.of("a", "a"))).hasSize(1);
    assertThat(rig.faults("subprotocols", List.of("a b"))).hasSize(1);
    assertThat(
            rig.faults(
                "receive", "none", "messages", List.of(keys("text", "a", "correlate", "$.id"))))
        .first()
        .asString()
        .isEqualTo("correlate looks at a reply: it needs receive: reply");
  }

  @Test
  void timesThatAreNotGivenAreTheDocumentedOnes() {
    WebSocketCall call = (WebSocketCall) rig.call("/");

    assertThat(call.options().receiveNanos()).isEqualTo(Duration.ofSeconds(10).toNanos());
    assertThat(call.options().handshakeNanos()).isEqualTo(Duration.ofSeconds(30).toNanos());
    assertThat(call.options().intervalNanos()).isZero();
    WebSocketCall zero = (WebSocketCall) rig.call("/", "handshake_timeout", "0s");
    assertThat(zero.options().handshakeNanos()).isEqualTo(Duration.ofSeconds(30).toNanos());
  }

  @Test
  void givingUpClosesTheConnectionAtAnyMoment() {
    rig.server.on("/silent", Endpoint.of(Talk.silent()));
    Flight flight = rig.rig.flight().send(rig.call("/silent", "messages", "hello"));
    flight.cancel(Outcome.INTERRUPTED);
    assertThat(flight.endings()).hasSize(1);
    Flight waiting = rig.rig.flight().send(rig.call("/silent", "messages", "hello"));
    rig.rig.await(() -> rig.server.counts().messagesIn() == 1);
    waiting.cancel(Outcome.INTERRUPTED);

    assertThat(waiting.endings()).hasSize(1);
    assertThat(rig.rig.loop().openConnections()).isZero();
    rig.server.await(now -> now.open() == 0);
  }
}
