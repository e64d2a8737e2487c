package io.crankfire.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How often each of a few texts occurred. At most [#LIMIT] different ones are told apart; the rest
/// count as [#OTHER]. A short array searched from the front beats a map. Confined to one thread at
/// a time.
public final class LabelCounts {

  /// How many different texts are told apart.
  public static final int LIMIT = 20;

  /// What the rest is called.
  public static final String OTHER = "other";

  private @Nullable String[] labels = new @Nullable String[4];
  private long[] counts = new long[4];
  private int size;
  private long others;

  /// Counts one.
  @SuppressWarnings("ReferenceEquality") // the fast way; what it misses, the slow way finds
  public void add(String label) {
    for (int i = 0; i < size; i++) {
      if (labels[i] == label) {
        counts[i]++;
        return;
      }
    }
    add(label, 1);
  }

  /// Counts `times`.
  public void add(String label, long times) {
    for (int i = 0; i < size; i++) {
      if (label.equals(labels[i])) {
        counts[i] += times;
        return;
      }
    }
    if (size == LIMIT || label.equals(OTHER)) {
      others += times;
      return;
    }
    if (size == counts.length) {
      int more = Math.min(LIMIT, size * 2);
      labels = Arrays.copyOf(labels, more);
      counts = Arrays.copyOf(counts, more);
    }
    labels[size] = label;
    counts[size++] = times;
  }

  /// Adds all counts of `other`.
  public void add(LabelCounts other) {
    for (int i = 0; i < other.size; i++) {
      String label = other.labels[i];
      if (label != null) {
        add(label, other.counts[i]);
      }
    }
    others += other.others;
  }

  /// The sum over all texts.
  public long total() {
    long total = others;
    for (int i = 0; i < size; i++) {
      total += counts[i];
    }
    return total;
  }

  /// A copy as a map, most frequent first, then by text; [#OTHER] at the end.
  public Map<String, Long> toMap() {
    record Entry(String label, long count) {}
    List<Entry> order = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      String label = labels[i];
      if (label != null && counts[i] > 0) {
        order.add(new Entry(label, counts[i]));
      }
    }
    order.sort(
        (a, b) -> a.count == b.count ? a.label.compareTo(b.label) : Long.compare(b.count, a.count));
    Map<String, Long> sorted = new LinkedHashMap<>();
    for (Entry entry : order) {
      sorted.put(entry.label, entry.count);
    }
    if (others > 0) {
      sorted.put(OTHER, others);
    }
    return sorted;
  }

  /// Forgets all texts and keeps the memory.
  public void clear() {
    size = 0;
    others = 0;
  }
}
