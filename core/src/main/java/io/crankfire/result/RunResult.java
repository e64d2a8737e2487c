package io.crankfire.result;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.TimelinePoint;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.plan.Phase;
import io.crankfire.verdict.Facts;
import io.crankfire.verdict.Judge;
import io.crankfire.verdict.ThresholdResult;
import io.crankfire.verdict.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything a run found out: what every report is made of, and what is saved. Treated as
/// immutable. Durations are in nanoseconds.
///
/// @param info what was run, by whom and where
/// @param load how the arrivals went
/// @param calls the names and protocols of the calls, in the order of the counts in `metrics`
/// @param scenarios the names of the scenarios, in the order of the counts in `metrics`
/// @param phases the named stretches of the load, in the order of the counts in `metrics`; empty if
///   it had none
/// @param metrics all that was counted, all workers together
/// @param workers what the generator did to itself, per worker
/// @param timeline the run second by second
/// @param ending why it ended
/// @param verdict whether the numbers can be trusted
/// @param thresholds what became of them, in their order; empty if none were set
public record RunResult(
    RunInfo info,
    Load load,
    List<CallName> calls,
    List<String> scenarios,
    List<Phase> phases,
    WorkerMetrics metrics,
    List<WorkerHealth> workers,
    List<TimelinePoint> timeline,
    Ending ending,
    Verdict verdict,
    List<ThresholdResult> thresholds) {

  /// Copies the lists.
  public RunResult {
    calls = List.copyOf(calls);
    scenarios = List.copyOf(scenarios);
    phases = List.copyOf(phases);
    workers = List.copyOf(workers);
    timeline = List.copyOf(timeline);
    thresholds = List.copyOf(thresholds);
  }

  /// The result of a run that has yet to be judged: its verdict follows from the rest.
  ///
  /// @param polling whether event loops poll while they wait, so that their processor time says
  ///   nothing about their load
  public static RunResult judged(
      RunInfo info,
      Load load,
      List<CallName> calls,
      List<String> scenarios,
      List<Phase> phases,
      WorkerMetrics metrics,
      List<WorkerHealth> workers,
      List<TimelinePoint> timeline,
      Ending ending,
      boolean polling,
      List<ThresholdResult> thresholds) {
    Facts facts =
        new Facts(
            load.open,
            load.arrivals,
            load.started,
            load.unsent,
            load.waited,
            load.sessionLimit,
            metrics,
            workers.stream().map(worker -> worker.facts(polling)).toList());
    return new RunResult(
        info,
        load,
        calls,
        scenarios,
        phases,
        metrics,
        workers,
        timeline,
        ending,
        Judge.judge(facts),
        thresholds);
  }

  /// What was run, by whom and where.
  ///
  /// @param version of Crankfire
  /// @param target where to
  /// @param startedAt by the wall clock
  /// @param seed of everything random
  /// @param configuration the settings in effect, for people, secrets masked
  /// @param environment the machine: `java`, `os`, `processors`, …
  public record RunInfo(
      String version,
      String target,
      Instant startedAt,
      long seed,
      Map<String, String> configuration,
      Map<String, String> environment) {
    /// Keeps the order of the maps.
    public RunInfo {
      configuration =
          java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(configuration));
      environment =
          java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(environment));
    }
  }

  /// How the arrivals that are judged went, without those of the warm-up. `arrivals = started +
  /// unsent`; each started is one iteration of a scenario, so `started = ok + failed + interrupted`
  /// over the scenarios, and with scenarios of one step over the exchanges as well.
  ///
  /// @param open whether a schedule made the arrivals, rather than sessions as soon as they were
  ///   free
  /// @param arrivals how many there were: due by the end of the load
  /// @param started how many began
  /// @param unsent how many never did
  /// @param waited how many of those begun had to wait for a free session
  /// @param sessions the most sessions there were at a time
  /// @param sessionLimit how many there could have been
  /// @param loadNanos how long load was offered that is judged; rates are over this
  /// @param drainNanos how long exchanges under way went on after it
  public record Load(
      boolean open,
      long arrivals,
      long started,
      long unsent,
      long waited,
      int sessions,
      int sessionLimit,
      long loadNanos,
      long drainNanos) {}

  /// How a call is called.
  ///
  /// @param name the label in statistics
  /// @param protocol the protocol's name
  /// @param checks the names of its checks, in the order of [CallMetrics#checks]
  public record CallName(String name, String protocol, List<String> checks) {
    /// Copies the list.
    public CallName {
      checks = List.copyOf(checks);
    }

    /// Without checks.
    public CallName(String name, String protocol) {
      this(name, protocol, List.of());
    }
  }

  /// What one worker did to itself.
  ///
  /// @param transport the event loop it ran on
  /// @param runNanos how long it ran
  /// @param cpuNanos its thread's processor time; negative when it cannot be told
  /// @param runQueueNanos time it was ready to run and had no processor; negative when it cannot be
  ///   told
  /// @param busiestCpu the highest share of a processor in any whole second, 0 to 1; negative when
  ///   it cannot be told
  /// @param longestStall the longest unasked-for gap between two turns of its loop
  /// @param stalls turns more than 10 ms late
  public record WorkerHealth(
      String transport,
      long runNanos,
      long cpuNanos,
      long runQueueNanos,
      double busiestCpu,
      long longestStall,
      long stalls) {

    private Facts.Loop facts(boolean polling) {
      return new Facts.Loop(
          polling, runNanos, cpuNanos, runQueueNanos, busiestCpu, longestStall, stalls);
    }
  }

  /// Why a run ended.
  public enum Ending {
    /// The schedule, the duration or the total was over.
    COMPLETED,
    /// A threshold did not hold and was to end the run.
    ABORTED,
    /// The user asked for an end, and what was under way could finish.
    STOPPED,
    /// The user asked for an end at once.
    CANCELLED
  }

  /// Whether every threshold held.
  public boolean passed() {
    for (ThresholdResult threshold : thresholds) {
      if (!threshold.passed()) {
        return false;
      }
    }
    return true;
  }

  /// The threshold that ended the run; null if none did.
  public @Nullable ThresholdResult endedBy() {
    if (ending != Ending.ABORTED) {
      return null;
    }
    ThresholdResult first = null;
    for (ThresholdResult threshold : thresholds) {
      if (threshold.endsRun() && (first == null || threshold.foundNanos() < first.foundNanos())) {
        first = threshold;
      }
    }
    return first;
  }

  /// Exchanges that succeeded.
  public long ok() {
    return metrics.total().ok();
  }

  /// Exchanges that failed.
  public long failed() {
    return metrics.total().failed();
  }

  /// Exchanges that ended, per second of load.
  public double requestsPerSecond() {
    long done = ok() + failed();
    return load.loadNanos <= 0 ? 0 : done * 1e9 / load.loadNanos;
  }
}
