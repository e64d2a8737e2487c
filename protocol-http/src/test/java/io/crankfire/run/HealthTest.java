package io.crankfire.run;

import static io.crankfire.run.RunChecks.assertInvariants;
import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.plan.Pacing;
import io.crankfire.plan.Transport;
import io.crankfire.result.RunResult;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.verdict.Verdict;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What the generator tells of itself.
class HealthTest {

  private final HttpTestServer server = HttpTestServer.start();

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @MethodSource("io.crankfire.run.Kinds#withWorkers")
  void aBlockedLoopShowsAsAStallWhateverItWaitedFor(Transport transport, int workers)
      throws Exception {
    LoopWatch watch = new LoopWatch();
    // Closed, and every session waits for an answer: nothing is due that could be late.
    server.pause();
    LoadRun run =
        RunSetting.closed(server.url(), 4).on(transport, workers).run(watch, Progress.NONE);
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<RunResult> result = executor.submit(run::execute);
      server.await(counts -> counts.received() == 4);
      watch.loops.getFirst().execute(() -> spin(300_000_000));
      watch.loops.getFirst().execute(run::stop);
      server.resume();
      RunResult done = result.get();
      assertInvariants(done, server);
      assertThat(done.workers()).hasSize(workers);
      assertThat(done.workers())
          .anySatisfy(worker -> {
            assertThat(worker.longestStall()).isBetween(300_000_000L, 5_000_000_000L);
            assertThat(worker.stalls()).isPositive();
          });
      assertThat(done.verdict().findings()).extracting("rule").contains("stalls");
      assertThat(done.verdict().validity()).isNotEqualTo(Verdict.Validity.VALID);
    }
  }

  private static void spin(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  @ParameterizedTest
  @CsvSource({"NIO", "AUTO"})
  @EnabledOnOs(OS.LINUX)
  void aBusyLoopShowsItsProcessorTime(Transport transport) throws Exception {
    RunResult result =
        RunSetting.closed(server.url(), 64)
            .lasting(Duration.ofMillis(1_500))
            .on(transport, 1)
            .execute();
    assertInvariants(result, server);
    RunResult.WorkerHealth worker = result.workers().getFirst();
    assertThat(worker.runNanos()).isBetween(1_500_000_000L, 2_500_000_000L);
    double wanted = (double) (worker.cpuNanos() + worker.runQueueNanos()) / worker.runNanos();
    assertThat(wanted).as("processor time and waiting for it").isBetween(0.3, 1.02);
    assertThat(worker.busiestCpu()).isBetween(0.05, 1.02);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void anIdleLoopShowsNextToNone() throws Exception {
    RunResult result =
        RunSetting.open(server.url(), 20, Duration.ofMillis(1_500)).on(Transport.AUTO, 1).execute();
    assertInvariants(result, server);
    RunResult.WorkerHealth worker = result.workers().getFirst();
    assertThat((double) worker.cpuNanos() / worker.runNanos()).isBetween(0.0, 0.3);
  }

  @Test
  void latenessIsToldForEveryPacing() throws Exception {
    for (Pacing pacing : Pacing.values()) {
      for (Transport transport : Kinds.transports()) {
        RunResult result =
            RunSetting.open(server.url(), 500, Duration.ofMillis(400))
                .on(transport, 1)
                .pacing(pacing)
                .execute();
        assertInvariants(result);
        System.out.printf(
            "%s, %s: late p50 %.0f us, p99 %.0f us, cpu %.0f %%%n",
            transport,
            pacing,
            result.metrics().lateness.percentile(50) / 1e3,
            result.metrics().lateness.percentile(99) / 1e3,
            100.0
                * result.workers().getFirst().cpuNanos()
                / result.workers().getFirst().runNanos());
        assertThat(result.metrics().lateness.count()).isEqualTo(200);
      }
    }
  }
}
