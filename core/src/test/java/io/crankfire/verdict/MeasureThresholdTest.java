package io.crankfire.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.crankfire.metrics.Measure;
import io.crankfire.metrics.Measure.Kind;
import io.crankfire.metrics.Measures;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.plan.Phase;
import io.crankfire.plan.Threshold;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MeasureThresholdTest {

  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;
  private static final Measure ROUND_TRIP =
      new Measure("message_round_trip", Kind.TIME, "Round trip");
  private static final Measure SENT = new Measure("messages_sent", Kind.COUNT, "Messages sent");
  private static final Measure TOKENS = new Measure("tokens_per_second", Kind.NUMBER, "Tokens/s");

  /// The second protocol has one of the first's measures, at another index.
  private static final List<List<Measure>> CALLS =
      List.of(List.of(ROUND_TRIP, SENT), List.of(TOKENS, SENT), List.of());

  private static final List<Phase> PHASES =
      List.of(
          new Phase("warm", 0, 2 * SECOND, true), new Phase("peak", 2 * SECOND, 9 * SECOND, false));

  /// `chat` and `ask` measure, `page` does not; a scenario each.
  private static Labels labels(List<Phase> phases) {
    List<Labels.Endpoint> endpoints = new ArrayList<>();
    List<Labels.Flow> flows = new ArrayList<>();
    for (String name : List.of("chat", "ask", "page")) {
      flows.add(new Labels.Flow("only " + name, List.of(endpoints.size())));
      endpoints.add(new Labels.Endpoint(name, 0));
    }
    return new Labels(endpoints, flows, phases);
  }

  private static Threshold threshold(String text) {
    try {
      return ThresholdReader.read(text, List.of(ROUND_TRIP, SENT, TOKENS));
    } catch (ThresholdReader.SyntaxException e) {
      throw new AssertionError(text, e);
    }
  }

  private static ThresholdMonitor monitor(List<Phase> phases, String text) {
    return new ThresholdMonitor(List.of(threshold(text)), labels(phases));
  }

  /// `chat`: round trips of 1 ms to 100 ms for 100 messages. `ask`: 10.5 and 20.5 tokens a second
  /// for 20 messages.
  private static void fill(Measures chat, Measures ask) {
    for (int i = 1; i <= 100; i++) {
      chat.record(0, i * MS);
      chat.count(1, 1);
    }
    ask.record(0, 10_500);
    ask.record(0, 20_500);
    ask.count(1, 20);
  }

  private static WorkerMetrics run() {
    WorkerMetrics metrics = new WorkerMetrics(CALLS, 3);
    fill(metrics.calls[0].measures, metrics.calls[1].measures);
    return metrics;
  }

  @ParameterizedTest
  @CsvSource({
    "message_round_trip:p95 < 90ms, 95, false",
    "message_round_trip:p50 <= 51, 50, true",
    "message_round_trip:min == 1ms, 1, true",
    "message_round_trip:max < 1s, 100, true",
    "message_round_trip{endpoint:chat}:mean < 51, 50.5, true",
    "message_round_trip{scenario:only chat}:avg < 50, 50.5, false",
    "messages_sent > 100, 120, true",
    "messages_sent:rate >= 30/s, 30, true",
    "messages_sent:rate > 30, 30, false",
    "messages_sent{endpoint:ask} == 20, 20, true",
    "messages_sent{scenario:only ask} == 20, 20, true",
    "messages_sent{endpoint:page} == 0, 0, true",
    "tokens_per_second:min > 10, 10.5, true",
    "tokens_per_second:mean == 15.5, 15.5, true",
    "tokens_per_second:max < 20.5, 20.5, false",
  })
  void aValueIsWhatAHandComputes(String text, double actual, boolean passed) {
    ThresholdResult result = monitor(List.of(), text).results(run(), 4 * SECOND).getFirst();
    assertThat(result.actual()).isCloseTo(actual, within(actual / 1_000));
    assertThat(result.passed()).isEqualTo(passed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"message_round_trip:p95 < 90ms", "tokens_per_second:min < 1000"})
  void whatWasNotMeasuredDoesNotPass(String text) {
    ThresholdResult result =
        monitor(List.of(), text).results(new WorkerMetrics(CALLS, 3), SECOND).getFirst();
    assertThat(result.passed()).isFalse();
    assertThat(result.actual()).isNaN();
    assertThat(result.reason()).isEqualTo("nothing was measured");
  }

  @Test
  void aWarmUpIsNotJudgedAndAPhaseIsJudgedAlone() {
    WorkerMetrics metrics = new WorkerMetrics(CALLS, 3, true, false);
    metrics.phases[0].call(0).measures.count(1, 1_000);
    fill(metrics.phases[1].call(0).measures, metrics.phases[1].call(1).measures);
    metrics.settle();
    for (String text : List.of("messages_sent == 120", "messages_sent{phase:peak} == 120")) {
      assertThat(monitor(PHASES, text).results(metrics, 9 * SECOND).getFirst().actual())
          .as(text)
          .isEqualTo(120);
    }
    assertThat(
            monitor(PHASES, "message_round_trip{phase:peak}:max < 1s")
                .results(metrics, 9 * SECOND)
                .getFirst()
                .actual())
        .isEqualTo(100);
  }

  private static WorkerMetrics second(long roundTrip, int sent) {
    WorkerMetrics metrics = new WorkerMetrics(CALLS, 3);
    for (int i = 0; i < sent; i++) {
      metrics.calls[0].measures.record(0, roundTrip);
    }
    metrics.calls[0].measures.count(1, sent);
    return metrics;
  }

  @Test
  void aWindowFindsAShortBreakdown() {
    ThresholdMonitor monitor = monitor(List.of(), "message_round_trip:p50 < 10ms over 2s");
    WorkerMetrics total = new WorkerMetrics(CALLS, 3);
    for (int i = 0; i < 10; i++) {
      WorkerMetrics metrics = second(i == 4 || i == 5 ? 50 * MS : MS, 10);
      total.add(metrics);
      monitor.interval(metrics, i * SECOND, (i + 1) * SECOND);
    }
    ThresholdResult result = monitor.results(total, 10 * SECOND).getFirst();
    assertThat(result.passed()).isFalse();
    assertThat(result.actual()).isEqualTo(50, within(0.05));
    assertThat(result.foundNanos()).isEqualTo(6 * SECOND);
    assertThat(monitor.broken()).isNull();
  }

  @Test
  void aRateThatFallsEndsTheRun() {
    ThresholdMonitor monitor = monitor(List.of(), "messages_sent:rate > 5/s over 2s abort");
    monitor.interval(second(MS, 10), 0, SECOND);
    monitor.interval(second(MS, 10), SECOND, 2 * SECOND);
    monitor.interval(second(MS, 0), 2 * SECOND, 3 * SECOND);
    ThresholdResult broken = Objects.requireNonNull(monitor.broken());
    assertThat(broken.actual()).isEqualTo(5);
    assertThat(broken.endsRun()).isTrue();
  }
}
