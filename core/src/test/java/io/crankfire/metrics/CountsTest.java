package io.crankfire.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CountsTest {

  @Test
  void equalOutcomesCountTogetherWhicheverObjectTheyAre() {
    OutcomeCounts counts = new OutcomeCounts();
    counts.add(Outcome.failed("503"));
    counts.add(Outcome.failed("503"), 2);
    counts.add(Outcome.ok("200"), 5);
    counts.add(Outcome.INTERRUPTED);
    for (int i = 0; i < 20; i++) {
      counts.add(Outcome.failed("E" + i));
    }
    assertThat(counts.total(Outcome.Kind.OK)).isEqualTo(5);
    assertThat(counts.total(Outcome.Kind.FAILED)).isEqualTo(23);
    assertThat(counts.total(Outcome.Kind.INTERRUPTED)).isEqualTo(1);
    assertThat(counts.toMap()).hasSize(23).containsEntry(Outcome.failed("503"), 3L);
    assertThat(counts.toMap().keySet()).startsWith(Outcome.ok("200"), Outcome.failed("503"));
  }

  @Test
  void outcomesAddUpAndClearToNothing() {
    OutcomeCounts a = new OutcomeCounts();
    OutcomeCounts b = new OutcomeCounts();
    a.add(Outcome.TIMEOUT, 2);
    b.add(Outcome.TIMEOUT, 3);
    b.add(Outcome.OK, 1);
    a.add(b);
    assertThat(a.toMap()).isEqualTo(Map.of(Outcome.TIMEOUT, 5L, Outcome.OK, 1L));
    a.clear();
    assertThat(a.toMap()).isEmpty();
    assertThat(b.toMap()).hasSize(2);
  }

  @Test
  void anErrorIsToldByBucketAndDetailWithItsFirstAndLastTime() {
    ErrorTally tally = new ErrorTally();
    tally.add(Outcome.TIMEOUT, "after 1s", 30);
    tally.add(Outcome.TIMEOUT, "after 1s", 10);
    tally.add(Outcome.TIMEOUT, "after 2s", 20);
    assertThat(tally.entries())
        .containsExactly(
            new ErrorTally.Entry("TIMEOUT", "after 1s", 2, 10, 30),
            new ErrorTally.Entry("TIMEOUT", "after 2s", 1, 20, 20));
    assertThat(tally.others()).isZero();
  }

  @Test
  void errorsBeyondTheLimitCountAsOthersAndNoneIsLost() {
    ErrorTally tally = new ErrorTally();
    for (int i = 0; i < ErrorTally.LIMIT + 30; i++) {
      tally.add(Outcome.PROTOCOL_ERROR, "line " + i, i);
    }
    ErrorTally sum = new ErrorTally();
    sum.add(Outcome.DNS_FAILED, "no address", 5);
    sum.add(tally);
    long told = sum.entries().stream().mapToLong(ErrorTally.Entry::count).sum();
    assertThat(sum.entries()).hasSize(ErrorTally.LIMIT);
    assertThat(told + sum.others()).isEqualTo(ErrorTally.LIMIT + 31);
    sum.clear();
    assertThat(sum.entries()).isEmpty();
    assertThat(sum.others()).isZero();
  }

  @Test
  void aTimelineStaysBoundedAndLosesNothing() {
    Timeline timeline = new Timeline();
    int seconds = 3 * Timeline.LIMIT + 17;
    Histogram one = new Histogram();
    one.record(1_000_000);
    byte[] encoded = TimelinePoint.encoded(one);
    for (int i = 0; i < seconds; i++) {
      timeline.add(new TimelinePoint(i, i + 1, 2, 1, 1, 0, 0, 10, 5, i, 3, i, 0, encoded, encoded));
    }
    var points = timeline.points();
    assertThat(points).hasSizeLessThanOrEqualTo(Timeline.LIMIT);
    assertThat(points.stream().mapToLong(TimelinePoint::ok).sum()).isEqualTo(seconds);
    assertThat(points.stream().mapToLong(TimelinePoint::asked).sum()).isEqualTo(2L * seconds);
    assertThat(points.stream().mapToLong(p -> p.responseTime().count()).sum()).isEqualTo(seconds);
    long at = 0;
    for (TimelinePoint point : points) {
      assertThat(point.fromNanos()).isEqualTo(at);
      at = point.toNanos();
    }
    assertThat(at).isEqualTo(seconds);
    assertThat(points.getLast().activeSessions()).isEqualTo(seconds - 1);
    assertThat(points.getLast().latenessP99()).isEqualTo(seconds - 1);
  }

  @Test
  void workersAddUpAndAnUnknownProcessorTimeStaysUnknown() {
    WorkerMetrics a = new WorkerMetrics(2);
    WorkerMetrics b = new WorkerMetrics(2);
    a.calls[1].started = 2;
    a.calls[1].responseOk.record(5);
    a.calls[1].phase(Phase.TLS).record(7);
    b.calls[1].started = 3;
    a.cpuNanos = 10;
    b.cpuNanos = -1;
    a.longestStall = 4;
    b.longestStall = 9;
    b.errors.add(Outcome.TIMEOUT, "", 1);
    a.add(b);
    assertThat(a.total().started).isEqualTo(5);
    assertThat(a.total().phases()).containsOnlyKeys(Phase.TLS);
    assertThat(a.cpuNanos).isNegative();
    assertThat(a.longestStall).isEqualTo(9);
    assertThat(a.errors.entries()).hasSize(1);
    a.clear();
    assertThat(a.total().started).isZero();
    assertThat(a.total().responseTime().count()).isZero();
  }
}
