package io.crankfire.run;

import static io.crankfire.run.RunChecks.assertInvariants;
import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Histogram;
import io.crankfire.plan.Transport;
import io.crankfire.result.RunResult;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A server that stands still for a twentieth of the run. Whatever was due meanwhile waited evenly
/// between nothing and the whole freeze, so a tool that tells the truth shows p97.5 = half of it
/// and p99 = four fifths.
class FreezeTest {

  private static final int ATTEMPTS = 4;

  @ParameterizedTest
  @EnumSource(
      value = Transport.class,
      names = {"NIO", "AUTO"})
  void responseTimeShowsAFreeze(Transport transport) throws Exception {
    freeze(transport, Duration.ofSeconds(3));
  }

  @Test
  @EnabledIfSystemProperty(named = "crankfire.long", matches = "true")
  void responseTimeShowsAFreezeOfASecondInTwenty() throws Exception {
    freeze(Transport.NIO, Duration.ofSeconds(20));
    freeze(Transport.AUTO, Duration.ofSeconds(20));
  }

  /// A busy machine only adds to response times: no run may be below what is true, and of some runs
  /// one must not be above either.
  private static void freeze(Transport transport, Duration length) throws Exception {
    List<String> off = new ArrayList<>();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Frozen run = run(transport, length, 1_500);
      Histogram times = run.calls.responseOk;
      double[] asked = {times.percentile(97.5), times.percentile(99)};
      double[] truth = {run.frozenNanos * 0.5, run.frozenNanos * 0.8};
      assertThat(times.percentile(50)).isGreaterThanOrEqualTo(1_000_000);
      assertThat(asked[0]).isGreaterThan(truth[0] * 0.9);
      assertThat(asked[1]).isGreaterThan(truth[1] * 0.9);
      if (times.percentile(50) < 2_000_000
          && asked[0] < truth[0] * 1.1
          && asked[1] < truth[1] * 1.1) {
        return;
      }
      off.add(
          "%.1f and %.1f, not %.1f and %.1f ms"
              .formatted(asked[0] / 1e6, asked[1] / 1e6, truth[0] / 1e6, truth[1] / 1e6));
    }
    assertThat(off).as("p97.5 and p99 of every attempt").isEmpty();
  }

  @Test
  void withFewSessionsServiceTimeHidesWhatResponseTimeShows() throws Exception {
    List<Long> service = new ArrayList<>();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Frozen run = run(Transport.AUTO, Duration.ofSeconds(3), 10);
      assertThat((double) run.calls.responseOk.percentile(99)).isGreaterThan(run.frozenNanos * 0.7);
      service.add(run.calls.serviceOk.percentile(99));
      if (run.calls.serviceOk.percentile(99) < run.frozenNanos / 5) {
        return;
      }
    }
    assertThat(service).as("p99 of the service time of every attempt").isEmpty();
  }

  private record Frozen(CallMetrics calls, double frozenNanos) {}

  private static Frozen run(Transport transport, Duration length, int sessions) throws Exception {
    try (HttpTestServer server = HttpTestServer.start()) {
      server.otherwise(Response.text("ok").after(Duration.ofMillis(1)));
      RunSetting warm = RunSetting.closed(server.url(), 10).total(2_000).on(transport, 1);
      long before = warm.execute().load().started();
      server.freezeBetween(length.dividedBy(2), length.dividedBy(20));
      RunResult result =
          RunSetting.open(server.url(), 1_000, length)
              .on(transport, 1)
              .sessions(sessions)
              .execute();
      assertInvariants(result);
      assertThat(server.counts().received()).isEqualTo(before + result.load().started());
      assertThat(result.load().arrivals()).isEqualTo(length.toMillis());
      CallMetrics calls = result.metrics().total();
      show(transport + ", " + sessions + " sessions, response", calls.responseOk);
      show(transport + ", " + sessions + " sessions, service ", calls.serviceOk);
      HttpTestServer.Freeze freeze = server.freezes().getFirst();
      return new Frozen(calls, freeze.toNanos() - freeze.fromNanos());
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
