package io.crankfire.run;

import static io.crankfire.run.RunChecks.assertInvariants;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.crankfire.plan.LoadCurve;
import io.crankfire.plan.LoadCurve.Piece;
import io.crankfire.plan.Transport;
import io.crankfire.result.RunResult;
import io.crankfire.testkit.HttpTestServer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The schedule as the server sees it. Counts are exact; times are bounded loosely, since others
/// use the machine too.
class ScheduleTest {

  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  private final HttpTestServer server = HttpTestServer.start();

  @BeforeEach
  void record() {
    server.recordTimes(true);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private RunResult run(RunSetting setting) throws Exception {
    RunResult result = setting.execute();
    assertInvariants(result, server);
    return result;
  }

  private long[] arrivals() {
    long[] arrivals = server.arrivalNanos();
    Arrays.sort(arrivals);
    return arrivals;
  }

  private static double[] gaps(long[] arrivals) {
    double[] gaps = new double[arrivals.length - 1];
    Arrays.setAll(gaps, i -> (double) (arrivals[i + 1] - arrivals[i]));
    return gaps;
  }

  @ParameterizedTest
  @CsvSource({"NIO,2", "AUTO,1"})
  void fiftyASecondForTwoSecondsAreAHundredEvenly(Transport transport, int workers)
      throws Exception {
    RunResult result =
        run(RunSetting.open(server.url(), 50, Duration.ofSeconds(2)).on(transport, workers));
    assertThat(result.load().arrivals()).isEqualTo(100);
    assertThat(result.ok()).isEqualTo(100);
    assertThat(result.load().loadNanos()).isEqualTo(2 * SECOND);
    assertThat(result.requestsPerSecond()).isEqualTo(50);
    double[] gaps = gaps(arrivals());
    double mean = Arrays.stream(gaps).average().orElse(0);
    double deviation =
        Math.sqrt(Arrays.stream(gaps).map(g -> (g - mean) * (g - mean)).average().orElse(0));
    assertThat(mean).isCloseTo(20e6, within(1e6));
    assertThat(deviation / mean).as("coefficient of variation of the gaps").isLessThan(0.5);
    assertThat(Arrays.stream(gaps).sorted().skip(49).findFirst().orElse(0))
        .as("median gap")
        .isCloseTo(20e6, within(2e6));
  }

  @Test
  void halfARequestASecondIsThreeInSixSeconds() throws Exception {
    RunResult result =
        run(RunSetting.open(server.url(), 0.5, Duration.ofSeconds(6)).on(Transport.AUTO, 2));
    assertThat(result.ok()).isEqualTo(3);
    assertThat(result.load().loadNanos()).isEqualTo(6 * SECOND);
    for (double gap : gaps(arrivals())) {
      assertThat(gap).isCloseTo(2e9, within(100e6));
    }
  }

  @ParameterizedTest
  @CsvSource({"NIO,1", "AUTO,2"})
  void aRampIsTheIntegralOfItsRate(Transport transport, int workers) throws Exception {
    LoadCurve ramp = LoadCurve.of(List.of(new Piece(0, 200, 2 * SECOND)));
    RunResult result = run(RunSetting.open(server.url(), ramp).on(transport, workers));
    assertThat(result.ok()).isEqualTo(200);
    assertFollows(ramp);
  }

  @ParameterizedTest
  @CsvSource({"NIO,2", "AUTO,1"})
  void silenceIsSilent(Transport transport, int workers) throws Exception {
    LoadCurve curve =
        LoadCurve.of(
            List.of(
                new Piece(100, 100, SECOND / 2),
                new Piece(0, 0, SECOND),
                new Piece(200, 200, SECOND / 2)));
    RunResult result = run(RunSetting.open(server.url(), curve).on(transport, workers));
    assertThat(result.ok()).isEqualTo(150);
    assertFollows(curve);
  }

  /// The n-th request came when the integral of the rate said, give or take what the machine did:
  /// most within 5 ms, all within 200 ms.
  private void assertFollows(LoadCurve curve) {
    long[] arrivals = arrivals();
    double[] late = new double[arrivals.length];
    for (int i = 0; i < late.length; i++) {
      late[i] = arrivals[i] - curve.inverse(i + 0.5);
    }
    double start = Arrays.stream(late).sorted().skip(late.length / 10).findFirst().orElse(0);
    double[] off = Arrays.stream(late).map(l -> Math.abs(l - start)).sorted().toArray();
    assertThat(off[off.length * 8 / 10]).isLessThan(5e6);
    assertThat(off[off.length - 1]).isLessThan(200e6);
  }

  @ParameterizedTest
  @MethodSource("io.crankfire.run.Kinds#withWorkers")
  void aTotalWithARemainderIsExact(Transport transport, int workers) throws Exception {
    LoadCurve endless = LoadCurve.constant(1_000, Duration.ZERO);
    RunResult result =
        run(RunSetting.open(server.url(), endless).total(103).on(transport, workers));
    assertThat(result.ok()).isEqualTo(103);
    assertThat(result.load().unsent()).isZero();
    assertThat(result.load().loadNanos()).isBetween(103 * MILLI, 1_000 * MILLI);
  }

  @Test
  void aTotalBelowTheNumberOfWorkersIsExact() throws Exception {
    LoadCurve endless = LoadCurve.constant(100, Duration.ZERO);
    assertThat(run(RunSetting.open(server.url(), endless).total(2).on(Transport.NIO, 5)).ok())
        .isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"NIO,1,1000", "AUTO,1,1000", "NIO,2,20000", "AUTO,1,20000"})
  void highRatesAreIssuedToOneInAThousand(Transport transport, int workers, int rate)
      throws Exception {
    RunResult result =
        run(RunSetting.open(server.url(), rate, Duration.ofSeconds(2)).on(transport, workers));
    RunResult.Load load = result.load();
    System.out.printf(
        "%s, %d workers, %d/s: %d of %d issued, late p50 %d us, p99 %d us, waited %d%n",
        transport,
        workers,
        rate,
        load.started(),
        load.arrivals(),
        result.metrics().lateness.percentile(50) / 1_000,
        result.metrics().lateness.percentile(99) / 1_000,
        load.waited());
    assertThat(load.arrivals()).isEqualTo(2L * rate);
    if (load.waited() == 0) {
      // Else the machine was too busy to answer, and sessions ran out: the result says so.
      assertThat((double) load.started()).isCloseTo(2.0 * rate, within(2.0 * rate / 1_000));
    } else {
      assertThat(result.verdict().findings()).extracting("rule").containsAnyOf("waited", "unsent");
    }
  }

  @Test
  void poissonArrivalsAreAsManyAsExpectedAndUneven() throws Exception {
    RunResult result =
        run(
            RunSetting.open(server.url(), 500, Duration.ofSeconds(2))
                .poisson()
                .on(Transport.AUTO, 2));
    assertThat((double) result.load().arrivals())
        .isCloseTo(1_000, within(3.3 * Math.sqrt(1_000))); // p = 0.001, and the seed is fixed
    double[] gaps = gaps(arrivals());
    double mean = Arrays.stream(gaps).average().orElse(0);
    double deviation =
        Math.sqrt(Arrays.stream(gaps).map(g -> (g - mean) * (g - mean)).average().orElse(0));
    assertThat(deviation / mean).isGreaterThan(0.8);
  }
}
