package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.testkit.Delay;
import io.crankfire.testkit.Header;
import io.crankfire.testkit.Request;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.Script;
import io.crankfire.testkit.sse.EventStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The section "SSE Protocol" of the document in which the Go tool's protocols are laid down:
/// architecture, request execution, client with its parser. Each test is named by the sentence, the
/// comment or the line of code that it stands for, and judges whole runs by what the server saw and
/// by the report.
class SeedSseTest {

  private static final Delay GAP = Delay.constant(Duration.ofMillis(2));

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

  private static EventStream saying(String text) {
    return EventStream.of(1).saying(_ -> text);
  }

  /// The data of the last event of a stream, as the next step of a session gets it.
  private String lastData(String stream) throws IOException {
    run.events.on("/stream", saying(stream));
    run.events.on("/tell", Response.status(200));
    int exit =
        run.config(
            """
            target: EVENTS/
            total: 1
            scenarios:
              - name: listen
                steps:
                  - path: /stream
                    protocol: sse
                    extractors: [{regex: "(?s)^(.*)$", var: data}]
                  - {path: /tell, method: POST, body: "[{{data}}]"}
            """);

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    String told = run.requests().getLast().bodyText();
    return told.substring(1, told.length() - 1);
  }

  private long eventsOf(String stream) throws IOException {
    run.events.on("/", saying(stream));
    int exit = run.flags("--target", "EVENTS/", "--protocol", "sse", "-t", "1");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    return run.metric("sse", "events_received");
  }

  @Test
  @DisplayName("Architecture: \"a one-way streaming protocol\"")
  void nothingIsSentAfterTheRequest() throws IOException {
    run.events.on("/", EventStream.of(20).every(GAP, 1));
    int exit = run.flags("--target", "EVENTS/", "--protocol", "sse", "-t", "3");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    long heads = run.requests().stream().mapToLong(request -> request.rawHead().length()).sum();
    assertThat(run.requests()).hasSize(3).allMatch(request -> request.bodyLength() == 0);
    assertThat(run.report().path("bytes").path("sent").asLong()).isEqualTo(heads);
    assertThat(run.metric("sse", "events_received")).isEqualTo(60);
  }

  @Test
  @DisplayName("\"Each Do() call connects and reads events\"")
  void eachRequestReadsAStreamOfItsOwn() throws IOException {
    run.events.on("/", EventStream.of(Long.MAX_VALUE));
    int exit =
        run.flags(
            "--target",
            "EVENTS/",
            "--protocol",
            "sse",
            "-t",
            "5",
            "-c",
            "2",
            "--sse-max-events",
            "3");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.report().path("total").asLong()).isEqualTo(5);
    assertThat(run.events.streams()).isEqualTo(5);
    assertThat(run.events.counts().accepted()).isEqualTo(5);
    assertThat(run.metric("sse", "events_received")).isEqualTo(15);
  }

  @Test
  @DisplayName("Do: \"Apply timeout context\", \"if r.config.ReadTimeout > 0\"")
  void theReadTimeoutLimitsTheStreamAndNoneDoesNot() throws IOException {
    run.events.on("/endless", EventStream.endless(GAP, 3));
    run.events.on("/slow", EventStream.of(2).every(Delay.constant(Duration.ofMillis(120)), 3));
    int limited =
        run.flags(
            "--target",
            "EVENTS/endless",
            "--protocol",
            "sse",
            "-t",
            "2",
            "--sse-read-timeout",
            "60ms");

    assertThat(limited).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.measure("sse", "stream_duration").path("min").asDouble())
        .isGreaterThanOrEqualTo(60);

    int unlimited =
        run.flags(
            "--target", "EVENTS/slow", "--protocol", "sse", "-t", "1", "--sse-read-timeout", "0");

    assertThat(unlimited).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.metric("sse", "events_received")).isEqualTo(2);
  }

  @Test
  @DisplayName("Do: \"URL: r.resolveURL(ctx), Headers: r.headers\"")
  void addressAndHeadersAreResolvedForEachStream() throws IOException {
    run.write("topics.csv", "topic,key\nnews,k1\nsport,k2\n");
    int exit =
        run.config(
            """
            target: EVENTS/{{topic}}?key={{key}}
            protocol: sse
            total: 4
            concurrency: 1
            feeder: {path: topics.csv}
            headers: {X-Topic: "about {{topic}}"}
            """);

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.requests())
        .extracting(Request::target)
        .containsExactly("/news?key=k1", "/sport?key=k2", "/news?key=k1", "/sport?key=k2");
    assertThat(run.requests())
        .extracting(request -> request.header("X-Topic"))
        .containsExactly("about news", "about sport", "about news", "about sport");
  }

  @Test
  @DisplayName("Do: \"if err := client.Connect(ctx); err != nil\" … \"return err\"")
  void withoutAnAnswerTheStreamHasFailed() throws IOException {
    run.events.on("/", Script.begin().cut());
    int exit = run.flags("--target", "EVENTS/", "--protocol", "sse", "-t", "3");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.FAILED);
    assertThat(run.report().path("failures").asLong()).isEqualTo(3);
    assertThat(run.bucket("sse", "CONNECTION_CLOSED")).isEqualTo(3);
    assertThat(run.metric("sse", "events_received")).isZero();
  }

  @Test
  @DisplayName("Do: \"defer client.Close()\"")
  void aStreamThatGoesOnIsClosed() throws IOException {
    run.events.on("/", EventStream.endless(GAP, 5));
    int exit =
        run.flags("--target", "EVENTS/", "--protocol", "sse", "-t", "3", "--sse-max-events", "2");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.events.await(counts -> counts.open() == 0).accepted()).isEqualTo(3);
  }

  @Test
  @DisplayName("Do: \"Connection closed or timeout is expected\"")
  void theEndOfTheServerAndOfTheTimeAreSuccesses() throws IOException {
    run.events.on("/ends", EventStream.of(2));
    run.events.on("/closes", EventStream.of(2).framed(EventStream.Framing.CLOSE));
    run.events.on("/stays", EventStream.of(2).ending(EventStream.Ending.OPEN));
    int exit =
        run.config(
            """
            target: EVENTS/
            protocol: sse
            total: 6
            concurrency: 1
            sse: {max_events: 5, read_timeout: 150ms}
            scenarios:
              - name: all
                steps:
                  - {path: /ends, name: ends}
                  - {path: /closes, name: closes}
                  - {path: /stays, name: stays}
            """);

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    JsonNode endpoints = run.report().path("endpoints");
    assertThat(run.report().path("failures").asLong()).isZero();
    for (String name : List.of("ends", "closes", "stays")) {
      JsonNode one = endpoints.path(name);
      assertThat(one.path("total").asLong()).as(name).isPositive();
      assertThat(one.path("protocol_metrics").path("sse").path("events_received").asLong())
          .as(name)
          .isEqualTo(2 * one.path("total").asLong());
    }
  }

  @Test
  @DisplayName("Do: \"Check max events limit\", \"eventCount >= r.config.MaxEvents\"")
  void readingStopsAtTheMostEvents() throws IOException {
    run.events.on("/", EventStream.endless(GAP, 7));
    int exit =
        run.flags("--target", "EVENTS/", "--protocol", "sse", "-t", "4", "--sse-max-events", "6");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.metric("sse", "events_received")).isEqualTo(24);
    assertThat(run.events.events()).isGreaterThanOrEqualTo(24);
  }

  @Test
  @DisplayName("Do: \"if r.config.MaxEvents > 0\"")
  void withoutALimitAllEventsAreRead() throws IOException {
    run.events.on("/", EventStream.of(333));

    assertThat(
            run.flags(
                "--target", "EVENTS/", "--protocol", "sse", "-t", "1", "--sse-max-events", "0"))
        .as(run.told())
        .isEqualTo(ExitCode.OK);
    assertThat(run.metric("sse", "events_received")).isEqualTo(333);
  }

  @Test
  @DisplayName("Do: \"recordMetrics(time.Since(start), nil, client.Metrics())\"")
  void theLatencyIsThatOfTheWholeStreamOnce() throws IOException {
    run.events.on("/", EventStream.of(4).every(Delay.constant(Duration.ofMillis(10)), 9));
    int exit = run.flags("--target", "EVENTS/", "--protocol", "sse", "-t", "3");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.report().path("total").asLong()).isEqualTo(3);
    assertThat(run.report().path("min_latency_ms").asDouble()).isGreaterThanOrEqualTo(30);
    assertThat(run.connectionMillis("sse")).isPositive();
  }

  @Test
  @DisplayName("Connect: \"http.MethodGet\", \"SSE-specific headers\"")
  void aStreamIsAskedForByGetWithTheHeadersOfStreams() {
    int exit = run.flags("--target", "EVENTS/", "--protocol", "sse", "-t", "3", "-c", "1");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.requests())
        .hasSize(3)
        .allMatch(request -> request.method().equals("GET"))
        .allMatch(request -> "text/event-stream".equals(request.header("Accept")))
        .allMatch(request -> "no-cache".equals(request.header("Cache-Control")))
        .allMatch(request -> "keep-alive".equals(request.header("Connection")));
    assertThat(run.events.counts().accepted()).isEqualTo(1);
  }

  @Test
  @DisplayName("Connect: \"Connection: keep-alive\", unless it is not kept")
  void aConnectionThatIsNotKeptSaysSoInstead() {
    int exit = run.flags("--target", "EVENTS/", "--protocol", "sse", "-t", "2", "--no-keep-alive");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.requests())
        .hasSize(2)
        .allSatisfy(request ->
            assertThat(request.headers())
                .filteredOn(header -> header.is("Connection"))
                .extracting(Header::value)
                .containsExactly("close"));
    assertThat(run.requests()).extracting(Request::connection).doesNotHaveDuplicates();
  }

  @Test
  @DisplayName("Connect: \"Copy custom headers\"")
  void configuredHeadersGoWithTheRequest() {
    int exit =
        run.flags(
            "--target",
            "EVENTS/",
            "--protocol",
            "sse",
            "-t",
            "1",
            "--header",
            "X-Tenant: seven",
            "--header",
            "Accept-Language: de, en",
            "--header",
            "Cache-Control: no-store");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    Request request = run.requests().getFirst();
    assertThat(request.header("X-Tenant")).isEqualTo("seven");
    assertThat(request.header("Accept-Language")).isEqualTo("de, en");
    assertThat(request.headers())
        .filteredOn(header -> header.is("Cache-Control"))
        .extracting(Header::value)
        .containsExactly("no-store");
    assertThat(request.header("Accept")).isEqualTo("text/event-stream");
  }

  @ParameterizedTest
  @DisplayName("Connect: \"if resp.StatusCode != http.StatusOK\" … \"return StatusError\"")
  @ValueSource(ints = {201, 204, 304, 404, 503})
  void everyStatusButOkIsAFailureOfThatName(int status) throws IOException {
    run.events.on("/", Response.status(status));
    int exit = run.flags("--target", "EVENTS/", "--protocol", "sse", "-t", "2");

    assertThat(exit).isEqualTo(ExitCode.FAILED);
    assertThat(run.bucket("sse", Integer.toString(status))).as(run.told()).isEqualTo(2);
  }

  @Test
  @DisplayName("Connect: \"c.metrics.MarkConnected()\"")
  void theConnectionsDurationCountsFromTheHeadToTheEnd() throws IOException {
    Delay wait = Delay.constant(Duration.ofMillis(20));
    run.events.on("/", EventStream.of(3).firstAfter(wait).every(wait, 11));
    run.flags("--target", "EVENTS/", "--protocol", "sse", "-t", "2");

    JsonNode durations = run.measure("sse", "connection_duration");
    assertThat(durations.path("count").asLong()).isEqualTo(2);
    assertThat(durations.path("mean").asDouble()).isBetween(20.0, 10_000.0);
  }

  @Test
  @DisplayName("ReadEvent: \"Check context cancellation\"")
  void aStreamEndsWithTheRun() throws IOException {
    run.events.on("/", EventStream.of(1).ending(EventStream.Ending.OPEN));
    int exit =
        run.flags(
            "--target",
            "EVENTS/",
            "--protocol",
            "sse",
            "-c",
            "3",
            "-d",
            "150ms",
            "--graceful-shutdown",
            "-1s",
            "--sse-read-timeout",
            "0");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.report().path("interrupted").asLong()).isEqualTo(3);
    assertThat(run.metric("sse", "events_received")).isEqualTo(3);
    run.events.await(counts -> counts.open() == 0);
  }

  @Test
  @DisplayName("ReadEvent: \"c.metrics.IncrementReceived(int64(len(line)))\"")
  void everyByteOfTheStreamIsCounted() throws IOException {
    String text = ": hello\r\nid: 1\ndata: grüße\n\ndata: b\r\n\r\n";
    run.events.on("/", EventStream.of(3).saying(_ -> text));
    run.flags("--target", "EVENTS/", "--protocol", "sse", "-t", "2");

    assertThat(run.metric("sse", "bytes_received"))
        .isEqualTo(2L * 3 * text.getBytes(StandardCharsets.UTF_8).length);
    assertThat(run.metric("sse", "events_received")).isEqualTo(2 * 3 * 2);
  }

  @Test
  @DisplayName("ReadEvent: \"strings.TrimRight(line, \\r\\n)\"")
  void linesEndWithLineFeedsOrBoth() throws IOException {
    assertThat(lastData("data: one\r\ndata: two\n\r\n")).isEqualTo("one\ntwo");
  }

  @Test
  @DisplayName("ReadEvent: \"Empty line marks end of event\"")
  void onlyAnEmptyLineMakesAnEvent() throws IOException {
    assertThat(eventsOf("data: a\n\ndata: b\n\ndata: never ended\n")).isEqualTo(2);
  }

  @Test
  @DisplayName("ReadEvent: \"if len(dataLines) > 0\" … \"continue\"")
  void anEventWithoutDataIsNone() throws IOException {
    assertThat(eventsOf("\n\nid: 1\n\nevent: tick\n\ndata: a\n\n\n")).isEqualTo(1);
  }

  @Test
  @DisplayName("ReadEvent: \"Comment\"")
  void commentsAreNoData() throws IOException {
    assertThat(lastData(": first\ndata: a\n:data: b\n:\n\n: last\n\n")).isEqualTo("a");
    assertThat(run.metric("sse", "events_received")).isEqualTo(1);
  }

  @Test
  @DisplayName("ReadEvent: \"if colonIdx == -1\" … \"continue\"")
  void linesWithoutAColonSayNothing() throws IOException {
    assertThat(lastData("garbage\ndata: a\nmore garbage\n\n")).isEqualTo("a");
  }

  @Test
  @DisplayName("ReadEvent: \"strings.TrimPrefix(line[colonIdx+1:], one blank)\"")
  void oneBlankAfterTheColonIsNoPartOfTheValue() throws IOException {
    assertThat(lastData("data:a: b\ndata:  c \n\n")).isEqualTo("a: b\n c ");
  }

  @Test
  @DisplayName("ReadEvent: \"case id: event.ID = value\"")
  void theIdIsThatOfTheEvent() throws IOException {
    run.events.on(
        "/",
        EventStream.of(4).saying(n -> "id: %d\ndata: x\n\nid: 99\n".formatted(n)).atMostAtOnce(2));
    int exit =
        run.config(
            """
            target: EVENTS/
            protocol: sse
            total: 1
            sse: {max_events: 4, reconnect: true, reconnect_delay: 1ms}
            """);

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.events.lastEventIds()).containsExactly("", "2");
  }

  @Test
  @DisplayName("ReadEvent: \"case event: event.Event = value\"")
  void theTypeIsThatOfTheEvent() throws IOException {
    run.events.on("/", saying("event: tick\ndata: stop\n\nevent: stop\ndata: 1\n\ndata: 2\n\n"));
    int exit = run.config("{target: EVENTS/, protocol: sse, total: 1, sse: {until_event: stop}}");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
    assertThat(run.metric("sse", "events_received")).isEqualTo(2);
  }

  @Test
  @DisplayName(
      "ReadEvent: \"case data: append(dataLines, value)\", \"strings.Join(dataLines, LF)\"")
  void linesOfDataAreJoinedByLineFeeds() throws IOException {
    assertThat(lastData("data: old\n\ndata: a\nid: 7\ndata:\ndata: {\"b\": 1}\n\n"))
        .isEqualTo("a\n\n{\"b\": 1}");
  }
}
