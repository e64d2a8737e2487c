package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.Secrets;
import io.crankfire.metrics.Measure;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.plan.Phase;
import io.crankfire.report.SavedRun;
import io.crankfire.result.RunResult;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnsecretTest {

  private static final String SECRET = "hunter2-hunter2";
  private static final List<Measure> MEASURES =
      List.of(new Measure("sub_protocol", Measure.Kind.LABEL, "Sub-protocol"));

  /// A target repeats the secret wherever it can, in a warm-up and after it.
  private static RunResult run() {
    WorkerMetrics metrics = new WorkerMetrics(List.of(MEASURES), 1, true, false);
    metrics.phases[0].call(0).measures.label(0, "bearer." + SECRET);
    metrics.phases[0].errors.add(Outcome.PROTOCOL_ERROR, "got " + SECRET, 1);
    metrics.phases[1].call(0).measures.label(0, "bearer." + SECRET);
    metrics.phases[1].call(0).measures.label(0, "chat");
    metrics.settle();
    metrics.errors.add(Outcome.PROTOCOL_ERROR, "got " + SECRET, 2);
    return RunResult.judged(
        new RunResult.RunInfo("1", "ws://host/" + SECRET, Instant.EPOCH, 1, Map.of(), Map.of()),
        new RunResult.Load(true, 0, 0, 0, 0, 0, 1, 0, 0),
        List.of(new RunResult.CallName("chat " + SECRET, "websocket")),
        List.of("chat " + SECRET),
        List.of(new Phase("warm", 0, 10, true), new Phase("peak", 10, 20, false)),
        metrics,
        List.of(),
        List.of(),
        RunResult.Ending.COMPLETED,
        false,
        List.of());
  }

  @Test
  void whateverATargetRepeatsIsMaskedInTheWarmUpToo() throws Exception {
    Secrets secrets = new Secrets();
    secrets.add(SECRET);
    RunResult masked = Unsecret.of(run(), secrets);
    ByteArrayOutputStream saved = new ByteArrayOutputStream();
    SavedRun.write(masked, saved);
    assertThat(saved.toString(StandardCharsets.UTF_8)).doesNotContain(SECRET);
    assertThat(masked.metrics().calls[0].measures.labels(0).toMap())
        .isEqualTo(Map.of("bearer.***", 1L, "chat", 1L));
    assertThat(masked.metrics().phases[0].call(0).measures.labels(0).toMap())
        .isEqualTo(Map.of("bearer.***", 1L));
    assertThat(masked.metrics().phases[0].errors.entries().getFirst().detail())
        .isEqualTo("got ***");
  }
}
