package io.crankfire.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.plan.Phase;
import io.crankfire.plan.Threshold;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThresholdMonitorTest {

  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;
  private static final Labels TWO = labels(List.of(), 0, 0);

  /// `list` and `buy`; the scenario `browse` makes the first, `shop` the second.
  private static Labels labels(List<Phase> phases, int... checks) {
    return new Labels(
        List.of(new Labels.Endpoint("list", checks[0]), new Labels.Endpoint("buy", checks[1])),
        List.of(new Labels.Flow("browse", List.of(0, 0)), new Labels.Flow("shop", List.of(1))),
        phases);
  }

  private static Threshold threshold(String text) {
    try {
      return ThresholdReader.read(text);
    } catch (ThresholdReader.SyntaxException e) {
      throw new AssertionError(text, e);
    }
  }

  private static ThresholdMonitor monitor(Labels labels, String... texts) {
    return new ThresholdMonitor(
        Arrays.stream(texts).map(ThresholdMonitorTest::threshold).toList(), labels);
  }

  private static void ok(CallMetrics call, long response, long service) {
    call.outcomes.add(Outcome.OK);
    call.responseOk.record(response);
    call.serviceOk.record(service);
  }

  private static void failed(CallMetrics call, long response, long service) {
    call.outcomes.add(Outcome.TIMEOUT);
    call.responseFailed.record(response);
    call.serviceFailed.record(service);
  }

  /// `list`: 1 ms to 90 ms, half of it service, and ten failures of 1 s. `buy`: 100 of 2 ms.
  private static WorkerMetrics run() {
    WorkerMetrics metrics = new WorkerMetrics(2);
    for (int i = 1; i <= 90; i++) {
      ok(metrics.calls[0], i * MS, i * MS / 2);
    }
    for (int i = 0; i < 10; i++) {
      failed(metrics.calls[0], SECOND, SECOND);
    }
    for (int i = 0; i < 100; i++) {
      ok(metrics.calls[1], 2 * MS, MS);
    }
    metrics.calls[1].outcomes.add(Outcome.INTERRUPTED, 7);
    return metrics;
  }

  @ParameterizedTest
  @CsvSource({
    // the 95th of a hundred is a failure, the 90th of all two hundred 80 ms: successes and failures
    "response_time{endpoint:list}:p90 < 1s, 90, true",
    "response_time{endpoint:list}:p91 < 1s, 1000, false",
    "response_time:p95 < 90.5, 90, true",
    "response_time:p50 <= 2.01, 2, true",
    "response_time:min == 1ms, 1, true",
    "response_time:max <= 999, 1000, false",
    "response_time{endpoint:buy}:avg == 2, 2, true",
    "response_time:mean < 1s, 71.475, true", // (4095 + 10000 + 200) / 200
    "service_time{endpoint:list}:p50 < 25ms, 25, false",
    "service_time:max < 2s, 1000, true",
    "failed < 5%, 0.05, false",
    "failed <= 5%, 0.05, true",
    "failed{endpoint:list} < 0.2, 0.1, true",
    "failed{endpoint:buy} == 0, 0, true",
    "failed:count != 10, 10, false",
    "http_req_failed:count == 10, 10, true",
    "requests == 200, 200, true",
    "requests{endpoint:buy} > 100, 100, false",
    "requests:rate >= 50/s, 50, true",
    "http_requests:rate > 50, 50, false",
  })
  void aValueIsWhatAHandComputes(String text, double actual, boolean passed) {
    ThresholdResult result = monitor(TWO, text).results(run(), 4 * SECOND).getFirst();
    assertThat(result.actual()).isCloseTo(actual, within(actual / 1_000));
    assertThat(result.passed()).isEqualTo(passed);
    assertThat(result.reason()).isEmpty();
    assertThat(result.foundNanos()).isNegative();
  }

  @Test
  void callsOfOneNameCountTogether() {
    Labels.Endpoint list = new Labels.Endpoint("list", 0);
    Labels same = new Labels(List.of(list, list), List.of(), List.of());
    assertThat(monitor(same, "requests{endpoint:list} > 0").results(run(), SECOND))
        .extracting(ThresholdResult::actual)
        .containsExactly(200.0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"response_time:p95 < 500", "service_time:max > 0", "failed < 1%", "failed > 0.5"})
  void whatWasNotMeasuredDoesNotPass(String text) {
    ThresholdResult result =
        monitor(TWO, text).results(new WorkerMetrics(2), 10 * SECOND).getFirst();
    assertThat(result.passed()).isFalse();
    assertThat(result.actual()).isNaN();
    assertThat(result.reason()).isEqualTo("nothing was measured");
  }

  @Test
  void noRequestsAreANumberOfRequests() {
    assertThat(
            monitor(TWO, "requests == 0", "requests:rate < 1", "failed:count == 0")
                .results(new WorkerMetrics(2), 10 * SECOND))
        .extracting(ThresholdResult::passed)
        .containsExactly(true, true, true);
  }

  @Test
  void checksAreCountedOneByOne() {
    WorkerMetrics metrics = new WorkerMetrics(2);
    metrics.calls[0].checks.add(0b00);
    metrics.calls[0].checks.add(0b10);
    metrics.calls[0].checks.add(0b11);
    metrics.calls[1].checks.addMade(94);
    List<ThresholdResult> results =
        monitor(
                labels(List.of(), 2, 1),
                "checks >= 97%",
                "checks{endpoint:list} > 50%",
                "checks{endpoint:list}:count == 3",
                "checks{scenario:shop} == 1")
            .results(metrics, SECOND);
    assertThat(results).extracting(ThresholdResult::actual).containsExactly(0.97, 0.5, 3.0, 1.0);
    assertThat(results)
        .extracting(ThresholdResult::passed)
        .containsExactly(true, false, true, true);
  }

  @Test
  void iterationsAreThoseOfScenarios() {
    WorkerMetrics metrics = new WorkerMetrics(2, 2);
    metrics.scenarios[0].duration.record(100 * MS);
    metrics.scenarios[0].duration.record(300 * MS);
    metrics.scenarios[1].duration.record(2_000 * MS);
    assertThat(
            monitor(
                    TWO,
                    "iteration_duration:max < 1s",
                    "iteration_duration{scenario:browse}:avg < 1s",
                    "iteration_duration{scenario:shop}:min < 1s",
                    "requests == 0")
                .results(metrics, SECOND))
        .extracting(ThresholdResult::actual)
        .containsExactly(2_000.0, 200.0, 2_000.0, 0.0);
  }

  /// Two seconds of warm-up, two of `peak`, and `rest` up to the end.
  private static final List<Phase> PHASES =
      List.of(
          new Phase("warm", 0, 2 * SECOND, true),
          new Phase("peak", 2 * SECOND, 4 * SECOND, false),
          new Phase("rest", 4 * SECOND, Long.MAX_VALUE, false));

  /// A second in which a phase has so many exchanges that take so long.
  private static WorkerMetrics second(int phase, int count, long nanos) {
    WorkerMetrics metrics = new WorkerMetrics(2, 2, true, false, false);
    for (int i = 0; i < count; i++) {
      ok(metrics.phases[phase].call(0), nanos, nanos);
    }
    metrics.settle();
    return metrics;
  }

  @Test
  void aPhaseHasItsOwnTimesAndRates() {
    WorkerMetrics total = second(0, 500, SECOND);
    total.add(second(1, 40, 10 * MS));
    total.add(second(2, 30, 5 * MS));
    assertThat(
            monitor(
                    labels(PHASES, 0, 0),
                    "requests == 70",
                    "requests:rate == 10/s",
                    "response_time:max < 20ms",
                    "requests{phase:peak}:rate == 20/s",
                    "requests{phase:rest}:rate == 6/s",
                    "response_time{phase:rest}:max < 6ms")
                .results(total, 9 * SECOND))
        .allMatch(ThresholdResult::passed)
        .extracting(ThresholdResult::actual)
        .containsExactly(70.0, 10.0, 10.0, 20.0, 6.0, 5.0);
  }

  @Test
  void aWarmUpIsInNoWindowAndEndsNoRun() {
    ThresholdMonitor monitor =
        monitor(
            labels(PHASES, 0, 0),
            "response_time:max < 100ms abort",
            "requests:rate > 1 over 2s abort",
            "requests{phase:peak}:rate > 1 over 2s",
            "requests{phase:peak}:rate > 1 over 3s");
    monitor.interval(second(0, 0, 0), 0, SECOND);
    monitor.interval(second(0, 9, SECOND), SECOND, 2 * SECOND);
    monitor.interval(second(1, 9, MS), 2 * SECOND, 3 * SECOND);
    monitor.interval(second(1, 9, MS), 3 * SECOND, 4 * SECOND);
    assertThat(monitor.broken()).isNull();
    monitor.interval(second(2, 0, MS), 4 * SECOND, 5 * SECOND);
    monitor.interval(second(2, 0, MS), 5 * SECOND, 6 * SECOND);
    assertThat(monitor.broken()).isNotNull();
    assertThat(Objects.requireNonNull(monitor.broken()).threshold().text())
        .isEqualTo("requests:rate > 1 over 2s abort");
    assertThat(Objects.requireNonNull(monitor.broken()).foundNanos()).isEqualTo(6 * SECOND);
    List<ThresholdResult> results = monitor.results(second(1, 18, MS), 6 * SECOND);
    assertThat(results)
        .extracting(ThresholdResult::passed)
        .containsExactly(true, false, true, false);
    assertThat(results.getLast().reason()).contains("shorter than the window of 3s");
  }

  /// Seconds with what a list of response times says, and an oracle that keeps every one of them.
  private static List<List<Long>> seconds(Random random, int count) {
    List<List<Long>> seconds = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Long> times = new ArrayList<>();
      for (int k = random.nextInt(3) == 0 ? 0 : random.nextInt(12); k > 0; k--) {
        times.add((1 + random.nextLong(2_000)) * 1_000);
      }
      seconds.add(times);
    }
    return seconds;
  }

  private static WorkerMetrics metrics(List<Long> times) {
    WorkerMetrics metrics = new WorkerMetrics(2);
    for (long time : times) {
      if (time % 3_000 == 0) {
        failed(metrics.calls[0], time, time);
      } else {
        ok(metrics.calls[0], time, time);
      }
    }
    return metrics;
  }

  private static double naive(String aggregate, List<Long> window, int seconds) {
    long[] sorted = window.stream().mapToLong(Long::longValue).sorted().toArray();
    long failed = window.stream().filter(time -> time % 3_000 == 0).count();
    return switch (aggregate) {
      case "requests:rate" -> (double) sorted.length / seconds;
      case "requests:count" -> sorted.length;
      case "failed:count" -> failed;
      case "failed:rate" -> sorted.length == 0 ? Double.NaN : (double) failed / sorted.length;
      case "response_time:max" -> sorted.length == 0 ? Double.NaN : sorted[sorted.length - 1] / 1e6;
      case "response_time:p80" ->
          sorted.length == 0
              ? Double.NaN
              : sorted[(int) Math.ceil(0.8 * sorted.length - 1e-9) - 1] / 1e6;
      default -> throw new AssertionError(aggregate);
    };
  }

  @ParameterizedTest
  @CsvSource({
    "requests:rate, 5/s, 5",
    "requests:count, 12, 12",
    "failed:count, 4, 4",
    "failed:rate, 30%, 0.3",
    "response_time:max, 1.9ms, 1.9",
    "response_time:p80, 1.5ms, 1.5",
  })
  void aWindowFindsTheFirstStretchThatANaiveOneFinds(
      String aggregate, String limit, double expected) {
    int found = 0;
    for (int seed = 1; seed <= 200; seed++) {
      Random random = new Random(seed);
      int length = 1 + random.nextInt(6);
      List<List<Long>> seconds = seconds(random, 1 + random.nextInt(20));
      ThresholdMonitor monitor =
          monitor(TWO, "%s < %s over %ds abort".formatted(aggregate, limit, length));
      int first = -1;
      double value = Double.NaN;
      for (int i = 0; i < seconds.size(); i++) {
        monitor.interval(metrics(seconds.get(i)), i * SECOND, (i + 1) * SECOND);
        if (first < 0 && i >= length - 1) {
          List<Long> window = new ArrayList<>();
          seconds.subList(i - length + 1, i + 1).forEach(window::addAll);
          double now = naive(aggregate, window, length);
          if (!Double.isNaN(now)) {
            value = now;
            first = now < expected ? -1 : i;
          }
        }
        assertThat(monitor.broken() != null)
            .as("seed %d, second %d", seed, i)
            .isEqualTo(first >= 0);
      }
      ThresholdResult result = monitor.results(new WorkerMetrics(2), 0).getFirst();
      assertThat(result.passed()).as("seed %d", seed).isEqualTo(first < 0 && !Double.isNaN(value));
      assertThat(result.foundNanos()).isEqualTo(first < 0 ? -1 : (first + 1) * SECOND);
      if (Double.isNaN(value)) {
        assertThat(result.actual()).isNaN();
      } else {
        assertThat(result.actual()).as("seed %d", seed).isCloseTo(value, within(value / 1_000));
      }
      found += first >= 0 ? 1 : 0;
    }
    assertThat(found).as("stretches that do not hold").isBetween(20, 180);
  }

  @Test
  void silenceBreaksNoTimeAndEndsNoWindow() {
    ThresholdMonitor monitor =
        monitor(TWO, "response_time:p50 < 1ms over 2s", "requests:rate > 0 over 2s");
    monitor.interval(metrics(List.of(500_000L)), 0, SECOND);
    monitor.interval(metrics(List.of()), SECOND, 2 * SECOND);
    monitor.interval(metrics(List.of()), 2 * SECOND, 3 * SECOND);
    List<ThresholdResult> results = monitor.results(new WorkerMetrics(2), 3 * SECOND);
    assertThat(results.getFirst().passed()).isTrue();
    assertThat(results.getFirst().actual()).isEqualTo(0.5, within(0.001));
    assertThat(results.getLast().passed()).as("silence is no request a second").isFalse();
    assertThat(results.getLast().foundNanos()).isEqualTo(3 * SECOND);
  }

  @Test
  void aWindowInWhichThereWasOnlySilenceDoesNotPass() {
    ThresholdMonitor monitor = monitor(TWO, "failed < 1% over 1s");
    monitor.interval(metrics(List.of()), 0, SECOND);
    ThresholdResult result = monitor.results(run(), SECOND).getFirst();
    assertThat(result.passed()).isFalse();
    assertThat(result.reason()).isEqualTo("nothing was measured");
  }

  @Test
  void aWindowThatIsLongerThanTheLoadDoesNotPass() {
    ThresholdMonitor monitor = monitor(TWO, "response_time:p50 < 1s over 3s");
    monitor.interval(run(), 0, SECOND);
    monitor.interval(run(), SECOND, 2 * SECOND);
    monitor.interval(run(), 2 * SECOND, 2 * SECOND + 300 * MS);
    ThresholdResult result = monitor.results(run(), 2 * SECOND + 300 * MS).getFirst();
    assertThat(result.passed()).isFalse();
    assertThat(result.reason()).isEqualTo("the load was shorter than the window of 3s");
  }

  @Test
  void whatEndedTheRunIsNotMadeGoodByTheRest() {
    ThresholdMonitor monitor = monitor(TWO, "failed < 50% abort", "failed < 50%");
    monitor.interval(metrics(List.of(1_000L)), 0, SECOND);
    assertThat(monitor.broken()).isNull();
    monitor.interval(metrics(List.of(3_000L, 6_000L)), SECOND, 2 * SECOND);
    assertThat(monitor.broken()).isNotNull();
    WorkerMetrics total = metrics(List.of(1_000L, 3_000L, 6_000L, 1_000L, 1_000L, 1_000L));
    List<ThresholdResult> results = monitor.results(total, 2 * SECOND);
    assertThat(results.getFirst()).isEqualTo(monitor.broken());
    assertThat(results.getFirst().actual()).isEqualTo(2.0 / 3);
    assertThat(results.getFirst().foundNanos()).isEqualTo(2 * SECOND);
    assertThat(results.getLast().passed()).isTrue();
  }

  @Test
  void onlyOneThatIsToEndsTheRun() {
    ThresholdMonitor monitor = monitor(TWO, "failed < 1%", "failed < 1% over 1s");
    monitor.interval(metrics(List.of(3_000L)), 0, SECOND);
    assertThat(monitor.broken()).isNull();
    assertThat(monitor.results(metrics(List.of(3_000L)), SECOND))
        .extracting(ThresholdResult::passed)
        .containsExactly(false, false);
  }
}
