package io.crankfire.run;

import static io.crankfire.run.RunChecks.assertInvariants;
import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.plan.Threshold;
import io.crankfire.plan.Transport;
import io.crankfire.result.RunResult;
import io.crankfire.result.RunResult.Ending;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Response;
import io.crankfire.verdict.ThresholdReader;
import io.crankfire.verdict.ThresholdResult;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Runs that are judged while they are under way.
class ThresholdRunTest {

  private final HttpTestServer server = HttpTestServer.start();

  @AfterEach
  void close() {
    server.close();
  }

  private static List<Threshold> thresholds(String... texts) throws Exception {
    List<Threshold> thresholds = new java.util.ArrayList<>();
    for (String text : texts) {
      thresholds.add(ThresholdReader.read(text));
    }
    return thresholds;
  }

  @ParameterizedTest
  @MethodSource("io.crankfire.run.Kinds#withWorkers")
  void aThresholdEndsARunThatHasNoOtherEnd(Transport transport, int workers) throws Exception {
    server.otherwise(Response.status(503));
    RunResult result =
        RunSetting.open(server.url(), 40, Duration.ofMinutes(10))
            .on(transport, workers)
            .judged(thresholds("requests:count > 10", "failed < 10% abort"))
            .execute();
    assertInvariants(result, server);
    assertThat(result.ending()).isEqualTo(Ending.ABORTED);
    ThresholdResult by = Objects.requireNonNull(result.endedBy());
    assertThat(by.threshold().text()).isEqualTo("failed < 10% abort");
    assertThat(by.actual()).isEqualTo(1);
    assertThat(by.foundNanos() % 1_000_000_000).isZero();
    assertThat(result.load().loadNanos()).isGreaterThanOrEqualTo(by.foundNanos());
    assertThat(result.load().unsent()).as("what was due while the end was told").isLessThan(40);
    assertThat(result.thresholds())
        .extracting(ThresholdResult::passed)
        .containsExactly(true, false);
    assertThat(result.passed()).isFalse();
  }

  @Test
  void aWindowEndsTheRunAsSoonAsItIsFull() throws Exception {
    server.otherwise(Response.status(500));
    RunResult result =
        RunSetting.open(server.url(), 20, Duration.ofMinutes(10))
            .judged(thresholds("failed:count < 30 over 2s abort"))
            .execute();
    assertThat(result.ending()).isEqualTo(Ending.ABORTED);
    assertThat(Objects.requireNonNull(result.endedBy()).foundNanos())
        .as("the first stretch of two seconds holds forty failures")
        .isEqualTo(2_000_000_000L);
  }

  @Test
  void whileTheRunDrainsNothingEndsItAndNoWindowIsFilled() throws Exception {
    server.otherwise(Response.text("late").after(Duration.ofMillis(1_500)));
    RunResult result =
        RunSetting.open(server.url(), 20, Duration.ofSeconds(1))
            .judged(thresholds("requests:rate == 0 over 1s abort", "requests:count == 0 over 2s"))
            .execute();
    assertInvariants(result, server);
    assertThat(result.ok()).isEqualTo(20);
    assertThat(result.ending()).isEqualTo(Ending.COMPLETED);
    assertThat(result.endedBy()).isNull();
    assertThat(result.thresholds().getFirst().passed()).isTrue();
    assertThat(result.thresholds().getLast().reason())
        .isEqualTo("the load was shorter than the window of 2s");
  }

  @Test
  void aRunThatKeepsItsThresholdsIsNotEndedByThem() throws Exception {
    RunResult result =
        RunSetting.open(server.url(), 50, Duration.ofSeconds(3))
            .judged(
                thresholds(
                    "failed < 1% over 1s abort",
                    "response_time:p50 < 5s abort", "requests:rate == 50/s", "requests == 150"))
            .execute();
    assertInvariants(result, server);
    assertThat(result.ending()).isEqualTo(Ending.COMPLETED);
    assertThat(result.passed()).isTrue();
  }
}
