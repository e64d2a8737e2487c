package io.crankfire.cli;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Problems;
import io.crankfire.config.Secrets;
import io.crankfire.net.Clock;
import io.crankfire.plan.LoadPlan;
import io.crankfire.protocol.Protocol;
import io.crankfire.run.PlanBinder;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// `crankfire plan`: says what a run with the same settings would do, and sends nothing.
final class PlanCommand {

  private static final int DEFAULT_REQUESTS = 3;
  private static final int MOST_REQUESTS = 100_000;

  private final Console console;
  private final Parts parts;

  PlanCommand(Console console, Parts parts) {
    this.console = console;
    this.parts = parts;
  }

  /// Prints the plan.
  ///
  /// @return the exit code
  /// @throws UsageException if the settings are wrong
  int execute(Given given) throws UsageException {
    Problems problems = new Problems();
    ConfigNode.Mapping config = Settings.of(given, console, problems).config();
    Map<String, Protocol> protocols = parts.protocols();
    Secrets secrets = new Secrets();
    secrets.addAll(config);
    Authentication authentication = new Authentication(console.environment(), secrets);
    LoadPlan plan =
        new PlanBinder(
                protocols,
                authentication,
                new SplittableRandom().nextLong(RunCommand.SEEDS),
                console.environment())
            .bind(config, problems);
    if (plan == null || !problems.isEmpty()) {
      throw new UsageException(Unsecret.of(Faults.lines(problems), secrets));
    }
    for (Problems.Problem warning : problems.warnings()) {
      console.err().println(secrets.mask("warning: " + Faults.shown(warning)));
    }
    String text = PlanText.render(plan, protocols, requests(given), Clock::epochMillis);
    console.out().print(secrets.mask(text));
    if (console.out().checkError()) {
      console.complain("the standard output cannot be written");
      return ExitCode.COULD_NOT;
    }
    return ExitCode.OK;
  }

  private static int requests(Given given) throws UsageException {
    List<String> all = given.all(Flags.REQUESTS);
    if (all.isEmpty()) {
      return DEFAULT_REQUESTS;
    }
    String text = all.getLast().strip();
    try {
      int requests = Integer.parseInt(text);
      if (requests >= 0 && requests <= MOST_REQUESTS) {
        return requests;
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw new UsageException(
        "%s: \"%s\" is not a whole number from 0 to %d"
            .formatted(Flags.REQUESTS, text, MOST_REQUESTS));
  }
}
