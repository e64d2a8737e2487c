package io.crankfire.report;

import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Histogram;
import io.crankfire.metrics.Measure;
import io.crankfire.metrics.MeasurePoint;
import io.crankfire.metrics.Measures;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The members of the JSON report about what protocols measured of their own: `protocol_metrics`
/// with one figure each, under the names scripts know, and `measures` with everything.
final class MeasuresJson {

  /// Names that scripts know, of measures that are called differently.
  private static final Map<String, String> KNOWN_AS =
      Map.of(
          "message_bytes_sent", "bytes_sent",
          "message_bytes_received", "bytes_received",
          "event_bytes_received", "bytes_received",
          "connection_duration", "connection_duration_ms",
          "stream_duration", "connection_duration_ms");

  private final JsonPage page;
  private final List<Percentile> percentiles;

  /// @param percentiles of distributions
  MeasuresJson(JsonPage page, List<Percentile> percentiles) {
    this.page = page;
    this.percentiles = percentiles;
  }

  /// Writes both members, or nothing if nothing was measured.
  ///
  /// @param protocols what was counted, by protocol
  /// @param nanos how long load was offered
  void write(Map<String, CallMetrics> protocols, long nanos) {
    Map<String, CallMetrics> measured = new TreeMap<>();
    protocols.forEach((protocol, metrics) -> {
      if (!metrics.measures.isEmpty()) {
        measured.put(protocol, metrics);
      }
    });
    if (measured.isEmpty()) {
      return;
    }
    page.object(
        "protocol_metrics",
        () -> measured.forEach((protocol, all) -> page.object(protocol, () -> figures(all))));
    page.object(
        "measures",
        () ->
            measured.forEach(
                (protocol, all) -> page.object(protocol, () -> whole(all.measures, nanos))));
  }

  /// How many exchanges failed, and one figure of each measure that has one, in alphabetical order.
  private void figures(CallMetrics metrics) {
    Measures measures = metrics.measures;
    Map<String, JsonPage.Content> members = new TreeMap<>();
    members.put("errors", () -> page.number("errors", metrics.failed()));
    for (int i = 0; i < measures.declared().size(); i++) {
      int index = i;
      Measure measure = measures.declared().get(i);
      String name = KNOWN_AS.getOrDefault(measure.name(), measure.name());
      if (measures.total(i) > 0) {
        switch (measure.kind()) {
          case COUNT -> members.put(name, () -> page.number(name, measures.total(index)));
          case LABEL ->
              members.put(
                  name, () -> page.text(name, mostFrequent(measures.labels(index).toMap())));
          case TIME -> {
            if (!name.equals(measure.name())) {
              members.put(name, () -> page.millis(name, measures.histogram(index).sum()));
            }
          }
          case NUMBER -> {
            // A sum of such values means nothing.
          }
        }
      }
    }
    members.values().forEach(JsonPage.Content::write);
  }

  private static String mostFrequent(Map<String, Long> labels) {
    return labels.keySet().iterator().next();
  }

  private void whole(Measures measures, long nanos) {
    for (int i = 0; i < measures.declared().size(); i++) {
      int index = i;
      Measure measure = measures.declared().get(i);
      if (measures.total(i) > 0) {
        page.object(measure.name(), () -> whole(measure, measures, index, nanos));
      }
    }
  }

  private void whole(Measure measure, Measures measures, int index, long nanos) {
    page.text("kind", measure.kind().key());
    page.text("title", measure.title());
    switch (measure.kind()) {
      case COUNT -> {
        page.number("count", measures.total(index));
        page.number("rate", nanos > 0 ? measures.total(index) * 1e9 / nanos : 0);
      }
      case TIME, NUMBER -> distribution(measure, measures.histogram(index));
      case LABEL ->
          page.object("labels", () -> measures.labels(index).toMap().forEach(page::number));
    }
  }

  private void distribution(Measure measure, Histogram histogram) {
    if (measure.kind() == Measure.Kind.TIME) {
      page.text("unit", "ms");
    }
    page.statistics(histogram, percentiles, measure.perUnit());
  }

  /// Writes the member `measures` of an interval, or nothing if nothing was measured in it.
  void write(List<MeasurePoint> points) {
    if (points.isEmpty()) {
      return;
    }
    page.object(
        "measures",
        () -> {
          for (MeasurePoint point : points) {
            page.object(point.measure().name(), () -> point(point));
          }
        });
  }

  private void point(MeasurePoint point) {
    if (point.measure().kind().isDistribution()) {
      distribution(point.measure(), point.histogram());
    } else {
      page.number("count", point.count());
    }
  }
}
