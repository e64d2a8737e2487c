package io.crankfire.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Histogram;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.verdict.Verdict.Validity;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JudgeTest {

  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;

  /// A run that is told by what is wrong with it.
  private static final class Run {
    boolean open = true;
    boolean polling;
    long ok = 100_000;
    long interrupted;
    long connectFailed;
    long unsent;
    long waited;
    long uncounted;
    long response = 20 * MS;
    long responseTail = 20 * MS;
    long lateness = MS / 100;
    long latenessTail = MS / 100;
    long run = 20 * SECOND;
    double cpu = 0.3;
    double busiest = 0.5;
    double runQueue = 0.01;
    long stalls;
    long longestStall;

    Verdict judged() {
      WorkerMetrics metrics = new WorkerMetrics(1);
      add(metrics.calls[0].responseOk, ok, response, responseTail);
      metrics.calls[0].outcomes.add(Outcome.ok("200"), ok);
      metrics.calls[0].outcomes.add(Outcome.INTERRUPTED, interrupted);
      metrics.calls[0].outcomes.add(Outcome.CONNECT_FAILED, connectFailed);
      metrics.calls[0].started = ok + interrupted + connectFailed;
      metrics.waiting.add(980 * MS, waited);
      if (open) {
        add(metrics.lateness, ok, lateness, latenessTail);
      }
      long started = ok + interrupted + connectFailed;
      long cpuNanos = cpu < 0 ? -1 : (long) (cpu * run);
      long queueNanos = runQueue < 0 ? -1 : (long) (runQueue * run);
      var loop = new Facts.Loop(polling, run, cpuNanos, queueNanos, busiest, longestStall, stalls);
      var idle = new Facts.Loop(polling, run, 0, 0, 0, 0, 0);
      return Judge.judge(
          new Facts(
              open,
              started + unsent + uncounted,
              started,
              unsent,
              waited,
              50,
              metrics,
              List.of(idle, loop)));
    }

    void late(long lateness, long response) {
      this.lateness = lateness;
      this.latenessTail = lateness;
      this.response = response;
      this.responseTail = response;
    }

    void tail(long latenessTail, long responseTail) {
      this.latenessTail = latenessTail;
      this.responseTail = responseTail;
    }

    private static void add(Histogram histogram, long count, long median, long tail) {
      histogram.add(median, count - count / 50);
      histogram.add(tail, count / 50);
    }
  }

  record Row(String sentence, Consumer<Run> fault, Validity validity, String rules) {
    @Override
    public String toString() {
      return sentence + " → " + validity;
    }
  }

  private static Row row(String sentence, Validity validity, String rules, Consumer<Run> fault) {
    return new Row(sentence, fault, validity, rules);
  }

  static List<Row> rows() {
    Validity valid = Validity.VALID;
    Validity suspect = Validity.SUSPECT;
    Validity invalid = Validity.INVALID;
    return List.of(
        row("a generator that kept up", valid, "", r -> {}),
        row("a closed run that kept up", valid, "", r -> r.open = false),
        row("one arrival unsent of a hundred thousand", valid, "unsent", r -> r.unsent = 1),
        row("0.2 % of the arrivals unsent", suspect, "unsent", r -> r.unsent = 200),
        row("6 % of the arrivals unsent", invalid, "unsent", r -> r.unsent = 6_400),
        row("a few that waited", valid, "waited", r -> r.waited = 900),
        row("2 % that waited", suspect, "waited", r -> r.waited = 2_000),
        row("half of them late by 0.19 ms", valid, "", r -> r.late(MS * 19 / 100, MS)),
        row("late by a fifth of the median", suspect, "lateness", r -> r.late(4 * MS, 20 * MS)),
        row("late by a fifth of a tiny median", valid, "", r -> r.late(MS / 10, MS / 2)),
        row("late by most of the median", invalid, "lateness", r -> r.late(15 * MS, 20 * MS)),
        row("a tail of 0.9 ms of 1 ms", valid, "", r -> r.tail(MS * 9 / 10, 20 * MS)),
        row("a tail that is mostly lateness", suspect, "lateness", r -> r.tail(15 * MS, 25 * MS)),
        row("a late tail of a slow target", valid, "", r -> r.tail(15 * MS, 2 * SECOND)),
        row("a late tail of 12 ms of 100 ms", suspect, "lateness", r -> r.tail(12 * MS, 100 * MS)),
        row("0.05 % interrupted", valid, "", r -> r.interrupted = 50),
        row("0.5 % interrupted", valid, "interrupted", r -> r.interrupted = 500),
        row("2 % interrupted", suspect, "interrupted", r -> r.interrupted = 2_000),
        row("a busy second of a short run", suspect, "cpu", r -> r.busiest = 0.97),
        row(
            "a busy second of a long run",
            valid,
            "cpu",
            r -> {
              r.busiest = 0.97;
              r.run = 300 * SECOND;
            }),
        row("a loop busy all the time", suspect, "cpu", r -> r.cpu = 0.95),
        row(
            "a loop that polls by design",
            valid,
            "",
            r -> {
              r.cpu = 1;
              r.busiest = 1;
              r.polling = true;
            }),
        row(
            "a run too short to speak of processors",
            valid,
            "",
            r -> {
              r.cpu = 1;
              r.run = 2 * SECOND;
            }),
        row(
            "a platform that cannot tell",
            valid,
            "",
            r -> {
              r.cpu = -1;
              r.runQueue = -1;
              r.busiest = -1;
            }),
        row("others on the processor", suspect, "run-queue", r -> r.runQueue = 0.15),
        row(
            "one short stall",
            valid,
            "",
            r -> {
              r.stalls = 1;
              r.longestStall = 40 * MS;
            }),
        row(
            "a long stall",
            suspect,
            "stalls",
            r -> {
              r.stalls = 1;
              r.longestStall = 400 * MS;
            }),
        row(
            "a long stall of a longer run",
            valid,
            "",
            r -> {
              r.stalls = 1;
              r.longestStall = 400 * MS;
              r.run = 1_000 * SECOND;
            }),
        row(
            "stalls twice a second",
            suspect,
            "stalls",
            r -> {
              r.stalls = 40;
              r.longestStall = 20 * MS;
            }),
        row("more than an hour", suspect, "clamped", r -> r.responseTail = 2 * Histogram.MAX),
        row("no free port", suspect, "own-limits", r -> r.connectFailed = 500),
        row("nothing completed", invalid, "completed", r -> r.ok = 0),
        row(
            "everything interrupted",
            invalid,
            "completed",
            r -> {
              r.ok = 0;
              r.interrupted = 5;
            }),
        row("counts that contradict each other", invalid, "counts", r -> r.uncounted = 1),
        row(
            "several faults, the worst first",
            invalid,
            "unsent waited run-queue",
            r -> {
              r.unsent = 10_000;
              r.waited = 50_000;
              r.runQueue = 0.2;
              r.stalls = 1;
            }));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void theVerdictFollowsFromTheFacts(Row row) {
    Run run = new Run();
    row.fault.accept(run);
    Verdict verdict = run.judged();
    assertThat(verdict.findings().stream().map(Verdict.Finding::rule))
        .as(verdict.toString())
        .containsExactly(row.rules.isEmpty() ? new String[0] : row.rules.split(" "));
    assertThat(verdict.validity()).as(verdict.toString()).isEqualTo(row.validity);
    for (Verdict.Finding finding : verdict.findings()) {
      assertThat(finding.message()).endsWith(".").doesNotContain("\n").isNotBlank();
    }
  }

  @Test
  void aFindingSaysWhatWasMeasuredWhatItMeansAndWhatToDo() {
    Run run = new Run();
    run.unsent = 2_100;
    assertThat(run.judged().findings().getFirst().message())
        .isEqualTo(
            "2.1 % of the arrivals (2,100 of 102,100) never began, so the requests that would have"
                + " waited longest are missing from every number: raise the limit of 50 sessions"
                + " or lower the rate.");
  }
}
