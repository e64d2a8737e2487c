package io.crankfire.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How often each outcome occurred. A run has few different ones, so a short array searched from
/// the front beats a map. Confined to one thread at a time.
public final class OutcomeCounts {

  private @Nullable Outcome[] outcomes = new @Nullable Outcome[4];
  private long[] counts = new long[4];
  private int size;

  /// Counts one.
  @SuppressWarnings("ReferenceEquality") // the fast way; what it misses, the slow way finds
  public void add(Outcome outcome) {
    for (int i = 0; i < size; i++) {
      if (outcomes[i] == outcome) {
        counts[i]++;
        return;
      }
    }
    add(outcome, 1);
  }

  /// Counts `times`; equal outcomes that are different objects count together.
  public void add(Outcome outcome, long times) {
    for (int i = 0; i < size; i++) {
      if (outcome.equals(outcomes[i])) {
        counts[i] += times;
        return;
      }
    }
    if (size == counts.length) {
      outcomes = Arrays.copyOf(outcomes, size * 2);
      counts = Arrays.copyOf(counts, size * 2);
    }
    outcomes[size] = outcome;
    counts[size++] = times;
  }

  /// Adds all counts of `other`.
  public void add(OutcomeCounts other) {
    for (int i = 0; i < other.size; i++) {
      Outcome outcome = other.outcomes[i];
      if (outcome != null && other.counts[i] != 0) {
        add(outcome, other.counts[i]);
      }
    }
  }

  /// The sum over all outcomes of one kind.
  public long total(Outcome.Kind kind) {
    long total = 0;
    for (int i = 0; i < size; i++) {
      Outcome outcome = outcomes[i];
      if (outcome != null && outcome.kind() == kind) {
        total += counts[i];
      }
    }
    return total;
  }

  /// A copy as a map, most frequent first.
  public Map<Outcome, Long> toMap() {
    // By insertion: there are few, and every report of every run comes through here.
    List<Outcome> order = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Outcome outcome = outcomes[i];
      if (outcome != null && counts[i] > 0) {
        int at = order.size();
        while (at > 0 && before(outcome, counts[i], order.get(at - 1))) {
          at--;
        }
        order.add(at, outcome);
      }
    }
    Map<Outcome, Long> sorted = new LinkedHashMap<>();
    for (Outcome outcome : order) {
      sorted.put(outcome, count(outcome));
    }
    return sorted;
  }

  private boolean before(Outcome outcome, long times, Outcome other) {
    long others = count(other);
    return times > others || (times == others && outcome.bucket().compareTo(other.bucket()) < 0);
  }

  private long count(Outcome outcome) {
    for (int i = 0; i < size; i++) {
      if (outcome.equals(outcomes[i])) {
        return counts[i];
      }
    }
    return 0;
  }

  /// Sets all counts to zero and keeps the outcomes.
  public void clear() {
    Arrays.fill(counts, 0);
  }
}
