package io.crankfire.report;

import static io.crankfire.report.SampleMetrics.EVENTS;
import static io.crankfire.report.SampleMetrics.SOCKET;
import static io.crankfire.report.SampleMetrics.anything;
import static io.crankfire.report.SampleMetrics.error;
import static io.crankfire.report.SampleMetrics.exchanges;
import static io.crankfire.report.SampleMetrics.lateness;
import static io.crankfire.report.SampleRuns.judged;
import static io.crankfire.report.SampleRuns.threshold;
import static io.crankfire.report.SampleRuns.with;

import io.crankfire.metrics.Measure;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.result.RunResult;
import io.crankfire.result.RunResult.CallName;
import io.crankfire.result.RunResult.Ending;
import io.crankfire.result.RunResult.Load;
import io.crankfire.verdict.ThresholdResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Results of runs that never were, of any shape, by a seed.
final class RandomRuns {
  private RandomRuns() {}

  private static final long SECOND = 1_000_000_000;

  /// A run of any shape.
  static RunResult of(long seed) {
    Random random = new Random(seed);
    int calls = 1 + random.nextInt(4);
    String[] protocols = {"http", "grpc", "websocket", "sse"};
    List<List<Measure>> kinds = List.of(List.of(), List.of(), SOCKET, EVENTS);
    List<CallName> names = new ArrayList<>();
    List<List<Measure>> measures = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      int protocol = random.nextInt(4);
      names.add(new CallName("call " + random.nextInt(3), protocols[protocol]));
      measures.add(kinds.get(protocol));
    }
    WorkerMetrics metrics = new WorkerMetrics(measures, 1);
    for (int i = 0; i < calls; i++) {
      anything(metrics.calls[i].measures, random);
      for (int kind = random.nextInt(5); kind > 0; kind--) {
        Outcome outcome =
            switch (random.nextInt(4)) {
              case 0 -> Outcome.ok("20" + random.nextInt(5));
              case 1 -> Outcome.failed("50" + random.nextInt(5));
              case 2 -> Outcome.TIMEOUT;
              default -> Outcome.OK;
            };
        exchanges(
            metrics.calls[i],
            random.nextLong(),
            random.nextInt(random.nextBoolean() ? 5 : 3_000),
            outcome,
            1L << random.nextInt(43));
      }
      int interrupted = random.nextInt(3);
      metrics.calls[i].outcomes.add(Outcome.INTERRUPTED, interrupted);
      metrics.calls[i].started += interrupted;
    }
    for (int i = random.nextInt(130); i > 0; i--) {
      error(metrics, "E" + random.nextInt(5), "é " + i, 1 + random.nextInt(9), i, i + 5L * SECOND);
    }
    lateness(metrics, seed, random.nextInt(2_000), 1L << random.nextInt(30));
    metrics.waiting.record(random.nextLong(SECOND));
    metrics.longestStall = random.nextLong(SECOND);
    metrics.collections = random.nextInt(-1, 5);
    metrics.collectionNanos = Math.max(0, metrics.collections) * 1_234_567;
    metrics.cpuNanos = random.nextLong(3) - 1;
    long started = metrics.total().started;
    long unsent = random.nextInt(100);
    RunResult run =
        judged(
            "http://host-" + seed + "/",
            new Load(
                random.nextBoolean(),
                started + unsent,
                started,
                unsent,
                random.nextInt(3),
                1,
                5,
                random.nextLong(100 * SECOND),
                random.nextLong(SECOND)),
            names,
            metrics,
            Ending.COMPLETED);
    List<ThresholdResult> thresholds = randomThresholds(random);
    boolean ended = thresholds.stream().anyMatch(ThresholdResult::endsRun);
    return with(
        run,
        ended
            ? Ending.ABORTED
            : List.of(Ending.COMPLETED, Ending.STOPPED, Ending.CANCELLED).get(random.nextInt(3)),
        thresholds);
  }

  /// Thresholds that were read, with any outcome.
  private static List<ThresholdResult> randomThresholds(Random random) {
    String[] texts = {
      "response_time:p99.9 != 1.5s",
      "failed{scenario:\"a}b\"} <= 1% over 30s abort",
      "requests:rate > 100",
      "checks{phase:é} == 1",
      "message_round_trip{endpoint:x}:p99 < 50ms",
      "events_received:rate > 3 over 2s",
      "tokens_per_second:mean > 1.5",
      "iteration_duration:mean >= 3us abort"
    };
    List<ThresholdResult> results = new ArrayList<>();
    for (int i = random.nextInt(9); i > 0; i--) {
      boolean measured = random.nextBoolean();
      boolean passed = measured && random.nextBoolean();
      results.add(
          new ThresholdResult(
              threshold(texts[random.nextInt(texts.length)]),
              measured ? random.nextDouble() * 2 : Double.NaN,
              passed,
              measured ? "" : "nothing was measured",
              passed ? -1 : random.nextLong(100 * SECOND) - 1));
    }
    return results;
  }
}
