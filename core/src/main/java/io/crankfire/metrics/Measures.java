package io.crankfire.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What a call's protocol measured of its own, by the index of each measure in the call's list. On
/// the request path recording is an array access; a histogram is made when its first value comes.
/// Confined to one thread at a time.
public final class Measures {

  /*
   * Sums over calls of several protocols have measures of different lists: they begin without any
   * and take what comes by its name. Within a run both sides have the same list, and adding up goes
   * by index.
   */

  private static final Measures NONE = new Measures(List.of(), false);

  private final boolean open;
  private List<Measure> declared;
  private @Nullable Histogram[] histograms;
  private long[] sums;
  private @Nullable LabelCounts[] labels;

  /// Nothing counted yet, of no measure; adding others brings theirs along.
  public Measures() {
    this(List.of(), true);
  }

  private Measures(List<Measure> declared, boolean open) {
    this.declared = declared;
    this.open = open;
    histograms = new @Nullable Histogram[declared.size()];
    sums = new long[declared.size()];
    labels = new @Nullable LabelCounts[declared.size()];
  }

  /// Nothing counted yet, of these measures and no others.
  ///
  /// @param declared whose positions are the indexes. With none the one returned is shared by all
  public static Measures of(List<Measure> declared) {
    return declared.isEmpty() ? NONE : new Measures(List.copyOf(declared), false);
  }

  /// Counts one value of a measure that is a time or a number.
  ///
  /// @param value nanoseconds of a time, thousandths of a number
  public void record(int index, long value) {
    Histogram histogram = histograms[index];
    if (histogram == null) {
      histogram = newHistogram(index);
    }
    histogram.record(value);
  }

  /// Counts `times` of a measure that is a count.
  public void count(int index, long times) {
    sums[index] += times;
  }

  /// Counts one occurrence of a text, of a measure by label.
  public void label(int index, String label) {
    LabelCounts counts = labels[index];
    if (counts == null) {
      counts = newLabels(index);
    }
    counts.add(label);
  }

  private Histogram newHistogram(int index) {
    if (!declared.get(index).kind().isDistribution()) {
      throw new IllegalArgumentException(declared.get(index) + " has no histogram");
    }
    Histogram histogram = new Histogram();
    histograms[index] = histogram;
    return histogram;
  }

  private LabelCounts newLabels(int index) {
    if (declared.get(index).kind() != Measure.Kind.LABEL) {
      throw new IllegalArgumentException(declared.get(index) + " has no labels");
    }
    LabelCounts counts = new LabelCounts();
    labels[index] = counts;
    return counts;
  }

  /// The measures, in the order of their indexes.
  public List<Measure> declared() {
    return declared;
  }

  /// Where a measure is, whatever its title; −1 if it is not here.
  public int indexOf(Measure measure) {
    for (int i = 0; i < declared.size(); i++) {
      if (declared.get(i).isSameAs(measure)) {
        return i;
      }
    }
    return -1;
  }

  /// The values of a time in nanoseconds, or of a number in thousandths.
  ///
  /// @throws IllegalArgumentException if the measure is neither
  public Histogram histogram(int index) {
    Histogram histogram = histograms[index];
    return histogram == null ? newHistogram(index) : histogram;
  }

  /// The counts by label.
  ///
  /// @throws IllegalArgumentException if the measure has none
  public LabelCounts labels(int index) {
    LabelCounts counts = labels[index];
    return counts == null ? newLabels(index) : counts;
  }

  /// How many were counted: the sum of a count, how many values of a time or a number, how many
  /// occurrences of all labels.
  public long total(int index) {
    Histogram histogram = histograms[index];
    LabelCounts counts = labels[index];
    return sums[index]
        + (histogram == null ? 0 : histogram.count())
        + (counts == null ? 0 : counts.total());
  }

  /// Whether nothing was counted.
  public boolean isEmpty() {
    for (int i = 0; i < sums.length; i++) {
      if (total(i) != 0) {
        return false;
      }
    }
    return true;
  }

  /// Adds everything `other` has counted: by index if both have the same measures, else by name.
  ///
  /// @throws IllegalStateException if something was counted that this one has no measure for and
  ///   takes none: it was made for other calls
  public void add(Measures other) {
    boolean same = declared.equals(other.declared);
    for (int i = 0; i < other.sums.length; i++) {
      if (other.total(i) != 0) {
        add(same ? i : place(other.declared.get(i)), other, i);
      }
    }
  }

  private void add(int index, Measures other, int from) {
    sums[index] += other.sums[from];
    Histogram histogram = other.histograms[from];
    if (histogram != null) {
      histogram(index).add(histogram);
    }
    LabelCounts counts = other.labels[from];
    if (counts != null) {
      labels(index).add(counts);
    }
  }

  private int place(Measure measure) {
    int known = indexOf(measure);
    if (known >= 0) {
      return known;
    }
    if (!open) {
      throw new IllegalStateException(measure + " is not among " + declared);
    }
    List<Measure> more = new ArrayList<>(declared);
    more.add(measure);
    declared = List.copyOf(more);
    histograms = Arrays.copyOf(histograms, more.size());
    sums = Arrays.copyOf(sums, more.size());
    labels = Arrays.copyOf(labels, more.size());
    return more.size() - 1;
  }

  /// Replaces every label, for instance by one without secrets. Labels that become equal count
  /// together.
  public void relabel(UnaryOperator<String> change) {
    for (LabelCounts counts : labels) {
      if (counts != null) {
        Map<String, Long> before = counts.toMap();
        counts.clear();
        before.forEach(
            (label, times) -> counts.add(Objects.requireNonNull(change.apply(label)), times));
      }
    }
  }

  /// Sets everything to zero and keeps the memory.
  public void clear() {
    Arrays.fill(sums, 0);
    for (int i = 0; i < sums.length; i++) {
      Histogram histogram = histograms[i];
      if (histogram != null) {
        histogram.clear();
      }
      LabelCounts counts = labels[i];
      if (counts != null) {
        counts.clear();
      }
    }
  }
}
