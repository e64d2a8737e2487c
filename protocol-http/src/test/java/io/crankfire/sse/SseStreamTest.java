package io.crankfire.sse;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.plan.Transport;
import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.Request;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.Script;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What an exchange of SSE is, and how it ends: the table of docs/sse.md.
class SseStreamTest {

  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String END = "0\r\n\r\n";
  private static final Duration GAP = Duration.ofMillis(3);

  private final SseRig sse = new SseRig();

  @AfterEach
  void stop() {
    assertThat(sse.server.failures()).isEmpty();
    sse.close();
  }

  private static String chunk(String text) {
    int length = text.getBytes(StandardCharsets.ISO_8859_1).length;
    return Integer.toHexString(length) + "\r\n" + text + "\r\n";
  }

  private static String data(String... events) {
    StringBuilder stream = new StringBuilder();
    for (String event : events) {
      stream.append("data: ").append(event).append("\n\n");
    }
    return chunk(stream.toString());
  }

  private static Script open(String... events) {
    return Script.begin().send(HEAD + data(events));
  }

  private static Script stream(String... events) {
    return Script.begin().send(HEAD + data(events) + END);
  }

  static Stream<Transport> transports() {
    return Rig.transports().stream();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void readsToTheServersEnd(Transport transport) {
    try (SseRig other = new SseRig(transport)) {
      String text = "data: a\n\n: comment\n\ndata: b\ndata: c\n\ndata: lost";
      other.server.on("/", Script.begin().send(HEAD).drip(chunk(text), 5, GAP).send(END));
      Flight.Ending ending = other.run("/", "");

      assertThat(ending.bucket()).as("%s", ending).isEqualTo("200");
      assertThat(ending.outcome().isOk()).isTrue();
      assertThat(ending.isOrdered()).isTrue();
      assertThat(other.total(SseMeasures.EVENTS)).isEqualTo(2);
      assertThat(other.total(SseMeasures.BYTES)).isEqualTo(text.length());
      assertThat(other.total(SseMeasures.CONNECT)).isEqualTo(1);
      assertThat(other.total(SseMeasures.FIRST_EVENT)).isEqualTo(1);
      assertThat(other.total(SseMeasures.GAP)).isEqualTo(1);
      assertThat(other.total(SseMeasures.STREAM)).isEqualTo(1);
      assertThat(other.total(SseMeasures.CONNECTION)).isEqualTo(1);
      assertThat(ending.bytesIn()).isGreaterThan(HEAD.length() + text.length());
      assertThat(ending.bytesOut()).isGreaterThan(30);
    }
  }

  @Test
  void aConnectionWhoseStreamEndedCarriesTheNext() {
    sse.server.on("/", stream("a"));
    Call call = sse.call("/", "");
    for (int i = 0; i < 1000; i++) {
      assertThat(sse.rig.run(call).bucket()).isEqualTo("200");
    }

    assertThat(sse.total(SseMeasures.EVENTS)).isEqualTo(1000);
    assertThat(sse.rig.metrics().connectionsOpened).isEqualTo(1);
  }

  @Test
  void readsNoMoreEventsThanAskedFor() {
    sse.server.on("/", open("a", "b", "c", "d").stall());
    Flight.Ending ending = sse.run("/", "max_events: 3");

    assertThat(ending.bucket()).isEqualTo("200");
    assertThat(sse.total(SseMeasures.EVENTS)).isEqualTo(3);
    assertThat(sse.rig.loop().openConnections()).isZero();
  }

  @Test
  void fewerEventsThanAskedForAreNoFailureWhenTheServerEnds() {
    sse.server.on("/", stream("a", "b"));

    assertThat(sse.run("/", "max_events: 3").bucket()).isEqualTo("200");
    assertThat(sse.total(SseMeasures.EVENTS)).isEqualTo(2);
  }

  @Test
  void theEndOfReadingIsASuccessWithWhatCame() {
    sse.server.on("/", open("a", "b").stall());
    Flight.Ending ending = sse.run("/", "read_timeout: 30ms\nmax_events: 3");

    assertThat(ending.bucket()).as("%s", ending).isEqualTo("200");
    assertThat(ending.ended() - ending.firstByte()).isGreaterThanOrEqualTo(30_000_000);
    assertThat(sse.total(SseMeasures.EVENTS)).isEqualTo(2);
    assertThat(sse.rig.loop().openConnections()).isZero();
  }

  @Test
  void theEndOfReadingIsASuccessWithoutAnyEvent() {
    sse.server.on("/", Script.begin().send(HEAD).stall());

    assertThat(sse.run("/", "read_timeout: 20ms").bucket()).isEqualTo("200");
    assertThat(sse.total(SseMeasures.EVENTS)).isZero();
  }

  @Test
  void theTimeoutIsForTheOpeningAndDoesNotCutAStream() {
    sse.server.on("/", open("a").pause(Duration.ofMillis(120)).send(data("b") + END));
    sse.server.on("/never", Script.begin().stall());

    assertThat(sse.run("/", "", "timeout", "50ms").bucket()).isEqualTo("200");
    assertThat(sse.total(SseMeasures.EVENTS)).isEqualTo(2);
    Flight.Ending never = sse.run("/never", "read_timeout: 10s", "timeout", "50ms");
    assertThat(never.bucket()).isEqualTo("TIMEOUT");
    assertThat(never.detail()).isEqualTo("no response head within 50 ms");
  }

  @Test
  void theMarkerEndsAStream() {
    sse.server.on("/", open("a", "[DONE]", "b").stall());

    assertThat(sse.run("/", "until: [DONE]").bucket()).isEqualTo("200");
    assertThat(sse.total(SseMeasures.EVENTS)).isEqualTo(2);
  }

  @Test
  void aStreamThatEndsBeforeItsMarkerWasCutOff() {
    sse.server.on("/", stream("a", "[DONE"));
    Flight.Ending ending = sse.run("/", "until: [DONE]");

    assertThat(ending.bucket()).isEqualTo("CONNECTION_CLOSED");
    assertThat(ending.detail()).isEqualTo("the server ended the stream before [DONE]");
  }

  @Test
  void aMarkerThatDoesNotComeInTimeIsATimeout() {
    sse.server.on("/", open("a").stall());
    Flight.Ending ending = sse.run("/", "until: [DONE]\nread_timeout: 20ms");

    assertThat(ending.bucket()).isEqualTo("TIMEOUT");
    assertThat(ending.detail()).isEqualTo("no [DONE] within 20 ms");
  }

  @Test
  void aTypeEndsAStream() {
    String stop = chunk("event: message_stop\ndata: {}\n\n");
    sse.server.on("/", open("message_stop").send(stop + data("b")).stall());

    assertThat(sse.run("/", "until_event: message_stop").bucket()).isEqualTo("200");
    assertThat(sse.total(SseMeasures.EVENTS)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 201, 206, 400, 404, 429, 500, 502, 503})
  void everyStatusBut200IsAFailureUnderItsNumber(int status) {
    sse.server.on("/", Response.status(status));
    Call call = sse.call("/", "");
    for (int i = 0; i < 2; i++) {
      Flight.Ending ending = sse.rig.run(call);
      assertThat(ending.bucket()).isEqualTo(Integer.toString(status));
      assertThat(ending.outcome().kind()).isEqualTo(Outcome.Kind.FAILED);
    }

    assertThat(sse.total(SseMeasures.STREAM)).isZero();
    assertThat(sse.rig.metrics().connectionsOpened).isEqualTo(1);
  }

  @Test
  void redirectsAreFollowed() {
    sse.server.on("/old", Response.redirect(307, "/"));
    sse.server.on("/", stream("a"));

    assertThat(sse.run("/old", "", "method", "POST", "body", "x").bucket()).isEqualTo("200");
    assertThat(sse.server.requests().getLast().bodyText()).isEqualTo("x");
    assertThat(sse.run("/old", "", "max_redirects", "0").bucket()).isEqualTo("307");
  }

  static Stream<Arguments> heads() {
    String type = "Content-Type: text/event-stream";
    return Stream.of(
        Arguments.of(type, ""),
        Arguments.of("content-type:Text/Event-Stream ; charset=utf-8", ""),
        Arguments.of(type + "\r\nContent-Encoding: identity", ""),
        Arguments.of("X: y", "a response without Content-Type, not text/event-stream"),
        Arguments.of(
            "Content-Type: text/html", "a response of the type text/html, not text/event-stream"),
        Arguments.of(
            "Content-Type: text/event-streams",
            "a response of the type text/event-streams, not text/event-stream"),
        Arguments.of(
            type + "\r\nContent-Encoding: gzip",
            "a stream with the content coding gzip, which was not asked for"));
  }

  @ParameterizedTest
  @MethodSource("heads")
  void onlyAStreamOfEventsIsOne(String head, String fault) {
    String start = "HTTP/1.1 200 OK\r\n" + head + "\r\nTransfer-Encoding: chunked\r\n\r\n";
    sse.server.on("/", Script.begin().send(start + data("a") + END));
    Flight.Ending ending = sse.run("/", "");

    assertThat(ending.bucket()).isEqualTo(fault.isEmpty() ? "200" : "PROTOCOL_ERROR");
    assertThat(ending.detail() == null ? "" : ending.detail()).isEqualTo(fault);
  }

  @ParameterizedTest
  @ValueSource(strings = {"data: ", "id: ", ": ", "nothing", "data\n", "data: x\n"})
  void aLineOrEventWithoutEndIsTooLarge(String text) {
    sse.server.on("/", Script.begin().send(HEAD).forever(chunk(text.repeat(40))));
    Flight.Ending ending = sse.run("/", "max_event_size: 5000");

    assertThat(ending.bucket()).isEqualTo("TOO_LARGE");
    assertThat(ending.detail()).isEqualTo("an event or a line above 5000 bytes");
  }

  static Stream<Arguments> losses() {
    return Stream.of(
        Arguments.of(open("a").cut(), "CONNECTION_CLOSED"),
        Arguments.of(open("a").pause(GAP).reset(), "CONNECTION_RESET"),
        Arguments.of(open("a").send("no chunk\r\n"), "PROTOCOL_ERROR"),
        Arguments.of(Script.begin().send("garbage\r\n\r\n").stall(), "PROTOCOL_ERROR"),
        Arguments.of(Script.begin().send(HEAD.substring(0, 30)).cut(), "CONNECTION_CLOSED"));
  }

  @ParameterizedTest
  @MethodSource("losses")
  void aStreamThatIsCutOffIsAFailure(Script script, String bucket) {
    sse.server.on("/", script);

    assertThat(sse.run("/", "").bucket()).isEqualTo(bucket);
    assertThat(sse.rig.loop().openConnections()).isZero();
  }

  @Test
  void aStreamMayEndWithItsConnection() {
    String head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
    sse.server.on(
        "/", Script.begin().send(head + "\u00ef\u00bb\u00bfdata: a\r\rdata: b\r\n\r\n").close());

    assertThat(sse.run("/", "").bucket()).isEqualTo("200");
    assertThat(sse.total(SseMeasures.EVENTS)).isEqualTo(2);
  }

  @Test
  void asksForAStreamUnlessTheUserAsksForSomethingElse() {
    sse.server.on("/", stream("a"));
    sse.run("/", "");
    sse.run("/", "", "headers", "accept: text/*\ncache-control: max-age=0\nX-More: 1");
    List<Request> requests = sse.server.requests();

    assertThat(requests.getFirst().header("Accept")).isEqualTo("text/event-stream");
    assertThat(requests.getFirst().header("Cache-Control")).isEqualTo("no-cache");
    assertThat(requests.getFirst().header("Accept-Encoding")).isEqualTo("identity");
    assertThat(requests.getFirst().header("Last-Event-ID")).isNull();
    assertThat(values(requests.getLast(), "Accept")).containsExactly("text/*");
    assertThat(values(requests.getLast(), "Cache-Control")).containsExactly("max-age=0");
    assertThat(requests.getLast().header("X-More")).isEqualTo("1");
  }

  private static List<String> values(Request request, String name) {
    return request.headers().stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(header -> header.value())
        .toList();
  }

  @Test
  void goesOnAfterTheLastIdWhenTheServerEnds() {
    sse.server.on("/", afterLastId(7, 3));
    Flight.Ending ending = sse.run("/", "reconnect: true\nreconnect_delay: 1ms\nmax_events: 7");

    assertThat(ending.bucket()).as("%s", ending).isEqualTo("200");
    assertThat(sse.server.requests().stream().map(r -> r.header("Last-Event-ID")))
        .containsExactly(null, "3", "6");
    assertThat(sse.total(SseMeasures.EVENTS)).isEqualTo(7);
    assertThat(sse.total(SseMeasures.RECONNECTS)).isEqualTo(2);
    assertThat(sse.total(SseMeasures.GAP)).isEqualTo(6);
    assertThat(sse.total(SseMeasures.FIRST_EVENT)).isEqualTo(1);
    assertThat(sse.total(SseMeasures.CONNECT)).isEqualTo(3);
    assertThat(sse.total(SseMeasures.CONNECTION)).isEqualTo(3);
    assertThat(sse.total(SseMeasures.STREAM)).isEqualTo(1);
  }

  /// Events with IDs up to `last`, no more than `atOnce` of them a response, then 204.
  private static Behavior afterLastId(int last, int atOnce) {
    return (request, wire) -> {
      String id = request.header("Last-Event-ID");
      int from = id == null ? 0 : Integer.parseInt(id);
      if (from == last) {
        wire.write("HTTP/1.1 204 No Content\r\n\r\n");
        return;
      }
      StringBuilder text = new StringBuilder();
      for (int i = from + 1; i <= Math.min(last, from + atOnce); i++) {
        text.append("id: ").append(i).append("\ndata: event\n\n");
      }
      wire.write(HEAD + chunk(text.toString()) + END);
    };
  }

  @Test
  void noContentEndsTheReconnectingInGoodOrder() {
    sse.server.on("/", afterLastId(5, 2));
    Flight.Ending ending = sse.run("/", "reconnect: true\nreconnect_delay: 1ms");

    assertThat(ending.bucket()).isEqualTo("200");
    assertThat(sse.total(SseMeasures.EVENTS)).isEqualTo(5);
    assertThat(sse.total(SseMeasures.RECONNECTS)).isEqualTo(3);
    assertThat(sse.server.requests()).hasSize(4);
  }

  @Test
  void goesOnAfterALostConnectionAndWaitsAsLongAsTheServerSays() {
    String first = chunk("retry: 1\nid: x\ndata: a\n\nid: y\ndata: half");
    sse.server.on(
        "/",
        (request, wire) -> {
          if (request.header("Last-Event-ID") == null) {
            wire.write(HEAD + first);
            wire.reset();
          } else {
            wire.write(HEAD + data("b") + END);
          }
        });
    Flight.Ending ending =
        sse.run("/", "reconnect: true\nreconnect_delay: 1h\nmax_events: 2\nread_timeout: 10s");

    assertThat(ending.bucket()).as("%s", ending).isEqualTo("200");
    assertThat(sse.server.requests().getLast().header("Last-Event-ID")).isEqualTo("x");
    assertThat(sse.total(SseMeasures.EVENTS)).isEqualTo(2);
  }

  @Test
  void theReconnectionsAreLimited() {
    sse.server.on("/", stream("a"));
    sse.server.on("/cut", open("a").cut());
    String block = "reconnect: true\nreconnect_delay: 0\nmax_reconnects: 3";

    assertThat(sse.run("/", block).bucket()).isEqualTo("200");
    assertThat(sse.total(SseMeasures.EVENTS)).isEqualTo(4);
    assertThat(sse.total(SseMeasures.RECONNECTS)).isEqualTo(3);
    assertThat(sse.run("/cut", block).bucket()).isEqualTo("CONNECTION_CLOSED");
  }

  @Test
  void anotherStatusEndsTheReconnecting() {
    String refusal = "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n";
    AtomicInteger requests = new AtomicInteger();
    sse.server.on(
        "/",
        (_, wire) ->
            wire.write(requests.getAndIncrement() == 0 ? HEAD + data("a") + END : refusal));
    Flight.Ending ending = sse.run("/", "reconnect: true\nreconnect_delay: 0");

    assertThat(ending.bucket()).isEqualTo("503");
  }

  @Test
  void theWaitForAReconnectionEndsWithTheReading() {
    sse.server.on("/", stream("a"));
    Flight.Ending ending = sse.run("/", "reconnect: true\nreconnect_delay: 1h\nread_timeout: 30ms");

    assertThat(ending.bucket()).isEqualTo("200");
    assertThat(sse.server.requests()).hasSize(1);
  }

  @Test
  void aTargetThatCannotBeReachedIsNotConnectedToAgain() {
    sse.server.on("/", stream("a"));
    Call call = sse.call("/", "reconnect: true\nreconnect_delay: 0");
    sse.server.close();

    assertThat(sse.rig.run(call).bucket()).isEqualTo("CONNECT_REFUSED");
    assertThat(sse.total(SseMeasures.RECONNECTS)).isZero();
  }

  @Test
  void aLostServerIsTriedAgainAsOftenAsAllowed() {
    sse.server.on("/", open("a").stall());
    Call call = sse.call("/", "reconnect: true\nreconnect_delay: 1ms\nmax_reconnects: 4");
    Flight flight = sse.rig.flight().send(call);
    sse.rig.await(() -> sse.total(SseMeasures.EVENTS) == 1);
    sse.server.close();

    assertThat(flight.await().bucket()).isEqualTo("CONNECT_REFUSED");
    assertThat(sse.total(SseMeasures.RECONNECTS)).isEqualTo(4);
  }

  @Test
  void whatIsGivenUpIsInterruptedAtAnyPointAndItsEventsCount() {
    sse.server.on("/never", Script.begin().stall());
    sse.server.on("/open", open("a", "b").stall());
    sse.server.on("/waiting", stream("a", "b"));
    sse.server.on(
        "/refused", Script.begin().send("HTTP/1.1 500 No\r\nContent-Length: 9\r\n\r\nx").stall());
    sse.server.on("/", stream("a"));
    String block = "reconnect: true\nreconnect_delay: 1h\nread_timeout: 0";
    Call after = sse.call("/", "");
    sse.rig.run(after);
    int calls = 1;
    for (String path : List.of("/never", "/open", "/waiting", "/refused")) {
      int index = calls++;
      Call call = sse.call(path, block);
      Flight flight = sse.rig.flight().send(call);
      boolean streams = path.equals("/open") || path.equals("/waiting");
      sse.rig.await(() ->
          streams
              ? sse.measures(index).total(SseMeasures.EVENTS) == 2
              : sse.server.received(path) > 0);
      sse.rig.turnFor(5);
      flight.cancel(Outcome.INTERRUPTED);

      assertThat(flight.endings().getLast().bucket()).as(path).isEqualTo("INTERRUPTED");
      assertThat(flight.endings().getLast().bytesOut()).as(path).isPositive();
      assertThat(flight.send(after).await().bucket()).as("after %s", path).isEqualTo("200");
      sse.rig.turnFor(5);
      assertThat(flight.endings()).as(path).hasSize(2);
    }
  }

  @Test
  void aThousandStreamsAreHeldOpen() {
    sse.server.on("/", open("a").stall());
    Call call = sse.call("/", "read_timeout: 0");
    List<Flight> flights = Stream.generate(() -> sse.rig.flight().send(call)).limit(1000).toList();
    sse.rig.await(() -> sse.rig.metrics().calls[0].measures.total(SseMeasures.EVENTS) == 1000);
    flights.forEach(flight -> flight.cancel(Outcome.INTERRUPTED));

    assertThat(flights).allMatch(flight -> flight.endings().size() == 1);
    assertThat(sse.total(SseMeasures.STREAM)).isEqualTo(1000);
    assertThat(sse.rig.loop().openConnections()).isZero();
  }
}
