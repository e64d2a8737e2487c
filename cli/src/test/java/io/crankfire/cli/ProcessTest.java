package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The program as a process: its exit codes, its streams, its signals.
class ProcessTest {
  private static final Path KILL = Path.of("/bin/kill");

  private final HttpTestServer server = HttpTestServer.start();

  @TempDir Path folder;

  @BeforeEach
  void answerSlowly() {
    server.on("/slow", Response.text("ok").after(Duration.ofSeconds(2)));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void exitCodesAreTheProcesses() throws Exception {
    assertThat(exitCode(start("--target", server.url().toString(), "-t3"))).isEqualTo(0);
    assertThat(out()).startsWith("--- Load Test Results ---");
    assertThat(exitCode(start("--rat", "5"))).isEqualTo(2);
    assertThat(err()).isEqualTo("crankfire: unknown flag --rat; did you mean --rate?\n");
  }

  @Test
  void aFullDiskIsNotSilent() throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/full")), "needs /dev/full");
    Process process =
        builder("--target", server.url().toString(), "-t3")
            .redirectOutput(Path.of("/dev/full").toFile())
            .start();

    assertThat(exitCode(process)).isEqualTo(3);
    assertThat(err()).isEqualTo("crankfire: the standard output cannot be written\n");
  }

  @Test
  void theFirstSignalDrainsAndReports() throws Exception {
    Process process = startSlow();
    kill(process, "TERM");

    assertThat(exitCode(process)).isEqualTo(143);
    assertThat(err()).contains("draining");
    assertThat(out()).contains("exchanges under way could finish");
  }

  @Test
  void theSecondSignalCutsOffAndReports() throws Exception {
    assumeTrue(interruptIsHeard(), "needs a parent that does not ignore SIGINT");
    Process process = startSlow();
    kill(process, "INT");
    awaitErr("draining");
    kill(process, "INT");

    assertThat(exitCode(process)).isEqualTo(130);
    assertThat(err()).contains("cancelling");
    assertThat(out()).contains("exchanges under way were cut off");
  }

  private Process startSlow() throws IOException, InterruptedException {
    Process process = start("--target", server.url("/slow").toString(), "-c2", "--forever");
    server.await(counts -> counts.received() >= 2);
    return process;
  }

  private Process start(String... arguments) throws IOException {
    return builder(arguments).redirectOutput(folder.resolve("out").toFile()).start();
  }

  @Test
  void numbersAreWrittenAlikeInEveryCountry() throws Exception {
    ProcessBuilder plan = builder("plan", "--target", "http://h/", "-r", "0.5", "-t", "1234");
    plan.environment().put("JAVA_TOOL_OPTIONS", "-Duser.language=de -Duser.country=DE");
    Process process = plan.redirectOutput(folder.resolve("out").toFile()).start();

    assertThat(exitCode(process)).isEqualTo(ExitCode.OK);
    assertThat(folder.resolve("out"))
        .content()
        .contains("1,234 at the most", "0.500/s")
        .doesNotContain("1.234");
  }

  private ProcessBuilder builder(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.crankfire.cli.Main"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(folder.resolve("err").toFile());
  }

  private static int exitCode(Process process) throws InterruptedException {
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the program does not end");
    }
    return process.exitValue();
  }

  private static void kill(Process process, String signal)
      throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(KILL), "needs /bin/kill");
    String pid = Long.toString(process.pid());
    assertThat(new ProcessBuilder(KILL.toString(), "-" + signal, pid).start().waitFor()).isZero();
  }

  /// A process that a shell started in the background ignores `INT`, and so do its children.
  private static boolean interruptIsHeard() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.exists(status)
        && Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .allMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) == 0);
  }

  private void awaitErr(String text) throws IOException, InterruptedException {
    for (int i = 0; i < 500 && !err().contains(text); i++) {
      Thread.sleep(10);
    }
    assertThat(err()).contains(text);
  }

  private String out() throws IOException {
    return Files.readString(folder.resolve("out"));
  }

  private String err() throws IOException {
    return Files.readString(folder.resolve("err"));
  }
}
