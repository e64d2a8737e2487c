package io.crankfire.run;

import static io.crankfire.run.RunChecks.assertInvariants;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crankfire.http.HttpProtocol;
import io.crankfire.metrics.Outcome;
import io.crankfire.plan.LoadCurve;
import io.crankfire.plan.Transport;
import io.crankfire.result.RunResult;
import io.crankfire.result.RunResult.Ending;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.Script;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The ways in which a run ends.
class EndingTest {

  private final HttpTestServer server = HttpTestServer.start();
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() {
    executor.close();
    server.close();
  }

  private static LoadRun run(RunSetting setting) {
    return setting.run(new HttpProtocol(), Progress.NONE);
  }

  @ParameterizedTest
  @MethodSource("io.crankfire.run.Kinds#withWorkers")
  void aStopLetsFinishWhatIsUnderWay(Transport transport, int workers) throws Exception {
    server.pause();
    LoadRun run = run(RunSetting.closed(server.url(), 20).on(transport, workers));
    Future<RunResult> result = executor.submit(run::execute);
    server.await(counts -> counts.received() == 20);
    run.stop();
    server.resume();
    RunResult done = result.get();
    assertInvariants(done, server);
    assertThat(done.ending()).isEqualTo(Ending.STOPPED);
    assertThat(done.metrics().total().interrupted()).isZero();
    assertThat(done.failed()).isZero();
    assertThat(done.ok()).isGreaterThanOrEqualTo(20);
  }

  @ParameterizedTest
  @MethodSource("io.crankfire.run.Kinds#withWorkers")
  void aCancelInterruptsWhatIsUnderWay(Transport transport, int workers) throws Exception {
    server.pause();
    LoadRun run = run(RunSetting.closed(server.url(), 20).on(transport, workers));
    Future<RunResult> result = executor.submit(run::execute);
    server.await(counts -> counts.received() == 20);
    run.stop();
    run.cancel();
    RunResult done = result.get();
    assertInvariants(done, server);
    assertThat(done.ending()).isEqualTo(Ending.CANCELLED);
    assertThat(done.metrics().total().interrupted()).isEqualTo(20);
    assertThat(done.failed()).isZero();
    server.resume();
  }

  @Test
  void anOpenModelStoppedEarlyCountsWhatWasDueAndNeverBegan() throws Exception {
    server.pause();
    LoadCurve curve = LoadCurve.constant(1_000, Duration.ZERO);
    LoadRun run = run(RunSetting.open(server.url(), curve).sessions(10).on(Transport.AUTO, 2));
    long before = System.nanoTime();
    Future<RunResult> result = executor.submit(run::execute);
    server.await(counts -> counts.received() == 10 && System.nanoTime() - before > 300_000_000);
    run.cancel();
    RunResult done = result.get();
    assertInvariants(done, server);
    assertThat(done.load().started()).isEqualTo(10);
    long due = done.load().loadNanos() / 1_000_000;
    assertThat(done.load().arrivals()).isBetween(due - 3, due + 3);
    assertThat(done.load().unsent()).isEqualTo(done.load().arrivals() - 10);
    server.resume();
  }

  @Test
  void askedForBeforeTheStartNothingBegins() throws Exception {
    LoadRun stopped = run(RunSetting.closed(server.url(), 20));
    stopped.stop();
    RunResult result = stopped.execute();
    assertInvariants(result, server);
    assertThat(result.load().arrivals()).isZero();
    assertThat(server.counts().received()).isZero();
  }

  @ParameterizedTest
  @MethodSource("io.crankfire.run.Kinds#withWorkers")
  void whatTakesTooLongTimesOut(Transport transport, int workers) throws Exception {
    server.otherwise(Script.begin().stall());
    RunResult result =
        RunSetting.closed(server.url(), 10)
            .total(20)
            .timeout("150ms")
            .on(transport, workers)
            .execute();
    assertInvariants(result, server);
    assertThat(result.metrics().total().outcomes.toMap())
        .containsOnlyKeys(Outcome.TIMEOUT)
        .containsEntry(Outcome.TIMEOUT, 20L);
    assertThat(result.metrics().total().serviceFailed.min()).isGreaterThanOrEqualTo(150_000_000);
    assertThat(result.metrics().total().serviceFailed.percentile(50)).isLessThan(250_000_000);
  }

  @Test
  void theEndOfTheGraceInterruptsAndDoesNotFail() throws Exception {
    server.otherwise(Script.begin().stall());
    RunResult result =
        RunSetting.open(server.url(), 100, Duration.ofMillis(300))
            .grace(Duration.ofMillis(100))
            .on(Transport.AUTO, 2)
            .execute();
    assertInvariants(result, server);
    assertThat(result.metrics().total().interrupted()).isEqualTo(30);
    assertThat(result.failed()).isZero();
    assertThat(result.load().loadNanos()).isEqualTo(300_000_000);
    assertThat(result.load().drainNanos()).isBetween(100_000_000L, 1_000_000_000L);
  }

  @Test
  void theGraceLetsFinish() throws Exception {
    server.otherwise(Response.text("ok").after(Duration.ofMillis(200)));
    RunResult result =
        RunSetting.open(server.url(), 100, Duration.ofMillis(300)).on(Transport.AUTO, 2).execute();
    assertInvariants(result, server);
    assertThat(result.ok()).isEqualTo(30);
    assertThat(result.load().drainNanos()).isGreaterThan(150_000_000);
    assertThat(result.requestsPerSecond()).isEqualTo(100);
  }

  @Test
  void aTargetThatCannotBeReachedEndsTheRunBeforeItBegins() {
    int port = server.port();
    server.close();
    RunSetting nobody = RunSetting.closed(java.net.URI.create("http://127.0.0.1:" + port), 1);
    assertThatThrownBy(nobody::execute)
        .isInstanceOf(RunFailedException.class)
        .hasMessageContaining("CONNECT_REFUSED");
  }
}
