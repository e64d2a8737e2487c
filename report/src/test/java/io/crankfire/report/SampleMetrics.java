package io.crankfire.report;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.Phase;
import io.crankfire.metrics.WorkerMetrics;
import java.util.Random;

/// What the workers of runs that never were have counted.
final class SampleMetrics {
  private SampleMetrics() {}

  static void exchanges(
      CallMetrics call, long seed, int count, Outcome outcome, long typicalNanos) {
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      long service = (long) (typicalNanos * Math.exp(random.nextGaussian() / 4));
      long response = service + random.nextInt(20_000);
      (outcome.isOk() ? call.responseOk : call.responseFailed).record(response);
      (outcome.isOk() ? call.serviceOk : call.serviceFailed).record(service);
      call.phase(Phase.FIRST_BYTE).record(service * 9 / 10);
      call.phase(Phase.TRANSFER).record(service / 10);
      call.bytesIn += 1_234;
      call.bytesOut += 87;
    }
    call.outcomes.add(outcome, count);
    call.started += count;
  }

  static void connections(WorkerMetrics metrics, int opened, int exchanges) {
    Random random = new Random(opened);
    metrics.connectionsOpened = opened;
    metrics.connectionsReused = Math.max(0, exchanges - opened);
    metrics.connectionsClosedIdle = opened > 16 ? 3 : 0;
    metrics.resent = opened > 16 ? 1 : 0;
    metrics.calls[0].phase(Phase.DNS).record(412_000);
    for (int i = 0; i < opened; i++) {
      metrics.calls[0].phase(Phase.CONNECT).record(90_000 + random.nextInt(40_000));
    }
  }

  static void lateness(WorkerMetrics metrics, long seed, int count, long typicalNanos) {
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      metrics.lateness.record((long) (typicalNanos * Math.exp(random.nextGaussian())));
    }
  }

  static void error(
      WorkerMetrics metrics, String bucket, String detail, int count, long first, long last) {
    metrics.errors.add(
        new io.crankfire.metrics.ErrorTally.Entry(bucket, detail, count, first, last));
  }
}
