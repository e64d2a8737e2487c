package io.crankfire.metrics;

import java.util.ArrayList;
import java.util.List;

/// The intervals of a run in order. Bounded: beyond [#LIMIT] points neighbours are joined, so that
/// a run of a day costs no more memory than one of an hour. Confined to one thread.
public final class Timeline {

  /// How many points are kept.
  public static final int LIMIT = 3_600;

  private final List<TimelinePoint> points = new ArrayList<>();
  private int perPoint = 1;
  private int inLast;

  /// Appends the next interval.
  public void add(TimelinePoint point) {
    if (!points.isEmpty() && inLast < perPoint) {
      points.set(points.size() - 1, points.getLast().join(point));
      inLast++;
      return;
    }
    if (points.size() == LIMIT) {
      List<TimelinePoint> halved = new ArrayList<>(LIMIT / 2);
      for (int i = 0; i < LIMIT; i += 2) {
        halved.add(points.get(i).join(points.get(i + 1)));
      }
      points.clear();
      points.addAll(halved);
      perPoint *= 2;
    }
    points.add(point);
    inLast = 1;
  }

  /// A copy of the points.
  public List<TimelinePoint> points() {
    return List.copyOf(points);
  }
}
