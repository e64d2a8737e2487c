package io.crankfire.cli;

import io.crankfire.testkit.Delay;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.tls.TestCertificates;
import io.crankfire.testkit.tls.TlsSetup;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// `crankfire train`: does once what every command does, for the recording of the AOT cache.
///
/// What a training run does not touch is loaded and linked slowly when it is needed, so what runs
/// of load need gets a line here. What they do not need gets none: all that is recorded is in
/// memory in every run. So reading a saved run, whose parser has 450 classes, is not among the
/// lessons.
final class TrainCommand {

  /// JSON and TOML have readers of their own: whoever uses them waits a little longer.
  private static final String CONFIG =
      """
      # a lesson
      method: POST
      headers: {Content-Type: application/json}
      body: {hello: [1, true, "${LESSON:-x}"]}
      rate: 200
      duration: 30s
      graceful_shutdown: 1s
      quiet: true
      profiles:
        few: {total: 9}
      """;

  private final Parts parts;

  TrainCommand(Parts parts) {
    this.parts = parts;
  }

  /// A command and how it has to end.
  private record Lesson(int exitCode, List<String> arguments) {
    static Lesson of(int exitCode, String... arguments) {
      return new Lesson(exitCode, List.of(arguments));
    }
  }

  int execute(Console outer) {
    boolean all = true;
    try {
      Path folder = Files.createTempDirectory("crankfire-train");
      try (HttpTestServer plain = HttpTestServer.start();
          HttpTestServer secure =
              HttpTestServer.start(ServerSetup.plain().with(TlsSetup.server()))) {
        Delay delay = Delay.logNormal(Duration.ofMillis(1), 0.5);
        plain.on("/delayed", Response.text("ok").after(delay, 1));
        plain.on("/missing", Response.status(404));
        plain.on("/moved", Response.redirect(302, "/"));
        Path config = folder.resolve("lesson.yaml");
        Files.writeString(config, CONFIG + "target: " + plain.url());
        for (Lesson lesson : lessons(plain, secure, folder)) {
          all &= attend(lesson, outer);
        }
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all ? ExitCode.OK : ExitCode.BUG;
  }

  private boolean attend(Lesson lesson, Console outer) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    Console muted =
        new Console(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
            new PrintStream(said, false, StandardCharsets.UTF_8),
            () -> true,
            () -> true,
            _ -> null,
            outer.interrupts());
    int exitCode = new Cli(muted, parts).run(lesson.arguments.toArray(String[]::new));
    if (exitCode == lesson.exitCode) {
      return true;
    }
    outer.complain(
        "exit code " + exitCode + " of: crankfire " + String.join(" ", lesson.arguments));
    outer.err().println(said.toString(StandardCharsets.UTF_8));
    return false;
  }

  private static List<Lesson> lessons(HttpTestServer plain, HttpTestServer secure, Path folder) {
    String url = plain.url().toString();
    String delayed = plain.url("/delayed").toString();
    String saved = folder.resolve("saved.run").toString();
    List<Lesson> lessons = new ArrayList<>();
    for (String transport : transports()) {
      String loop = "--transport=" + transport;
      lessons.add(Lesson.of(0, "--target", url, "-c4", "-t2000", loop));
      lessons.add(Lesson.of(0, "--target", delayed, "-r300", "-d1s", loop));
      // Overload, so that the compiler does not take a free session for granted: the code that it
      // would have to throw away is the one that catches up after a target has stood still.
      lessons.add(Lesson.of(0, "--target", delayed, "-r1000", "-c2", "-d1s", loop));
      List<String> tls = List.of("--target", secure.url().toString(), "--ca", certificates(), loop);
      lessons.add(new Lesson(0, with(tls, "-c4", "-t500")));
      lessons.add(new Lesson(0, with(tls, "-r200", "-d1s", "--arrival-model", "poisson")));
    }
    lessons.addAll(
        List.of(
            Lesson.of(0, "--target", url, "-t1"),
            Lesson.of(0, "--target", url, "-t50", "--json-output", "--out", "run=" + saved),
            Lesson.of(
                0,
                "--target",
                url,
                "-t9",
                "--no-keep-alive",
                "--method",
                "POST",
                "--body",
                "x",
                "--header",
                "A: b"),
            Lesson.of(0, "--target", plain.url("/moved").toString(), "-t9", "--quiet"),
            Lesson.of(1, "--target", plain.url("/missing").toString(), "-t9", "--log-errors"),
            Lesson.of(3, "--target", "http://127.0.0.1:" + closedPort() + "/", "-t1"),
            Lesson.of(2, "--target", url, "--durtion", "1s", "--rate", "x"),
            Lesson.of(2, "--target", url, "--rate", "x"),
            Lesson.of(2, "report", folder.resolve("none.run").toString()),
            Lesson.of(0, "--config", folder.resolve("lesson.yaml").toString(), "--profile", "few"),
            Lesson.of(0, "--help"),
            Lesson.of(0, "help", "report"),
            Lesson.of(0, "version"),
            Lesson.of(0, "completion", "bash"),
            Lesson.of(0, "completion", "zsh")));
    return lessons;
  }

  private static List<String> transports() {
    return System.getProperty("os.name").equals("Linux") ? List.of("nio", "epoll") : List.of("nio");
  }

  private static String certificates() {
    return TestCertificates.ca().certificatePem().toString();
  }

  private static int closedPort() {
    HttpTestServer server = HttpTestServer.start();
    server.close();
    return server.port();
  }

  private static List<String> with(List<String> arguments, String... more) {
    return Stream.concat(arguments.stream(), Stream.of(more)).toList();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
