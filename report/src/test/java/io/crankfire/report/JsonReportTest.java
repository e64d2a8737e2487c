package io.crankfire.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.crankfire.result.RunResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonReportTest {

  private static final String SCHEMA = schemaText();
  private static final Schema VALIDATOR =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(SCHEMA, InputFormat.JSON);

  @Test
  void everySampleFollowsTheSchema() {
    SampleRuns.all().forEach((name, run) -> assertFollowsTheSchema(name, run));
  }

  @Test
  void anyRunFollowsTheSchema() {
    for (long seed = 1; seed <= 60; seed++) {
      assertFollowsTheSchema("seed " + seed, RandomRuns.of(seed));
    }
  }

  @Test
  void theSchemaRefusesWhatIsMissingOrUnknown() {
    String good = json(SampleRuns.steady());
    assertThat(VALIDATOR.validate(good.replace("\"total\"", "\"totals\""), InputFormat.JSON))
        .isNotEmpty();
    assertThat(VALIDATOR.validate(good.replace("\"VALID\"", "\"FINE\""), InputFormat.JSON))
        .isNotEmpty();
    assertThat(VALIDATOR.validate(good.replace("\"p99\"", "\"p98\""), InputFormat.JSON))
        .isNotEmpty();
  }

  @Test
  void thePublishedSchemaIsTheShippedOne() throws IOException {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("crankfire.root")));
    assertThat(Files.readString(root.resolve("docs/schema/report.schema.json"))).isEqualTo(SCHEMA);
  }

  @Test
  void whatScriptsKnowIsThere() {
    JsonNode report = read(json(SampleRuns.failing()));
    assertThat(report.get("total").longValue()).isEqualTo(20_000);
    assertThat(report.get("successes").longValue()).isEqualTo(19_900);
    assertThat(report.get("failures").longValue()).isEqualTo(100);
    assertThat(report.get("requests_per_sec").doubleValue()).isEqualTo(1_000);
    assertThat(report.get("duration_ms").doubleValue()).isEqualTo(20_000);
    assertThat(report.at("/status_buckets/http/404").longValue()).isEqualTo(49);
    assertThat(report.get("p99_latency_ms")).isEqualTo(report.at("/response_time/percentiles/p99"));
    assertThat(report.get("min_latency_ms")).isEqualTo(report.at("/response_time/min"));
    assertThat(report.get("endpoints")).isNull();
    JsonNode down = read(json(SampleRuns.down()));
    assertThat(down.at("/endpoints/list/total").longValue()).isEqualTo(120);
    assertThat(down.at("/endpoints/buy/status_buckets/grpc/CONNECT_REFUSED").longValue())
        .isEqualTo(80);
  }

  @Test
  void thresholdsAreAsScriptsKnowThem() {
    JsonNode report = read(json(SampleRuns.thresholds()));
    assertThat(report.at("/thresholds/total").intValue()).isEqualTo(7);
    assertThat(report.at("/thresholds/passed").intValue()).isEqualTo(4);
    assertThat(report.at("/thresholds/failed").intValue()).isEqualTo(3);
    JsonNode first = report.at("/thresholds/results/0");
    assertThat(first.propertyNames())
        .containsExactly(
            "threshold", "metric", "aggregate", "operator", "expected", "actual", "pass");
    assertThat(first.get("threshold").stringValue()).isEqualTo("http_req_duration:p95 < 500");
    assertThat(first.get("metric").stringValue()).isEqualTo("http_req_duration");
    assertThat(first.get("aggregate").stringValue()).isEqualTo("p95");
    assertThat(first.get("operator").stringValue()).isEqualTo("<");
    assertThat(first.get("expected").doubleValue()).isEqualTo(500);
    assertThat(first.get("actual").doubleValue()).isEqualTo(1.634);
    assertThat(first.get("pass").booleanValue()).isTrue();
    JsonNode windowed = report.at("/thresholds/results/3");
    assertThat(windowed.at("/scope/kind").stringValue()).isEqualTo("endpoint");
    assertThat(windowed.at("/scope/name").stringValue()).isEqualTo("GET /");
    assertThat(windowed.get("window_s").intValue()).isEqualTo(5);
    assertThat(windowed.get("found_ms").doubleValue()).isEqualTo(13_000);
    JsonNode nothing = report.at("/thresholds/results/5");
    assertThat(nothing.get("actual").isNull()).isTrue();
    assertThat(nothing.get("reason").stringValue()).isEqualTo("nothing was measured");
    assertThat(read(json(SampleRuns.steady())).has("thresholds")).isFalse();
  }

  @Test
  void scenariosPhasesChecksAndAttemptsAreThere() {
    JsonNode report = read(json(SampleRuns.workload()));
    assertThat(report.get("attempts").intValue()).isEqualTo(4_405 + 17);
    assertThat(report.get("missed_extractors").intValue()).isEqualTo(4);
    assertThat(report.get("unresolved_placeholders").intValue()).isEqualTo(2);
    assertThat(report.at("/endpoints/list/attempts").intValue()).isEqualTo(1_317);
    JsonNode check = report.at("/checks/2");
    assertThat(check.get("endpoint").stringValue()).isEqualTo("buy");
    assertThat(check.get("failed").intValue()).isEqualTo(5);
    assertThat(check.get("passed").intValue()).isEqualTo(500);
    assertThat(check.get("rate").doubleValue()).isEqualTo(500 / 505.0);
    assertThat(report.at("/scenarios/1/failed").intValue()).isEqualTo(1);
    assertThat(report.at("/scenarios/1/iteration_duration/count").intValue()).isEqualTo(648);
    JsonNode warmUp = report.at("/load_phases/0");
    assertThat(warmUp.get("warmup").booleanValue()).isTrue();
    assertThat(warmUp.get("total").intValue()).isEqualTo(341);
    assertThat(warmUp.get("requests_per_sec").doubleValue()).isEqualTo(170.5);
    assertThat(report.get("total").intValue()).as("without the warm-up").isEqualTo(4_405);
    JsonNode last = report.at("/load_phases/2");
    assertThat(last.get("to_ms").doubleValue()).as("the end of the load").isEqualTo(20_000);
    assertThat(last.get("unsent").intValue()).isEqualTo(3);
    JsonNode steady = read(json(SampleRuns.steady()));
    assertThat(steady.propertyNames()).doesNotContain("checks", "scenarios", "load_phases");
  }

  @Test
  void whatProtocolsMeasuredIsThereUnderTheNamesScriptsKnow() {
    JsonNode report = read(json(SampleRuns.sockets()));
    JsonNode known = report.get("protocol_metrics");
    assertThat(known.propertyNames()).containsExactly("sse", "websocket");
    JsonNode socket = known.get("websocket");
    assertThat(socket.propertyNames())
        .containsExactly(
            "bytes_received",
            "bytes_sent",
            "close_code",
            "connection_duration_ms",
            "errors",
            "messages_received",
            "messages_sent",
            "sub_protocol");
    assertThat(socket.get("errors").longValue()).isZero();
    assertThat(socket.get("bytes_sent").longValue()).isEqualTo(300 * 1_230);
    assertThat(socket.get("messages_received").longValue()).isEqualTo(3_000);
    assertThat(socket.get("connection_duration_ms").doubleValue()).isBetween(12_000.0, 12_300.0);
    assertThat(socket.get("close_code").stringValue()).isEqualTo("1000");
    assertThat(known.get("sse").propertyNames())
        .containsExactly("bytes_received", "connection_duration_ms", "errors", "events_received");
    assertThat(known.at("/sse/events_received").longValue()).isEqualTo(66 * 40);
    assertThat(report.at("/endpoints/chat/protocol_metrics/websocket/messages_sent").longValue())
        .isEqualTo(2_000);
    assertThat(report.at("/endpoints/page").has("protocol_metrics")).isFalse();
    assertThat(read(json(SampleRuns.steady())).propertyNames())
        .doesNotContain("protocol_metrics", "measures");
  }

  @Test
  void everyMeasureIsThereWholeInTotalByEndpointAndBySecond() {
    JsonNode report = read(json(SampleRuns.sockets()));
    JsonNode roundTrip = report.at("/measures/websocket/message_round_trip");
    assertThat(roundTrip.propertyNames())
        .containsExactly(
            "kind", "title", "unit", "count", "min", "max", "mean", "stdev", "percentiles");
    assertThat(roundTrip.get("count").longValue()).isEqualTo(3_000);
    assertThat(roundTrip.at("/percentiles/p50").doubleValue()).isBetween(2.0, 4.0);
    JsonNode sent = report.at("/measures/websocket/messages_sent");
    assertThat(sent.propertyNames()).containsExactly("kind", "title", "count", "rate");
    assertThat(sent.get("rate").doubleValue()).isEqualTo(150);
    JsonNode codes = report.at("/measures/websocket/close_code/labels");
    assertThat(codes.get("1000").longValue()).isEqualTo(300);
    assertThat(codes.get("1006").longValue()).isEqualTo(3);
    JsonNode tokens = report.at("/measures/sse/tokens_per_second");
    assertThat(tokens.get("kind").stringValue()).isEqualTo("number");
    assertThat(tokens.has("unit")).isFalse();
    assertThat(tokens.at("/percentiles/p50").doubleValue()).isBetween(35.0, 50.0);
    assertThat(report.at("/measures/sse").has("reconnects")).as("never counted").isFalse();
    assertThat(report.at("/endpoints/chat/measures/websocket/message_round_trip/count").longValue())
        .isEqualTo(2_000);
    assertThat(report.at("/timeline/0").has("measures")).isFalse();
    JsonNode second = report.at("/timeline/1/measures");
    assertThat(second.at("/messages_sent/count").longValue()).isEqualTo(3_000);
    assertThat(second.at("/message_round_trip/count").longValue()).isEqualTo(3_000);
    assertThat(second.at("/message_round_trip/percentiles/p99"))
        .isEqualTo(roundTrip.at("/percentiles/p99"));
    assertThat(second.at("/tokens_per_second/percentiles").propertyNames())
        .containsExactly("p50", "p95");
  }

  @Test
  void anAbortedRunSaysWhatEndedIt() {
    JsonNode run = read(json(SampleRuns.aborted())).get("run");
    assertThat(run.get("ending").stringValue()).isEqualTo("aborted");
    assertThat(run.get("ended_by").stringValue())
        .isEqualTo("service_time:p99 < 20ms over 10s abort");
    assertThat(read(json(SampleRuns.thresholds())).at("/run/ended_by").isMissingNode()).isTrue();
  }

  @Test
  void aPercentileIsThereOnlyIfTheSampleHasIt() {
    JsonNode tiny = read(json(SampleRuns.tiny())).at("/response_time/percentiles");
    assertThat(tiny.propertyNames()).containsExactly("p50", "p75");
    JsonNode steady = read(json(SampleRuns.steady())).at("/response_time/percentiles");
    assertThat(steady.propertyNames())
        .containsExactly("p50", "p75", "p90", "p95", "p97.5", "p99", "p99.9", "p99.99");
    JsonNode nothing = read(json(SampleRuns.empty())).at("/response_time");
    assertThat(nothing.propertyNames()).containsExactly("unit", "count", "ok", "failed");
  }

  @Test
  void thePageHasTwoSpacesALevelAndAnEnd() {
    assertThat(json(SampleRuns.steady()))
        .startsWith("{\n  \"schema_version\": 1,\n  \"verdict\": {\n    \"validity\": \"VALID\",\n")
        .endsWith("]\n}\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "99", "100", "101"})
  void theLimitOfAPercentileIsExact(int count) {
    io.crankfire.metrics.Histogram histogram = new io.crankfire.metrics.Histogram();
    histogram.add(5, count);
    assertThat(Percentile.P99.supportedBy(histogram)).isEqualTo(count >= 100);
    histogram.add(5, count * 9L);
    assertThat(Percentile.P99_9.supportedBy(histogram)).isEqualTo(count >= 100);
    histogram.add(5, count * 90L);
    assertThat(Percentile.P99_99.supportedBy(histogram)).isEqualTo(count >= 100);
  }

  private static void assertFollowsTheSchema(String name, RunResult run) {
    assertThat(VALIDATOR.validate(json(run), InputFormat.JSON)).as(name).isEmpty();
  }

  static String json(RunResult run) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      JsonReport.write(run, out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static JsonNode read(String json) {
    return JsonMapper.shared().readTree(json);
  }

  private static String schemaText() {
    try (InputStream in = JsonReport.class.getResourceAsStream("report.schema.json")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
