package io.crankfire.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.crankfire.plan.LoadCurve;
import io.crankfire.plan.LoadCurve.Piece;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UniformPacerTest {

  private static final long SECOND = 1_000_000_000;

  static Stream<Arguments> schedules() {
    return Stream.of(
            schedule("1,000/s for 5 s", Long.MAX_VALUE, piece(1_000, 1_000, 5)),
            schedule("a third a second for 60 s", Long.MAX_VALUE, piece(1 / 3.0, 1 / 3.0, 60)),
            schedule("a ramp up", Long.MAX_VALUE, piece(0, 200, 10)),
            schedule("a ramp down to nothing", Long.MAX_VALUE, piece(500, 0, 7)),
            schedule(
                "steps with silence",
                Long.MAX_VALUE,
                piece(10, 10, 3),
                piece(0, 0, 5),
                piece(77.7, 77.7, 2),
                piece(0, 0, 1),
                piece(3, 300, 4)),
            schedule("a total with a remainder", 1_003, piece(1_000, 1_000, 5)),
            schedule("a total below the number of workers", 2, piece(10, 10, 5)),
            schedule("20,000/s for 10 s", Long.MAX_VALUE, piece(20_000, 20_000, 10)))
        .flatMap(named -> Stream.of(1, 2, 3, 7).map(workers -> Arguments.of(named, workers)));
  }

  record Schedule(LoadCurve curve, long total) {}

  private static Named<Schedule> schedule(String name, long total, Piece... pieces) {
    return Named.of(name, new Schedule(LoadCurve.of(List.of(pieces)), total));
  }

  private static Piece piece(double from, double to, long seconds) {
    return new Piece(from, to, seconds * SECOND);
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void anyNumberOfWorkersMakesTheScheduleOfOne(Schedule schedule, int workers) {
    long[] union = union(schedule, workers);
    assertThat(union).isEqualTo(union(schedule, 1));
    double due = Math.min((double) schedule.total, schedule.curve.total());
    assertThat((double) union.length).isCloseTo(due, within(0.5 + 1e-6));
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void atEveryInstantAsManyAreDueAsTheIntegralOfTheRate(Schedule schedule, int workers) {
    long[] union = union(schedule, workers);
    for (int i = 0; i < union.length; i++) {
      double due = schedule.curve.cumulative(union[i]);
      assertThat(due).as("arrival %d at %d ns", i, union[i]).isBetween(i + 0.49, i + 0.51);
    }
    if (union.length > 0) {
      assertThat(union[0]).as("no burst at the start").isPositive();
    }
  }

  private static long[] union(Schedule schedule, int workers) {
    Splitter splitter = Splitter.equal(workers);
    LongStream all = LongStream.empty();
    for (int part = 0; part < workers; part++) {
      UniformPacer pacer = new UniformPacer(schedule.curve, splitter, part, schedule.total);
      List<Long> times = new ArrayList<>();
      for (long at = pacer.nextNanos(); at != Long.MAX_VALUE; at = pacer.nextNanos()) {
        assertThat(times.isEmpty() || at >= times.getLast()).isTrue();
        times.add(at);
      }
      assertThat(pacer.totalReached()).isEqualTo((double) schedule.total < schedule.curve.total());
      all = LongStream.concat(all, times.stream().mapToLong(Long::longValue));
    }
    return all.sorted().toArray();
  }

  @Test
  void unevenWorkersMakeTheSameSchedule() {
    LoadCurve curve = LoadCurve.constant(2_002, Duration.ofSeconds(3));
    Splitter splitter = new Splitter(1, 1_000);
    UniformPacer rare = new UniformPacer(curve, splitter, 0, Long.MAX_VALUE);
    UniformPacer often = new UniformPacer(curve, splitter, 1, Long.MAX_VALUE);
    long[] both =
        LongStream.concat(
                LongStream.generate(rare::nextNanos).takeWhile(at -> at < Long.MAX_VALUE),
                LongStream.generate(often::nextNanos).takeWhile(at -> at < Long.MAX_VALUE))
            .sorted()
            .toArray();
    assertThat(both).isEqualTo(union(new Schedule(curve, Long.MAX_VALUE), 1));
    assertThat(both).hasSize(6_006);
  }

  @Test
  void anEndlessScheduleDoesNotDrift() {
    LoadCurve curve = LoadCurve.constant(30_000, Duration.ZERO);
    UniformPacer pacer = new UniformPacer(curve, Splitter.equal(1), 0, Long.MAX_VALUE);
    long[] times = new long[3_000_000];
    Arrays.setAll(times, i -> pacer.nextNanos());
    for (int i = 0; i < times.length; i += 999) {
      assertThat(times[i]).isBetween(ideal(i), ideal(i) + 2);
    }
  }

  private static long ideal(int n) {
    return (2L * n + 1) * SECOND / 60_000;
  }
}
