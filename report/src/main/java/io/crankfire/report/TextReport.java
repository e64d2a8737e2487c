package io.crankfire.report;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.ErrorTally;
import io.crankfire.metrics.Figures;
import io.crankfire.metrics.Histogram;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.Phase;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.report.TextPage.Colour;
import io.crankfire.result.RunResult;
import io.crankfire.result.RunResult.WorkerHealth;
import io.crankfire.verdict.ThresholdResult;
import io.crankfire.verdict.Verdict;
import io.crankfire.verdict.Verdict.Validity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Function;

/// A run on one page for people, 80 columns wide: first whether to trust the numbers, then the
/// numbers.
public final class TextReport {

  private static final List<Percentile> ALWAYS =
      List.of(Percentile.P50, Percentile.P75, Percentile.P90, Percentile.P95, Percentile.P99);
  private static final List<Percentile> IF_SUPPORTED = List.of(Percentile.P99_9, Percentile.P99_99);

  private final RunResult result;
  private final WorkerMetrics metrics;
  private final CallMetrics total;
  private final TextPage page;

  private TextReport(RunResult result, boolean colours) {
    this.result = result;
    metrics = result.metrics();
    total = metrics.total();
    page = new TextPage(colours);
  }

  /// The page, with a line feed at the end of every line.
  ///
  /// @param colours whether to mark the verdict and failures by ANSI colours
  public static String render(RunResult result, boolean colours) {
    TextReport report = new TextReport(result, colours);
    report.page.line(Colour.BOLD, "--- Load Test Results ---");
    report.verdict();
    report.generator();
    report.counts();
    report.latency();
    report.phases();
    report.load();
    report.wire();
    WorkloadText.write(result, report.page);
    report.errors();
    report.buckets();
    report.thresholds();
    EndpointTable.write(result, report.page);
    MeasuresText.write(result, report.page);
    report.run();
    return report.page.toString();
  }

  /// What became of a threshold: `failed < 1%: 4.2 % < 1 %`.
  public static String sentence(ThresholdResult threshold) {
    return ThresholdText.sentence(threshold);
  }

  private void verdict() {
    Verdict verdict = result.verdict();
    boolean untroubled = verdict.validity() == Validity.VALID;
    page.field(
        "Verdict:",
        colour(verdict.validity()),
        verdict.validity()
            + switch (verdict.validity()) {
              case VALID -> " (the generator kept up)";
              case SUSPECT -> " (use these numbers with care)";
              case INVALID -> " (do not use these numbers)";
            });
    for (Verdict.Finding finding : verdict.findings()) {
      String label =
          finding.validity() == Validity.VALID
              ? "note"
              : finding.validity().name().toLowerCase(Locale.ROOT);
      page.field(
          "  " + label,
          untroubled ? Colour.DIM : colour(finding.validity()),
          Plain.text(finding.message()));
    }
  }

  private static Colour colour(Validity validity) {
    return switch (validity) {
      case VALID -> Colour.GREEN;
      case SUSPECT -> Colour.YELLOW;
      case INVALID -> Colour.RED;
    };
  }

  private void generator() {
    List<WorkerHealth> workers = result.workers();
    if (workers.isEmpty()) {
      return;
    }
    TreeSet<String> transports = new TreeSet<>();
    double busiest = -1;
    double cpu = -1;
    double queue = -1;
    long stalls = 0;
    long longest = 0;
    for (WorkerHealth worker : workers) {
      transports.add(worker.transport());
      double run = Math.max(1, worker.runNanos());
      busiest = Math.max(busiest, worker.busiestCpu());
      cpu = Math.max(cpu, worker.cpuNanos() / run);
      queue = Math.max(queue, worker.runQueueNanos() / run);
      stalls += worker.stalls();
      longest = Math.max(longest, worker.longestStall());
    }
    List<String> health = new ArrayList<>();
    health.add(counted(workers.size(), "worker") + " on " + String.join(", ", transports));
    if (cpu >= 0) {
      health.add(
          "processor "
              + Figures.percent(cpu)
              + (busiest >= 0 ? ", busiest second " + Figures.percent(busiest) : ""));
    }
    if (queue >= 0) {
      health.add("run queue " + Figures.percent(queue));
    }
    health.add(
        stalls == 0
            ? "no stalls"
            : counted(stalls, "stall") + ", longest " + Figures.duration(longest));
    if (result.metrics().collections >= 0) {
      health.add(
          result.metrics().collections == 0
              ? "no collections"
              : counted(result.metrics().collections, "collection")
                  + ", "
                  + Figures.duration(result.metrics().collectionNanos));
    }
    page.field("Generator:", Plain.text(String.join("; ", health)));
  }

  private void counts() {
    page.field("Target:", Plain.text(result.info().target()));
    switch (result.ending()) {
      case COMPLETED -> {}
      case ABORTED -> page.field("Ended:", Colour.RED, "early, because of a threshold" + endedBy());
      case STOPPED -> page.field("Ended:", "early, on request; exchanges under way could finish");
      case CANCELLED -> page.field("Ended:", "early, on request; exchanges under way were cut off");
    }
    page.gap();
    page.field("Total Requests:", Long.toString(total.ok() + total.failed()));
    page.field("Successful:", Long.toString(total.ok()));
    page.field(
        "Failed:", total.failed() > 0 ? Colour.RED : Colour.NONE, Long.toString(total.failed()));
    page.field("Duration:", Figures.duration(result.load().loadNanos()));
    page.field("Requests/sec:", Figures.fixed(result.requestsPerSecond(), 2));
  }

  private String endedBy() {
    ThresholdResult by = result.endedBy();
    return by == null ? "" : ": " + ThresholdText.sentence(by);
  }

  private void thresholds() {
    if (result.thresholds().isEmpty()) {
      return;
    }
    page.heading("Thresholds:");
    long passed = 0;
    for (ThresholdResult threshold : result.thresholds()) {
      passed += threshold.passed() ? 1 : 0;
      page.item(
          threshold.passed() ? Colour.GREEN : Colour.RED,
          "  ",
          (threshold.passed() ? "✓ " : "✗ ") + ThresholdText.sentence(threshold));
    }
    page.heading("Threshold Summary: " + passed + "/" + result.thresholds().size() + " passed");
  }

  private void latency() {
    page.heading("Latency:");
    List<Histogram> columns = new ArrayList<>();
    columns.add(total.responseTime());
    columns.add(total.serviceTime());
    if (total.failed() > 0 && total.ok() > 0) {
      columns.addAll(
          List.of(total.responseOk, total.serviceOk, total.responseFailed, total.serviceFailed));
      page.row("", Colour.DIM, List.of("", "all", "", "ok", "", "failed"));
    }
    List<String> titles = new ArrayList<>();
    for (int i = 0; i < columns.size(); i += 2) {
      titles.addAll(List.of("response", "service"));
    }
    page.row("", Colour.DIM, titles);
    times("Min", columns, h -> measured(h, h.min()));
    times("Max", columns, h -> measured(h, h.max()));
    times("Mean", columns, h -> measured(h, Math.round(h.mean())));
    times("Stdev", columns, h -> measured(h, Math.round(h.standardDeviation())));
    ALWAYS.forEach(p -> times(p.label(), columns, h -> p.shown(h)));
    IF_SUPPORTED.stream()
        .filter(p -> p.supportedBy(columns.getFirst()))
        .forEach(p -> times(p.label(), columns, h -> p.shown(h)));
    boolean apart = result.load().open() || total.phases().containsKey(Phase.BLOCKED);
    page.line(
        Colour.DIM,
        apart
            ? "  response: scheduled to end, what a user waits for; service: sent to end"
            : "  response = service: in a closed model a request is sent when it is scheduled");
  }

  private void times(String label, List<Histogram> columns, Function<Histogram, String> cell) {
    page.row("  " + label + ":", Colour.NONE, columns.stream().map(cell).toList());
  }

  private static String measured(Histogram histogram, long nanos) {
    return histogram.count() == 0 ? "-" : Figures.duration(nanos);
  }

  private void phases() {
    if (total.phases().isEmpty()) {
      return;
    }
    page.gap();
    page.row("Phases:", Colour.BOLD, List.of("count", "p50", "p99", "max"));
    total
        .phases()
        .forEach((phase, histogram) ->
            page.row(
                "  " + title(phase) + ":",
                Colour.NONE,
                List.of(
                    Long.toString(histogram.count()),
                    Percentile.P50.shown(histogram),
                    Percentile.P99.shown(histogram),
                    Figures.duration(histogram.max()))));
  }

  private static String title(Phase phase) {
    return switch (phase) {
      case BLOCKED -> "Blocked";
      case DNS -> "DNS";
      case CONNECT -> "Connect";
      case TLS -> "TLS";
      case FIRST_BYTE -> "First byte";
      case TRANSFER -> "Transfer";
    };
  }

  private void load() {
    RunResult.Load load = result.load();
    page.heading("Load:");
    page.field(
        "  Model:", load.open() ? "open: arrivals by a schedule" : "closed: by free sessions");
    page.field(
        "  Arrivals:",
        load.unsent() > 0 ? Colour.YELLOW : Colour.NONE,
        load.open()
            ? load.arrivals() + " due, " + load.started() + " started, " + load.unsent() + " unsent"
            : load.started() + " started");
    if (load.open()) {
      page.field(
          "  Waited:",
          load.waited() == 0
              ? "0"
              : load.waited()
                  + " ("
                  + Figures.percent((double) load.waited() / Math.max(1, load.started()))
                  + ") for a free session"
                  + spread(metrics.waiting, ": "));
      page.field("  Send lateness:", spread(metrics.lateness, ""));
    }
    page.field("  Sessions:", "at most " + load.sessions() + " of " + load.sessionLimit());
    page.field("  Interrupted:", Long.toString(total.interrupted()));
    page.field("  Drain:", Figures.duration(load.drainNanos()));
    WorkloadText.writeAttempts(total, page);
  }

  /// Median, 99th percentile and maximum in a few words.
  private static String spread(Histogram histogram, String start) {
    if (histogram.count() == 0) {
      return start.isEmpty() ? "-" : "";
    }
    StringBuilder spread = new StringBuilder(start);
    for (Percentile percentile : List.of(Percentile.P50, Percentile.P99)) {
      if (percentile.supportedBy(histogram)) {
        spread
            .append(percentile.key())
            .append(' ')
            .append(percentile.shown(histogram))
            .append(", ");
      }
    }
    return spread.append("max ").append(Figures.duration(histogram.max())).toString();
  }

  private void wire() {
    page.gap();
    List<String> connections = new ArrayList<>();
    connections.add(metrics.connectionsOpened + " opened");
    connections.add(counted(metrics.connectionsReused, "exchange") + " over a kept one");
    if (metrics.connectionsClosedIdle > 0) {
      connections.add(metrics.connectionsClosedIdle + " closed by the target while idle");
    }
    if (metrics.resent > 0) {
      connections.add(counted(metrics.resent, "exchange") + " sent again");
    }
    page.field("Connections:", String.join(", ", connections));
    page.field("Bytes:", "received " + bytes(total.bytesIn) + ", sent " + bytes(total.bytesOut));
  }

  private String bytes(long bytes) {
    double seconds = result.load().loadNanos() / 1e9;
    return Figures.bytes((double) bytes)
        + (seconds > 0 ? " (" + Figures.bytes((double) bytes / seconds) + "/s)" : "");
  }

  private void errors() {
    List<ErrorTally.Entry> entries = metrics.errors.entries();
    if (entries.isEmpty()) {
      return;
    }
    page.heading("Errors:");
    page.entry(Colour.DIM, List.of("count", "first", "last"), "what");
    for (ErrorTally.Entry entry : entries) {
      page.entry(
          Colour.RED,
          List.of(
              Long.toString(entry.count()),
              Figures.duration(entry.firstNanos()),
              Figures.duration(entry.lastNanos())),
          Plain.text(
              entry.detail().isEmpty() || entry.detail().equals(entry.bucket())
                  ? entry.bucket()
                  : entry.bucket() + ": " + entry.detail()));
    }
    if (metrics.errors.others() > 0) {
      page.entry(Colour.RED, List.of(Long.toString(metrics.errors.others()), "", ""), "others");
    }
  }

  private void buckets() {
    List<Breakdown.Bucket> failed = Breakdown.buckets(result, Outcome.Kind.FAILED);
    if (!failed.isEmpty()) {
      page.heading("Status Buckets:");
      failed.forEach(bucket -> page.line(Colour.RED, "  " + bucket.line()));
    }
    List<Breakdown.Bucket> ok = Breakdown.buckets(result, Outcome.Kind.OK);
    if (ok.size() > 1) {
      page.heading("Success Buckets:");
      ok.forEach(bucket -> page.line(Colour.NONE, "  " + bucket.line()));
    }
  }

  private void run() {
    RunResult.RunInfo info = result.info();
    page.gap();
    page.field(
        "Run:",
        Plain.text(
            "Crankfire " + info.version() + ", " + info.startedAt() + ", seed " + info.seed()));
    List<String> settings = new ArrayList<>();
    info.configuration().forEach((name, value) -> settings.add(name + "=" + value));
    if (!settings.isEmpty()) {
      page.field("Settings:", Colour.DIM, Plain.text(String.join(", ", settings)));
    }
  }

  private static String counted(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }
}
