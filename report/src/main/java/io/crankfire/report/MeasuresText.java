package io.crankfire.report;

import io.crankfire.metrics.Figures;
import io.crankfire.metrics.Histogram;
import io.crankfire.metrics.Measure;
import io.crankfire.metrics.Measures;
import io.crankfire.report.TextPage.Colour;
import io.crankfire.result.RunResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The part of the text report about what protocols measured of their own: a block for each, and
/// one for each of its endpoints if there are several.
final class MeasuresText {

  /// More than fit a screen are in the JSON report.
  private static final int MOST = 5;

  private final RunResult result;
  private final TextPage page;

  private MeasuresText(RunResult result, TextPage page) {
    this.result = result;
    this.page = page;
  }

  /// Writes the blocks of those protocols that measured anything.
  static void write(RunResult result, TextPage page) {
    MeasuresText text = new MeasuresText(result, page);
    boolean[] headed = {false};
    Breakdown.protocols(result)
        .forEach((protocol, metrics) -> {
          if (!metrics.measures.isEmpty()) {
            if (!headed[0]) {
              page.heading("Protocol Metrics:");
              headed[0] = true;
            }
            text.protocol(protocol, metrics.measures);
          }
        });
  }

  private void protocol(String protocol, Measures all) {
    block(protocol, all);
    List<Breakdown.Endpoint> endpoints = new ArrayList<>();
    for (Breakdown.Endpoint endpoint : Breakdown.endpoints(result)) {
      if (!endpoint.measures(protocol).isEmpty()) {
        endpoints.add(endpoint);
      }
    }
    if (endpoints.size() < 2) {
      return;
    }
    endpoints.sort((a, b) -> Long.compare(b.completed(), a.completed()));
    int shown = endpoints.size() <= MOST + 1 ? endpoints.size() : MOST;
    for (Breakdown.Endpoint endpoint : endpoints.subList(0, shown)) {
      block(protocol + ": " + endpoint.name(), endpoint.measures(protocol));
    }
    if (shown < endpoints.size()) {
      page.item(
          Colour.DIM, "  ", "and " + (endpoints.size() - shown) + " more: see the JSON report");
    }
  }

  private void block(String name, Measures measures) {
    page.labelledRow(
        Plain.text(name), Colour.DIM, List.of("count", "rate", "p50", "p90", "p99", "max"));
    for (int i = 0; i < measures.declared().size(); i++) {
      if (measures.total(i) > 0) {
        row(measures, i);
      }
    }
  }

  private void row(Measures measures, int index) {
    Measure measure = measures.declared().get(index);
    String title = "  " + Plain.text(measure.title());
    long count = measures.total(index);
    switch (measure.kind()) {
      case COUNT -> row(title, List.of(Long.toString(count), rate(count)));
      case TIME, NUMBER -> {
        Histogram values = measures.histogram(index);
        row(
            title,
            List.of(
                Long.toString(count),
                rate(count),
                shown(measure, values, Percentile.P50),
                shown(measure, values, Percentile.P90),
                shown(measure, values, Percentile.P99),
                figure(measure, values.max())));
      }
      case LABEL -> labels(title, measures.labels(index).toMap());
    }
  }

  private void row(String title, List<String> cells) {
    page.labelledRow(title, Colour.NONE, cells);
  }

  private void labels(String title, Map<String, Long> labels) {
    List<String> counts = new ArrayList<>();
    labels.forEach((label, count) -> counts.add(Plain.text(label) + ": " + count));
    page.labelledField(title, String.join(", ", counts));
  }

  private String rate(long count) {
    long nanos = result.load().loadNanos();
    double rate = nanos > 0 ? count * 1e9 / nanos : 0;
    return Figures.fixed(rate, rate < 1_000 ? 2 : 0) + "/s";
  }

  private static String shown(Measure measure, Histogram values, Percentile percentile) {
    return percentile.supportedBy(values) ? figure(measure, percentile.in(values)) : "-";
  }

  private static String figure(Measure measure, long value) {
    return measure.kind() == Measure.Kind.TIME
        ? Figures.duration(value)
        : Figures.fixed(value / measure.perUnit(), 2);
  }
}
