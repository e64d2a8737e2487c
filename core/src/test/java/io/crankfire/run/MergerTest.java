package io.crankfire.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.engine.WorkerReport;
import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Histogram;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.TimelinePoint;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.plan.Arrivals;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.LoadCurve;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Pacing;
import io.crankfire.plan.Target;
import io.crankfire.plan.Transport;
import io.crankfire.plan.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MergerTest {

  private static final long SECOND = 1_000_000_000;

  private record NamedCall(String name) implements Call {
    @Override
    public String protocol() {
      return "none";
    }

    @Override
    public Target target() {
      return new Target("none", "localhost", 1, null);
    }

    @Override
    public Duration timeout() {
      return Duration.ZERO;
    }
  }

  private static LoadPlan plan(Duration duration, long total) {
    return new LoadPlan(
        Workload.of(new NamedCall("call")),
        new Arrivals.Open(LoadCurve.constant(30, duration), Arrivals.Spacing.UNIFORM),
        List.of(),
        10,
        false,
        duration,
        total,
        Duration.ZERO,
        List.of(),
        3,
        Transport.AUTO,
        Pacing.DEFAULT,
        Connections.DEFAULT,
        1);
  }

  private static WorkerMetrics interval(long number, long from, long to, long loadEnd, int ok) {
    WorkerMetrics metrics = new WorkerMetrics(1);
    metrics.interval = number;
    metrics.fromNanos = from;
    metrics.toNanos = to;
    metrics.loadEndNanos = loadEnd;
    metrics.started = ok;
    metrics.sessions = 2;
    CallMetrics call = metrics.calls[0];
    call.started = ok;
    for (int i = 0; i < ok; i++) {
      call.outcomes.add(Outcome.OK);
      call.responseOk.record(1_000_000L * (i + 1));
      call.serviceOk.record(1_000_000L * (i + 1));
    }
    return metrics;
  }

  /// What a worker reports of a run of ten seconds in which it sometimes stands still.
  private static List<WorkerReport> reports(int worker, SplittableRandom random) {
    List<WorkerReport> reports = new ArrayList<>();
    long at = 0;
    long number = 0;
    while (at < 10 * SECOND) {
      long to = (number + 1) * SECOND + random.nextLong(SECOND / 100);
      if (random.nextInt(4) == 0) {
        to += random.nextLong(4 * SECOND);
      }
      to = Math.min(to, 10 * SECOND);
      boolean last = to == 10 * SECOND;
      WorkerMetrics metrics = interval(number, at, to, 10 * SECOND, random.nextInt(20));
      reports.add(new WorkerReport(worker, metrics, last));
      at = to;
      number = to / SECOND;
    }
    return reports;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void theTimelineIsCompleteAndItsSumsAreTheTotals(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<TimelinePoint> heard = new ArrayList<>();
    Merger merger =
        new Merger(plan(Duration.ofSeconds(10), 0), 3, "none", (point, m) -> heard.add(point));
    List<List<WorkerReport>> workers = new ArrayList<>();
    for (int worker = 0; worker < 3; worker++) {
      workers.add(reports(worker, random));
    }
    WorkerMetrics expected = new WorkerMetrics(1);
    workers.forEach(reports -> reports.forEach(report -> expected.add(report.metrics())));
    while (merger.incomplete()) {
      List<WorkerReport> some = workers.get(random.nextInt(3));
      if (!some.isEmpty()) {
        merger.add(some.removeFirst());
      }
    }
    assertThat(workers).allMatch(List::isEmpty);

    List<TimelinePoint> timeline = merger.timeline();
    assertThat(heard).isEqualTo(timeline);
    Histogram response = new Histogram();
    long started = 0;
    long ok = 0;
    long asked = 0;
    for (int k = 0; k < timeline.size(); k++) {
      TimelinePoint point = timeline.get(k);
      boolean last = k == timeline.size() - 1;
      assertThat(point.fromNanos()).as("seed %d", seed).isEqualTo(k * SECOND);
      assertThat(point.toNanos()).isEqualTo(last ? 10 * SECOND : (k + 1) * SECOND);
      assertThat(point.asked()).isEqualTo((point.toNanos() - point.fromNanos()) / SECOND * 30);
      started += point.started();
      ok += point.ok();
      asked += point.asked();
      response.add(point.responseTime());
    }
    assertThat(asked).isEqualTo(300);
    assertThat(started).isEqualTo(expected.started).isEqualTo(merger.total().started);
    assertThat(ok).isEqualTo(expected.total().ok()).isEqualTo(merger.total().total().ok());
    assertSame(response, expected.total().responseOk);
    assertSame(merger.total().total().responseOk, expected.total().responseOk);
    assertThat(merger.load().loadNanos()).isEqualTo(10 * SECOND);
    assertThat(merger.load().drainNanos()).isZero();
    assertThat(merger.load().sessions()).isEqualTo(6);
  }

  private static void assertSame(Histogram actual, Histogram expected) {
    List<String> a = new ArrayList<>();
    List<String> b = new ArrayList<>();
    actual.forEachBucket((low, high, count) -> a.add(low + ".." + high + ": " + count));
    expected.forEachBucket((low, high, count) -> b.add(low + ".." + high + ": " + count));
    assertThat(a).isEqualTo(b);
  }

  @Test
  void aSecondOfWhichNobodyTellsIsAPointWithNothingInIt() {
    Merger merger = new Merger(plan(Duration.ofSeconds(5), 0), 1, "none", (point, m) -> {});
    merger.add(new WorkerReport(0, interval(0, 0, 3 * SECOND + 1, 5 * SECOND, 15), false));
    merger.add(new WorkerReport(0, interval(3, 3 * SECOND + 1, 5 * SECOND, 5 * SECOND, 7), true));
    assertThat(merger.timeline())
        .extracting(TimelinePoint::started)
        .containsExactly(15L, 0L, 0L, 7L);
    assertThat(merger.timeline())
        .extracting(TimelinePoint::asked)
        .containsExactly(30L, 30L, 30L, 60L);
  }

  @Test
  void aStopEndsTheLoadThenAndTheRestIsDrain() {
    Merger merger = new Merger(plan(Duration.ofSeconds(60), 0), 1, "none", (point, m) -> {});
    merger.add(new WorkerReport(0, interval(0, 0, SECOND, 60 * SECOND, 30), false));
    merger.add(new WorkerReport(0, interval(1, SECOND, 2 * SECOND, 3 * SECOND / 2, 15), false));
    merger.add(new WorkerReport(0, interval(2, 2 * SECOND, 4 * SECOND, 3 * SECOND / 2, 0), true));
    assertThat(merger.load().loadNanos()).isEqualTo(3 * SECOND / 2);
    assertThat(merger.load().drainNanos()).isEqualTo(5 * SECOND / 2);
    assertThat(merger.timeline()).extracting(TimelinePoint::asked).containsExactly(30L, 15L, 0L);
  }

  @Test
  void aTotalTakesItsWholePartOfTheSchedule() {
    Merger merger = new Merger(plan(Duration.ZERO, 60), 1, "none", (point, m) -> {});
    merger.add(new WorkerReport(0, interval(0, 0, SECOND, -1, 30), false));
    long last = (long) (59.5 / 30 * SECOND);
    merger.add(new WorkerReport(0, interval(1, SECOND, last + 1_000_000, last, 30), true));
    assertThat(merger.load().loadNanos()).isEqualTo(2 * SECOND);
    assertThat(merger.load().drainNanos()).isZero();
    assertThat(merger.timeline()).extracting(TimelinePoint::asked).containsExactly(30L, 30L);
  }
}
