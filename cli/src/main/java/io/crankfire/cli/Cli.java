package io.crankfire.cli;

import io.crankfire.config.Spelling;
import io.crankfire.file.JsonSchema;
import io.crankfire.run.ConfigKeys;
import java.util.Arrays;
import java.util.List;

/// The program without its process: takes streams, returns the exit code.
final class Cli {

  /// What is completed and suggested.
  static final List<String> COMMANDS =
      List.of(
          "run",
          "plan",
          "validate",
          "init",
          "import",
          "grpc",
          "report",
          "demo",
          "version",
          "completion",
          "help");

  private final Console console;
  private final Parts parts;

  Cli(Console console, Parts parts) {
    this.console = console;
    this.parts = parts;
  }

  /// Runs one command.
  int run(String... args) {
    try {
      return dispatch(Arrays.asList(args));
    } catch (UsageException e) {
      console.complain(e.lines());
      return ExitCode.USAGE;
    } catch (RuntimeException | Error bug) {
      return reportBug(bug);
    }
  }

  private int dispatch(List<String> args) throws UsageException {
    if (args.isEmpty()) {
      return print(Help.run());
    }
    String first = args.getFirst();
    List<String> rest = args.subList(1, args.size());
    return switch (first) {
      case "run" -> startRun(rest);
      case "validate" -> validate(rest);
      case "init" -> init(rest);
      case "plan" -> plan(rest);
      case "import" -> new ImportCommand(console, parts).execute(rest);
      case "grpc" -> new GrpcCommand(console).execute(rest);
      case "report" -> report(rest);
      case "demo" -> demo(rest);
      case "version", "--version", "-V" -> print(Version.line() + "\n");
      case "completion" -> completion(rest);
      case "help" -> help(rest);
      case "train" -> new TrainCommand(parts).execute(console);
      default -> {
        if (first.startsWith("-")) {
          yield startRun(args);
        }
        throw new UsageException(unknown(first));
      }
    };
  }

  private static String unknown(String word) {
    return word.contains("://")
        ? "unknown command \"" + word + "\"; a target is given by --target"
        : "unknown command \"" + word + "\"" + Spelling.hint(word, COMMANDS);
  }

  private int startRun(List<String> args) throws UsageException {
    Given given = FlagParser.parse(Flags.RUN, args);
    if (given.has(Flags.HELP)) {
      return print(Help.run());
    }
    rejectWords(given.words(), 0, "a target is given by --target");
    return new RunCommand(console, parts).execute(given);
  }

  private int validate(List<String> args) throws UsageException {
    Given given = FlagParser.parse(Flags.VALIDATE, args);
    if (given.has(Flags.HELP)) {
      return print(Help.validate());
    }
    if (given.has(Flags.SCHEMA)) {
      return print(JsonSchema.of(ConfigKeys.top(), ConfigKeys.inner()));
    }
    if (given.words().isEmpty()) {
      throw new UsageException("a file is needed: crankfire validate FILE");
    }
    return new ValidateCommand(console, parts).execute(given);
  }

  private int init(List<String> args) throws UsageException {
    Given given = FlagParser.parse(Flags.INIT, args);
    if (given.has(Flags.HELP)) {
      return print(Help.init());
    }
    rejectWords(given.words(), 1, "one file is written at a time");
    return new InitCommand(console).execute(given);
  }

  private int plan(List<String> args) throws UsageException {
    Given given = FlagParser.parse(Flags.PLAN, args);
    if (given.has(Flags.HELP)) {
      return print(Help.plan());
    }
    rejectWords(given.words(), 1, "one file is planned at a time");
    return new PlanCommand(console, parts).execute(given.withFile());
  }

  private int report(List<String> args) throws UsageException {
    Given given = FlagParser.parse(Flags.REPORT, args);
    if (given.has(Flags.HELP)) {
      return print(Help.report());
    }
    if (given.words().isEmpty()) {
      throw new UsageException("a saved run is needed: crankfire report FILE");
    }
    rejectWords(given.words(), 1, "one file is reported at a time");
    return new ReportCommand(console).execute(given);
  }

  private int demo(List<String> args) throws UsageException {
    Given given = FlagParser.parse(Flags.NONE, args);
    if (given.has(Flags.HELP)) {
      return print(Help.demo());
    }
    rejectWords(given.words(), 0, "demo takes none");
    return new DemoCommand(console, parts).execute();
  }

  private int completion(List<String> args) throws UsageException {
    Given given = FlagParser.parse(Flags.NONE, args);
    if (given.has(Flags.HELP)) {
      return print(Help.completion());
    }
    rejectWords(given.words(), 1, "one shell is named at a time");
    String shell = given.words().isEmpty() ? "bash" : given.words().getFirst();
    return switch (shell) {
      case "bash" -> print(Completion.bash());
      case "zsh" -> print(Completion.zsh());
      default ->
          throw new UsageException("no completion for \"" + shell + "\": there is bash and zsh");
    };
  }

  private int help(List<String> args) throws UsageException {
    return switch (args.isEmpty() ? "run" : args.getFirst()) {
      case "run", "help", "version" -> print(Help.run());
      case "validate" -> print(Help.validate());
      case "init" -> print(Help.init());
      case "plan" -> print(Help.plan());
      case "import" -> print(Help.imports());
      case "grpc" -> print(Help.grpc());
      case "report" -> print(Help.report());
      case "demo" -> print(Help.demo());
      case "completion" -> print(Help.completion());
      default -> throw new UsageException(unknown(args.getFirst()));
    };
  }

  private static void rejectWords(List<String> words, int allowed, String why)
      throws UsageException {
    if (words.size() > allowed) {
      throw new UsageException("unexpected word \"" + words.get(allowed) + "\": " + why);
    }
  }

  private int print(String text) {
    console.out().print(text);
    if (console.out().checkError()) {
      console.complain("the standard output cannot be written");
      return ExitCode.COULD_NOT;
    }
    return ExitCode.OK;
  }

  private int reportBug(Throwable bug) {
    console.complain(
        "this is a bug in Crankfire; please report it with the command and these lines:");
    console
        .err()
        .println(
            "%s, Java %s, %s %s %s"
                .formatted(
                    Version.line(),
                    Runtime.version(),
                    System.getProperty("os.name"),
                    System.getProperty("os.version"),
                    System.getProperty("os.arch")));
    bug.printStackTrace(console.err());
    return ExitCode.BUG;
  }
}
