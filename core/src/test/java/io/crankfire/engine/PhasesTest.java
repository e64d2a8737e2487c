package io.crankfire.engine;

import static io.crankfire.engine.Flows.constant;
import static io.crankfire.engine.WorkerRig.MILLI;
import static io.crankfire.engine.WorkerRig.answersAfter;
import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.engine.WorkerRig.Setting;
import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.LoadPhaseMetrics;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Phase;
import org.junit.jupiter.api.Test;

class PhasesTest {

  private static final Phase WARMUP = new Phase("warm-up", 0, 1_000 * MILLI, true);
  private static final Phase LOW = new Phase("low", 1_000 * MILLI, 2_000 * MILLI, false);
  private static final Phase HIGH = new Phase("high", 2_000 * MILLI, Long.MAX_VALUE, false);

  private static LoadPlan plan(Setting setting) {
    Flows flows = new Flows();
    flows.scenario("s", flows.step("one"), flows.step("two", constant(300)));
    return setting.plan(flows.workload(), WARMUP, LOW, HIGH);
  }

  @Test
  void anExchangeCountsInThePhaseInWhichItsIterationWasDue() {
    WorkerRig rig =
        new WorkerRig(plan(Setting.open(10, 100).lasting(4_000)), answersAfter(50)).run();
    WorkerMetrics sum = rig.sum();
    assertThat(sum.phases).extracting(phase -> phase.started).containsExactly(10L, 10L, 20L);
    // The last four iterations have no time for their second step.
    assertThat(sum.phases[0].total().ok()).isEqualTo(20);
    assertThat(sum.phases[1].total().ok()).isEqualTo(20);
    assertThat(sum.phases[2].total().ok()).isEqualTo(36);
    assertThat(sum.phases[1].call(1).ok()).isEqualTo(10);
    assertThat(sum.phases[1].call(1).responseOk.max()).isEqualTo(50 * MILLI);
  }

  @Test
  void theWarmUpIsCountedApartAndNotPartOfWhatIsJudged() {
    WorkerRig rig = new WorkerRig(plan(Setting.open(10, 100).lasting(4_000)), answersAfter(50));
    rig.target.outcomes = n -> n < 8 ? Outcome.failed("500") : Outcome.OK;
    rig.run();
    WorkerMetrics sum = rig.sum();
    CallMetrics judged = sum.total();
    assertThat(sum.started).isEqualTo(30);
    assertThat(sum.lateness.count()).isEqualTo(30);
    assertThat(sum.scenarios[0].started).isEqualTo(30);
    assertThat(judged.ok()).isEqualTo(56);
    assertThat(judged.failed()).isZero();
    assertThat(sum.errors.entries()).isEmpty();
    LoadPhaseMetrics warmup = sum.phases[0];
    assertThat(warmup.total().failed()).isEqualTo(8);
    assertThat(warmup.errors.entries()).hasSize(1);
    assertThat(sum.startedWithWarmup()).isEqualTo(40);
    assertThat(sum.totalWithWarmup().ok()).isEqualTo(56 + 12);
  }

  @Test
  void arrivalsThatNeverBeganAreUnsentInTheirPhase() {
    WorkerRig rig =
        new WorkerRig(plan(Setting.open(10, 2).lasting(3_000).grace(0)), answersAfter(1_200)).run();
    WorkerMetrics sum = rig.sum();
    long started = sum.phases[0].started + sum.phases[1].started + sum.phases[2].started;
    long unsent = sum.phases[0].unsent + sum.phases[1].unsent + sum.phases[2].unsent;
    assertThat(started + unsent).isEqualTo(30);
    assertThat(sum.started + sum.unsent + sum.phases[0].started + sum.phases[0].unsent)
        .isEqualTo(30);
    assertThat(sum.phases[2].unsent).isEqualTo(10);
    assertThat(sum.phases[0].unsent).isPositive();
  }

  @Test
  void aClosedModelHasPhasesToo() {
    WorkerRig rig = new WorkerRig(plan(Setting.closed(2).lasting(3_000)), answersAfter(50)).run();
    WorkerMetrics sum = rig.sum();
    // An iteration takes 400 ms: 0, 400, 800 | 1,200, 1,600 | 2,000, 2,400, 2,800.
    assertThat(sum.phases).extracting(phase -> phase.started).containsExactly(6L, 4L, 6L);
    assertThat(sum.started).isEqualTo(10);
  }

  @Test
  void whatDoesNotOccurInAPhaseTakesNoMemoryThere() {
    Flows flows = new Flows();
    flows.scenario("a", 1, flows.step("a"));
    flows.scenario("b", 1, flows.step("b"));
    LoadPlan plan = Setting.open(1, 5).lasting(1_000).total(1).plan(flows.workload(), WARMUP, LOW);
    WorkerMetrics sum = new WorkerRig(plan, answersAfter(5)).run().sum();
    long made = 0;
    for (LoadPhaseMetrics phase : sum.phases) {
      for (int call = 0; call < 2; call++) {
        made += phase.callIfAny(call) == null ? 0 : 1;
      }
    }
    assertThat(made).isEqualTo(1);
  }
}
