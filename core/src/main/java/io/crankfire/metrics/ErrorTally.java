package io.crankfire.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The different failures of a run with how often, first and last they occurred. At most [#LIMIT]
/// different ones are told apart; the rest count in [#others()]. Confined to one thread at a time.
public final class ErrorTally {

  /// How many different failures are told apart.
  public static final int LIMIT = 100;

  /// One kind of failure.
  ///
  /// @param bucket the outcome's bucket
  /// @param detail what exactly happened, for a person
  /// @param count how often
  /// @param firstNanos when first, in nanoseconds since the run began
  /// @param lastNanos when last
  public record Entry(String bucket, String detail, long count, long firstNanos, long lastNanos) {
    Entry plus(Entry other) {
      return new Entry(
          bucket,
          detail,
          count + other.count,
          Math.min(firstNanos, other.firstNanos),
          Math.max(lastNanos, other.lastNanos));
    }
  }

  private record Key(String bucket, String detail) {}

  private final Map<Key, Entry> entries = new LinkedHashMap<>();
  private long others;

  /// Counts one failure at `atNanos` since the run began.
  public void add(Outcome outcome, String detail, long atNanos) {
    add(new Entry(outcome.bucket(), detail, 1, atNanos, atNanos));
  }

  /// Adds everything `other` has counted.
  public void add(ErrorTally other) {
    other.entries.values().forEach(this::add);
    others += other.others;
  }

  /// Adds one kind of failure.
  public void add(Entry entry) {
    Key key = new Key(entry.bucket, entry.detail);
    Entry known = entries.get(key);
    if (known != null) {
      entries.put(key, known.plus(entry));
    } else if (entries.size() < LIMIT) {
      entries.put(key, entry);
    } else {
      others += entry.count;
    }
  }

  /// The failures told apart, most frequent first.
  public List<Entry> entries() {
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort((a, b) -> Long.compare(b.count, a.count));
    return sorted;
  }

  /// Adds failures that were not told apart.
  public void addOthers(long count) {
    others += count;
  }

  /// Failures that were not told apart.
  public long others() {
    return others;
  }

  /// Forgets everything.
  public void clear() {
    entries.clear();
    others = 0;
  }
}
