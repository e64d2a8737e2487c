package io.crankfire.engine;

import static io.crankfire.engine.Flows.constant;
import static io.crankfire.engine.Flows.uniform;
import static io.crankfire.engine.ScriptedRequester.AT_ONCE;
import static io.crankfire.engine.ScriptedRequester.NEVER;
import static io.crankfire.engine.WorkerRig.MILLI;
import static io.crankfire.engine.WorkerRig.START;
import static io.crankfire.engine.WorkerRig.answersAfter;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.engine.ScriptedRequester.Sent;
import io.crankfire.engine.WorkerRig.Setting;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.ScenarioMetrics;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.ScenarioMix;
import io.crankfire.plan.Step;
import io.crankfire.plan.ThinkTime;
import io.crankfire.plan.Workload;
import io.crankfire.template.Feeder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScenariosTest {

  private static List<String> names(WorkerRig rig) {
    return rig.target.sent.stream().map(Sent::call).toList();
  }

  private static long millis(long nanos) {
    return (nanos - START) / MILLI;
  }

  private static Workload three() {
    Flows flows = new Flows();
    flows.scenario("a", 1, flows.step("a"));
    flows.scenario("b", 2, flows.step("b1"), flows.step("b2"));
    flows.scenario("c", 5, flows.step("c", uniform(1, 20)));
    return flows.workload();
  }

  /// What every iteration of a run was, and how long it thought, by its number.
  private static Map<Long, String> iterations(LoadPlan plan, int workers) {
    Map<Long, String> all = new TreeMap<>();
    for (int part = 0; part < workers; part++) {
      WorkerRig rig = new WorkerRig(plan, workers, part, answersAfter(1)).run();
      for (Sent sent : rig.target.sent) {
        String thought = sent.call().equals("c") ? " " + (sent.scheduled() % MILLI) : "";
        all.merge(sent.iteration(), sent.call() + thought, (a, b) -> a + " " + b);
      }
    }
    return all;
  }

  @Test
  void theSameSeedGivesTheSameIterationsWhateverTheNumberOfWorkers() {
    LoadPlan plan = Setting.closed(24).total(1_001).plan(three());
    Map<Long, String> one = iterations(plan, 1);
    assertThat(one).hasSize(1_001);
    ScenarioMix mix = new ScenarioMix(plan.workload().scenarios(), plan.seed());
    one.forEach((number, calls) ->
        assertThat(calls).startsWith(List.of("a", "b1 b2", "c").get(mix.choose(number))));
    for (int workers : new int[] {2, 3, 7}) {
      Map<Long, String> several = iterations(plan, workers);
      assertThat(several.keySet()).as("%d workers", workers).isEqualTo(one.keySet());
      one.forEach((number, calls) ->
          assertThat(several.getOrDefault(number, "none").split(" ")[0])
              .isEqualTo(calls.split(" ")[0]));
    }
  }

  @Test
  void anIterationThinksAsLongWhicheverWorkerMakesIt() {
    Flows flows = new Flows();
    flows.scenario("s", flows.step("s", uniform(1, 500)));
    LoadPlan plan = Setting.open(100, 200).lasting(5_000).plan(flows.workload());
    Map<Long, Long> one = thoughts(plan, 1);
    assertThat(one).hasSizeGreaterThan(430);
    assertThat(one.values().stream().distinct().count()).isGreaterThan(430);
    for (int workers : new int[] {2, 5}) {
      assertThat(thoughts(plan, workers)).isEqualTo(one);
    }
  }

  private static Map<Long, Long> thoughts(LoadPlan plan, int workers) {
    Map<Long, Long> all = new TreeMap<>();
    for (int part = 0; part < workers; part++) {
      WorkerRig rig = new WorkerRig(plan, workers, part, answersAfter(1)).run();
      rig.target.sent.forEach(sent -> all.put(sent.iteration(), sent.scheduled()));
    }
    return all;
  }

  @Test
  void eachScenarioHasCountsAndDurationsOfItsOwn() {
    WorkerRig rig =
        new WorkerRig(Setting.closed(10).total(800).plan(three()), answersAfter(5)).run();
    ScenarioMetrics[] scenarios = rig.sum().scenarios;
    assertThat(scenarios[0].started).isBetween(70L, 130L);
    assertThat(scenarios[1].started).isBetween(160L, 240L);
    assertThat(scenarios[0].duration.max()).isEqualTo(5 * MILLI);
    assertThat(scenarios[1].duration.min()).isEqualTo(10 * MILLI);
    assertThat(scenarios[2].duration.max()).isBetween(20 * MILLI, 25 * MILLI);
    assertThat(rig.sum().calls[1].ok()).isEqualTo(scenarios[1].ok);
    assertThat(rig.sum().calls[2].ok()).isEqualTo(scenarios[1].ok);
  }

  @Test
  void aStepIsDueAfterTheOneBeforeAndItsThinkTime() {
    Flows flows = new Flows();
    flows.scenario(
        "s", flows.step("one", constant(30)), flows.step("two"), flows.step("three", constant(50)));
    WorkerRig rig =
        new WorkerRig(
                Setting.open(1, 2).lasting(1_000).total(1).plan(flows.workload()), answersAfter(7))
            .run();
    assertThat(names(rig)).containsExactly("one", "two", "three");
    // Arrival at 500; due 530, 537, 594.
    assertThat(rig.target.sent.stream().map(s -> millis(s.scheduled())))
        .containsExactly(530L, 537L, 594L);
    assertThat(rig.calls().responseOk.max()).isEqualTo(7 * MILLI);
    assertThat(rig.sum().scenarios[0].duration.max()).isEqualTo(101 * MILLI);
  }

  @Test
  void aGeneratorThatComesLateAfterAThinkTimeIsSeenInTheResponseTime() {
    Flows flows = new Flows();
    flows.scenario("s", flows.step("one"), flows.step("two", constant(100)));
    WorkerRig rig =
        new WorkerRig(Setting.closed(1).total(1).plan(flows.workload()), answersAfter(10));
    rig.clock.pause(START + 50 * MILLI, 200 * MILLI);
    rig.run();
    Sent two = rig.target.sent.get(1);
    assertThat(millis(two.scheduled())).isEqualTo(110);
    assertThat(millis(two.sent())).isEqualTo(250);
    assertThat(rig.sum().calls[1].responseOk.max()).isEqualTo(150 * MILLI);
    assertThat(rig.sum().calls[1].serviceOk.max()).isEqualTo(10 * MILLI);
  }

  @Test
  void aStepIsRepeatedAndThinksEachTime() {
    Flows flows = new Flows();
    flows.scenario("s", flows.step("poll", constant(10), 4, null), flows.step("end"));
    WorkerRig rig =
        new WorkerRig(Setting.closed(1).total(1).plan(flows.workload()), answersAfter(1)).run();
    assertThat(names(rig)).containsExactly("poll", "poll", "poll", "poll", "end");
    assertThat(rig.target.sent.stream().map(s -> millis(s.sent())))
        .containsExactly(10L, 21L, 32L, 43L, 44L);
  }

  @Test
  void aStepWhoseConditionDoesNotHoldIsSkippedWithItsThinkTime() {
    Flows flows = new Flows();
    int token = flows.names.variable("token");
    flows.scenario(
        "s",
        flows.step("login"),
        flows.step("use", ThinkTime.NONE, 1, variables -> variables.get(token) != null),
        flows.step("register", constant(1_000), 5, variables -> variables.get(token) == null),
        flows.step("end"));
    WorkerRig rig =
        new WorkerRig(Setting.closed(1).total(2).plan(flows.workload()), answersAfter(1));
    rig.target.atTheEnd =
        exchange -> {
          if (exchange.variables().iteration() == 1) {
            exchange.variables().set(token, "t".getBytes(UTF_8));
          }
        };
    rig.run();
    assertThat(names(rig))
        .containsExactly(
            "login",
            "register",
            "register",
            "register",
            "register",
            "register",
            "end",
            "login",
            "use",
            "end");
    assertThat(rig.sum().scenarios[0].duration.min()).isEqualTo(3 * MILLI);
  }

  @Test
  void variablesStayWithTheirSessionFromOneIterationToTheNext() {
    Flows flows = new Flows();
    int id = flows.names.variable("id");
    flows.scenario(
        "s",
        flows.step("login", ThinkTime.NONE, 1, variables -> variables.get(id) == null),
        flows.step("use"));
    WorkerRig rig =
        new WorkerRig(Setting.closed(3).total(30).plan(flows.workload()), answersAfter(10));
    rig.target.atTheEnd =
        exchange ->
            exchange
                .variables()
                .set(id, String.valueOf(exchange.variables().session()).getBytes(UTF_8));
    rig.run();
    assertThat(names(rig).stream().filter("login"::equals)).hasSize(3);
    assertThat(names(rig).stream().filter("use"::equals)).hasSize(30);
  }

  @Test
  void aStepThatFailsDoesNotEndTheIterationWhichHasFailedThough() {
    Flows flows = new Flows();
    flows.scenario("s", flows.step("one"), flows.step("two"), flows.step("three"));
    WorkerRig rig =
        new WorkerRig(Setting.closed(1).total(4).plan(flows.workload()), answersAfter(10));
    rig.target.outcomes = n -> n == 4 ? Outcome.failed("404") : Outcome.OK;
    rig.run();
    assertThat(rig.target.sent).hasSize(12);
    ScenarioMetrics scenario = rig.sum().scenarios[0];
    assertThat(scenario.ok).isEqualTo(3);
    assertThat(scenario.failed).isEqualTo(1);
    assertThat(scenario.duration.count()).isEqualTo(4);
  }

  @Test
  void aSessionThatThinksAtTheEndOfTheLoadIsFinishedAtOnce() {
    Flows flows = new Flows();
    flows.scenario("s", flows.step("one"), flows.step("two", constant(60_000)));
    for (Setting setting : List.of(Setting.closed(5), Setting.open(10, 100))) {
      LoadPlan plan = setting.lasting(1_000).grace(5_000).plan(flows.workload());
      WorkerRig rig = new WorkerRig(plan, answersAfter(10)).run();
      assertThat(rig.endMillis()).isEqualTo(1_000);
      assertThat(rig.sum().scenarios[0].interrupted).isEqualTo(rig.sum().started).isPositive();
      assertThat(names(rig)).doesNotContain("two");
      WorkerRig stopped =
          new WorkerRig(setting.timeout(10).plan(flows.workload()), answersAfter(10));
      stopped.at(700, stopped.worker::stop).run();
      assertThat(stopped.endMillis()).isEqualTo(700);
    }
  }

  @Test
  void noStepBeginsAfterTheEndOfTheLoad() {
    Flows flows = new Flows();
    flows.scenario("s", flows.step("one"), flows.step("two"));
    LoadPlan plan = Setting.closed(3).lasting(1_000).plan(flows.workload());
    WorkerRig rig = new WorkerRig(plan, answersAfter(300)).run();
    // 0, 300, 600, 900: the fourth is a second step and ends after the load.
    assertThat(rig.target.sent).allSatisfy(s -> assertThat(millis(s.sent())).isLessThan(1_000));
    assertThat(rig.target.sent).hasSize(12);
    assertThat(rig.sum().scenarios[0].ok).isEqualTo(6);
    LoadPlan odd = Setting.closed(3).lasting(800).plan(flows.workload());
    WorkerRig cut = new WorkerRig(odd, answersAfter(300)).run();
    assertThat(cut.calls().ok()).isEqualTo(9);
    assertThat(cut.sum().scenarios[0].ok).isEqualTo(3);
    assertThat(cut.sum().scenarios[0].interrupted).isEqualTo(3);
    assertThat(cut.endMillis()).isEqualTo(900);
  }

  @Test
  void aTotalOfIterationsIsMadeToTheEndHoweverLongTheyThink() {
    Flows flows = new Flows();
    flows.scenario("s", flows.step("one"), flows.step("two", constant(60_000)), flows.step("end"));
    LoadPlan plan = Setting.closed(2).total(4).grace(10).plan(flows.workload());
    WorkerRig rig = new WorkerRig(plan, answersAfter(5)).run();
    assertThat(rig.sum().scenarios[0].ok).isEqualTo(4);
    WorkerRig hanging = new WorkerRig(plan, n -> n == 2 ? NEVER : 5 * MILLI).run();
    assertThat(hanging.sum().scenarios[0].interrupted).isPositive();
  }

  @Test
  void stepsThatEndAtOnceNeitherFillTheStackNorStarveTheLoop() {
    Flows flows = new Flows();
    flows.scenario("s", flows.step("one", ThinkTime.NONE, 100_000, null));
    WorkerRig rig =
        new WorkerRig(Setting.closed(1).total(1).plan(flows.workload()), n -> AT_ONCE).run();
    assertThat(rig.calls().failed()).isEqualTo(100_000);
    assertThat(rig.target.deepest).isEqualTo(1);
    WorkerRig stopped = new WorkerRig(Setting.closed(1).plan(flows.workload()), n -> AT_ONCE);
    stopped.loop.at(START, stopped.worker::stop);
    stopped.run();
    assertThat(stopped.target.sent.size()).isLessThan(1_000);
  }

  @Test
  void anIterationAllOfWhoseStepsAreSkippedIsOver() {
    Flows flows = new Flows();
    flows.scenario("s", flows.step("one", constant(5), 3, variables -> false));
    WorkerRig rig =
        new WorkerRig(Setting.open(100, 1).lasting(1_000).plan(flows.workload()), answersAfter(1))
            .run();
    assertThat(rig.target.sent).isEmpty();
    assertThat(rig.sum().scenarios[0].ok).isEqualTo(100);
  }

  @Test
  void aFeederThatStopsEndsTheRunWithItsLastRecord() {
    Flows flows = new Flows();
    List<byte[][]> rows = new ArrayList<>();
    for (int i = 0; i < 17; i++) {
      rows.add(new byte[][] {String.valueOf(i).getBytes(UTF_8)});
    }
    flows.names.add(new Feeder("users", List.of("id"), rows, Feeder.Policy.STOP));
    flows.scenario("s", flows.step("one"));
    LoadPlan plan = Setting.closed(5).plan(flows.workload());
    assertThat(plan.total()).isEqualTo(17);
    assertThat(iterations(plan, 3).keySet())
        .containsExactlyElementsOf(java.util.stream.LongStream.range(0, 17).boxed().toList());
  }

  /// Open and closed, thinking, repeating, failing, ended at any moment.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void theCountsAgreeHoweverARunEnds(long seed) {
    var random = new java.util.SplittableRandom(seed);
    for (int round = 0; round < 30; round++) {
      Flows flows = new Flows();
      for (int s = 1 + random.nextInt(3); s > 0; s--) {
        Step[] steps = new Step[1 + random.nextInt(4)];
        for (int i = 0; i < steps.length; i++) {
          steps[i] =
              flows.step(
                  "call",
                  random.nextBoolean() ? ThinkTime.NONE : uniform(0, 1 + random.nextInt(300)),
                  1 + random.nextInt(3),
                  random.nextInt(4) > 0 ? null : v -> v.nextLong() > 0);
        }
        flows.scenario("s", 1 + random.nextInt(5), steps);
      }
      Setting setting =
          random.nextBoolean()
              ? Setting.closed(1 + random.nextInt(10))
              : Setting.open(1 + random.nextInt(200), 1 + random.nextInt(30));
      setting = random.nextBoolean() ? setting.lasting(1 + random.nextInt(3_000)) : setting;
      setting = random.nextBoolean() ? setting.total(1 + random.nextInt(200)) : setting;
      long[] delays = random.longs(500, -1, 400 * MILLI).toArray();
      WorkerRig rig =
          new WorkerRig(
              setting.grace(random.nextInt(500)).plan(flows.workload()),
              n -> delays[n % delays.length] < MILLI ? AT_ONCE : delays[n % delays.length]);
      rig.at(random.nextInt(3_000), rig.worker::stop);
      rig.at(3_000 + random.nextInt(1_000), rig.worker::cancel);
      rig.run(); // checks the counts
    }
  }
}
