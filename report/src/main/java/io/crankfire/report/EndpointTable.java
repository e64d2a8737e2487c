package io.crankfire.report;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Figures;
import io.crankfire.metrics.Outcome;
import io.crankfire.report.TextPage.Colour;
import io.crankfire.result.RunResult;
import java.util.ArrayList;
import java.util.List;

/// The part of the text report that tells endpoints apart: the busiest of them, a line or two each.
final class EndpointTable {

  /// More than fit a screen are in the JSON report.
  private static final int MOST = 20;

  private static final int MARGIN = 2;

  private final RunResult result;
  private final TextPage page;
  private final double all;

  private EndpointTable(RunResult result, TextPage page) {
    this.result = result;
    this.page = page;
    CallMetrics total = result.metrics().total();
    all = Math.max(1, total.ok() + total.failed());
  }

  /// Writes the table, unless there is only one endpoint.
  static void write(RunResult result, TextPage page) {
    List<Breakdown.Endpoint> endpoints = new ArrayList<>(Breakdown.endpoints(result));
    if (endpoints.size() > 1) {
      endpoints.sort((a, b) -> Long.compare(b.completed(), a.completed()));
      new EndpointTable(result, page).write(endpoints);
    }
  }

  private void write(List<Breakdown.Endpoint> endpoints) {
    page.heading("Endpoint Breakdown:");
    page.row("", Colour.DIM, List.of("total", "share", "failed", "rate", "p50", "p99"));
    int shown = endpoints.size() <= MOST + 1 ? endpoints.size() : MOST;
    for (Breakdown.Endpoint endpoint : endpoints.subList(0, shown)) {
      row(endpoint);
      failures(endpoint);
    }
    rest(endpoints.subList(shown, endpoints.size()));
  }

  private void row(Breakdown.Endpoint endpoint) {
    double seconds = result.load().loadNanos() / 1e9;
    long completed = endpoint.completed();
    page.labelledRow(
        Plain.text(endpoint.name()),
        Colour.NONE,
        List.of(
            Long.toString(completed),
            Figures.percent(completed / all),
            Long.toString(endpoint.metrics().failed()),
            Figures.fixed(seconds > 0 ? completed / seconds : 0, 2) + "/s",
            Percentile.P50.shown(endpoint.metrics().responseTime()),
            Percentile.P99.shown(endpoint.metrics().responseTime())));
  }

  private void failures(Breakdown.Endpoint endpoint) {
    List<Breakdown.Bucket> failed = endpoint.buckets(Outcome.Kind.FAILED);
    if (failed.isEmpty()) {
      return;
    }
    StringBuilder line = new StringBuilder();
    for (int shown = 0; shown < failed.size(); shown++) {
      String next = failed.get(shown).line();
      String more = "and " + (failed.size() - shown) + " more";
      boolean last = shown == failed.size() - 1;
      int needed = 2 * MARGIN + line.length() + next.length() + (last ? 0 : 4 + more.length());
      if (shown > 0 && needed > TextPage.WIDTH) {
        line.append(more);
        break;
      }
      line.append(next).append(last ? "" : ", ");
    }
    page.item(Colour.RED, " ".repeat(2 * MARGIN), line.toString());
  }

  private void rest(List<Breakdown.Endpoint> endpoints) {
    if (endpoints.isEmpty()) {
      return;
    }
    long completed = 0;
    long failed = 0;
    for (Breakdown.Endpoint endpoint : endpoints) {
      completed += endpoint.completed();
      failed += endpoint.metrics().failed();
    }
    page.item(
        Colour.DIM,
        " ".repeat(MARGIN),
        "and "
            + endpoints.size()
            + " more with "
            + Figures.count(completed)
            + " exchanges ("
            + Figures.percent(completed / all)
            + "), "
            + Figures.count(failed)
            + " failed: see the JSON report");
  }
}
