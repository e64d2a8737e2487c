package io.crankfire.cli;

import io.crankfire.metrics.ErrorTally;
import io.crankfire.metrics.TimelinePoint;
import io.crankfire.run.Progress;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/// Shows how a run is going: one line that is refreshed on a terminal, a line now and then
/// otherwise. Safe for all threads.
final class ProgressPrinter implements Progress {

  private static final long PERIOD_NANOS = 5_000_000_000L;

  /*
   * Intervals end a little late rather than early; a line that missed its second by that little
   * would come a whole second later.
   */
  private static final long TOLERANCE_NANOS = 500_000_000L;

  private static final String CLEAR = "\r\u001b[K";

  private final PrintStream err;
  private final boolean refreshes;
  private final boolean quiet;
  private final boolean logErrors;
  private boolean lineShown;
  private long nextNanos = PERIOD_NANOS;

  /// @param refreshes whether a line may be written over
  /// @param quiet whether no progress is shown; failures are, if they are wanted
  /// @param logErrors whether failures are shown as they happen
  ProgressPrinter(PrintStream err, boolean refreshes, boolean quiet, boolean logErrors) {
    this.err = err;
    this.refreshes = refreshes;
    this.quiet = quiet;
    this.logErrors = logErrors;
  }

  @Override
  public synchronized void warmingUp(Duration time) {
    if (!quiet) {
      say("warming up TLS for " + time.toMillis() + " ms before the load");
    }
  }

  @Override
  public synchronized void interval(
      TimelinePoint point, SoFar soFar, List<ErrorTally.Entry> errors) {
    if (logErrors && !errors.isEmpty()) {
      clear();
      errors.forEach(this::log);
    }
    if (quiet) {
      return;
    }
    if (refreshes) {
      err.print(CLEAR + ProgressLine.forTerminal(point, soFar));
      err.flush();
      lineShown = true;
    } else if (soFar.elapsedNanos() >= nextNanos - TOLERANCE_NANOS) {
      err.println("crankfire: " + ProgressLine.forLog(point, soFar));
      nextNanos +=
          PERIOD_NANOS * Math.max(1, (soFar.elapsedNanos() - nextNanos) / PERIOD_NANOS + 1);
    }
  }

  /// Says a line between those of the progress.
  synchronized void say(String line) {
    clear();
    err.println("crankfire: " + line);
  }

  /// Takes the progress away, to make room for the result.
  synchronized void clear() {
    if (lineShown) {
      err.print(CLEAR);
      err.flush();
      lineShown = false;
    }
  }

  private void log(ErrorTally.Entry error) {
    err.println(
        "[crankfire] request failed: "
            + error.bucket()
            + (error.detail().isEmpty() ? "" : ": " + plain(error.detail()))
            + (error.count() == 1 ? "" : " (×" + error.count() + ")"));
  }

  /// Without what would steer a terminal: a target may have sent it.
  private static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      plain.append(Character.isISOControl(c) ? '?' : c);
    }
    return plain.toString();
  }
}
