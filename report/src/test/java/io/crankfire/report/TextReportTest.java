package io.crankfire.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Phase;
import io.crankfire.result.RunResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextReportTest {

  /// To write the pages anew after a change that is wanted: `mvn test -pl report -am
  /// -Dsurefire.failIfNoSpecifiedTests=false -Dcrankfire.golden=true`.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "steady",
        "failing",
        "frozen",
        "tiny",
        "empty",
        "down",
        "hostile",
        "thresholds",
        "aborted",
        "many",
        "workload",
        "sockets"
      })
  void thePageIsAsAgreed(String name) throws IOException {
    String page = page(name);
    if (Boolean.getBoolean("crankfire.golden")) {
      Files.writeString(Path.of("src/test/resources/io/crankfire/report", name + ".txt"), page);
    }
    try (InputStream golden = TextReportTest.class.getResourceAsStream(name + ".txt")) {
      assertThat(golden).as("the page of %s", name).isNotNull();
      assertThat(page).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "steady",
        "failing",
        "frozen",
        "tiny",
        "empty",
        "down",
        "thresholds",
        "aborted",
        "many",
        "workload",
        "sockets"
      })
  void noLineIsWiderThanATerminal(String name) {
    page(name).lines().forEach(line -> assertThat(line.length()).as(line).isLessThanOrEqualTo(80));
  }

  @Test
  void whatEndedTheRunIsSaidBeforeTheNumbers() {
    String first =
        page("aborted")
            .lines()
            .limit(8)
            .reduce("", (a, b) -> a + b.strip().replaceAll(" +", " ") + " ");
    assertThat(first)
        .contains(
            "Ended: early, because of a threshold: service_time:p99 < 20ms over 10s abort: 31.4ms <"
                + " 20ms, in the 10s up to 18s");
  }

  @Test
  void roundingNeverHidesADifference() {
    assertThat(page("thresholds"))
        .contains("✗ http_req_duration:p99 < 2.1: 2.1000003ms < 2.1ms")
        .contains("✓ http_req_duration:p95 < 500: 1.634ms < 500ms")
        .contains("✗ checks > 99%: nothing was measured")
        .contains("\nThreshold Summary: 4/7 passed\n");
  }

  @Test
  void whatTheTableLeavesOutIsCounted() {
    RunResult many = SampleRuns.many();
    String page = page("many");
    long rows = page.lines().filter(line -> line.contains("/s ") && line.contains(" %")).count();
    assertThat(rows).isEqualTo(20);
    assertThat(page).contains("and 13 more with ").contains("see the JSON report");
    assertThat(Breakdown.endpoints(many)).hasSize(33); // calls of one name count together
  }

  @Test
  void scriptsFindTheLinesTheyKnow() {
    String page = page("failing");
    assertThat(page).startsWith("--- Load Test Results ---\n");
    for (String known :
        new String[] {
          "^Total Requests:    20000$",
          "^Successful:        19900$",
          "^Failed:            100$",
          "^Duration:          20s$",
          "^Requests/sec:      1000\\.00$",
          "^Latency:$",
          "^  Min: +[0-9.]+(ns|µs|ms|s) ",
          "^  Max: +[0-9.]+(ns|µs|ms|s) ",
          "^  Mean: +[0-9.]+(ns|µs|ms|s) ",
          "^  P50: +[0-9.]+(ns|µs|ms|s) ",
          "^  P90: +[0-9.]+(ns|µs|ms|s) ",
          "^  P95: +[0-9.]+(ns|µs|ms|s) ",
          "^  P99: +[0-9.]+(ns|µs|ms|s) ",
          "^Status Buckets:$",
          "^  HTTP 404: 49$",
          "^  HTTP 503: 48$",
          "^  HTTP TIMEOUT: 3$"
        }) {
      assertThat(Pattern.compile(known, Pattern.MULTILINE).matcher(page).find()).as(known).isTrue();
    }
  }

  @Test
  void nothingFromOutsideReachesTheTerminalAsACommand() {
    for (boolean colours : new boolean[] {false, true}) {
      String page = TextReport.render(SampleRuns.hostile(), colours);
      String ours = page.replaceAll("\u001b\\[[0-9;]*m", "").replace("\n", "");
      assertThat(ours.codePoints().filter(c -> Character.getType(c) == Character.CONTROL))
          .isEmpty();
      assertThat(ours.codePoints().filter(c -> Character.getType(c) == Character.FORMAT)).isEmpty();
      assertThat(page).contains("\\x1b]0;owned\\x07\\x1b[2J\\x0d\\x0a\\u202eeman\\x00\\x9b31m");
    }
    assertThat(TextReport.render(SampleRuns.hostile(), false)).doesNotContain("\u001b");
  }

  @Test
  void coloursMarkAndChangeNothingElse() {
    for (RunResult run : SampleRuns.all().values()) {
      String coloured = TextReport.render(run, true);
      assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", ""))
          .isEqualTo(TextReport.render(run, false));
    }
    assertThat(TextReport.render(SampleRuns.steady(), true)).contains("\u001b[1;32mVALID");
    assertThat(TextReport.render(SampleRuns.frozen(), true)).contains("\u001b[1;33mSUSPECT");
    assertThat(TextReport.render(SampleRuns.down(), true)).contains("\u001b[1;31mINVALID");
  }

  @Test
  void aPercentileNeedsASampleThatHasIt() {
    assertThat(page("tiny"))
        .containsPattern("(?m)^  P75: +[0-9]")
        .containsPattern("(?m)^  P90: +-");
    assertThat(page("tiny")).doesNotContain("P99.9:");
    assertThat(page("steady")).contains("P99.99:");
    assertThat(page("frozen")).containsPattern("(?m)^  P99: +8[0-9.]+ms +1[0-9.]*ms");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void everyRunHasAPage(long seed) {
    assertThat(TextReport.render(RandomRuns.of(seed), false))
        .startsWith("--- Load Test Results ---\nVerdict:")
        .endsWith("\n")
        .doesNotContain("NaN")
        .doesNotContain("Infinity");
  }

  @Test
  void thePageNeedsNoJson() throws Exception {
    List<URL> classPath = new ArrayList<>();
    for (String entry :
        System.getProperty("java.class.path").split(java.io.File.pathSeparator, -1)) {
      if (!entry.contains("jackson")) {
        classPath.add(Path.of(entry).toUri().toURL());
      }
    }
    try (URLClassLoader loader =
        new URLClassLoader(classPath.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
      Method steady = loader.loadClass(SampleRuns.class.getName()).getDeclaredMethod("steady");
      steady.setAccessible(true);
      Object run = steady.invoke(null);
      Class<?> reports = loader.loadClass(Reports.class.getName());
      Class<?> format = loader.loadClass(Reports.Format.class.getName());
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      reports
          .getMethod("write", run.getClass(), format, OutputStream.class)
          .invoke(null, run, format.getField("TEXT").get(null), out);
      assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(page("steady"));
    }
  }

  @Test
  void whoWaitedForAConnectionWasNotSentWhenItWasScheduled() {
    RunResult closed = SampleRuns.tiny();
    assertThat(TextReport.render(closed, false)).contains("response = service");

    closed.metrics().calls[0].phase(Phase.BLOCKED).record(1_000_000);
    assertThat(TextReport.render(closed, false))
        .contains("response: scheduled to end")
        .contains("Blocked:");
  }

  private static String page(String name) {
    RunResult run = SampleRuns.all().get(name);
    return TextReport.render(java.util.Objects.requireNonNull(run), false);
  }
}
