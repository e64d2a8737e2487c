package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.ErrorTally;
import io.crankfire.metrics.Histogram;
import io.crankfire.metrics.TimelinePoint;
import io.crankfire.run.Progress.SoFar;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {
  private static final long SECOND = 1_000_000_000L;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void aTerminalGetsABar() {
    assertThat(ProgressLine.forTerminal(point(3, 1000, 998), soFar(4, 10, 0, 3990, 2)))
        .isEqualTo(
            "4s/10s  [=====       ]  998 of 1000/s  3990 ok  2 failed  p50 1.20ms p99 1.20ms");
  }

  @Test
  void aLineNeverWraps() {
    SoFar long1 = soFar(100_000, 200_000, 0, 12_345_678_901L, 98_765_432_109L);

    assertThat(ProgressLine.forTerminal(point(3, 123_456, 123_450), long1))
        .hasSizeLessThanOrEqualTo(ProgressLine.WIDTH)
        .startsWith("27h46m40s/55h33m20s");
  }

  @Test
  void withoutAnEndThereIsNoBar() {
    assertThat(ProgressLine.forTerminal(point(64, 5, 5), soFar(65, 0, 0, 10, 0)))
        .isEqualTo("1m05s  5.0/s  10 ok  0 failed  p50 1.20ms p99 1.20ms");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.00us",
    "999, 1.00us",
    "12345, 12.3us",
    "999499, 999us",
    "999500, 1.00ms",
    "9994999, 9.99ms",
    "123456789, 123ms",
    "999500000, 1.00s",
    "61000000000, 61.0s"
  })
  void durationsHaveThreeDigits(long nanos, String text) {
    assertThat(ProgressLine.duration(nanos)).isEqualTo(text);
  }

  @Test
  void aFileGetsALineEveryFiveSeconds() {
    ProgressPrinter printer = new ProgressPrinter(err, false, false, false);
    for (int second = 1; second <= 12; second++) {
      printer.interval(point(second - 1, 10, 10), soFar(second, 12, 0, second * 10L, 0), List.of());
    }

    assertThat(text().lines())
        .containsExactly(
            "crankfire: 5s/12s: 10/s, 50 ok, 0 failed, p50 1.20ms, p99 1.20ms",
            "crankfire: 10s/12s: 10/s, 100 ok, 0 failed, p50 1.20ms, p99 1.20ms");
  }

  @Test
  void aTerminalsLineIsRefreshedAndTakenAway() {
    ProgressPrinter printer = new ProgressPrinter(err, true, false, false);
    printer.interval(point(0, 10, 10), soFar(1, 2, 0, 10, 0), List.of());
    printer.clear();
    printer.clear();

    assertThat(text()).startsWith("\r\u001b[K1s/2s").endsWith("\r\u001b[K").doesNotContain("\n");
  }

  @Test
  void failuresAreLoggedOnceForAllOfAnInterval() {
    ProgressPrinter printer = new ProgressPrinter(err, false, true, true);
    printer.interval(
        point(0, 10, 10),
        soFar(1, 2, 0, 0, 13),
        List.of(
            new ErrorTally.Entry("TIMEOUT", "no answer\u001b[2J", 12, 0, 1),
            new ErrorTally.Entry("503", "", 1, 0, 1)));

    assertThat(text().lines())
        .containsExactly(
            "[crankfire] request failed: TIMEOUT: no answer?[2J (×12)",
            "[crankfire] request failed: 503");
  }

  @Test
  void quietIsQuiet() {
    ProgressPrinter printer = new ProgressPrinter(err, true, true, false);
    printer.interval(
        point(0, 10, 10), soFar(9, 10, 0, 0, 1), List.of(new ErrorTally.Entry("503", "", 1, 0, 1)));

    assertThat(text()).isEmpty();
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static SoFar soFar(long elapsed, long planned, long total, long ok, long failed) {
    return new SoFar(elapsed * SECOND, planned * SECOND, total, ok + failed, ok, failed, false);
  }

  private static TimelinePoint point(long from, long asked, long started) {
    Histogram times = new Histogram();
    times.record(1_200_000);
    byte[] encoded = TimelinePoint.encoded(times);
    return new TimelinePoint(
        from * SECOND,
        (from + 1) * SECOND,
        asked,
        started,
        started,
        0,
        0,
        0,
        0,
        1,
        1,
        0,
        0,
        encoded,
        encoded);
  }
}
