package io.crankfire.verdict;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Figures;
import io.crankfire.metrics.Histogram;
import io.crankfire.metrics.Outcome;
import io.crankfire.verdict.Verdict.Finding;
import io.crankfire.verdict.Verdict.Validity;
import java.util.ArrayList;
import java.util.List;

/// Judges a run by its own facts: whether what was measured is the target, or the generator. A pure
/// function; `docs/verdict.md` gives the reason of every limit.
public final class Judge {

  /// More missing than this, and p99.9 may be among the missing.
  static final double MISSING_SUSPECT = 0.001;

  /// More missing than this, and even p95 may be.
  static final double MISSING_INVALID = 0.05;

  static final double INTERRUPTED_SUSPECT = 0.01;
  static final double WAITED_SUSPECT = 0.01;

  static final double LATE_MEDIAN_SHARE = 0.1;
  static final long LATE_MEDIAN_FLOOR = 200_000;
  static final double LATE_MEDIAN_INVALID_SHARE = 0.5;
  static final long LATE_MEDIAN_INVALID_FLOOR = 1_000_000;
  static final double LATE_TAIL_SHARE = 0.5;
  static final long LATE_TAIL_FLOOR = 1_000_000;
  static final double LATE_TAIL_LONG_SHARE = 0.1;
  static final long LATE_TAIL_LONG = 10_000_000;

  static final double CPU_BUSY = 0.9;
  static final long CPU_LEAST_RUN = 3_000_000_000L;

  /// In a longer run than this one second holds less than 1 % of the exchanges.
  static final long CPU_ONE_SECOND_COUNTS = 100_000_000_000L;

  static final double RUN_QUEUE_SUSPECT = 0.1;
  static final long RUN_QUEUE_LEAST_RUN = 1_000_000_000L;

  static final long STALL = 10_000_000;
  static final double STALLED_SHARE = 0.01;
  static final long STALL_LONG = 100_000_000;
  static final double STALL_LONG_SHARE = 0.001;

  static final double OWN_LIMITS_SUSPECT = 0.001;

  private final Facts facts;
  private final CallMetrics total;
  private final Histogram response;
  private final List<Finding> findings = new ArrayList<>();

  private Judge(Facts facts) {
    this.facts = facts;
    total = facts.metrics().total();
    response = total.responseTime();
  }

  /// The verdict on a run.
  public static Verdict judge(Facts facts) {
    Judge judge = new Judge(facts);
    judge.counts();
    judge.completed();
    if (facts.open()) {
      judge.unsent();
      judge.waited();
      judge.lateness();
    }
    judge.interrupted();
    judge.cpu();
    judge.runQueue();
    judge.stalls();
    judge.clamped();
    judge.ownLimits();
    return Verdict.of(judge.findings);
  }

  private void find(Validity validity, String rule, String message) {
    findings.add(new Finding(validity, rule, message));
  }

  private void counts() {
    long ended = total.ok() + total.failed() + total.interrupted();
    if (facts.arrivals() != facts.started() + facts.unsent()) {
      find(
          Validity.INVALID,
          "counts",
          "The counts contradict each other, which is a bug of the generator: "
              + Figures.count(facts.arrivals())
              + " arrivals are not "
              + Figures.count(facts.started())
              + " started and "
              + Figures.count(facts.unsent())
              + " unsent.");
    } else if (total.started != ended) {
      find(
          Validity.INVALID,
          "counts",
          "The counts contradict each other, which is a bug of the generator: "
              + Figures.count(total.started)
              + " exchanges were begun and "
              + Figures.count(ended)
              + " ended.");
    }
  }

  private void completed() {
    if (total.ok() + total.failed() > 0) {
      return;
    }
    String why =
        total.interrupted() > 0
            ? "all "
                + Figures.count(total.interrupted())
                + " were still under way when the run ended; let it run longer"
            : facts.arrivals() == 0
                ? "no arrival was due before the run ended; let it run longer"
                : "none of " + Figures.count(facts.arrivals()) + " arrivals began";
    find(
        Validity.INVALID,
        "completed",
        "No exchange was completed, so nothing was measured: " + why + ".");
  }

  private void unsent() {
    if (facts.unsent() <= 0) {
      return;
    }
    double share = share(facts.unsent(), facts.arrivals());
    find(
        share > MISSING_INVALID
            ? Validity.INVALID
            : share > MISSING_SUSPECT ? Validity.SUSPECT : Validity.VALID,
        "unsent",
        of(facts.unsent(), facts.arrivals(), "arrivals")
            + " never began, so the requests that would have waited longest are missing from every"
            + " number: raise the limit of "
            + sessions(facts.sessionLimit())
            + " or lower the rate.");
  }

  private void waited() {
    if (facts.waited() <= 0) {
      return;
    }
    double share = share(facts.waited(), facts.started());
    find(
        share > WAITED_SUSPECT ? Validity.SUSPECT : Validity.VALID,
        "waited",
        of(facts.waited(), facts.started(), "requests")
            + " waited up to "
            + Figures.duration(facts.metrics().waiting.max())
            + " for a free session: response time contains that wait, and the target saw fewer"
            + " requests at a time than the rate demands; raise the limit of "
            + sessions(facts.sessionLimit())
            + ".");
  }

  private void lateness() {
    Histogram late = facts.metrics().lateness;
    if (late.count() == 0 || response.count() == 0) {
      return;
    }
    long median = late.percentile(50);
    long responseMedian = response.percentile(50);
    if (median > LATE_MEDIAN_INVALID_FLOOR && median > LATE_MEDIAN_INVALID_SHARE * responseMedian) {
      late(Validity.INVALID, "half of the requests", median, "median", responseMedian);
      return;
    }
    if (median > LATE_MEDIAN_FLOOR && median > LATE_MEDIAN_SHARE * responseMedian) {
      late(Validity.SUSPECT, "half of the requests", median, "median", responseMedian);
      return;
    }
    long tail = late.percentile(99);
    long responseTail = response.percentile(99);
    if ((tail > LATE_TAIL_FLOOR && tail > LATE_TAIL_SHARE * responseTail)
        || (tail > LATE_TAIL_LONG && tail > LATE_TAIL_LONG_SHARE * responseTail)) {
      late(Validity.SUSPECT, "1 % of the requests", tail, "p99", responseTail);
    }
  }

  private void late(Validity validity, String whose, long late, String which, long response) {
    find(
        validity,
        "lateness",
        "The generator sent "
            + whose
            + " "
            + Figures.duration(late)
            + " late or more, and the "
            + which
            + " response time of "
            + Figures.duration(response)
            + " contains that: lower the rate, pace more precisely, or add workers or a machine.");
  }

  private void interrupted() {
    long begun = total.ok() + total.failed() + total.interrupted();
    if (total.interrupted() > 0 && total.interrupted() < begun) {
      double share = share(total.interrupted(), begun);
      if (share > MISSING_SUSPECT) {
        find(
            share > INTERRUPTED_SUSPECT ? Validity.SUSPECT : Validity.VALID,
            "interrupted",
            of(total.interrupted(), begun, "exchanges")
                + " were still under way when the run was over and are in no duration shown: let"
                + " the run or its graceful shutdown last longer.");
      }
    }
  }

  private void cpu() {
    double busiest = -1;
    double average = -1;
    long run = 0;
    for (Facts.Loop loop : facts.loops()) {
      if (!loop.polling() && loop.runNanos() >= CPU_LEAST_RUN) {
        busiest = Math.max(busiest, loop.busiestCpu());
        average = Math.max(average, loop.cpuShare());
        run = Math.max(run, loop.runNanos());
      }
    }
    if (average < CPU_BUSY && busiest < CPU_BUSY) {
      return;
    }
    boolean always = average >= CPU_BUSY;
    find(
        always || run < CPU_ONE_SECOND_COUNTS ? Validity.SUSPECT : Validity.VALID,
        "cpu",
        "A worker of the generator used "
            + Figures.percent(always ? average : busiest)
            + " of a processor "
            + (always ? "over the run" : "in its busiest second")
            + ": the target may be faster than shown; add workers or a machine.");
  }

  private void runQueue() {
    double worst = -1;
    for (Facts.Loop loop : facts.loops()) {
      if (loop.runNanos() >= RUN_QUEUE_LEAST_RUN) {
        worst = Math.max(worst, loop.runQueueShare());
      }
    }
    if (worst > RUN_QUEUE_SUSPECT) {
      find(
          Validity.SUSPECT,
          "run-queue",
          "A worker of the generator was ready to run and had no processor for "
              + Figures.percent(worst)
              + " of the run, because other threads or processes had it: give the generator"
              + " processors of its own.");
    }
  }

  private void stalls() {
    long longest = 0;
    long stalls = 0;
    double stalledShare = 0;
    double longestShare = 0;
    for (Facts.Loop loop : facts.loops()) {
      double run = Math.max(1, loop.runNanos());
      stalls += loop.stalls();
      longest = Math.max(longest, loop.longestStall());
      stalledShare = Math.max(stalledShare, loop.stalls() * (STALL / run));
      longestShare = Math.max(longestShare, loop.longestStall() / run);
    }
    boolean often = stalledShare > STALLED_SHARE;
    boolean tooLong = longest > STALL_LONG && longestShare > STALL_LONG_SHARE;
    if (often || tooLong) {
      find(
          Validity.SUSPECT,
          "stalls",
          "The generator stood still "
              + (stalls == 1 ? "once" : Figures.count(stalls) + " times")
              + " for more than 10ms, at the longest "
              + Figures.duration(longest)
              + ": the slowest requests shown may be its own pauses; look for a busy or suspended"
              + " machine, or a full heap.");
    }
  }

  private void clamped() {
    long clamped = total.responseTime().clamped();
    if (clamped > 0) {
      find(
          Validity.SUSPECT,
          "clamped",
          Figures.count(clamped)
              + (clamped == 1 ? " response time was" : " response times were")
              + " longer than one hour and are counted as one hour in every percentile; only the"
              + " maximum and the mean are exact.");
    }
  }

  private void ownLimits() {
    long[] failed = {0};
    total
        .outcomes
        .toMap()
        .forEach((outcome, count) -> {
          if (outcome.equals(Outcome.CONNECT_FAILED)) {
            failed[0] += count;
          }
        });
    long ended = total.ok() + total.failed();
    if (share(failed[0], ended) > OWN_LIMITS_SUSPECT) {
      find(
          Validity.SUSPECT,
          "own-limits",
          of(failed[0], ended, "exchanges")
              + " failed with "
              + Outcome.CONNECT_FAILED.bucket()
              + ", often a limit of the generator's machine rather than of the target (local"
              + " ports, open files, routes): see the errors.");
    }
  }

  private static double share(long part, long whole) {
    return whole <= 0 ? 0 : (double) part / whole;
  }

  private static String of(long part, long whole, String what) {
    return Figures.percent(share(part, whole))
        + " of the "
        + what
        + " ("
        + Figures.count(part)
        + " of "
        + Figures.count(whole)
        + ")";
  }

  private static String sessions(int limit) {
    return Figures.count(limit) + (limit == 1 ? " session" : " sessions");
  }
}
