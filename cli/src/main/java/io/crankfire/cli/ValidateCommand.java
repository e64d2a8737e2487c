package io.crankfire.cli;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.config.Secrets;
import io.crankfire.file.ConfigFile;
import io.crankfire.plan.LoadPlan;
import io.crankfire.run.PlanBinder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `crankfire validate`: says what is wrong with configuration files, or what they would run.
final class ValidateCommand {

  /*
   * A file with profiles is tried without one and with each. It may be made for being run with a
   * profile only: what is missing without one is no fault if nothing is missing with each of them.
   */

  private final Console console;
  private final Secrets secrets = new Secrets();
  private final Parts parts;

  ValidateCommand(Console console, Parts parts) {
    this.console = console;
    this.parts = parts;
  }

  /// A file with or without a profile, and what became of it.
  private record Attempt(@Nullable String profile, @Nullable LoadPlan plan, Problems problems) {}

  int execute(Given given) {
    boolean valid = true;
    for (String name : given.words()) {
      valid &= isValid(name, given.one(Flags.PROFILE));
    }
    if (console.out().checkError()) {
      console.complain("the standard output cannot be written");
      return ExitCode.COULD_NOT;
    }
    return valid ? ExitCode.OK : ExitCode.USAGE;
  }

  private boolean isValid(String name, @Nullable String profile) {
    Problems unreadable = new Problems();
    ConfigFile file = ConfigFile.read(name, unreadable);
    if (file == null) {
      return complain(unreadable.all());
    }
    List<Attempt> attempts = new ArrayList<>();
    Attempt alone = attempt(file, profile);
    if (profile == null) {
      for (String each : file.profiles()) {
        attempts.add(attempt(file, each));
      }
    }
    boolean needsProfile =
        !attempts.isEmpty()
            && !alone.problems.isEmpty()
            && attempts.stream().allMatch(attempt -> attempt.problems.isEmpty());
    if (!needsProfile) {
      attempts.addFirst(alone);
    }
    List<Problems.Problem> problems = new ArrayList<>();
    for (Attempt attempt : attempts) {
      for (Problems.Problem problem : attempt.problems.all()) {
        if (!problems.contains(problem)) {
          problems.add(problem);
        }
      }
    }
    if (!problems.isEmpty()) {
      return complain(problems);
    }
    for (Attempt attempt : attempts) {
      print(name, attempt);
    }
    return true;
  }

  private Attempt attempt(ConfigFile file, @Nullable String profile) {
    Problems problems = new Problems();
    ConfigNode.Mapping settings =
        Settings.withRecording(
            file.settings(profile, Position.flag(Flags.PROFILE), console.environment(), problems),
            problems);
    secrets.addAll(settings);
    Authentication authentication = new Authentication(console.environment(), secrets);
    LoadPlan plan =
        new PlanBinder(parts.protocols(), authentication, 0, console.environment())
            .bind(settings, problems);
    FileConfig.checkOutput(settings, problems);
    return new Attempt(profile, plan, problems);
  }

  private boolean complain(List<Problems.Problem> problems) {
    for (Problems.Problem problem : problems) {
      console.complain(secrets.mask(Faults.shown(problem)));
    }
    return false;
  }

  private void print(String name, Attempt attempt) {
    for (Problems.Problem warning : attempt.problems.warnings()) {
      console.err().println(secrets.mask("warning: " + Faults.shown(warning)));
    }
    if (attempt.plan != null) {
      String profile = attempt.profile == null ? "" : " with profile " + attempt.profile;
      console
          .out()
          .println(secrets.mask(name + profile + " is valid: " + PlanSummary.of(attempt.plan)));
    }
  }
}
