package io.crankfire.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Histogram;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.TimelinePoint;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.result.RunResult;
import io.crankfire.testkit.Counts;
import io.crankfire.testkit.HttpTestServer;

/// What must be true of every run, whatever it met.
final class RunChecks {
  private RunChecks() {}

  /// Checks that the numbers agree with each other, and with what the server counted.
  static void assertInvariants(RunResult result, HttpTestServer server) {
    assertInvariants(result);
    CallMetrics calls = result.metrics().total();
    // Interrupted and timed-out requests may not have reached the server, or not yet.
    long certain = calls.ok();
    long possible = calls.started + result.metrics().resent;
    long maybe = possible - certain;
    Counts counts =
        server.await(seen -> seen.received() >= certain && (maybe > 0 || seen.open() == 0));
    assertThat(counts.received()).as("requests at the server").isBetween(certain, possible);
    assertThat(counts.answered()).as("answers of the server").isGreaterThanOrEqualTo(certain);
    if (maybe == 0) {
      assertThat(counts.accepted())
          .as("connections at the server")
          .isEqualTo(result.metrics().connectionsOpened);
    }
    assertThat(counts.violations()).isZero();
    assertThat(server.failures()).isEmpty();
  }

  /// Checks that the numbers agree with each other.
  static void assertInvariants(RunResult result) {
    RunResult.Load load = result.load();
    WorkerMetrics metrics = result.metrics();
    CallMetrics calls = metrics.total();
    assertThat(load.arrivals()).as("arrivals").isEqualTo(load.started() + load.unsent());
    assertThat(metrics.started).isEqualTo(load.started());
    assertThat(calls.started).as("exchanges begun").isEqualTo(load.started());
    assertThat(calls.ok() + calls.failed() + calls.interrupted())
        .as("outcomes")
        .isEqualTo(load.started());
    assertThat(calls.responseOk.count()).isEqualTo(calls.ok());
    assertThat(calls.serviceOk.count()).isEqualTo(calls.ok());
    assertThat(calls.responseFailed.count()).isEqualTo(calls.failed());
    assertThat(calls.serviceFailed.count()).isEqualTo(calls.failed());
    assertThat(calls.outcomes.toMap().values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(load.started());
    assertThat(metrics.lateness.count() + metrics.waiting.count())
        .as("arrivals that were late or waited")
        .isEqualTo(load.open() ? load.started() : 0);
    assertThat(load.waited()).isEqualTo(metrics.waiting.count());
    assertThat(load.sessions()).isBetween(0, load.sessionLimit());
    assertThat(
            metrics.errors.entries().stream().mapToLong(entry -> entry.count()).sum()
                + metrics.errors.others())
        .as("errors told")
        .isEqualTo(calls.failed());
    assertThat(calls.outcomes.toMap().getOrDefault(Outcome.INTERRUPTED, 0L))
        .isEqualTo(calls.interrupted());
    assertThat(result.verdict().findings()).extracting("rule").doesNotContain("counts");
    assertTimeline(result, calls);
  }

  private static void assertTimeline(RunResult result, CallMetrics calls) {
    long at = 0;
    long started = 0;
    long ok = 0;
    long failed = 0;
    long interrupted = 0;
    long bytesIn = 0;
    Histogram response = new Histogram();
    for (TimelinePoint point : result.timeline()) {
      assertThat(point.fromNanos()).as("the timeline has no gaps").isEqualTo(at);
      at = point.toNanos();
      started += point.started();
      ok += point.ok();
      failed += point.failed();
      interrupted += point.interrupted();
      bytesIn += point.bytesIn();
      response.add(point.responseTime());
    }
    assertThat(started).isEqualTo(calls.started);
    assertThat(ok).isEqualTo(calls.ok());
    assertThat(failed).isEqualTo(calls.failed());
    assertThat(interrupted).isEqualTo(calls.interrupted());
    assertThat(bytesIn).isEqualTo(calls.bytesIn);
    // Bucket for bucket: the points do not keep the exact longest value, the sum does.
    assertThat(TimelinePoint.encoded(response))
        .isEqualTo(TimelinePoint.encoded(calls.responseTime()));
  }
}
