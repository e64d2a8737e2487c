package io.crankfire.cli;

import io.crankfire.config.Secrets;
import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.ErrorTally;
import io.crankfire.metrics.LoadPhaseMetrics;
import io.crankfire.metrics.TimelinePoint;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.plan.Phase;
import io.crankfire.result.RunResult;
import io.crankfire.result.RunResult.CallName;
import io.crankfire.result.RunResult.RunInfo;
import io.crankfire.run.Progress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Takes the secrets out of what is reported and saved. A target may have repeated them in what it
/// answered, and whoever wrote the configuration in a name or a URL.
final class Unsecret {
  private Unsecret() {}

  static RunResult of(RunResult result, Secrets secrets) {
    // Any that were got during the run came by one that was given.
    if (secrets.isEmpty()) {
      return result;
    }
    WorkerMetrics metrics = result.metrics();
    mask(metrics.errors, secrets);
    for (LoadPhaseMetrics phase : metrics.phases) {
      mask(phase.errors, secrets);
    }
    relabel(metrics, secrets);
    return new RunResult(
        of(result.info(), secrets),
        result.load(),
        result.calls().stream()
            .map(call ->
                new CallName(
                    secrets.mask(call.name()), call.protocol(), of(call.checks(), secrets)))
            .toList(),
        of(result.scenarios(), secrets),
        result.phases().stream().map(phase -> of(phase, secrets)).toList(),
        metrics,
        result.workers(),
        result.timeline(),
        result.ending(),
        result.verdict(),
        result.thresholds());
  }

  private static void mask(ErrorTally errors, Secrets secrets) {
    List<ErrorTally.Entry> entries = errors.entries();
    long others = errors.others();
    errors.clear();
    for (ErrorTally.Entry error : entries) {
      errors.add(of(error, secrets));
    }
    errors.addOthers(others);
  }

  /// What a target chose to answer is a label in some measures.
  private static void relabel(WorkerMetrics metrics, Secrets secrets) {
    for (int i = 0; i < metrics.calls.length; i++) {
      metrics.calls[i].measures.relabel(secrets::mask);
      for (LoadPhaseMetrics phase : metrics.phases) {
        CallMetrics call = phase.callIfAny(i);
        if (call != null) {
          call.measures.relabel(secrets::mask);
        }
      }
    }
  }

  static List<String> of(List<String> lines, Secrets secrets) {
    return lines.stream().map(secrets::mask).toList();
  }

  static Progress of(Progress progress, Secrets secrets) {
    return new Progress() {
      @Override
      public void warmingUp(Duration time) {
        progress.warmingUp(time);
      }

      @Override
      public void interval(TimelinePoint point, SoFar soFar, List<ErrorTally.Entry> errors) {
        progress.interval(point, soFar, errors.stream().map(error -> of(error, secrets)).toList());
      }
    };
  }

  private static Phase of(Phase phase, Secrets secrets) {
    return new Phase(
        secrets.mask(phase.name()), phase.fromNanos(), phase.toNanos(), phase.warmup());
  }

  private static ErrorTally.Entry of(ErrorTally.Entry error, Secrets secrets) {
    return new ErrorTally.Entry(
        error.bucket(),
        secrets.mask(error.detail()),
        error.count(),
        error.firstNanos(),
        error.lastNanos());
  }

  private static RunInfo of(RunInfo info, Secrets secrets) {
    Map<String, String> configuration = new LinkedHashMap<>();
    info.configuration().forEach((key, value) -> configuration.put(key, secrets.mask(value)));
    return new RunInfo(
        info.version(),
        secrets.mask(info.target()),
        info.startedAt(),
        info.seed(),
        configuration,
        info.environment());
  }
}
