package io.crankfire.report;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.CheckCounts;
import io.crankfire.metrics.Figures;
import io.crankfire.metrics.ScenarioMetrics;
import io.crankfire.report.TextPage.Colour;
import io.crankfire.result.RunResult;
import java.util.ArrayList;
import java.util.List;

/// The parts of the text report about what sessions did: scenarios, phases of the load, checks,
/// repeated attempts, and what went wrong between a response and the next request.
final class WorkloadText {

  /// More than fit a screen are in the JSON report.
  private static final int MOST = 20;

  private final RunResult result;
  private final TextPage page;

  private WorkloadText(RunResult result, TextPage page) {
    this.result = result;
    this.page = page;
  }

  /// Writes those parts of which there is something to tell.
  static void write(RunResult result, TextPage page) {
    WorkloadText text = new WorkloadText(result, page);
    text.phases();
    text.scenarios();
    text.checks();
  }

  /// The lines about attempts, placeholders and extractors, where there is something to tell.
  static void writeAttempts(CallMetrics total, TextPage page) {
    if (total.repeated > 0) {
      page.field(
          "  Attempts:",
          Figures.count(total.attempts())
              + " for "
              + Figures.count(total.started)
              + " requests: "
              + Figures.count(total.repeated)
              + " repeated");
    }
    if (total.unresolved > 0) {
      page.field(
          "  Placeholders:",
          Colour.YELLOW,
          Figures.count(total.unresolved) + " sent as they are: nothing had a value for them");
    }
    if (total.missedExtractors > 0) {
      page.field(
          "  Extractors:",
          Colour.YELLOW,
          Figures.count(total.missedExtractors) + " times nothing was found");
    }
  }

  private void phases() {
    List<LoadPhases.Stretch> phases = LoadPhases.of(result);
    if (phases.isEmpty()) {
      return;
    }
    page.heading("Load Phases:");
    page.row("", Colour.DIM, List.of("total", "failed", "unsent", "rate", "p50", "p99"));
    for (LoadPhases.Stretch phase : phases.subList(0, Math.min(MOST, phases.size()))) {
      CallMetrics metrics = phase.metrics().total();
      long completed = metrics.ok() + metrics.failed();
      page.labelledRow(
          Plain.text(phase.phase().name()) + (phase.phase().warmup() ? " (warm-up)" : ""),
          phase.phase().warmup() ? Colour.DIM : Colour.NONE,
          List.of(
              Long.toString(completed),
              Long.toString(metrics.failed()),
              Long.toString(phase.metrics().unsent),
              rate(completed, phase.nanos()),
              Percentile.P50.shown(metrics.responseTime()),
              Percentile.P99.shown(metrics.responseTime())));
    }
    more(phases.size());
  }

  private void scenarios() {
    if (!tellsScenarios(result)) {
      return;
    }
    page.heading("Scenarios:");
    page.row("", Colour.DIM, List.of("total", "failed", "cut off", "rate", "p50", "p99"));
    for (int i = 0; i < Math.min(MOST, result.scenarios().size()); i++) {
      ScenarioMetrics metrics = result.metrics().scenarios[i];
      page.labelledRow(
          Plain.text(result.scenarios().get(i)),
          Colour.NONE,
          List.of(
              Long.toString(metrics.ok + metrics.failed),
              Long.toString(metrics.failed),
              Long.toString(metrics.interrupted),
              rate(metrics.ok + metrics.failed, result.load().loadNanos()),
              Percentile.P50.shown(metrics.duration),
              Percentile.P99.shown(metrics.duration)));
    }
    more(result.scenarios().size());
  }

  /// Whether scenarios tell more than endpoints do: those of one step each do not.
  static boolean tellsScenarios(RunResult result) {
    int count = result.scenarios().size();
    if (count != result.calls().size()) {
      return count > 0;
    }
    for (int i = 0; i < count; i++) {
      if (!result.scenarios().get(i).equals(result.calls().get(i).name())
          || result.metrics().scenarios[i].started != result.metrics().calls[i].started) {
        return true;
      }
    }
    return false;
  }

  /// One check of one endpoint.
  record Checked(String endpoint, String name, long passed, long failed) {
    /// The share that held.
    double share() {
      return passed + failed == 0 ? 0 : (double) passed / (passed + failed);
    }
  }

  /// All checks, in the order of the plan.
  static List<Checked> checks(RunResult result) {
    List<Checked> checks = new ArrayList<>();
    for (int i = 0; i < result.calls().size(); i++) {
      RunResult.CallName call = result.calls().get(i);
      CheckCounts counts = result.metrics().calls[i].checks;
      for (int check = 0; check < call.checks().size(); check++) {
        checks.add(
            new Checked(
                call.name(), call.checks().get(check), counts.passed(check), counts.failed(check)));
      }
    }
    return checks;
  }

  private void checks() {
    List<Checked> checks = new ArrayList<>(checks(result));
    if (checks.isEmpty()) {
      return;
    }
    checks.sort((a, b) -> Long.compare(b.failed, a.failed));
    boolean one = checks.stream().map(Checked::endpoint).distinct().count() == 1;
    page.heading("Checks:");
    page.row("", Colour.DIM, List.of("made", "held", "failed", "share"));
    for (Checked check : checks.subList(0, Math.min(MOST, checks.size()))) {
      long made = check.passed + check.failed;
      page.labelledRow(
          Plain.text(one ? check.name : check.endpoint + ": " + check.name),
          check.failed > 0 ? Colour.RED : Colour.NONE,
          List.of(
              Long.toString(made),
              Long.toString(check.passed),
              Long.toString(check.failed),
              made == 0 ? "-" : share(check)));
    }
    more(checks.size());
  }

  /// A share that is not all of them never reads as if it were.
  private static String share(Checked check) {
    String rounded = ThresholdText.share(check.share());
    return check.failed > 0 && rounded.equals("100 %") ? "> 99.99 %" : rounded;
  }

  private void more(int count) {
    if (count > MOST) {
      page.item(Colour.DIM, "  ", "and " + (count - MOST) + " more: see the JSON report");
    }
  }

  private static String rate(long count, long nanos) {
    return Figures.fixed(nanos > 0 ? count * 1e9 / nanos : 0, 2) + "/s";
  }
}
