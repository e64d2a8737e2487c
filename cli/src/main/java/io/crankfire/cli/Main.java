package io.crankfire.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The entry point of the program.
@Command(
    name = "crankfire",
    description = "HTTP load tester",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {Main.ShowVersion.class, Main.Train.class})
public final class Main {
  private Main() {}

  /// Runs one command and ends the process with its exit code.
  ///
  /// @param args the command line
  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    return new CommandLine(new Main()).execute(args);
  }

  @Command(name = "version", description = "Print the version")
  static final class ShowVersion implements Runnable {
    @Override
    public void run() {
      System.out.println(Version.line());
    }
  }

  /// Does once what every command does, for the recording of the AOT cache.
  @Command(name = "train", hidden = true)
  static final class Train implements Runnable {
    @Override
    public void run() {
      int worst = 0;
      for (String[] command : new String[][] {{"version"}, {"--help"}, {"--version"}}) {
        worst = Math.max(worst, Main.run(command));
      }
      if (worst != 0) {
        throw new IllegalStateException("a training command ended with exit code " + worst);
      }
    }
  }
}
