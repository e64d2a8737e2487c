package io.crankfire.engine;

import static io.crankfire.engine.Flows.constant;
import static io.crankfire.engine.ScriptedRequester.AT_ONCE;
import static io.crankfire.engine.ScriptedRequester.NEVER;
import static io.crankfire.engine.WorkerRig.MILLI;
import static io.crankfire.engine.WorkerRig.START;
import static io.crankfire.engine.WorkerRig.answersAfter;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.engine.ScriptedRequester.Sent;
import io.crankfire.engine.WorkerRig.Setting;
import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Outcome;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Step;
import io.crankfire.template.Check;
import io.crankfire.template.Conduct;
import io.crankfire.template.Credential;
import io.crankfire.template.Response;
import io.crankfire.template.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetriesTest {

  private static final Outcome UNAVAILABLE = Outcome.failed("503");

  private static Conduct retrying(int most, long baseMillis, long capMillis) {
    return conduct(
        new Retry(most, Duration.ofMillis(baseMillis), Duration.ofMillis(capMillis)), null);
  }

  private static Conduct conduct(Retry retry, @Nullable Credential credential) {
    return new Conduct(List.of(), List.of(), retry, credential, 0);
  }

  private static LoadPlan plan(Setting setting, long timeoutMillis, Conduct conduct) {
    Flows flows = new Flows();
    flows.scenario("s", Step.of(flows.call("call", timeoutMillis, conduct)));
    return setting.plan(flows.workload());
  }

  @Test
  void aRetriedRequestIsOneInTheStatisticsFromItsTimeToItsLastEnd() {
    LoadPlan plan = plan(Setting.open(10, 10).lasting(1_000).total(1), 0, retrying(3, 100, 5_000));
    WorkerRig rig = new WorkerRig(plan, answersAfter(20));
    rig.target.outcomes = n -> n < 2 ? UNAVAILABLE : Outcome.OK;
    rig.run();
    CallMetrics calls = rig.calls();
    assertThat(calls.started).isEqualTo(1);
    assertThat(calls.attempts()).isEqualTo(3);
    assertThat(calls.outcomes.toMap()).containsOnlyKeys(Outcome.OK);
    assertThat(rig.target.sent).extracting(Sent::attempt).containsExactly(1, 2, 3);
    assertThat(rig.target.sent).extracting(Sent::scheduled).containsOnly(START + 50 * MILLI);
    long first = rig.target.sent.get(1).sent() - rig.target.sent.get(0).sent() - 20 * MILLI;
    long second = rig.target.sent.get(2).sent() - rig.target.sent.get(1).sent() - 20 * MILLI;
    assertThat(first).isBetween(100 * MILLI, 150 * MILLI);
    assertThat(second).isBetween(200 * MILLI, 300 * MILLI);
    assertThat(calls.responseOk.max()).isEqualTo(60 * MILLI + first + second);
    assertThat(calls.serviceOk.max()).isEqualTo(20 * MILLI);
    assertThat(rig.sum().scenarios[0].ok).isEqualTo(1);
  }

  @Test
  void whatFailsEachTimeFailsOnceAfterTheLastAttempt() {
    LoadPlan plan = plan(Setting.closed(2).total(10), 0, retrying(2, 1, 1));
    WorkerRig rig = new WorkerRig(plan, answersAfter(5));
    rig.target.outcomes = n -> UNAVAILABLE;
    rig.run();
    assertThat(rig.calls().failed()).isEqualTo(10);
    assertThat(rig.calls().attempts()).isEqualTo(30);
    assertThat(rig.sum().errors.entries().getFirst().count()).isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource({
    "429, true",
    "500, true",
    "503, true",
    "599, true",
    "404, false",
    "401, false",
    "400, false",
    "CHECK_STATUS, false",
    "DNS_FAILED, true",
    "CONNECT_REFUSED, true",
    "CONNECT_FAILED, true",
    "TLS_FAILED, true",
    "CONNECTION_RESET, true",
    "CONNECTION_CLOSED, true",
    "PROTOCOL_ERROR, true",
    "TOO_LARGE, true",
    "REDIRECT_FAILED, true",
    "TIMEOUT, false",
    "CONNECT_TIMEOUT, false"
  })
  void retriedIsWhatAnotherAttemptMayChange(String bucket, boolean retried) {
    LoadPlan plan = plan(Setting.closed(1).total(1), 0, retrying(1, 1, 1));
    WorkerRig rig = new WorkerRig(plan, answersAfter(5));
    rig.target.outcomes = n -> Outcome.failed(bucket);
    rig.run();
    assertThat(rig.calls().attempts()).isEqualTo(retried ? 2 : 1);
  }

  @Test
  void whatTimedOutHadItsTime() {
    LoadPlan plan = plan(Setting.closed(1).total(1), 100, retrying(5, 1, 1));
    WorkerRig rig = new WorkerRig(plan, n -> NEVER).run();
    assertThat(rig.calls().attempts()).isEqualTo(1);
    assertThat(rig.calls().outcomes.toMap()).containsOnlyKeys(Outcome.TIMEOUT);
  }

  @Test
  void eachAttemptHasTheWholeTimeout() {
    LoadPlan plan = plan(Setting.closed(1).total(1), 100, retrying(5, 1_000, 1_000));
    WorkerRig rig = new WorkerRig(plan, answersAfter(90));
    rig.target.outcomes = n -> n < 3 ? UNAVAILABLE : Outcome.OK;
    rig.run();
    assertThat(rig.calls().ok()).isEqualTo(1);
    assertThat(rig.calls().responseOk.max()).isGreaterThan(3_360 * MILLI);
  }

  @Test
  void delaysDoubleUpToTheCapAndScatterByHalf() {
    Retry retry = Retry.of(60);
    assertThat(IntStream.rangeClosed(1, 8).mapToLong(k -> Repeating.delay(retry, k, 0, 0) / MILLI))
        .containsExactly(100L, 200L, 400L, 800L, 1_600L, 3_200L, 5_000L, 5_000L);
    assertThat(Repeating.delay(retry, 60, 0.999_999, 0)).isBetween(7_499 * MILLI, 7_500 * MILLI);
    assertThat(Repeating.delay(retry, 1, 0.5, 0)).isEqualTo(125 * MILLI);
    Retry endless = new Retry(1, Duration.ofDays(100_000), Duration.ofDays(200_000));
    assertThat(Repeating.delay(endless, 50, 0.9, 0)).isPositive();
  }

  @Test
  void retryAfterIsHonoured() {
    LoadPlan plan = plan(Setting.closed(1).total(1), 0, retrying(1, 100, 100));
    WorkerRig rig = new WorkerRig(plan, answersAfter(10));
    rig.target.outcomes = n -> n == 0 ? Outcome.failed("429") : Outcome.OK;
    rig.target.atTheEnd = exchange -> exchange.retryAfterNanos = 7_000 * MILLI;
    rig.run();
    assertThat(rig.target.sent.get(1).sent()).isEqualTo(START + 7_010 * MILLI);
  }

  @Test
  void whoIsAskedToWaitForHoursFailsAtOnce() {
    LoadPlan plan = plan(Setting.closed(1).total(3), 0, retrying(5, 100, 100));
    WorkerRig rig = new WorkerRig(plan, answersAfter(10));
    rig.target.outcomes = n -> UNAVAILABLE;
    rig.target.atTheEnd = exchange -> exchange.retryAfterNanos = 60_001 * MILLI;
    rig.run();
    assertThat(rig.calls().failed()).isEqualTo(3);
    assertThat(rig.target.sent).hasSize(3);
    assertThat(rig.calls().responseFailed.max()).isLessThan(11 * MILLI);
  }

  @Test
  void whoeverAllowsLongDelaysWaitsAsLongAsIsAsked() {
    LoadPlan plan = plan(Setting.closed(1).total(1), 0, retrying(1, 100, 7_200_000));
    WorkerRig rig = new WorkerRig(plan, answersAfter(10));
    rig.target.outcomes = n -> n == 0 ? UNAVAILABLE : Outcome.OK;
    rig.target.atTheEnd = exchange -> exchange.retryAfterNanos = 7_000_000 * MILLI;
    rig.run();
    assertThat(rig.target.sent.get(1).sent()).isEqualTo(START + 7_000_010 * MILLI);
  }

  @Test
  void theSameSeedGivesTheSameDelaysWhateverTheNumberOfWorkers() {
    LoadPlan plan = plan(Setting.closed(6).total(60), 0, retrying(2, 1_000, 1_000));
    long[] one = delays(plan, 1);
    assertThat(Arrays.stream(one).distinct().count()).isGreaterThan(110);
    assertThat(delays(plan, 3)).isEqualTo(one);
  }

  private static long[] delays(LoadPlan plan, int workers) {
    long[] all = new long[120];
    for (int part = 0; part < workers; part++) {
      WorkerRig rig = new WorkerRig(plan, workers, part, answersAfter(10));
      rig.target.outcomes = n -> UNAVAILABLE;
      rig.run();
      long[] before = new long[60];
      for (Sent sent : rig.target.sent) {
        int n = (int) sent.iteration();
        if (sent.attempt() > 1) {
          all[n * 2 + sent.attempt() - 2] = sent.sent() - before[n];
        }
        before[n] = sent.sent();
      }
    }
    return all;
  }

  @Test
  void anAttemptMayBeMadeWithinTheGraceAndIsGivenUpAtItsEnd() {
    LoadPlan plan = plan(Setting.closed(1).lasting(100).grace(1_000), 0, retrying(50, 300, 300));
    WorkerRig rig = new WorkerRig(plan, answersAfter(20));
    rig.target.outcomes = n -> UNAVAILABLE;
    rig.run();
    assertThat(rig.target.sent.size()).isBetween(3, 4);
    assertThat(rig.calls().interrupted()).isEqualTo(1);
    assertThat(rig.sum().scenarios[0].interrupted).isEqualTo(1);
    assertThat(rig.endMillis()).isEqualTo(1_100);
  }

  @Test
  void aCancelEndsTheWaitForAnotherAttempt() {
    LoadPlan plan = plan(Setting.closed(7), 1_000, retrying(5, 60_000, 60_000));
    WorkerRig rig = new WorkerRig(plan, answersAfter(20));
    rig.target.outcomes = n -> UNAVAILABLE;
    rig.at(500, rig.worker::cancel).run();
    assertThat(rig.calls().interrupted()).isEqualTo(7);
    assertThat(rig.endMillis()).isEqualTo(500);
  }

  @Test
  void attemptsThatFailAtOnceNeitherFillTheStackNorStarveTheLoop() {
    LoadPlan plan = plan(Setting.closed(3).total(3), 0, retrying(50_000, 0, 0));
    WorkerRig rig = new WorkerRig(plan, n -> AT_ONCE).run();
    assertThat(rig.calls().attempts()).isEqualTo(150_003);
    assertThat(rig.target.deepest).isEqualTo(1);
  }

  @Test
  void aRetryHoldsBackTheNextStep() {
    Flows flows = new Flows();
    flows.scenario(
        "s", Step.of(flows.call("one", 0, retrying(1, 100, 100))), flows.step("two", constant(10)));
    WorkerRig rig =
        new WorkerRig(Setting.closed(1).total(1).plan(flows.workload()), answersAfter(5));
    rig.target.outcomes = n -> n == 0 ? UNAVAILABLE : Outcome.OK;
    rig.run();
    assertThat(rig.target.sent).extracting(Sent::call).containsExactly("one", "one", "two");
    long second = rig.target.sent.get(1).sent();
    assertThat(rig.target.sent.get(2).scheduled()).isEqualTo(second + 15 * MILLI);
  }

  /// A check that looks at nothing.
  private record Verdict(String name, boolean holds) implements Check {
    @Override
    public boolean needsBody() {
      return false;
    }

    @Override
    public boolean holds(Response response) {
      return holds;
    }
  }

  /// A credential whose renewing the test decides.
  private static final class Token implements Credential {
    final List<byte[]> refused = new ArrayList<>();
    final List<Runnable> renewals = new ArrayList<>();
    boolean renewable = true;
    boolean atOnce;

    @Override
    public String header() {
      return "Authorization";
    }

    @Override
    public void obtain() {}

    @Override
    public byte[] value() {
      return ("token " + refused.size()).getBytes(UTF_8);
    }

    @Override
    public boolean refused(byte[] value, Runnable renewed) {
      refused.add(value);
      if (atOnce) {
        renewed.run();
      } else {
        renewals.add(renewed);
      }
      return renewable;
    }

    @Override
    public void close() {}
  }

  private static WorkerRig refusing(Token token, Retry retry, long timeout, int refusals) {
    LoadPlan plan = plan(Setting.closed(1).total(1), timeout, conduct(retry, token));
    WorkerRig rig = new WorkerRig(plan, answersAfter(10));
    rig.target.outcomes = n -> n < refusals ? Outcome.failed("401") : Outcome.OK;
    rig.target.atTheEnd = exchange -> exchange.credential = token.value();
    return rig;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRefusedCredentialIsRenewedAndTheRequestSentAgain(boolean atOnce) {
    Token token = new Token();
    token.atOnce = atOnce;
    WorkerRig rig = refusing(token, Retry.NONE, 0, 1);
    if (!atOnce) {
      rig.at(300, () -> token.renewals.getFirst().run());
    }
    rig.run();
    assertThat(token.refused).hasSize(1);
    assertThat(new String(token.refused.getFirst(), UTF_8)).isEqualTo("token 0");
    assertThat(rig.calls().ok()).isEqualTo(1);
    assertThat(rig.calls().attempts()).isEqualTo(2);
    assertThat(rig.calls().responseOk.max()).isEqualTo((atOnce ? 20 : 310) * MILLI);
  }

  @Test
  void aCredentialIsRenewedOnceForARequest() {
    Token token = new Token();
    token.atOnce = true;
    WorkerRig rig = refusing(token, Retry.of(3), 0, 5).run();
    assertThat(token.refused).hasSize(1);
    assertThat(rig.calls().outcomes.toMap()).containsOnlyKeys(Outcome.failed("401"));
    assertThat(rig.calls().attempts()).isEqualTo(2);
  }

  @Test
  void aCredentialThatCannotBeRenewedLeavesTheRefusal() {
    Token token = new Token();
    token.renewable = false;
    WorkerRig rig = refusing(token, Retry.NONE, 0, 1).run();
    assertThat(rig.calls().outcomes.toMap()).containsOnlyKeys(Outcome.failed("401"));
    assertThat(rig.calls().attempts()).isEqualTo(1);
  }

  @Test
  void aRenewalThatDoesNotComeWithinTheTimeoutLeavesTheRefusal() {
    Token token = new Token();
    WorkerRig rig = refusing(token, Retry.NONE, 200, 1);
    rig.at(300, () -> token.renewals.getFirst().run()); // nobody waits any more
    rig.run();
    assertThat(rig.calls().outcomes.toMap()).containsOnlyKeys(Outcome.failed("401"));
    assertThat(rig.calls().attempts()).isEqualTo(1);
    assertThat(rig.endMillis()).isEqualTo(210);
  }

  @Test
  void theEndOfTheGraceEndsTheWaitForACredential() {
    Token token = new Token();
    LoadPlan plan = plan(Setting.closed(1).lasting(100).grace(400), 0, conduct(Retry.NONE, token));
    WorkerRig rig = new WorkerRig(plan, answersAfter(10));
    rig.target.outcomes = n -> Outcome.failed("401");
    rig.target.atTheEnd = exchange -> exchange.credential = token.value();
    rig.run();
    assertThat(rig.calls().interrupted()).isEqualTo(1);
    assertThat(rig.endMillis()).isEqualTo(500);
  }

  @Test
  void aRequestSentWithoutItsCredentialIsNotSentAgain() {
    Token token = new Token();
    WorkerRig rig = refusing(token, Retry.NONE, 0, 1);
    rig.target.atTheEnd = exchange -> {};
    rig.run();
    assertThat(token.refused).isEmpty();
    assertThat(rig.calls().failed()).isEqualTo(1);
  }

  @Test
  void checksAreCountedForTheLastAttemptAlone() {
    Flows flows = new Flows();
    Conduct conduct =
        new Conduct(
            List.of(),
            List.of(new Verdict("good", true), new Verdict("bad", false)),
            new Retry(1, Duration.ofMillis(10), Duration.ofMillis(10)),
            null,
            0);
    flows.scenario("s", Step.of(flows.call("call", 0, conduct)));
    WorkerRig rig =
        new WorkerRig(Setting.closed(1).total(2).plan(flows.workload()), answersAfter(5));
    rig.target.outcomes = n -> n == 0 ? UNAVAILABLE : Outcome.OK;
    rig.target.response = Answer.EMPTY;
    rig.run();
    CallMetrics calls = rig.calls();
    assertThat(calls.attempts()).isEqualTo(3);
    assertThat(calls.checks.made()).isEqualTo(2);
    assertThat(calls.checks.passed(0)).isEqualTo(2);
    assertThat(calls.checks.failed(1)).isEqualTo(2);
    assertThat(calls.outcomes.toMap()).containsOnlyKeys(Outcome.failed("CHECK_BAD"));
  }

  /// A response with nothing in it.
  private enum Answer implements Response {
    EMPTY;

    @Override
    public int status() {
      return 200;
    }

    @Override
    public @Nullable String header(String name) {
      return null;
    }

    @Override
    public byte[] body() {
      return new byte[0];
    }

    @Override
    public int bodyLength() {
      return 0;
    }

    @Override
    public long bodyBytes() {
      return 0;
    }

    @Override
    public long serviceNanos() {
      return 0;
    }
  }

  @Test
  void aHandshakeThatWasRefusedIsAsARequestThatWas() {
    for (String good :
        new String[] {"429", "503", "HTTP_429", "HTTP_503", "1006", "1011", "1014"}) {
      assertThat(Repeating.worthwhile(Outcome.failed(good))).as(good).isTrue();
    }
    for (String bad : new String[] {"404", "HTTP_404", "1000", "1002", "1008", "3000", "CHECK_A"}) {
      assertThat(Repeating.worthwhile(Outcome.failed(bad))).as(bad).isFalse();
    }
    assertThat(Repeating.refused(Outcome.failed("HTTP_401"))).isTrue();
    assertThat(Repeating.refused(Outcome.failed("HTTP_403"))).isFalse();
  }
}
