package io.crankfire.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.http.HttpProtocol;
import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.ScenarioMetrics;
import io.crankfire.metrics.TimelinePoint;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.plan.Arrivals;
import io.crankfire.plan.Call;
import io.crankfire.plan.LoadCurve;
import io.crankfire.plan.LoadCurve.Piece;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Phase;
import io.crankfire.plan.Scenario;
import io.crankfire.plan.ScenarioMix;
import io.crankfire.plan.Step;
import io.crankfire.plan.ThinkTime;
import io.crankfire.plan.Transport;
import io.crankfire.plan.Workload;
import io.crankfire.protocol.Compiling;
import io.crankfire.result.RunResult;
import io.crankfire.template.Conduct;
import io.crankfire.template.Credential;
import io.crankfire.template.Names;
import io.crankfire.template.Retry;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Response;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Scenarios, phases, users, retries and credentials, from a plan to its result over real sockets.
class ScenarioRunTest {

  private static final long MILLI = 1_000_000;

  private final HttpTestServer server = HttpTestServer.start();
  private final List<Call> calls = new ArrayList<>();
  private final List<Scenario> scenarios = new ArrayList<>();

  @AfterEach
  void close() {
    server.close();
  }

  private int call(String path, Conduct conduct) {
    Problems problems = new Problems();
    Position here = Position.flag("test");
    Map<String, ConfigNode> step = new LinkedHashMap<>();
    step.put("name", new ConfigNode.Scalar(path, here));
    step.put("target", new ConfigNode.Scalar(server.url(path).toString(), here));
    step.put("timeout", new ConfigNode.Scalar("10s", here));
    Call call =
        new HttpProtocol()
            .compile(
                new ConfigNode.Mapping(step, here), new Compiling(problems, new Names(), conduct));
    assertThat(problems.all()).isEmpty();
    calls.add(Objects.requireNonNull(call));
    return calls.size() - 1;
  }

  private Step step(String path) {
    return Step.of(call(path, Conduct.PLAIN));
  }

  private static Conduct retrying(int most) {
    return conduct(new Retry(most, Duration.ofMillis(1), Duration.ofMillis(5)), null);
  }

  private static Conduct conduct(Retry retry, @Nullable Credential credential) {
    return new Conduct(List.of(), List.of(), retry, credential, 0);
  }

  private LoadPlan plan(RunSetting setting, Phase... phases) {
    LoadPlan plain = setting.plan();
    return plan(plain, plain.arrivals(), phases);
  }

  private LoadPlan plan(LoadPlan plain, Arrivals arrivals, Phase... phases) {
    return new LoadPlan(
        new Workload(calls, scenarios, new Names()),
        arrivals,
        List.of(phases),
        plain.sessions(),
        plain.growing(),
        plain.duration(),
        plain.total(),
        plain.grace(),
        List.of(),
        plain.workers(),
        plain.transport(),
        plain.pacing(),
        plain.connections(),
        plain.seed());
  }

  private static RunResult execute(LoadPlan plan) throws Exception {
    RunResult.RunInfo info =
        new RunResult.RunInfo("test", "many", Instant.EPOCH, 42, Map.of(), Map.of());
    return new LoadRun(plan, Map.of(HttpProtocol.NAME, new HttpProtocol()), info, Progress.NONE)
        .execute();
  }

  private static void assertCounts(RunResult result) {
    WorkerMetrics metrics = result.metrics();
    CallMetrics total = metrics.total();
    assertThat(total.ok() + total.failed() + total.interrupted()).isEqualTo(total.started);
    assertThat(result.load().arrivals()).isEqualTo(metrics.started + metrics.unsent);
    long iterations = 0;
    for (ScenarioMetrics scenario : metrics.scenarios) {
      assertThat(scenario.ok + scenario.failed + scenario.interrupted).isEqualTo(scenario.started);
      iterations += scenario.started;
    }
    assertThat(iterations).isEqualTo(metrics.started);
    CallMetrics all = metrics.totalWithWarmup();
    assertThat(result.timeline().stream().mapToLong(TimelinePoint::ok).sum()).isEqualTo(all.ok());
    assertThat(result.timeline().stream().mapToLong(TimelinePoint::started).sum())
        .isEqualTo(metrics.startedWithWarmup());
    assertThat(result.verdict().findings()).extracting("rule").doesNotContain("counts");
  }

  @ParameterizedTest
  @MethodSource("io.crankfire.run.Kinds#withWorkers")
  void everyScenarioIsMadeAsOftenAsItsWeightAndTheSeedSay(Transport transport, int workers)
      throws Exception {
    scenarios.add(new Scenario("browse", 3, List.of(step("/list"), step("/item"))));
    scenarios.add(new Scenario("buy", 1, List.of(step("/cart"), step("/pay"), step("/done"))));
    LoadPlan plan = plan(RunSetting.closed(server.url(), 8).total(400).on(transport, workers));
    RunResult result = execute(plan);
    assertCounts(result);
    ScenarioMix mix = new ScenarioMix(scenarios, plan.seed());
    long browse = 0;
    for (int n = 0; n < 400; n++) {
      browse += mix.choose(n) == 0 ? 1 : 0;
    }
    assertThat(result.scenarios()).containsExactly("browse", "buy");
    assertThat(result.metrics().scenarios[0].ok).isEqualTo(browse);
    assertThat(result.metrics().scenarios[1].ok).isEqualTo(400 - browse);
    assertThat(server.receivedByPath())
        .isEqualTo(
            Map.of(
                "/list",
                browse,
                "/item",
                browse,
                "/cart",
                400 - browse,
                "/pay",
                400 - browse,
                "/done",
                400 - browse));
  }

  @ParameterizedTest
  @MethodSource("io.crankfire.run.Kinds#withWorkers")
  void thinkingTakesItsTimeAndIsNotInAnyRequest(Transport transport, int workers) throws Exception {
    ThinkTime think = new ThinkTime(ThinkTime.Kind.CONSTANT, 400 * MILLI, 400 * MILLI);
    scenarios.add(
        new Scenario(
            "s", 1, List.of(step("/one"), new Step(call("/two", Conduct.PLAIN), think, 2, null))));
    RunResult result =
        execute(plan(RunSetting.closed(server.url(), 4).total(8).on(transport, workers)));
    assertCounts(result);
    assertThat(result.metrics().scenarios[0].duration.min()).isGreaterThanOrEqualTo(800 * MILLI);
    assertThat(result.metrics().total().responseOk.percentile(50)).isLessThan(400 * MILLI);
    assertThat(server.receivedByPath()).isEqualTo(Map.of("/one", 8L, "/two", 16L));
  }

  @Test
  void aSessionThatThinksDoesNotHoldTheEndOfTheRun() throws Exception {
    ThinkTime think = new ThinkTime(ThinkTime.Kind.CONSTANT, 3_600_000 * MILLI, 3_600_000 * MILLI);
    scenarios.add(
        new Scenario(
            "s", 1, List.of(step("/one"), new Step(call("/two", Conduct.PLAIN), think, 1, null))));
    RunResult result =
        execute(plan(RunSetting.closed(server.url(), 4).lasting(Duration.ofMillis(300))));
    assertCounts(result);
    assertThat(result.metrics().scenarios[0].interrupted).isEqualTo(4);
    assertThat(result.ok()).isEqualTo(4);
    assertThat(result.failed()).isZero();
  }

  @ParameterizedTest
  @MethodSource("io.crankfire.run.Kinds#withWorkers")
  void aRetriedRequestIsOneRequestOfSeveralAttempts(Transport transport, int workers)
      throws Exception {
    AtomicInteger n = new AtomicInteger();
    server.on(
        "/shaky",
        (request, wire) ->
            (n.incrementAndGet() % 3 == 0 ? Response.text("ok") : Response.status(503))
                .answer(request, wire));
    scenarios.add(new Scenario("s", 1, List.of(Step.of(call("/shaky", retrying(50))))));
    RunResult result =
        execute(plan(RunSetting.closed(server.url(), 3).total(60).on(transport, workers)));
    assertCounts(result);
    CallMetrics total = result.metrics().total();
    assertThat(total.outcomes.toMap()).containsOnlyKeys(Outcome.ok("200"));
    assertThat(result.ok()).isEqualTo(60);
    assertThat(total.attempts()).isEqualTo(server.received("/shaky")).isBetween(178L, 186L);
  }

  @Test
  void aRefusedConnectionIsTriedAgain() throws Exception {
    AtomicInteger n = new AtomicInteger();
    server.on(
        "/reset",
        (request, wire) -> {
          if (n.getAndIncrement() % 2 == 0) {
            wire.reset();
          } else {
            Response.text("ok").answer(request, wire);
          }
        });
    scenarios.add(new Scenario("s", 1, List.of(Step.of(call("/reset", retrying(3))))));
    RunResult result = execute(plan(RunSetting.closed(server.url(), 1).total(10)));
    assertCounts(result);
    assertThat(result.ok()).isEqualTo(10);
  }

  @ParameterizedTest
  @MethodSource("io.crankfire.run.Kinds#withWorkers")
  void usersComeAndGoAsTheCurveSays(Transport transport, int workers) throws Exception {
    // Longer than a piece lasts: in each piece every user makes one request.
    server.otherwise(Response.text("ok").after(Duration.ofMillis(1_200)));
    scenarios.add(new Scenario("s", 1, List.of(step("/"))));
    LoadCurve users =
        LoadCurve.of(
            List.of(
                new Piece(6, 6, 1_000 * MILLI),
                new Piece(0, 0, 1_000 * MILLI),
                new Piece(3, 3, 1_000 * MILLI)));
    LoadPlan plain = RunSetting.closed(server.url(), 6).on(transport, workers).plan();
    RunResult result = execute(plan(plain, new Arrivals.Closed(users)));
    assertCounts(result);
    assertThat(result.load().sessions()).isEqualTo(6);
    assertThat(result.load().loadNanos()).isEqualTo(3_000 * MILLI);
    assertThat(result.ok()).isEqualTo(9);
    List<TimelinePoint> timeline = result.timeline();
    assertThat(timeline.subList(0, 3))
        .extracting(TimelinePoint::started)
        .containsExactly(6L, 0L, 3L);
  }

  @Test
  void aWarmUpIsShownAndNotJudged() throws Exception {
    AtomicLong seen = new AtomicLong();
    server.otherwise((request, wire) ->
        (seen.incrementAndGet() <= 10 ? Response.status(500) : Response.text("ok"))
            .answer(request, wire));
    scenarios.add(new Scenario("s", 1, List.of(step("/"))));
    LoadCurve curve =
        LoadCurve.of(List.of(new Piece(50, 50, 1_000 * MILLI), new Piece(20, 20, 2_000 * MILLI)));
    RunResult result =
        execute(
            plan(
                RunSetting.open(server.url(), curve).on(Transport.AUTO, 2),
                new Phase("warm", 0, 1_000 * MILLI, true),
                new Phase("real", 1_000 * MILLI, 3_000 * MILLI, false)));
    assertCounts(result);
    assertThat(result.phases()).extracting(Phase::name).containsExactly("warm", "real");
    assertThat(result.metrics().phases[0].total().failed()).isEqualTo(10);
    assertThat(result.metrics().phases[0].total().ok()).isEqualTo(40);
    assertThat(result.load().arrivals()).isEqualTo(40);
    assertThat(result.ok()).isEqualTo(40 - result.load().unsent());
    assertThat(result.failed()).isZero();
    assertThat(result.load().loadNanos()).isEqualTo(2_000 * MILLI);
    assertThat(result.requestsPerSecond()).isEqualTo(result.ok() / 2.0);
  }

  /// A credential that counts what is done with it.
  private static final class Counted implements Credential {
    final AtomicInteger obtained = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    @Nullable IOException fault;

    @Override
    public String header() {
      return "Authorization";
    }

    @Override
    public void obtain() throws IOException {
      obtained.incrementAndGet();
      if (fault != null) {
        throw fault;
      }
    }

    @Override
    public byte[] value() {
      return new byte[] {'t'};
    }

    @Override
    public boolean refused(byte[] value, Runnable renewed) {
      return false;
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }
  }

  @Test
  void eachCredentialIsObtainedOnceBeforeTheRunAndClosedAfterIt() throws Exception {
    Counted one = new Counted();
    Counted two = new Counted();
    scenarios.add(
        new Scenario(
            "s",
            1,
            List.of(
                Step.of(call("/a", conduct(Retry.NONE, one))),
                Step.of(call("/b", conduct(Retry.NONE, one))),
                Step.of(call("/c", conduct(Retry.NONE, two))))));
    assertThat(execute(plan(RunSetting.closed(server.url(), 2).total(4))).ok()).isEqualTo(12);
    assertThat(one.obtained).hasValue(1);
    assertThat(two.obtained).hasValue(1);
    assertThat(one.closed).hasValue(1);
    assertThat(two.closed).hasValue(1);
  }

  @Test
  void withoutACredentialNothingIsSent() {
    Counted good = new Counted();
    Counted bad = new Counted();
    bad.fault = new IOException("the token endpoint answers 500");
    scenarios.add(
        new Scenario(
            "s",
            1,
            List.of(
                Step.of(call("/a", conduct(Retry.NONE, good))),
                Step.of(call("/b", conduct(Retry.NONE, bad))))));
    LoadPlan plan = plan(RunSetting.closed(server.url(), 2).total(4));
    assertThatThrownBy(() -> execute(plan))
        .isInstanceOf(RunFailedException.class)
        .hasMessage("cannot get the credential for /b: the token endpoint answers 500");
    assertThat(server.counts().accepted()).isZero();
    assertThat(good.closed).hasValue(1);
    assertThat(bad.closed).hasValue(1);
  }
}
