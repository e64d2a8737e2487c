package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.testkit.Delay;
import io.crankfire.testkit.Request;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.sse.EventStream;
import io.crankfire.testkit.sse.SseTestServer;
import io.crankfire.testkit.sse.TokenStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Whole runs over event streams, from flags or a configuration file to the report.
class SseRunTest {

  private final SseTestServer server = SseTestServer.start();
  private final Screen screen = new Screen();

  @TempDir Path folder;

  @AfterEach
  void stop() {
    assertThat(server.violations()).isEmpty();
    assertThat(server.failures()).isEmpty();
    server.close();
  }

  private int flags(String path, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("--target", server.url(path).toString(), "--protocol", "sse"));
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
    return report().path("measures").path("sse").path(name);
  }

  @Test
  void theReferencesFlagsReadStreams() throws IOException {
    server.on("/", EventStream.of(10));

    assertThat(flags("/", "--sse-max-events", "4", "--total", "3")).isEqualTo(ExitCode.OK);
    JsonNode metrics = report().path("protocol_metrics").path("sse");
    assertThat(metrics.path("events_received").asLong()).as(screen.out()).isEqualTo(12);
    assertThat(metrics.path("bytes_received").asLong()).isPositive();
    assertThat(metrics.path("connection_duration_ms").asDouble()).isPositive();
    assertThat(measure("time_to_first_event").path("count").asLong()).isEqualTo(3);
    assertThat(measure("event_gap").path("count").asLong()).isEqualTo(9);
    assertThat(server.http().counts().received()).isEqualTo(3);
  }

  @Test
  void theEndOfReadingAndOfTheServerAreSuccesses() throws IOException {
    server.on("/open", EventStream.of(2).ending(EventStream.Ending.OPEN));
    server.on("/short", EventStream.of(2));

    assertThat(flags("/open", "--sse-read-timeout", "50ms", "--sse-max-events", "5", "-t", "2"))
        .as(screen.err())
        .isEqualTo(ExitCode.OK);
    assertThat(flags("/short", "--sse-max-events", "5", "-t", "2")).isEqualTo(ExitCode.OK);
    assertThat(measure("events_received").path("count").asLong()).isEqualTo(4);
  }

  @Test
  void noNumberOfEventsMeansAllOfThem() throws IOException {
    server.on("/", EventStream.of(250));

    assertThat(flags("/", "-t", "1", "--sse-max-events", "0")).isEqualTo(ExitCode.OK);
    assertThat(measure("events_received").path("count").asLong()).isEqualTo(250);
  }

  @Test
  void tokensOfAModelAreCounted() throws IOException {
    Delay first = Delay.constant(Duration.ofMillis(20));
    Delay gap = Delay.constant(Duration.ofMillis(4));
    server.on("/v1/chat/completions", new TokenStream(first, gap, 7));
    int exit =
        file(
            """
            target: SERVERv1/chat/completions
            protocol: sse
            method: POST
            total: 3
            body: one two three four five six seven eight nine ten
            sse: {until: "[DONE]", tokens: "$.choices[0].delta.content"}
            thresholds: ["tokens_received:count == 30", "failed == 0%"]
            """);

    assertThat(exit).as(screen.err() + screen.out()).isEqualTo(ExitCode.OK);
    assertThat(measure("tokens_received").path("count").asLong()).isEqualTo(30);
    assertThat(measure("events_received").path("count").asLong()).isEqualTo(33);
    assertThat(measure("time_to_first_token").path("count").asLong()).isEqualTo(3);
    assertThat(measure("time_to_first_token").path("min").asDouble()).isGreaterThanOrEqualTo(20);
    JsonNode rate = measure("tokens_per_second");
    assertThat(rate.path("count").asLong()).isEqualTo(3);
    assertThat(rate.path("max").asDouble()).isLessThan(400).isGreaterThan(1);
  }

  @Test
  void emptyAndMissingContentIsNoToken() throws IOException {
    List<String> contents =
        List.of(
            "{\"c\":\"a\"}",
            "{\"c\":\"\"}",
            "{\"c\":null}",
            "{}",
            "no json",
            "{\"c\":0}",
            "{\"d\":1}");
    server.on(
        "/",
        EventStream.of(contents.size())
            .saying(number -> "data: " + contents.get((int) number - 1) + "\n\n"));

    assertThat(flags("/", "-t", "1", "--sse-tokens", "$.c")).isEqualTo(ExitCode.OK);
    assertThat(measure("tokens_received").path("count").asLong()).isEqualTo(2);
  }

  @Test
  void reconnectsWithTheLastId() throws IOException {
    server.on("/", EventStream.of(10).atMostAtOnce(4));
    int exit =
        file(
            """
            target: SERVER
            protocol: sse
            total: 1
            sse: {reconnect: true, reconnect_delay: 1ms, max_events: 10}
            """);

    assertThat(exit).as(screen.err() + screen.out()).isEqualTo(ExitCode.OK);
    assertThat(server.lastEventIds()).containsExactly("", "4", "8");
    assertThat(measure("reconnects").path("count").asLong()).isEqualTo(2);
    assertThat(measure("event_gap").path("count").asLong()).isEqualTo(9);
    assertThat(measure("stream_duration").path("count").asLong()).isEqualTo(1);
    assertThat(measure("connection_duration").path("count").asLong()).isEqualTo(3);
  }

  /// A server that wants no reconnection says 204; what is looked at is the stream.
  @Test
  void checksSeeTheLastEventAlsoOfAStreamThatNoContentEnded() throws IOException {
    EventStream events = EventStream.of(2);
    server.on(
        "/",
        (request, wire) -> {
          if (request.header("Last-Event-ID") == null) {
            events.answer(request, wire);
          } else {
            Response.status(204).answer(request, wire);
          }
        });
    int exit =
        file(
            """
            target: SERVER
            protocol: sse
            total: 2
            sse: {reconnect: true, reconnect_delay: 1ms}
            checks: [{status: 200}, {body_contains: event 2}]
            """);

    assertThat(exit).as(screen.err() + screen.out()).isEqualTo(ExitCode.OK);
    assertThat(measure("reconnects").path("count").asLong()).isEqualTo(2);
  }

  @Test
  void streamsAndRequestsMixInOneRunWithDataAndVariables() throws IOException {
    server.on("/", EventStream.of(2).saying(n -> "data: {\"n\": " + n + "}\n\n"));
    server.on("/login", Response.json("{\"token\": \"t-7\"}"));
    server.http().recordRequests(100);
    Files.writeString(folder.resolve("users.csv"), "user\nanna\nbert\n");
    int exit =
        file(
            """
            target: SERVER
            total: 4
            feeder: {path: users.csv}
            scenarios:
              - name: read
                steps:
                  - path: /login
                    name: login
                    extractors: [{jsonpath: "$.token", var: token}]
                  - path: "/?user={{user}}"
                    name: events
                    protocol: sse
                    method: POST
                    body: {as: "{{token}}"}
                    headers: {X-Token: "{{token}}"}
                    extractors: [{jsonpath: "$.n", var: last}]
                    checks: [{name: two, jsonpath: "$.n", equals: 2}, {status: 200}, {header: content-type, contains: event}]
                  - {path: "/login?last={{last}}", name: after}
            """);

    assertThat(exit).as(screen.err() + screen.out()).isEqualTo(ExitCode.OK);
    List<Request> streams =
        server.http().requests().stream().filter(r -> r.path().equals("/")).toList();
    assertThat(streams).hasSize(4);
    assertThat(streams)
        .allMatch(r -> r.bodyText().equals("{\"as\":\"t-7\"}"))
        .allMatch(r -> "t-7".equals(r.header("X-Token")));
    assertThat(streams).extracting(Request::query).contains("user=anna", "user=bert");
    assertThat(server.http().requests()).filteredOn(r -> "last=2".equals(r.query())).hasSize(4);
    assertThat(measure("events_received").path("count").asLong()).isEqualTo(8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "expect: event | 3",
        "expect: {regex: 'event [0-9]+'} | 3",
        "expect: {text: [event, '1']} | 2",
        "expect: {name: first, regex: 'event [12]$'} | 3"
      })
  void everyEventHasToBeWhatWasExpected(String expect, int events) throws IOException {
    server.on("/", EventStream.of(3));
    int exit = file("target: SERVER\nprotocol: sse\ntotal: 1\nsse: {" + expect + "}\n");
    boolean holds = !expect.contains("1");

    assertThat(exit).as(screen.err()).isEqualTo(holds ? ExitCode.OK : ExitCode.FAILED);
    assertThat(measure("events_received").path("count").asLong()).isEqualTo(events);
    assertThat(report().path("checks").get(0).path("failed").asLong()).isEqualTo(holds ? 0 : 1);
    if (expect.contains("first")) {
      assertThat(report().path("status_buckets").path("sse").path("CHECK_FIRST").asLong())
          .as("%s", report().path("status_buckets"))
          .isEqualTo(1);
    }
  }

  @Test
  void theStatusIsTheBucket() throws IOException {
    server.on("/", Response.status(502));

    assertThat(flags("/", "-t", "3")).isEqualTo(ExitCode.FAILED);
    assertThat(report().path("status_buckets").path("sse").path("502").asLong()).isEqualTo(3);
  }

  @Test
  void aRefusedTokenIsReplacedAndTheStreamOpenedAgain() throws IOException {
    AtomicInteger tokens = new AtomicInteger();
    server.on(
        "/token",
        (request, wire) ->
            Response.json(
                    "{\"access_token\": \"token-%d\", \"expires_in\": 3600}"
                        .formatted(tokens.incrementAndGet()))
                .answer(request, wire));
    EventStream stream = EventStream.of(2);
    server.on(
        "/guarded",
        (request, wire) -> {
          if ("Bearer token-2".equals(request.header("Authorization"))) {
            stream.answer(request, wire);
          } else {
            Response.status(401).answer(request, wire);
          }
        });
    int exit =
        file(
            """
            target: SERVERguarded
            protocol: sse
            concurrency: 4
            total: 20
            auth: {type: oauth2_client_credentials, token_url: SERVERtoken, client_id: me, client_secret: s3cret-s3cret}
            """);

    assertThat(exit).as(screen.err() + screen.out()).isEqualTo(ExitCode.OK);
    assertThat(tokens).hasValue(2);
    assertThat(measure("events_received").path("count").asLong()).isEqualTo(40);
  }

  @Test
  void streamsThatAreOpenAtTheEndAreNeitherGoodNorBad() throws IOException {
    Delay gap = Delay.constant(Duration.ofMillis(10));
    server.on("/", EventStream.endless(gap, 3));
    int exit =
        flags(
            "/",
            "-c",
            "50",
            "-d",
            "300ms",
            "--graceful-shutdown",
            "-1s",
            "--sse-read-timeout",
            "0");

    assertThat(exit).as(screen.err()).isEqualTo(ExitCode.OK);
    assertThat(report().path("interrupted").asLong()).isEqualTo(50);
    assertThat(report().path("failures").asLong()).isZero();
    assertThat(measure("events_received").path("count").asLong()).isGreaterThanOrEqualTo(100);
    assertThat(measure("stream_duration").path("count").asLong()).isEqualTo(50);
  }

  /// The mean of many gaps does not depend on a single late turn of a busy machine.
  @Test
  void gapsAreTheServers() throws IOException {
    server.recordTimes(true);
    server.on("/", EventStream.of(400).every(Delay.exponential(Duration.ofMillis(3)), 5));

    assertThat(flags("/", "-t", "1")).as(screen.err()).isEqualTo(ExitCode.OK);
    double sent = Arrays.stream(server.gapNanos()).average().orElseThrow() / 1e6;
    double received = measure("event_gap").path("mean").asDouble();
    assertThat(Math.abs(received - sent)).isLessThan(Math.max(0.02 * sent, 0.1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"sse: {max_event: 5}", "sse: {tokens: '$['}", "sse: {expect: {equals: 5}}"})
  void aMistakeInTheBlockIsOneLineWithItsPlace(String block) throws IOException {
    int exit = file("target: SERVER\nprotocol: sse\ntotal: 1\n" + block + "\n");

    assertThat(exit).isEqualTo(ExitCode.USAGE);
    assertThat(screen.err()).contains("run.yaml:4:");
    assertThat(server.streams()).isZero();
  }

  @Test
  void aHeadHasNoEvents() {
    assertThat(flags("/", "-t", "1", "--method", "HEAD")).isEqualTo(ExitCode.USAGE);
    assertThat(screen.err()).contains("the response to a HEAD has no events");
  }
}
