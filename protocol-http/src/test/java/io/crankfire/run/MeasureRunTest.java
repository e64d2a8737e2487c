package io.crankfire.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.ConfigNode.Mapping;
import io.crankfire.config.ConfigNode.Scalar;
import io.crankfire.config.ConfigNode.Sequence;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.http.HttpProtocol;
import io.crankfire.metrics.Histogram;
import io.crankfire.metrics.MeasurePoint;
import io.crankfire.metrics.Measures;
import io.crankfire.metrics.TimelinePoint;
import io.crankfire.plan.LoadPlan;
import io.crankfire.protocol.CredentialBinder;
import io.crankfire.protocol.Protocol;
import io.crankfire.result.RunResult;
import io.crankfire.result.RunResult.Ending;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Response;
import io.crankfire.verdict.ThresholdResult;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a protocol measures of its own, from a configuration to the result of a run.
class MeasureRunTest {

  private static final Position HERE = Position.flag("test");

  private final HttpTestServer server = HttpTestServer.start();
  private final Map<String, Protocol> protocols = new LinkedHashMap<>();
  private final Problems problems = new Problems();

  MeasureRunTest() {
    protocols.put("http", new HttpProtocol());
    protocols.put("beat", new Beat());
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static ConfigNode text(String text) {
    return new Scalar(text, HERE);
  }

  private static Mapping mapping(Object... keysAndValues) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      Object value = keysAndValues[i + 1];
      entries.put(
          (String) keysAndValues[i],
          value instanceof ConfigNode node ? node : text(value.toString()));
    }
    return new Mapping(entries, HERE);
  }

  private static Sequence texts(String... texts) {
    return new Sequence(Arrays.stream(texts).map(MeasureRunTest::text).toList(), HERE);
  }

  /// `chat` measures something of its own, `page` does not.
  private static Sequence endpoints() {
    return new Sequence(
        List.of(
            mapping("name", "chat", "path", "/chat", "protocol", "beat"),
            mapping("name", "page", "path", "/page", "protocol", "http")),
        HERE);
  }

  private LoadPlan plan(Mapping run) {
    LoadPlan plan = new PlanBinder(protocols, CredentialBinder.NONE, 42).bind(run, problems);
    assertThat(problems.all()).isEmpty();
    return Objects.requireNonNull(plan);
  }

  private RunResult execute(LoadPlan plan) throws Exception {
    RunResult.RunInfo info =
        new RunResult.RunInfo("test", "loopback", Instant.EPOCH, 42, Map.of(), Map.of());
    return new LoadRun(plan, protocols, info, Progress.NONE).execute();
  }

  private static long total(RunResult result, io.crankfire.metrics.Measure measure) {
    Measures measures = result.metrics().total().measures;
    return measures.total(measures.indexOf(measure));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void everyMeasureIsCountedJudgedAndInTheTimeline(int workers) throws Exception {
    RunResult result =
        execute(
            plan(
                mapping(
                    "target",
                    server.url(),
                    "endpoints",
                    endpoints(),
                    "total",
                    400,
                    "rate",
                    200,
                    "workers",
                    workers,
                    "thresholds",
                    texts(
                        "message_round_trip:p99 < 60s",
                        "messages_sent{endpoint:chat} == 1",
                        "messages_sent:rate > 0.1/s",
                        "tokens_per_second:p50 == 12.5"))));
    long chats = result.metrics().calls[0].started;
    assertThat(chats).isBetween(1L, 399L);
    Measures chat = result.metrics().calls[0].measures;
    assertThat(chat.total(1)).isEqualTo(chats);
    assertThat(chat.labels(3).toMap()).isEqualTo(Map.of("200", chats));
    assertThat(result.metrics().calls[1].measures.declared()).isEmpty();
    assertThat(total(result, Beat.ROUND_TRIP)).isEqualTo(chats);
    assertThat(result.thresholds())
        .extracting(ThresholdResult::passed)
        .containsExactly(true, false, true, true);
    assertThat(result.thresholds().get(1).actual()).isEqualTo((double) chats);

    Histogram timeline = new Histogram();
    long sent = 0;
    for (TimelinePoint point : result.timeline()) {
      for (MeasurePoint measure : point.measures()) {
        assertThat(measure.measure()).isNotEqualTo(Beat.CLOSE);
        if (measure.measure().equals(Beat.ROUND_TRIP)) {
          timeline.add(measure.histogram());
        } else if (measure.measure().equals(Beat.SENT)) {
          sent += measure.count();
        }
      }
    }
    assertThat(sent).isEqualTo(chats);
    assertThat(timeline.count()).isEqualTo(chats);
    assertThat(timeline.percentile(50)).isEqualTo(chat.histogram(0).percentile(50));
  }

  @Test
  void aThresholdOnAMeasureEndsARunThatHasNoOtherEnd() throws Exception {
    server.otherwise(Response.status(503));
    RunResult result =
        execute(
            plan(
                mapping(
                    "target", server.url(),
                    "endpoints", endpoints(),
                    "rate", 50,
                    "duration", "10m",
                    "thresholds", texts("messages_sent:rate < 1/s over 1s abort"))));
    assertThat(result.ending()).isEqualTo(Ending.ABORTED);
    ThresholdResult by = Objects.requireNonNull(result.endedBy());
    assertThat(by.actual()).isGreaterThan(1);
    assertThat(by.foundNanos()).isEqualTo(1_000_000_000L);
  }

  @Test
  void whatAWarmUpMeasuredIsInItsPhaseAlone() throws Exception {
    Sequence patterns =
        new Sequence(
            List.of(
                mapping(
                    "name", "warm",
                    "type", "constant",
                    "rps", 100,
                    "duration", "1s",
                    "warmup", true),
                mapping("name", "peak", "type", "constant", "rps", 100, "duration", "1s")),
            HERE);
    RunResult result =
        execute(
            plan(
                mapping(
                    "target", server.url(),
                    "endpoints", endpoints(),
                    "load_patterns", patterns,
                    "thresholds", texts("messages_sent{phase:peak} > 0"))));
    long warm = result.metrics().phases[0].call(0).measures.total(1);
    long peak = result.metrics().phases[1].call(0).measures.total(1);
    assertThat(warm).isPositive();
    assertThat(peak).isPositive();
    assertThat(total(result, Beat.SENT)).isEqualTo(peak);
    assertThat(result.thresholds().getFirst().actual()).isEqualTo((double) peak);
    long inTimeline =
        result.timeline().stream()
            .flatMap(point -> point.measures().stream())
            .filter(point -> point.measure().equals(Beat.SENT))
            .mapToLong(MeasurePoint::count)
            .sum();
    assertThat(inTimeline).as("the warm-up included, as of everything").isEqualTo(warm + peak);
  }

  @Test
  void aMeasureThatCouldNeverBeJudgedIsAFaultBeforeTheRun() {
    new PlanBinder(protocols, CredentialBinder.NONE, 42)
        .bind(
            mapping(
                "target", server.url(),
                "endpoints", endpoints(),
                "total", 1,
                "thresholds",
                    texts(
                        "event_gap:p95 < 1s",
                        "messages_sent{endpoint:page} > 1",
                        "mesages_sent > 1",
                        "close_code > 1")),
            problems);
    assertThat(problems.all().stream().map(problem -> problem.message()))
        .satisfiesExactly(
            fault -> assertThat(fault).contains("the workload does not measure event_gap"),
            fault -> assertThat(fault).contains("\"page\" does not measure messages_sent"),
            fault -> assertThat(fault).contains("did you mean messages_sent?"),
            fault -> assertThat(fault).contains("counted by label"));
    assertThat(server.receivedByPath()).isEmpty();
  }
}
