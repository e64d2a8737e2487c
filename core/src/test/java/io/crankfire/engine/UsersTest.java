package io.crankfire.engine;

import static io.crankfire.engine.WorkerRig.MILLI;
import static io.crankfire.engine.WorkerRig.START;
import static io.crankfire.engine.WorkerRig.answersAfter;
import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.engine.ScriptedRequester.Sent;
import io.crankfire.engine.WorkerRig.Setting;
import io.crankfire.plan.Arrivals;
import io.crankfire.plan.LoadCurve;
import io.crankfire.plan.LoadCurve.Piece;
import io.crankfire.plan.LoadPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsersTest {

  private static LoadPlan plan(Setting setting, Piece... pieces) {
    Flows flows = new Flows();
    flows.scenario("s", flows.step("call"));
    return setting.plan(flows.workload(), new Arrivals.Closed(LoadCurve.of(List.of(pieces))));
  }

  private static Piece piece(double from, double to, long millis) {
    return new Piece(from, to, millis * MILLI);
  }

  /// How many exchanges are under way at a time, with an answer after `length`.
  private static long underWay(List<Sent> sent, long millis, long length) {
    long at = START + millis * MILLI;
    return sent.stream().filter(s -> s.sent() <= at && at < s.sent() + length * MILLI).count();
  }

  @Test
  void theNumberOfSessionsFollowsTheCurveUpAndDown() {
    LoadPlan plan =
        plan(Setting.closed(10), piece(0, 10, 1_000), piece(10, 10, 500), piece(10, 2, 800));
    for (int workers : new int[] {1, 2, 3, 7}) {
      List<Sent> sent = new ArrayList<>();
      for (int part = 0; part < workers; part++) {
        WorkerRig rig = new WorkerRig(plan, workers, part, answersAfter(10)).run();
        assertThat(rig.endMillis()).isBetween(2_300.0, 2_310.0);
        assertThat(rig.loadEndMillis()).isEqualTo(2_300);
        sent.addAll(rig.target.sent);
      }
      for (long at = 0; at < 2_290; at += 7) {
        double users =
            plan.arrivals() instanceof Arrivals.Closed closed && closed.users() != null
                ? closed.users().rateAt(at * MILLI)
                : -1;
        long expected = (long) Math.floor(users + 0.5);
        // On the way down a session ends with its iteration, up to 10 ms later.
        assertThat(underWay(sent, at, 10))
            .as("%d workers, at %d ms, %f users", workers, at, users)
            .isBetween(expected, expected + (at > 1_500 ? 1 : 0));
      }
    }
  }

  @Test
  void aSessionBeyondTheCurveEndsWithItsIterationAndBeginsAgainWhenItRises() {
    LoadPlan plan = plan(Setting.closed(3), piece(3, 3, 100), piece(1, 1, 300), piece(3, 3, 100));
    WorkerRig rig = new WorkerRig(plan, answersAfter(70)).run();
    List<String> begun =
        rig.target.sent.stream().map(s -> s.session() + "@" + (s.sent() - START) / MILLI).toList();
    assertThat(begun)
        .containsExactlyInAnyOrder(
            "0@0", "1@0", "2@0", "0@70", "1@70", "2@70", "0@140", "0@210", "0@280", "0@350",
            "1@400", "2@400", "0@420", "1@470", "2@470", "0@490");
  }

  @Test
  void aSpikeBeginsAllSessionsAtItsMoment() {
    LoadPlan plan = plan(Setting.closed(2_000), piece(0, 0, 100), piece(2_000, 2_000, 100));
    WorkerRig rig = new WorkerRig(plan, answersAfter(1_000)).run();
    assertThat(rig.target.sent).hasSize(2_000);
    assertThat(rig.target.sent)
        .allSatisfy(s -> assertThat(s.sent()).isEqualTo(START + 100 * MILLI));
  }

  @Test
  void aTotalEndsItBeforeTheCurveDoes() {
    LoadPlan plan = plan(Setting.closed(10).total(25), piece(0, 10, 1_000));
    WorkerRig rig = new WorkerRig(plan, answersAfter(10)).run();
    assertThat(rig.target.sent).hasSize(25);
    assertThat(rig.endMillis()).isLessThan(600);
  }

  /// Whatever the curve and however long exchanges take: never more than the curve has allowed
  /// since the session's iteration began, and as many as it allows once they are free.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void noSessionBeginsBeyondTheCurve(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Piece[] pieces = new Piece[1 + random.nextInt(8)];
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = piece(random.nextInt(20), random.nextInt(20), 1 + random.nextInt(400));
    }
    LoadCurve curve = LoadCurve.of(List.of(pieces));
    LoadPlan plan = plan(Setting.closed(20), pieces);
    long[] delays = random.longs(100, 0, 50 * MILLI).toArray();
    for (int part = 0; part < 3; part++) {
      WorkerRig rig = new WorkerRig(plan, 3, part, n -> delays[n % 100]).run();
      for (Sent sent : rig.target.sent) {
        assertThat(curve.rateAt(sent.sent() - START))
            .as("seed %d, session %d", seed, sent.session())
            .isGreaterThanOrEqualTo(sent.session() + 0.5);
      }
    }
  }
}
