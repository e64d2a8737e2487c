package io.crankfire.run;

import static io.crankfire.run.RunChecks.assertInvariants;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Histogram;
import io.crankfire.plan.Transport;
import io.crankfire.result.RunResult;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Response;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A server that stands still for a twentieth of the run. Whatever was due meanwhile waited evenly
/// between nothing and the whole freeze, so a tool that tells the truth shows p97.5 = half of it
/// and p99 = four fifths.
class FreezeTest {

  @ParameterizedTest
  @EnumSource(
      value = Transport.class,
      names = {"NIO", "AUTO"})
  void responseTimeShowsAFreeze(Transport transport) throws Exception {
    freeze(transport, Duration.ofSeconds(4), 2_000);
  }

  @Test
  @EnabledIfSystemProperty(named = "crankfire.long", matches = "true")
  void responseTimeShowsAFreezeOfASecondInTwenty() throws Exception {
    freeze(Transport.NIO, Duration.ofSeconds(20), 2_000);
    freeze(Transport.AUTO, Duration.ofSeconds(20), 2_000);
  }

  @Test
  void withFewSessionsServiceTimeHidesWhatResponseTimeShows() throws Exception {
    Duration length = Duration.ofSeconds(4);
    CallMetrics calls = freeze(Transport.AUTO, length, 10);
    long freeze = length.toNanos() / 20;
    assertThat(calls.serviceOk.percentile(99)).isLessThan(freeze / 4);
    assertThat(calls.responseOk.percentile(99)).isGreaterThan(freeze / 2);
  }

  private static CallMetrics freeze(Transport transport, Duration length, int sessions)
      throws Exception {
    Duration freeze = length.dividedBy(20);
    try (HttpTestServer server = HttpTestServer.start()) {
      server.otherwise(Response.text("ok").after(Duration.ofMillis(1)));
      server.freezeBetween(length.dividedBy(2), freeze);
      RunResult result =
          RunSetting.open(server.url(), 1_000, length)
              .on(transport, 1)
              .sessions(sessions)
              .execute();
      assertInvariants(result, server);
      assertThat(result.load().arrivals()).isEqualTo(length.toMillis());
      CallMetrics calls = result.metrics().total();
      show(transport + ", " + sessions + " sessions, response", calls.responseOk);
      show(transport + ", " + sessions + " sessions, service ", calls.serviceOk);
      double frozen =
          server.freezes().getFirst().toNanos() - server.freezes().getFirst().fromNanos();
      if (sessions > 1_000) {
        assertThat(calls.responseOk.percentile(50)).isBetween(1_000_000L, 3_000_000L);
        assertThat((double) calls.responseOk.percentile(97.5))
            .isCloseTo(frozen / 2, within(frozen / 2 / 10 + 3e6));
        assertThat((double) calls.responseOk.percentile(99))
            .isCloseTo(frozen * 0.8, within(frozen * 0.8 / 10 + 3e6));
      }
      return calls;
    }
  }

  private static void show(String what, Histogram times) {
    System.out.printf(
        "%s: p50 %.2f, p97.5 %.1f, p99 %.1f, p99.9 %.1f ms%n",
        what,
        times.percentile(50) / 1e6,
        times.percentile(97.5) / 1e6,
        times.percentile(99) / 1e6,
        times.percentile(99.9) / 1e6);
  }
}
