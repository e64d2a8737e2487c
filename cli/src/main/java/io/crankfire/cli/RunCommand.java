package io.crankfire.cli;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Problems;
import io.crankfire.config.Secrets;
import io.crankfire.plan.LoadPlan;
import io.crankfire.protocol.Protocol;
import io.crankfire.report.TextReport;
import io.crankfire.result.RunResult;
import io.crankfire.run.PlanBinder;
import io.crankfire.run.Progress;
import io.crankfire.run.RunFailedException;
import io.crankfire.verdict.ThresholdResult;
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
  static final long SEEDS = 1L << 32;

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
    Settings settings = Settings.of(given, console, problems);
    ConfigNode.Mapping config = settings.config();
    Map<String, Protocol> protocols = parts.protocols();
    Secrets secrets = new Secrets();
    secrets.addAll(config);
    Authentication authentication = new Authentication(console.environment(), secrets);
    PlanBinder binder =
        new PlanBinder(
                protocols,
                authentication,
                new SplittableRandom().nextLong(SEEDS),
                console.environment())
            .asking();
    LoadPlan plan = binder.bind(config, problems);
    Reporting reporting = Reporting.of(console, settings.given(), faults);
    faults.addAll(0, Faults.lines(problems));
    if (faults.isEmpty() && !binder.failures().isEmpty()) {
      binder.failures().forEach(each -> console.complain(secrets.mask(each)));
      return ExitCode.COULD_NOT;
    }
    if (plan == null || !faults.isEmpty()) {
      throw new UsageException(Unsecret.of(faults, secrets));
    }
    for (Problems.Problem warning : problems.warnings()) {
      console.err().println(secrets.mask("warning: " + Faults.shown(warning)));
    }
    if (!reporting.canBeWritten()) {
      return ExitCode.COULD_NOT;
    }
    return run(plan, protocols, settings.given(), reporting, authentication);
  }

  private int run(
      LoadPlan plan,
      Map<String, Protocol> protocols,
      Given given,
      Reporting reporting,
      Authentication authentication) {
    Secrets secrets = authentication.secrets();
    ProgressPrinter progress =
        new ProgressPrinter(
            console.err(),
            console.refreshes(),
            given.has(Flags.QUIET),
            given.has(Flags.LOG_ERRORS));
    Progress shown = progress;
    if (!secrets.isEmpty()) {
      authentication.tell(progress::say);
      shown = Unsecret.of(progress, secrets);
    }
    Parts.Running running = parts.prepare(plan, protocols, RunDescription.of(given, plan), shown);
    AtomicReference<Interrupts.@Nullable Kind> interrupt = new AtomicReference<>();
    RunResult result;
    try (var _ =
        console
            .interrupts()
            .listen((kind, times) -> end(running, progress, interrupt, kind, times))) {
      result = Unsecret.of(running.execute(), secrets);
    } catch (RunFailedException e) {
      progress.clear();
      console.complain(secrets.mask(String.valueOf(e.getMessage())));
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

  /// With thresholds, they alone decide: failures are as good as they say.
  private int thresholds(RunResult result) {
    List<ThresholdResult> failed = new ArrayList<>(result.thresholds());
    failed.removeIf(ThresholdResult::passed);
    if (failed.isEmpty()) {
      return ExitCode.OK;
    }
    console.complain(
        "%d of %d thresholds failed: %s%s"
            .formatted(
                failed.size(),
                result.thresholds().size(),
                TextReport.sentence(failed.getFirst()),
                failed.size() > 1 ? "; …" : ""));
    return ExitCode.FAILED;
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
    if (!result.thresholds().isEmpty()) {
      return thresholds(result);
    }
    if (result.failed() > 0) {
      console.complain(
          "%d of %d requests failed".formatted(result.failed(), result.ok() + result.failed()));
      return ExitCode.FAILED;
    }
    return ExitCode.OK;
  }
}
