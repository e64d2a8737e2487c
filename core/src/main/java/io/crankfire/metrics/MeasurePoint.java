package io.crankfire.metrics;

import java.util.ArrayList;
import java.util.List;

/// What was counted of one measure in one interval of a run, by all protocols that have it.
///
/// @param measure which: a count, a time or a number
/// @param count the sum of a count, or how many values
/// @param values the values of a time in nanoseconds or of a number in thousandths, encoded by
///   [HistogramCodec]; empty for a count
@SuppressWarnings("ArrayRecordComponent") // an encoded histogram, compared by nobody
public record MeasurePoint(Measure measure, long count, byte[] values) {

  private static final byte[] NO_VALUES = {};

  /// A count.
  public MeasurePoint(Measure measure, long count) {
    this(measure, count, NO_VALUES);
  }

  /// Those of which anything was counted. Labels are none of them.
  public static List<MeasurePoint> of(Measures measures) {
    List<MeasurePoint> points = new ArrayList<>();
    for (int i = 0; i < measures.declared().size(); i++) {
      Measure measure = measures.declared().get(i);
      long count = measures.total(i);
      if (count == 0) {
        continue;
      }
      switch (measure.kind()) {
        case COUNT -> points.add(new MeasurePoint(measure, count));
        case TIME, NUMBER -> {
          byte[] values = TimelinePoint.encoded(measures.histogram(i));
          points.add(new MeasurePoint(measure, count, values));
        }
        case LABEL -> {
          // Over the whole run only.
        }
      }
    }
    return List.copyOf(points);
  }

  /// The values as a histogram; empty for a count.
  public Histogram histogram() {
    return values.length == 0 ? new Histogram() : TimelinePoint.decoded(values);
  }

  /// Two intervals as one.
  static List<MeasurePoint> join(List<MeasurePoint> one, List<MeasurePoint> next) {
    if (one.isEmpty() || next.isEmpty()) {
      return one.isEmpty() ? next : one;
    }
    List<MeasurePoint> joined = new ArrayList<>(one);
    for (MeasurePoint point : next) {
      int at = 0;
      while (at < joined.size() && !joined.get(at).measure.isSameAs(point.measure)) {
        at++;
      }
      if (at == joined.size()) {
        joined.add(point);
      } else {
        joined.set(at, joined.get(at).plus(point));
      }
    }
    return List.copyOf(joined);
  }

  private MeasurePoint plus(MeasurePoint next) {
    return values.length == 0
        ? new MeasurePoint(measure, count + next.count)
        : new MeasurePoint(measure, count + next.count, TimelinePoint.joined(values, next.values));
  }
}
