package io.crankfire.engine;

import static io.crankfire.engine.ScriptedRequester.AT_ONCE;
import static io.crankfire.engine.ScriptedRequester.NEVER;
import static io.crankfire.engine.WorkerRig.MILLI;
import static io.crankfire.engine.WorkerRig.START;
import static io.crankfire.engine.WorkerRig.answersAfter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.crankfire.engine.ScriptedRequester.Sent;
import io.crankfire.engine.WorkerRig.Setting;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.WorkerMetrics;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerTest {

  @Test
  void arrivalsBeginAtTheirTimes() {
    WorkerRig rig = new WorkerRig(Setting.open(50, 10).lasting(2_000), answersAfter(5)).run();
    assertThat(rig.target.sent).hasSize(100);
    for (int i = 0; i < 100; i++) {
      long due = START + (10 + 20L * i) * MILLI;
      Sent sent = rig.target.sent.get(i);
      assertThat(sent.scheduled()).isBetween(due, due + 1);
      assertThat(sent.sent()).isEqualTo(sent.scheduled());
    }
    assertThat(rig.calls().responseOk.max()).isEqualTo(5 * MILLI);
    assertThat(rig.sum().lateness.max()).isZero();
    assertThat(rig.sum().unsent).isZero();
  }

  @Test
  void aRunLastsAsLongAsItsScheduleEvenIfTheLastArrivalWasEarlier() {
    WorkerRig rig = new WorkerRig(Setting.open(0.5, 10).lasting(6_000), answersAfter(1)).run();
    assertThat(rig.target.sent).hasSize(3);
    assertThat(rig.endMillis()).isEqualTo(6_000);
    assertThat(rig.loadEndMillis()).isEqualTo(6_000);
  }

  @Test
  void aTotalEndsTheRunBeforeItsDuration() {
    Setting setting = Setting.open(50, 10).lasting(10_000).total(75);
    WorkerRig rig = new WorkerRig(setting, answersAfter(5)).run();
    assertThat(rig.target.sent).hasSize(75);
    assertThat(rig.endMillis()).isEqualTo(10 + 74 * 20 + 5);
    assertThat(rig.loadEndMillis()).isEqualTo(10 + 74 * 20);
  }

  @Test
  void aPauseOfTheProcessDistortsNeitherTheTotalNorTheScheduledTimes() {
    WorkerRig rig = new WorkerRig(Setting.open(1_000, 5_000).lasting(6_000), answersAfter(1));
    rig.clock.pause(START + 1_500 * MILLI, 2_000 * MILLI);
    rig.run();
    assertThat(rig.target.sent).hasSize(6_000);
    for (int i = 0; i < 6_000; i++) {
      long due = START + MILLI * i + MILLI / 2;
      assertThat(rig.target.sent.get(i).scheduled()).isBetween(due, due + 1);
    }
    WorkerMetrics sum = rig.sum();
    assertThat(sum.waiting.count()).isZero();
    assertThat((double) sum.lateness.max()).isCloseTo(2_000e6, within(3e6));
    assertThat((double) rig.calls().responseOk.max()).isCloseTo(2_001e6, within(3e6));
    assertThat(rig.calls().serviceOk.percentile(99)).isLessThan(2 * MILLI);
    assertThat(sum.stalls).isEqualTo(1);
    assertThat((double) sum.longestStall).isCloseTo(2_000e6, within(3e6));
  }

  @Test
  void aPauseOverTheEndLeavesArrivalsUnsent() {
    WorkerRig rig = new WorkerRig(Setting.open(1_000, 100).lasting(2_000), answersAfter(1));
    rig.clock.pause(START + 1_500 * MILLI, 2_000 * MILLI);
    rig.run();
    assertThat(rig.sum().started + rig.sum().unsent).isEqualTo(2_000);
    assertThat((double) rig.sum().unsent).isCloseTo(500, within(2.0));
  }

  @Test
  void whatIsMadeGoodAfterAStallCountsInTheSecondInWhichItBegan() {
    WorkerRig rig = new WorkerRig(Setting.open(100, 1_000).lasting(6_000), answersAfter(1));
    rig.clock.pause(START + 500 * MILLI, 3_000 * MILLI);
    rig.run();
    List<Long> intervals = rig.reports.stream().map(report -> report.metrics().interval).toList();
    assertThat(intervals).containsExactly(0L, 3L, 4L, 5L);
    List<Long> started = rig.reports.stream().map(report -> report.metrics().started).toList();
    assertThat(started).containsExactly(50L, 350L, 100L, 100L);
  }

  @Test
  void arrivalsWithoutAFreeSessionWaitAndKeepTheirTimes() {
    // One session, 30 ms an exchange, an arrival every 20 ms from 10 ms on.
    WorkerRig rig = new WorkerRig(Setting.open(50, 1).lasting(200), answersAfter(30)).run();
    // Begun at 10, 40, 70, 100, 130, 160, 190; due at 10, 30, 50, 70, 90, 110, 130, 150, 170, 190.
    List<Long> sent = rig.target.sent.stream().map(s -> (s.sent() - START) / MILLI).toList();
    assertThat(sent).containsExactly(10L, 40L, 70L, 100L, 130L, 160L, 190L);
    WorkerMetrics sum = rig.sum();
    assertThat(sum.unsent).isEqualTo(3);
    assertThat(sum.lateness.count()).isEqualTo(1);
    assertThat(sum.lateness.max()).isZero();
    assertThat(sum.waiting.count()).isEqualTo(6);
    long[] waits = {10, 20, 30, 40, 50, 60};
    for (long wait : waits) {
      assertThat(sum.waiting.countAtMost(wait * MILLI + MILLI / 10)).isEqualTo(wait / 10);
    }
    assertThat(rig.calls().responseOk.max()).isEqualTo(90 * MILLI);
    assertThat(rig.calls().serviceOk.max()).isEqualTo(30 * MILLI);
  }

  @Test
  void sessionsAreNoMoreThanAllowedAndNoMoreThanNeeded() {
    WorkerRig few = new WorkerRig(Setting.open(1_000, 100).lasting(1_000), answersAfter(4.5)).run();
    assertThat(few.target.mostUnderWay).isEqualTo(5);
    assertThat(few.reports.getLast().metrics().sessions).isEqualTo(5);
    WorkerRig limited = new WorkerRig(Setting.open(1_000, 3).lasting(1_000), answersAfter(5)).run();
    assertThat(limited.target.mostUnderWay).isEqualTo(3);
  }

  @Test
  void atTheEndWhatIsUnderWayMayFinishWithinTheGrace() {
    Setting setting = Setting.open(10, 100).lasting(1_000).grace(500);
    WorkerRig rig = new WorkerRig(setting, n -> (n % 2 == 0 ? 400 : 2_000) * MILLI).run();
    assertThat(rig.calls().ok()).isEqualTo(5);
    assertThat(rig.calls().interrupted()).isEqualTo(5);
    assertThat(rig.endMillis()).isEqualTo(1_500);
    assertThat(rig.loadEndMillis()).isEqualTo(1_000);
  }

  @Test
  void withoutGraceTheEndInterruptsAtOnce() {
    Setting setting = Setting.closed(4).lasting(1_000).grace(0);
    WorkerRig rig = new WorkerRig(setting, answersAfter(300)).run();
    assertThat(rig.calls().ok()).isEqualTo(12);
    assertThat(rig.calls().interrupted()).isEqualTo(4);
    assertThat(rig.endMillis()).isEqualTo(1_000);
  }

  @Test
  void inAClosedModelEachSessionGoesAgainAsSoonAsItIsDone() {
    WorkerRig rig = new WorkerRig(Setting.closed(3).lasting(1_000), answersAfter(100)).run();
    assertThat(rig.target.sent).hasSize(30);
    assertThat(rig.target.mostUnderWay).isEqualTo(3);
    assertThat(rig.target.sent).allSatisfy(s -> assertThat(s.scheduled()).isEqualTo(s.sent()));
    assertThat(rig.sum().lateness.count() + rig.sum().waiting.count()).isZero();
  }

  @Test
  void aTotalIsReachedExactlyInAClosedModel() {
    WorkerRig rig = new WorkerRig(Setting.closed(8).total(100), answersAfter(7)).run();
    assertThat(rig.target.sent).hasSize(100);
    assertThat(rig.endMillis()).isEqualTo(13 * 7);
    WorkerRig fewer = new WorkerRig(Setting.closed(8).total(3), answersAfter(7)).run();
    assertThat(fewer.target.sent).hasSize(3);
  }

  @Test
  void manySessionsAreStartedInPortionsBetweenWhichAnswersAreRead() {
    WorkerRig rig = new WorkerRig(Setting.closed(1_000).total(1_000), answersAfter(0)).run();
    assertThat(rig.target.sent).hasSize(1_000);
    assertThat(rig.reports.getLast().metrics().sessions).isLessThan(500);
  }

  @Test
  void afterTheTotalExchangesMayTakeTheirTime() {
    Setting setting = Setting.open(100, 10).total(5).grace(10).timeout(60_000);
    WorkerRig rig = new WorkerRig(setting, answersAfter(30_000)).run();
    assertThat(rig.calls().ok()).isEqualTo(5);
  }

  @Test
  void withoutAnyTimeoutTheGraceEndsThem() {
    Setting setting = Setting.open(100, 10).total(5).grace(10);
    WorkerRig rig = new WorkerRig(setting, n -> NEVER).run();
    assertThat(rig.calls().interrupted()).isEqualTo(5);
  }

  @Test
  void whatTakesTooLongTimesOut() {
    Setting setting = Setting.open(10, 100).lasting(1_000).timeout(250);
    WorkerRig rig = new WorkerRig(setting, n -> n % 2 == 0 ? NEVER : 100 * MILLI).run();
    assertThat(rig.calls().outcomes.toMap()).containsEntry(Outcome.TIMEOUT, 5L);
    assertThat(rig.calls().serviceFailed.min()).isEqualTo(250 * MILLI);
    assertThat(rig.calls().serviceFailed.max()).isEqualTo(250 * MILLI);
    assertThat(rig.calls().ok()).isEqualTo(5);
  }

  @Test
  void aTargetThatFailsBeforeSendReturnsNeitherRecursesNorStarvesTheLoop() {
    WorkerRig closed = new WorkerRig(Setting.closed(2).total(100_000), n -> AT_ONCE).run();
    assertThat(closed.calls().failed()).isEqualTo(100_000);
    assertThat(closed.target.deepest).isLessThanOrEqualTo(2);

    WorkerRig stopped = new WorkerRig(Setting.closed(2), n -> AT_ONCE);
    stopped.loop.at(START, stopped.worker::stop);
    stopped.run();
    assertThat(stopped.target.sent.size()).isLessThan(1_000);

    WorkerRig open = new WorkerRig(Setting.open(1_000, 2).lasting(1_000), n -> AT_ONCE).run();
    assertThat(open.calls().failed()).isEqualTo(1_000);
    assertThat(open.target.deepest).isEqualTo(1);
  }

  @Test
  void aStopEndsTheLoadAndLetsFinish() {
    WorkerRig rig = new WorkerRig(Setting.open(100, 1), answersAfter(300));
    rig.at(1_000, rig.worker::stop).run();
    assertThat(rig.sum().started + rig.sum().unsent).isEqualTo(100);
    assertThat(rig.calls().started).isEqualTo(4);
    assertThat(rig.calls().ok()).isEqualTo(4);
    assertThat(rig.loadEndMillis()).isEqualTo(1_000);
    assertThat(rig.endMillis()).isEqualTo(1_205);
  }

  @Test
  void aCancelEndsEverythingNow() {
    for (Setting setting : List.of(Setting.open(100, 50), Setting.closed(50))) {
      WorkerRig rig = new WorkerRig(setting, answersAfter(300));
      rig.at(1_000, rig.worker::cancel).run();
      assertThat(rig.calls().interrupted()).isBetween(30L, 50L);
      assertThat(rig.endMillis()).isEqualTo(1_000);
    }
  }

  @Test
  void aCancelWhileTheGraceRunsEndsIt() {
    WorkerRig rig = new WorkerRig(Setting.closed(3).lasting(1_000).grace(60_000), n -> NEVER);
    rig.at(2_000, rig.worker::stop).at(3_000, rig.worker::cancel).run();
    assertThat(rig.calls().interrupted()).isEqualTo(3);
    assertThat(rig.endMillis()).isEqualTo(3_000);
    assertThat(rig.loadEndMillis()).isEqualTo(1_000);
  }

  @Test
  void aCancelAfterTheTotalEndsWhatIsLeft() {
    WorkerRig rig = new WorkerRig(Setting.closed(3).total(3).timeout(60_000), n -> NEVER);
    rig.at(50, rig.worker::cancel).run();
    assertThat(rig.calls().interrupted()).isEqualTo(3);
    assertThat(rig.endMillis()).isEqualTo(50);
  }

  @Test
  void nothingBeginsWhenTheEndWasAskedForBeforeTheStart() {
    for (Setting setting : List.of(Setting.open(100, 5), Setting.closed(5))) {
      WorkerRig stopped = new WorkerRig(setting, answersAfter(1));
      stopped.loop.execute(stopped.worker::stop);
      assertThat(stopped.run().target.sent).isEmpty();
      WorkerRig cancelled = new WorkerRig(setting, answersAfter(1));
      cancelled.worker.cancel();
      assertThat(cancelled.run().target.sent).isEmpty();
      assertThat(cancelled.loadEndMillis()).isZero();
    }
  }

  @Test
  void theStepsOfAScenarioFollowEachOther() {
    var plan = Setting.open(10, 10).lasting(1_000).grace(20).plan(3);
    WorkerRig rig = new WorkerRig(plan, answersAfter(20)).run();
    assertThat(rig.sum().started).isEqualTo(10);
    // The last arrival, at 950 ms, has its three steps done at 1,010 ms: two began before the end,
    // and so did the third.
    assertThat(rig.calls().started).isEqualTo(30);
    assertThat(rig.target.sent.get(1).scheduled()).isEqualTo(START + 70 * MILLI);
  }

  @Test
  void aBlockedLoopIsAStall() {
    WorkerRig rig = new WorkerRig(Setting.closed(1).lasting(1_000), answersAfter(400));
    rig.at(
        100,
        () -> rig.loop.execute(() -> rig.clock.moveTo(START + 150 * MILLI))); // at work for 50 ms
    rig.run();
    assertThat(rig.sum().stalls).isEqualTo(1);
    assertThat(rig.sum().longestStall).isEqualTo(50 * MILLI);
  }

  @Test
  void intervalsAreHandedOverEverySecond() {
    WorkerRig rig = new WorkerRig(Setting.open(10, 10).lasting(3_500), answersAfter(10)).run();
    List<Long> intervals = rig.reports.stream().map(report -> report.metrics().interval).toList();
    assertThat(intervals).containsExactly(0L, 1L, 2L, 3L);
    assertThat(rig.reports.get(1).metrics().started).isEqualTo(10);
    WorkerRig whole = new WorkerRig(Setting.open(10, 10).lasting(2_000), answersAfter(10)).run();
    assertThat(whole.reports).hasSize(2);
  }
}
