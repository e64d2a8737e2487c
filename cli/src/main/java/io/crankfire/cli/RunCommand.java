package io.crankfire.cli;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Problems;
import io.crankfire.imports.HarExpansion;
import io.crankfire.plan.LoadPlan;
import io.crankfire.protocol.Protocol;
import io.crankfire.result.RunResult;
import io.crankfire.run.PlanBinder;
import io.crankfire.run.RunFailedException;
import io.crankfire.verdict.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// `crankfire run`: plans, runs, reports, judges.
final class RunCommand {

  /// Fresh seeds are short enough to be typed again.
  private static final long SEEDS = 1L << 32;

  private final Console console;
  private final Parts parts;

  RunCommand(Console console, Parts parts) {
    this.console = console;
    this.parts = parts;
  }

  /// Runs what was asked for.
  ///
  /// @return the exit code
  /// @throws UsageException if the settings are wrong
  int execute(Given given) throws UsageException {
    List<String> faults = new ArrayList<>();
    Problems problems = new Problems();
    ConfigNode.Mapping config = withRecording(FlagConfig.toConfig(given, problems), problems);
    Map<String, Protocol> protocols = parts.protocols();
    LoadPlan plan =
        new PlanBinder(protocols, new SplittableRandom().nextLong(SEEDS)).bind(config, problems);
    Reporting reporting = Reporting.of(console, given, faults);
    faults.addAll(0, Faults.lines(problems));
    if (plan == null || !faults.isEmpty()) {
      throw new UsageException(faults);
    }
    if (!reporting.canBeWritten()) {
      return ExitCode.COULD_NOT;
    }
    return run(plan, protocols, given, reporting);
  }

  /// With the requests of a HAR file, if one is named in whatever spelling. Only then are the
  /// classes loaded that read it.
  private static ConfigNode.Mapping withRecording(ConfigNode.Mapping config, Problems problems) {
    for (String key : config.entries().keySet()) {
      if (key.regionMatches(true, 0, "har", 0, 3)) {
        return HarExpansion.expand(config, problems);
      }
    }
    return config;
  }

  private int run(
      LoadPlan plan, Map<String, Protocol> protocols, Given given, Reporting reporting) {
    ProgressPrinter progress =
        new ProgressPrinter(
            console.err(),
            console.refreshes(),
            given.has(Flags.QUIET),
            given.has(Flags.LOG_ERRORS));
    Parts.Running running =
        parts.prepare(plan, protocols, RunDescription.of(given, plan.seed()), progress);
    AtomicReference<Interrupts.@Nullable Kind> interrupt = new AtomicReference<>();
    RunResult result;
    try (var _ =
        console
            .interrupts()
            .listen((kind, times) -> end(running, progress, interrupt, kind, times))) {
      result = running.execute();
    } catch (RunFailedException e) {
      progress.clear();
      console.complain(String.valueOf(e.getMessage()));
      return ExitCode.COULD_NOT;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return ExitCode.INTERRUPTED;
    }
    progress.clear();
    boolean written = reporting.write(result);
    if (!written) {
      return ExitCode.COULD_NOT;
    }
    Interrupts.Kind kind = interrupt.get();
    return kind != null ? kind.exitCode() : verdict(result, given);
  }

  private static void end(
      Parts.Running running,
      ProgressPrinter progress,
      AtomicReference<Interrupts.@Nullable Kind> interrupt,
      Interrupts.Kind kind,
      int times) {
    interrupt.compareAndSet(null, kind);
    if (times == 1) {
      progress.say("draining (Ctrl-C again to cancel)");
      running.stop();
    } else {
      progress.say("cancelling (Ctrl-C again to leave without a report)");
      running.cancel();
    }
  }

  /// What the result means for the exit code: the worst first, since a measurement that cannot be
  /// trusted says nothing about failures either.
  private int verdict(RunResult result, Given given) {
    Verdict verdict = result.verdict();
    if (given.has(Flags.STRICT) && verdict.validity() != Verdict.Validity.VALID) {
      String why =
          verdict.findings().isEmpty() ? "" : ": " + verdict.findings().getFirst().message();
      console.complain("the measurement is " + verdict.validity() + why);
      return ExitCode.NOT_VALID;
    }
    if (result.failed() > 0) {
      console.complain(
          "%d of %d requests failed".formatted(result.failed(), result.ok() + result.failed()));
      return ExitCode.FAILED;
    }
    return ExitCode.OK;
  }
}
