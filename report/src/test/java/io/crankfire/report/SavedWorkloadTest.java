package io.crankfire.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Measure;
import io.crankfire.metrics.Measures;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.plan.Phase;
import io.crankfire.result.RunResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a saved run tells about scenarios, phases, checks and attempts.
class SavedWorkloadTest {

  @TempDir Path folder;

  private static RunResult sample() {
    RunResult plain = RandomRuns.of(7);
    WorkerMetrics metrics = new WorkerMetrics(2, 2, true, false);
    metrics.calls[0].started = 12;
    metrics.calls[0].repeated = 5;
    metrics.calls[0].missedExtractors = 3;
    metrics.calls[0].unresolved = 2;
    metrics.calls[0].outcomes.add(Outcome.OK, 12);
    metrics.calls[0].checks.addMade(12);
    metrics.calls[0].checks.addFailed(1, 4);
    metrics.scenarios[1].started = 9;
    metrics.scenarios[1].ok = 6;
    metrics.scenarios[1].failed = 2;
    metrics.scenarios[1].interrupted = 1;
    metrics.scenarios[1].duration.record(123_456_789);
    metrics.phases[0].started = 30;
    metrics.phases[0].unsent = 1;
    metrics.phases[0].errors.add(Outcome.TIMEOUT, "slow", 17);
    CallMetrics warm = metrics.phases[0].call(1);
    warm.started = 30;
    warm.outcomes.add(Outcome.TIMEOUT, 30);
    warm.serviceFailed.add(2_000_000, 30);
    return new RunResult(
        plain.info(),
        plain.load(),
        List.of(
            new RunResult.CallName("a", "http", List.of("status", "body")),
            new RunResult.CallName("b", "http")),
        List.of("browse", "buy"),
        List.of(new Phase("warm", 0, 1_000, true), new Phase("real", 1_000, Long.MAX_VALUE, false)),
        metrics,
        plain.workers(),
        plain.timeline(),
        plain.ending(),
        plain.verdict(),
        plain.thresholds());
  }

  private static byte[] bytes(RunResult run) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SavedRun.write(run, out);
    return out.toByteArray();
  }

  private RunResult read(byte[] bytes) throws Exception {
    Path file = folder.resolve("run.json");
    Files.write(file, bytes);
    return SavedRun.read(file);
  }

  @Test
  void everythingIsReadAsItWasWritten() throws Exception {
    RunResult back = read(bytes(sample()));
    assertThat(bytes(back)).isEqualTo(bytes(sample()));
    assertThat(back.calls()).isEqualTo(sample().calls());
    assertThat(back.scenarios()).containsExactly("browse", "buy");
    assertThat(back.phases()).isEqualTo(sample().phases());
    WorkerMetrics metrics = back.metrics();
    assertThat(metrics.calls[0].attempts()).isEqualTo(17);
    assertThat(metrics.calls[0].missedExtractors).isEqualTo(3);
    assertThat(metrics.calls[0].unresolved).isEqualTo(2);
    assertThat(metrics.calls[0].checks.passed(0)).isEqualTo(12);
    assertThat(metrics.calls[0].checks.passed(1)).isEqualTo(8);
    assertThat(metrics.scenarios[1].failed).isEqualTo(2);
    assertThat(metrics.scenarios[1].duration.max()).isEqualTo(123_456_789);
    assertThat(metrics.phases[0].unsent).isEqualTo(1);
    assertThat(metrics.phases[0].errors.entries().getFirst().detail()).isEqualTo("slow");
    assertThat(metrics.phases[0].call(1).serviceFailed.count()).isEqualTo(30);
    assertThat(metrics.phases[1].callIfAny(0)).isNull();
  }

  private static RunResult sockets() {
    RunResult plain = SampleRuns.sockets();
    WorkerMetrics metrics =
        new WorkerMetrics(
            List.of(
                SampleMetrics.SOCKET,
                SampleMetrics.SOCKET,
                SampleMetrics.EVENTS,
                List.of(),
                SampleMetrics.SOCKET),
            1,
            true,
            false);
    metrics.add(plainCalls(plain.metrics()));
    metrics.phases[0].call(1).measures.label(8, "1001");
    metrics.phases[0].call(1).measures.record(1, 77);
    metrics.phases[1].call(2).measures.record(4, 12_345);
    return new RunResult(
        plain.info(),
        plain.load(),
        plain.calls(),
        List.of("all"),
        List.of(new Phase("warm", 0, 1_000, true), new Phase("peak", 1_000, Long.MAX_VALUE, false)),
        metrics,
        plain.workers(),
        plain.timeline(),
        plain.ending(),
        plain.verdict(),
        plain.thresholds());
  }

  /// The counts of calls alone, so that those of phases can be added.
  private static WorkerMetrics plainCalls(WorkerMetrics from) {
    List<List<Measure>> measures =
        Arrays.stream(from.calls).map(call -> call.measures.declared()).toList();
    WorkerMetrics metrics = new WorkerMetrics(measures, 1, true, false);
    for (int i = 0; i < from.calls.length; i++) {
      metrics.calls[i].add(from.calls[i]);
    }
    return metrics;
  }

  @Test
  void whatProtocolsMeasuredIsReadAsItWasWritten() throws Exception {
    RunResult run = sockets();
    RunResult back = read(bytes(run));
    assertThat(bytes(back)).isEqualTo(bytes(run));
    assertThat(back.thresholds()).isEqualTo(run.thresholds());
    Measures chat = back.metrics().calls[0].measures;
    assertThat(chat.declared()).isEqualTo(SampleMetrics.SOCKET);
    assertThat(chat.total(2)).isEqualTo(2_000);
    assertThat(chat.histogram(1).percentile(99))
        .isEqualTo(run.metrics().calls[0].measures.histogram(1).percentile(99));
    assertThat(chat.labels(7).toMap()).isEqualTo(Map.of("chat.v1", 67L, "chat.v2", 133L));
    assertThat(back.metrics().calls[4].measures.declared())
        .as("a call that was never made")
        .isEqualTo(SampleMetrics.SOCKET);
    Measures warm = back.metrics().phases[0].call(1).measures;
    assertThat(warm.histogram(1).max()).isEqualTo(77);
    assertThat(warm.labels(8).toMap()).isEqualTo(Map.of("1001", 1L));
    assertThat(back.metrics().phases[1].call(2).measures.histogram(4).max()).isEqualTo(12_345);
    assertThat(back.timeline().get(1).measures())
        .extracting(point -> point.measure().name() + " " + point.count())
        .contains("messages_sent 3000", "message_round_trip 3000", "tokens_per_second 66");
    assertThat(back.timeline().getFirst().measures()).isEmpty();
  }

  @Test
  void measuresThatContradictThemselvesAreRefused() throws Exception {
    String whole = new String(bytes(sockets()), StandardCharsets.UTF_8);
    Map<String, String> wrongs =
        Map.of(
            "\"name\":\"websocket_connect\"", "\"name\":\"Connect\"",
            "\"kind\":\"NUMBER\"", "\"kind\":\"SHAPE\"",
            "\"title\":\"Round trip\"", "\"title\":\" \"",
            "\"labels\":[", "\"labels\":7,\"x\":[",
            "\"metric\":\"MEASURE\",\"measure\"", "\"metric\":\"MEASURE\",\"measured\"");
    for (var wrong : wrongs.entrySet()) {
      assertThat(whole).contains(wrong.getKey());
      byte[] broken =
          whole
              .replaceFirst(java.util.regex.Pattern.quote(wrong.getKey()), wrong.getValue())
              .getBytes(StandardCharsets.UTF_8);
      assertThatExceptionOfType(ReportException.class)
          .as(wrong.getValue())
          .isThrownBy(() -> read(broken));
    }
  }

  @Test
  void aRunThatWasSavedBeforeThereWereMeasuresIsRead() throws Exception {
    JsonMapper mapper = new JsonMapper();
    ObjectNode root = (ObjectNode) mapper.readTree(bytes(SampleRuns.sockets()));
    root.remove("thresholds");
    root.get("calls").forEach(call -> ((ObjectNode) call).remove("measures"));
    root.get("timeline").forEach(point -> ((ObjectNode) point).remove("measures"));
    RunResult back = read(mapper.writeValueAsBytes(root));
    assertThat(back.ok()).isEqualTo(SampleRuns.sockets().ok());
    assertThat(back.metrics().total().measures.isEmpty()).isTrue();
  }

  @Test
  void aRunThatWasSavedWithoutThemIsStillRead() throws Exception {
    JsonMapper mapper = new JsonMapper();
    ObjectNode root = (ObjectNode) mapper.readTree(bytes(RandomRuns.of(3)));
    root.remove(List.of("scenarios", "phases"));
    root.get("calls")
        .forEach(call ->
            ((ObjectNode) call)
                .remove(
                    List.of(
                        "checks",
                        "repeated",
                        "missedExtractors",
                        "unresolved",
                        "checksMade",
                        "checksFailed")));
    RunResult back = read(mapper.writeValueAsBytes(root));
    assertThat(back.scenarios()).isEmpty();
    assertThat(back.phases()).isEmpty();
    assertThat(back.ok()).isEqualTo(RandomRuns.of(3).ok());
  }

  @Test
  void whatContradictsItselfIsRefused() throws Exception {
    String whole = new String(bytes(sample()), StandardCharsets.UTF_8);
    for (var wrong :
        Map.of("\"call\":1", "\"call\":2", "\"toNanos\":1000,", "\"toNanos\":0,").entrySet()) {
      String tight = whole.replace(" ", "").replace("\n", "");
      assertThat(tight).contains(wrong.getKey());
      byte[] broken =
          tight.replace(wrong.getKey(), wrong.getValue()).getBytes(StandardCharsets.UTF_8);
      assertThatExceptionOfType(ReportException.class).isThrownBy(() -> read(broken));
    }
  }
}
