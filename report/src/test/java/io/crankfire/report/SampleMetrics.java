package io.crankfire.report;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Measure;
import io.crankfire.metrics.Measures;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.Phase;
import io.crankfire.metrics.WorkerMetrics;
import java.util.List;
import java.util.Random;

/// What the workers of runs that never were have counted.
final class SampleMetrics {

  private static final long MS = 1_000_000;

  /// What a protocol of messages measures of its own.
  static final List<Measure> SOCKET =
      List.of(
          new Measure("websocket_connect", Measure.Kind.TIME, "Connect"),
          new Measure("message_round_trip", Measure.Kind.TIME, "Round trip"),
          new Measure("messages_sent", Measure.Kind.COUNT, "Messages sent"),
          new Measure("messages_received", Measure.Kind.COUNT, "Messages received"),
          new Measure("message_bytes_sent", Measure.Kind.COUNT, "Bytes sent"),
          new Measure("message_bytes_received", Measure.Kind.COUNT, "Bytes received"),
          new Measure("connection_duration", Measure.Kind.TIME, "Connection"),
          new Measure("sub_protocol", Measure.Kind.LABEL, "Sub-protocol"),
          new Measure("close_code", Measure.Kind.LABEL, "Close code"));

  /// What a protocol of events measures of its own.
  static final List<Measure> EVENTS =
      List.of(
          new Measure("time_to_first_event", Measure.Kind.TIME, "First event"),
          new Measure("events_received", Measure.Kind.COUNT, "Events"),
          new Measure("event_bytes_received", Measure.Kind.COUNT, "Bytes received"),
          new Measure("reconnects", Measure.Kind.COUNT, "Reconnects"),
          new Measure("tokens_per_second", Measure.Kind.NUMBER, "Tokens/s"),
          new Measure("stream_duration", Measure.Kind.TIME, "Stream"));

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

  static void messages(Measures measures, long seed, int sessions) {
    Random random = new Random(seed);
    for (int i = 0; i < sessions; i++) {
      measures.record(0, (long) (2 * MS * Math.exp(random.nextGaussian() / 4)));
      for (int message = 0; message < 10; message++) {
        measures.record(1, (long) (3 * MS * Math.exp(random.nextGaussian() / 4)));
      }
      measures.count(2, 10);
      measures.count(3, 10);
      measures.count(4, 1_230);
      measures.count(5, 2_340);
      measures.record(6, 40 * MS + random.nextInt(1_000_000));
      measures.label(7, i % 3 == 0 ? "chat.v1" : "chat.v2");
      measures.label(8, "1000");
    }
  }

  static void anything(Measures measures, Random random) {
    for (int i = 0; i < measures.declared().size(); i++) {
      for (int times = random.nextInt(random.nextBoolean() ? 1 : 300); times > 0; times--) {
        switch (measures.declared().get(i).kind()) {
          case TIME, NUMBER -> measures.record(i, random.nextLong(1L << random.nextInt(1, 43)));
          case COUNT -> measures.count(i, random.nextInt(100));
          case LABEL -> measures.label(i, "é " + random.nextInt(1 << random.nextInt(7)));
        }
      }
    }
  }
}
