package io.crankfire.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.crankfire.metrics.Measure.Kind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MeasuresTest {

  private static final Measure ROUND_TRIP =
      new Measure("message_round_trip", Kind.TIME, "Round trip");
  private static final Measure SENT = new Measure("messages_sent", Kind.COUNT, "Messages sent");
  private static final Measure CLOSE = new Measure("close_code", Kind.LABEL, "Close code");
  private static final Measure TOKENS = new Measure("tokens_per_second", Kind.NUMBER, "Tokens/s");
  private static final List<Measure> SOCKET = List.of(ROUND_TRIP, SENT, CLOSE);
  private static final List<Measure> STREAM = List.of(TOKENS, SENT, ROUND_TRIP);

  private static Measures socket() {
    Measures measures = Measures.of(SOCKET);
    measures.record(0, 5_000_000);
    measures.count(1, 3);
    measures.label(2, "1000");
    return measures;
  }

  private static Measures stream() {
    Measures measures = Measures.of(STREAM);
    measures.record(0, 12_500);
    measures.count(1, 4);
    measures.record(2, 7_000_000);
    return measures;
  }

  @Test
  void aMeasureIsFoundByItsIndex() {
    Measures measures = socket();
    assertThat(measures.histogram(0).max()).isEqualTo(5_000_000);
    assertThat(measures.total(0)).isEqualTo(1);
    assertThat(measures.total(1)).isEqualTo(3);
    assertThat(measures.labels(2).toMap()).isEqualTo(Map.of("1000", 1L));
    assertThat(measures.indexOf(new Measure("close_code", Kind.LABEL, "Another title")))
        .isEqualTo(2);
    assertThat(measures.indexOf(new Measure("close_code", Kind.COUNT, "Close code"))).isEqualTo(-1);
  }

  @Test
  void countsOfTheSameMeasuresAddUpByIndex() {
    Measures sum = Measures.of(SOCKET);
    sum.add(socket());
    sum.add(socket());
    assertThat(sum.histogram(0).count()).isEqualTo(2);
    assertThat(sum.total(1)).isEqualTo(6);
    assertThat(sum.labels(2).toMap()).isEqualTo(Map.of("1000", 2L));
    assertThat(sum.declared()).isSameAs(SOCKET);
  }

  @Test
  void countsOfDifferentProtocolsAddUpByName() {
    CallMetrics total = new CallMetrics();
    CallMetrics one = new CallMetrics(SOCKET);
    one.measures.add(socket());
    CallMetrics other = new CallMetrics(STREAM);
    other.measures.add(stream());
    total.add(one);
    total.add(other);
    Measures sum = total.measures;
    assertThat(sum.declared()).containsExactly(ROUND_TRIP, SENT, CLOSE, TOKENS);
    assertThat(sum.histogram(sum.indexOf(ROUND_TRIP)).count()).isEqualTo(2);
    assertThat(sum.histogram(sum.indexOf(ROUND_TRIP)).max()).isEqualTo(7_000_000);
    assertThat(sum.total(sum.indexOf(SENT))).isEqualTo(7);
    assertThat(sum.histogram(sum.indexOf(TOKENS)).max()).isEqualTo(12_500);
    assertThat(one.measures.total(1)).as("what was added stays as it was").isEqualTo(3);
  }

  @Test
  void theSameMeasuresInAnotherListAddUpToo() {
    Measures sum = Measures.of(List.of(SENT, CLOSE, ROUND_TRIP));
    sum.add(socket());
    assertThat(sum.total(0)).isEqualTo(3);
    assertThat(sum.labels(1).toMap()).isEqualTo(Map.of("1000", 1L));
    assertThat(sum.histogram(2).max()).isEqualTo(5_000_000);
  }

  @Test
  void aMeasureThatACallDoesNotHaveIsNotLostInSilence() {
    Measures sum = Measures.of(List.of(SENT));
    assertThatIllegalStateException().isThrownBy(() -> sum.add(socket()));
    CallMetrics plain = new CallMetrics(List.of());
    assertThatIllegalStateException().isThrownBy(() -> plain.measures.add(socket()));
    plain.measures.add(Measures.of(SOCKET));
    assertThat(plain.measures.isEmpty()).as("nothing measured is nothing lost").isTrue();
  }

  @Test
  void callsWithoutMeasuresShareOneEmptyContainer() {
    assertThat(new CallMetrics(List.of()).measures).isSameAs(new CallMetrics(List.of()).measures);
    assertThat(new WorkerMetrics(2).calls[0].measures)
        .isSameAs(new WorkerMetrics(1).calls[0].measures);
    assertThat(new CallMetrics(SOCKET).measures).isNotSameAs(new CallMetrics(SOCKET).measures);
  }

  @Test
  void whatIsClearedIsEmptyAndCountsAnew() {
    CallMetrics call = new CallMetrics(SOCKET);
    assertThat(call.isEmpty()).isTrue();
    call.measures.add(socket());
    assertThat(call.isEmpty()).isFalse();
    Histogram kept = call.measures.histogram(0);
    call.clear();
    assertThat(call.isEmpty()).isTrue();
    assertThat(call.measures.total(0)).isZero();
    assertThat(call.measures.total(1)).isZero();
    assertThat(call.measures.labels(2).toMap()).isEmpty();
    assertThat(call.measures.histogram(0)).as("its memory is kept").isSameAs(kept);
    call.measures.add(socket());
    assertThat(call.measures.total(1)).isEqualTo(3);
    assertThat(call.measures.labels(2).toMap()).isEqualTo(Map.of("1000", 1L));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void anyMeasureAloneIsNotNothing(int index) {
    CallMetrics call = new CallMetrics(SOCKET);
    switch (index) {
      case 0 -> call.measures.record(0, 0);
      case 1 -> call.measures.count(1, 1);
      default -> call.measures.label(2, "");
    }
    assertThat(call.isEmpty()).isFalse();
  }

  @Test
  void labelsBeyondTheLimitCountAsOthersAndNoneIsLost() {
    LabelCounts counts = new LabelCounts();
    for (int i = 0; i < LabelCounts.LIMIT + 30; i++) {
      counts.add("label " + i);
      counts.add("label 3");
    }
    assertThat(counts.toMap())
        .hasSize(LabelCounts.LIMIT + 1)
        .containsEntry("label 3", LabelCounts.LIMIT + 31L)
        .containsEntry(LabelCounts.OTHER, 30L);
    assertThat(counts.toMap().keySet()).startsWith("label 3").endsWith(LabelCounts.OTHER);
    assertThat(counts.total()).isEqualTo(2L * (LabelCounts.LIMIT + 30));
    LabelCounts sum = new LabelCounts();
    sum.add("another");
    sum.add(counts);
    assertThat(sum.total()).isEqualTo(counts.total() + 1);
    assertThat(sum.toMap()).hasSize(LabelCounts.LIMIT + 1).containsEntry(LabelCounts.OTHER, 31L);
    counts.clear();
    counts.add("new", 2);
    assertThat(counts.toMap()).as("old labels take no place").isEqualTo(Map.of("new", 2L));
  }

  @Test
  void equalLabelsCountTogetherWhicheverObjectTheyAre() {
    LabelCounts counts = new LabelCounts();
    counts.add("chat");
    counts.add("a chat".substring(2));
    counts.add(LabelCounts.OTHER);
    assertThat(counts.toMap()).isEqualTo(Map.of("chat", 2L, LabelCounts.OTHER, 1L));
  }

  @Test
  void labelsThatBecomeEqualCountTogether() {
    Measures measures = Measures.of(SOCKET);
    measures.label(2, "a-secret");
    measures.label(2, "b-secret");
    measures.label(2, "plain");
    measures.relabel(label -> label.endsWith("secret") ? "***" : label);
    assertThat(measures.labels(2).toMap()).isEqualTo(Map.of("***", 2L, "plain", 1L));
  }

  @Test
  void aMeasureHasOnlyWhatItsKindHas() {
    Measures measures = Measures.of(SOCKET);
    assertThatIllegalArgumentException().isThrownBy(() -> measures.record(1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> measures.label(0, "x"));
    assertThatIllegalArgumentException().isThrownBy(() -> measures.histogram(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1st", "_x", "Big", "with space", "dash-ed", "ümlaut"})
  void aNameIsOneThatAThresholdCanGive(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> new Measure(name, Kind.COUNT, "Title"));
  }

  @Test
  void aTimelineJoinsMeasuresByName() {
    byte[] none = TimelinePoint.encoded(new Histogram());
    Measures both = new Measures();
    both.add(socket());
    TimelinePoint one = point(none, MeasurePoint.of(both));
    TimelinePoint next = point(none, MeasurePoint.of(stream()));
    List<MeasurePoint> joined = one.join(next).measures();
    assertThat(joined).extracting(MeasurePoint::measure).containsExactly(ROUND_TRIP, SENT, TOKENS);
    assertThat(joined).extracting(MeasurePoint::count).containsExactly(2L, 7L, 1L);
    assertThat(joined.get(0).histogram().count()).isEqualTo(2);
    assertThat(joined.get(1).histogram().count()).isZero();
    assertThat(joined.get(2).histogram().count()).isEqualTo(1);
    assertThat(point(none, List.of()).join(next).measures()).isEqualTo(next.measures());
    assertThat(next.join(point(none, List.of())).measures()).isEqualTo(next.measures());
  }

  private static TimelinePoint point(byte[] none, List<MeasurePoint> measures) {
    return new TimelinePoint(0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, none, none, measures);
  }

  @Test
  void phasesCountMeasuresOfTheirOwnAndAddThemUp() {
    WorkerMetrics metrics = new WorkerMetrics(List.of(SOCKET, List.of()), 1, true, false);
    metrics.call(0, 0).measures.count(1, 5);
    metrics.call(1, 0).measures.add(socket());
    metrics.settle();
    assertThat(metrics.calls[0].measures.total(1)).as("without the warm-up").isEqualTo(3);
    Measures all = metrics.totalWithWarmup().measures;
    assertThat(all.total(all.indexOf(SENT))).isEqualTo(8);
    WorkerMetrics sum = new WorkerMetrics(List.of(SOCKET, List.of()), 1, true, false);
    sum.add(metrics);
    sum.add(metrics);
    assertThat(sum.phases[0].call(0).measures.total(1)).isEqualTo(10);
    assertThat(sum.calls[0].measures.labels(2).toMap()).isEqualTo(Map.of("1000", 2L));
  }
}
