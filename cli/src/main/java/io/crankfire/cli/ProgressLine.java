package io.crankfire.cli;

import io.crankfire.metrics.Histogram;
import io.crankfire.metrics.TimelinePoint;
import io.crankfire.run.Progress.SoFar;
import java.util.Locale;

/// How a run is going, on one line: a pure function of what was counted.
final class ProgressLine {
  private ProgressLine() {}

  /// The longest line that does not wrap on a narrow terminal.
  static final int WIDTH = 79;

  private static final int BAR = 12;

  /// For a terminal: with a bar when the end is known and there is room.
  static String forTerminal(TimelinePoint point, SoFar soFar) {
    String time = time(soFar);
    String counts = counts(point, soFar, "  ");
    double share = share(soFar);
    String line = time + "  " + counts;
    if (share >= 0 && time.length() + BAR + 4 + 2 + counts.length() <= WIDTH) {
      line = time + "  [" + bar(share) + "]  " + counts;
    }
    return line.length() <= WIDTH ? line : line.substring(0, WIDTH);
  }

  /// For a file: one of many lines.
  static String forLog(TimelinePoint point, SoFar soFar) {
    return time(soFar) + ": " + counts(point, soFar, ", ");
  }

  private static String counts(TimelinePoint point, SoFar soFar, String gap) {
    double seconds = Math.max(1, point.toNanos() - point.fromNanos()) / 1e9;
    StringBuilder text = new StringBuilder();
    if (soFar.draining()) {
      text.append("draining").append(gap);
    } else {
      text.append(rate(point.started() / seconds));
      if (point.asked() != point.started()) {
        text.append(" of ").append(rate(point.asked() / seconds));
      }
      text.append("/s").append(gap);
    }
    text.append(soFar.ok()).append(" ok").append(gap).append(soFar.failed()).append(" failed");
    Histogram times = point.responseTime();
    if (times.count() > 0) {
      text.append(gap)
          .append("p50 ")
          .append(duration(times.percentile(50)))
          .append(gap.strip())
          .append(" p99 ")
          .append(duration(times.percentile(99)));
    }
    return text.toString();
  }

  /// How far the run is, from 0 to 1; negative when its end is not known.
  private static double share(SoFar soFar) {
    double byTime =
        soFar.plannedNanos() > 0 ? (double) soFar.elapsedNanos() / soFar.plannedNanos() : -1;
    double byCount = soFar.total() > 0 ? (double) soFar.started() / soFar.total() : -1;
    return Math.min(1, Math.max(byTime, byCount));
  }

  private static String bar(double share) {
    int done = (int) Math.round(share * BAR);
    return "=".repeat(done) + " ".repeat(BAR - done);
  }

  private static String time(SoFar soFar) {
    String elapsed = clock(soFar.elapsedNanos());
    return soFar.plannedNanos() > 0 ? elapsed + "/" + clock(soFar.plannedNanos()) : elapsed;
  }

  /// `9s`, `1m05s`, `2h00m05s`.
  private static String clock(long nanos) {
    long seconds = Math.round(nanos / 1e9);
    if (seconds < 60) {
      return seconds + "s";
    }
    String rest = two(seconds % 60) + "s";
    return seconds < 3600
        ? seconds / 60 + "m" + rest
        : seconds / 3600 + "h" + two(seconds / 60 % 60) + "m" + rest;
  }

  private static String two(long number) {
    return number < 10 ? "0" + number : Long.toString(number);
  }

  private static String rate(double perSecond) {
    return perSecond < 10
        ? String.format(Locale.ROOT, "%.1f", perSecond)
        : Long.toString(Math.round(perSecond));
  }

  /// Three digits: `1.23ms`, `12.3ms`, `123ms`, `1.23s`.
  static String duration(long nanos) {
    if (nanos < 999_500) {
      return digits(nanos / 1e3) + "us";
    }
    return nanos < 999_500_000 ? digits(nanos / 1e6) + "ms" : digits(nanos / 1e9) + "s";
  }

  private static String digits(double value) {
    return String.format(
        Locale.ROOT, value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f", value);
  }
}
