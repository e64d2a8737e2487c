package io.crankfire.cli;

import io.crankfire.testkit.Delay;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Response;
import java.time.Duration;
import java.util.List;

/// `crankfire demo`: a server on this machine with the delays of a usual web service, tested for
/// ten seconds.
final class DemoCommand {

  private static final long SEED = 25;

  private final Console console;
  private final Parts parts;

  DemoCommand(Console console, Parts parts) {
    this.console = console;
    this.parts = parts;
  }

  int execute() throws UsageException {
    try (HttpTestServer server = HttpTestServer.start()) {
      // Most answers take some milliseconds; one in fifty waits for something slow.
      Delay usual = Delay.logNormal(Duration.ofMillis(4), 0.5);
      Delay slow = Delay.logNormal(Duration.ofMillis(60), 0.3);
      server.otherwise(
          Response.json("{\"hello\":\"world\"}").after(Delay.bimodal(usual, slow, 0.02), SEED));
      String target = server.url("/hello").toString();
      console
          .err()
          .println(
              """
              A server on this machine answers after 4 ms as a rule, and after 60 ms one time in fifty.
              This is what is run against it:
                crankfire --target %s --rate 500 --duration 10s
              """
                  .formatted(target));
      Given given =
          FlagParser.parse(
              Flags.RUN, List.of("--target", target, "--rate", "500", "--duration", "10s"));
      int exitCode = new RunCommand(console, parts).execute(given);
      if (exitCode == ExitCode.OK) {
        console
            .err()
            .println(
                """

                Now try your own:
                  crankfire --target http://localhost:8080/ --rate 100 --duration 30s
                  crankfire --help
                """
                    .stripTrailing());
      }
      return exitCode;
    }
  }
}
