package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.Problems;
import io.crankfire.plan.LoadPlan;
import io.crankfire.protocol.CredentialBinder;
import io.crankfire.protocol.Protocol;
import io.crankfire.result.RunResult;
import io.crankfire.run.LoadRun;
import io.crankfire.run.PlanBinder;
import io.crankfire.run.Progress;
import io.crankfire.run.RunFailedException;
import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.tls.TestCertificates;
import io.crankfire.testkit.tls.TlsSetup;
import io.crankfire.verdict.Verdict;
import io.crankfire.verdict.Verdict.Finding;
import io.crankfire.verdict.Verdict.Validity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole runs, from the command line to the exit code.
class RunTest {

  private final HttpTestServer server = HttpTestServer.start();
  private final String url = server.url().toString();
  private Screen screen = new Screen();

  @TempDir Path folder;

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aRunReportsOnTheStandardOutputAndNothingElse() {
    assertThat(screen.run("--target", url, "-t", "25", "-c", "3")).isEqualTo(ExitCode.OK);
    assertThat(screen.out()).startsWith("--- Load Test Results ---").contains("Total Requests:");
    assertThat(screen.err()).isEmpty();
    assertThat(server.counts().received()).isEqualTo(25);
  }

  @Test
  void theWordRunMayBeWritten() {
    assertThat(screen.run("run", "--target", url, "-t1")).isEqualTo(ExitCode.OK);
  }

  @Test
  void aRateAndADurationMakeSoManyRequests() {
    assertThat(screen.run("--target", url, "-r", "50", "-d", "2s")).isEqualTo(ExitCode.OK);
    assertThat(server.counts().received()).isBetween(99L, 101L);
  }

  @Test
  void theRequestIsTheOneAskedFor() throws Exception {
    Path body = Files.writeString(folder.resolve("body.txt"), "from a file");
    server.recordRequests(2);
    screen.run(
        "--target",
        url,
        "-t1",
        "--method",
        "put",
        "--body",
        " text ",
        "--header",
        "X-A=1,2",
        "--header",
        "X-B: c=d",
        "--header",
        "x-a=3");
    screen.run("--target", url, "-t1", "--method", "POST", "--body-file", body.toString());

    var inline = server.requests().getFirst();
    assertThat(inline.method()).isEqualTo("PUT");
    assertThat(new String(inline.body(), StandardCharsets.UTF_8)).isEqualTo(" text ");
    assertThat(inline.header("X-A")).isEqualTo("3");
    assertThat(inline.header("X-B")).isEqualTo("c=d");
    assertThat(new String(server.requests().getLast().body(), StandardCharsets.UTF_8))
        .isEqualTo("from a file");
  }

  @Test
  void failedRequestsAreExitCodeOne() {
    server.on("/missing", Response.status(404));
    String missing = server.url("/missing").toString();

    assertThat(screen.run("--target", missing, "-t5", "--log-errors")).isEqualTo(ExitCode.FAILED);
    assertThat(screen.errLines())
        .hasSize(2)
        .endsWith("crankfire: 5 of 5 requests failed")
        .first()
        .asString()
        .startsWith("[crankfire] request failed: 404");
  }

  @Test
  void withThresholdsTheyAloneDecide() {
    server.on("/half", Behavior.cycle(List.of(Response.status(500), Response.text("ok"))));
    String half = server.url("/half").toString();

    assertThat(screen.run("--target", half, "-t10", "--threshold", "http_req_failed:rate < 0.6"))
        .isEqualTo(ExitCode.OK);
    assertThat(screen.err()).isEmpty();
    assertThat(screen.out())
        .contains("Failed:            5")
        .contains("✓ http_req_failed:rate < 0.6: 50 % < 60 %")
        .contains("Threshold Summary: 1/1 passed");
  }

  @Test
  void aThresholdThatDoesNotHoldIsExitCodeOne() {
    assertThat(
            screen.run(
                "--target", url, "-t10", "--threshold", "requests > 10", "--threshold=failed < 1%"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(screen.errLines())
        .containsExactly("crankfire: 1 of 2 thresholds failed: requests > 10: 10 > 10");
    assertThat(screen.out()).contains("✗ requests > 10: 10 > 10").contains("✓ failed < 1%: 0 % <");
  }

  @Test
  void aThresholdEndsARunThatIsForEver() throws Exception {
    server.otherwise(Response.status(503));
    Path saved = folder.resolve("a.run");

    assertThat(
            screen.run(
                "--target",
                url,
                "-r20",
                "--forever",
                "--threshold",
                "failed < 1% abort",
                "--out",
                "run=" + saved))
        .isEqualTo(ExitCode.FAILED);
    assertThat(screen.out()).contains("Ended:             early, because of a threshold: failed <");
    Screen again = new Screen();
    assertThat(again.run("report", saved.toString())).isEqualTo(ExitCode.OK);
    assertThat(again.out()).isEqualTo(screen.out());
  }

  @Test
  void withAWrongThresholdNothingIsSent() {
    assertThat(
            screen.run(
                "--target",
                url,
                "-t10",
                "--threshold",
                "respons_time:p95 < 5",
                "--threshold",
                "failed{endpoint:shop} < 1%, 2",
                "--threshold",
                "failed{phase:peak} < 1%",
                "--threshold",
                "checks > 99%"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(screen.errLines()).hasSize(4);
    assertThat(screen.errLines().getFirst())
        .startsWith("crankfire: --threshold: threshold \"respons_time:p95 < 5\", character 1: ")
        .contains("did you mean response_time?");
    assertThat(screen.errLines().get(1)).contains("\"failed{endpoint:shop} < 1%, 2\"");
    assertThat(screen.errLines().get(2)).endsWith("there is no phase \"peak\"");
    assertThat(screen.errLines().get(3)).endsWith("the endpoints have no checks");
    assertThat(server.counts().received()).isZero();
  }

  @Test
  void aTargetThatIsNotThereIsExitCodeThree() {
    server.close();

    assertThat(screen.run("--target", url, "-t1")).isEqualTo(ExitCode.COULD_NOT);
    assertThat(screen.errLines()).hasSize(1);
    assertThat(screen.out()).isEmpty();
  }

  @Test
  void certificatesAreVerifiedUnlessToldOtherwise() {
    try (HttpTestServer secure =
        HttpTestServer.start(ServerSetup.plain().with(TlsSetup.server()))) {
      String target = secure.url().toString();
      String ca = TestCertificates.ca().certificatePem().toString();

      assertThat(screen.run("--target", target, "-t1", "--ca", ca)).isEqualTo(ExitCode.OK);
      assertThat(screen.run("--target", target, "-t1", "--insecure")).isEqualTo(ExitCode.OK);
      assertThat(screen.run("--target", target, "-t1")).isNotEqualTo(ExitCode.OK);
    }
  }

  @Test
  void aSavedRunIsReportedAgainAsItWas() {
    String saved = folder.resolve("a.run").toString();
    Path json = folder.resolve("a.json");
    screen.run("--target", url, "-t5", "--out", "run=" + saved, "--out", "json=" + json);
    Screen again = new Screen();

    assertThat(again.run("report", saved)).isEqualTo(ExitCode.OK);
    assertThat(again.out()).isEqualTo(screen.out());
    Screen asJson = new Screen();
    assertThat(asJson.run("report", saved, "--json-output")).isEqualTo(ExitCode.OK);
    assertThat(json).hasContent(asJson.out());
  }

  @Test
  void aTerminalSeesProgressAndColoursUnlessTheyAreUnwanted() {
    screen = new Screen(true, Map.of(), Interrupts.NONE);
    screen.run("--target", url, "-r50", "-d1s");
    assertThat(screen.out()).contains("\u001b[");
    assertThat(screen.err()).contains("\r\u001b[K").endsWith("\r\u001b[K");

    screen = new Screen(true, Map.of("NO_COLOR", "1"), Interrupts.NONE);
    screen.run("--target", url, "-r50", "-d1s", "-q");
    assertThat(screen.out()).doesNotContain("\u001b");
    assertThat(screen.err()).isEmpty();

    screen = new Screen(true, Map.of(), Interrupts.NONE);
    screen.run("--target", url, "-t1", "--no-color", "-q");
    assertThat(screen.out()).doesNotContain("\u001b");
  }

  @Test
  void secretsAreNotInTheReport() {
    screen.run(
        "--target",
        url.replace("http://", "http://me:hush@"),
        "-t1",
        "--json-output",
        "--header",
        "Authorization: Bearer hush",
        "--header",
        "X-Api-Key=hush",
        "--body",
        "hush",
        "--header",
        "Accept: text/plain");

    assertThat(screen.out()).doesNotContain("hush").contains("Accept: text/plain");
  }

  @Test
  void theFirstInterruptDrainsAndTheReportIsWritten() {
    server.otherwise(Response.text("ok").after(Duration.ofMillis(300)));
    screen = new Screen(false, Map.of(), after(Duration.ofMillis(500), Interrupts.Kind.INTERRUPT));

    assertThat(screen.run("--target", url, "-r20", "--forever")).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(screen.errLines()).containsExactly("crankfire: draining (Ctrl-C again to cancel)");
    assertThat(screen.out())
        .contains("exchanges under way could finish")
        .contains("Failed:            0");
  }

  @Test
  void theSecondInterruptCancels() {
    server.otherwise(Response.text("ok").after(Duration.ofSeconds(8)));
    screen =
        new Screen(
            false,
            Map.of(),
            after(Duration.ofMillis(300), Interrupts.Kind.TERMINATE, Interrupts.Kind.INTERRUPT));

    assertThat(screen.run("--target", url, "-c2", "-d20s")).isEqualTo(ExitCode.TERMINATED);
    assertThat(screen.errLines())
        .containsExactly(
            "crankfire: draining (Ctrl-C again to cancel)",
            "crankfire: cancelling (Ctrl-C again to leave without a report)");
    assertThat(screen.out()).contains("exchanges under way were cut off");
  }

  @Test
  void strictMakesADoubtfulMeasurementAnExitCode() {
    Parts doubtful = judging(new Finding(Validity.SUSPECT, "test", "the generator was late"));

    assertThat(screen.run(doubtful, "--target", url, "-t1")).isEqualTo(ExitCode.OK);
    assertThat(screen.run(doubtful, "--target", url, "-t1", "--strict"))
        .isEqualTo(ExitCode.NOT_VALID);
    assertThat(screen.errLines())
        .containsExactly("crankfire: the measurement is SUSPECT: the generator was late");
  }

  @Test
  void theDocumentedDefaultsAreTheOnesOfThePlan() throws Exception {
    Given given = FlagParser.parse(Flags.RUN, List.of("--target", url, "-t1"));
    Problems problems = new Problems();
    LoadPlan plan =
        new PlanBinder(Parts.SHIPPED.protocols(), CredentialBinder.NONE, 1)
            .bind(FlagConfig.toConfig(given, problems), problems);

    assertThat(Objects.requireNonNull(plan).calls().getFirst().timeout())
        .isEqualTo(Duration.ofSeconds(30));
    assertThat(plan.grace()).isEqualTo(Duration.ofSeconds(5));
    assertThat(plan.connections().connectTimeout()).isEqualTo(Duration.ofSeconds(10));
  }

  /// Interrupts that come one after the other, each so long after the one before.
  private static Interrupts after(Duration gap, Interrupts.Kind... kinds) {
    return listener -> {
      Thread thread =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  for (int i = 0; i < kinds.length; i++) {
                    Thread.sleep(gap);
                    listener.interrupted(kinds[i], i + 1);
                  }
                } catch (InterruptedException _) {
                  // the run is over
                }
              });
      return thread::interrupt;
    };
  }

  /// As shipped, with another verdict.
  private static Parts judging(Finding finding) {
    return new Parts() {
      @Override
      public Running prepare(
          LoadPlan plan,
          Map<String, Protocol> protocols,
          RunResult.RunInfo info,
          Progress progress) {
        LoadRun run = new LoadRun(plan, protocols, info, progress);
        return new Running() {
          @Override
          public RunResult execute() throws RunFailedException, InterruptedException {
            RunResult result = run.execute();
            return new RunResult(
                result.info(),
                result.load(),
                result.calls(),
                result.scenarios(),
                result.phases(),
                result.metrics(),
                result.workers(),
                result.timeline(),
                result.ending(),
                new Verdict(finding.validity(), List.of(finding)),
                result.thresholds());
          }

          @Override
          public void stop() {
            run.stop();
          }

          @Override
          public void cancel() {
            run.cancel();
          }
        };
      }
    };
  }
}
