package io.crankfire.metrics;

import org.jspecify.annotations.Nullable;

/// Counts of durations from 0 to one hour, in nanoseconds, at three significant digits.
///
/// The buckets are those of an HdrHistogram with a lowest discernible value of 1 and three
/// significant digits: below 2,048 every nanosecond has its own, above that every bucket is at most
/// 1/1,024 of its value wide. So its encoded form ([HistogramCodec]) is readable by HdrHistogram's
/// own tools.
///
/// A negative duration counts as 0. A duration above [#MAX] counts in the last bucket and in
/// [#clamped()], so that nothing is lost silently; [#max()] stays exact.
///
/// Confined to one thread at a time; handing it to another thread needs a happens-before edge.
public final class Histogram {

  /*
   * Buckets come in pages of 1,024 (8 KiB), one page per power of two, allocated when first
   * touched: a series whose values span a factor of 60 holds six pages instead of 270 KiB.
   * Page p > 0 covers [1024 << (p - 1), 2048 << (p - 1)); page 0 covers [0, 1024).
   */

  /// The longest duration told apart from longer ones: one hour, in nanoseconds.
  public static final long MAX = 3_600_000_000_000L;

  static final int PAGE_BITS = 10;
  static final int PAGE_SIZE = 1 << PAGE_BITS;
  static final int PAGES = pageOf(MAX) + 1;

  private final long[] @Nullable [] pages = new long[PAGES][];
  private long count;
  private long clamped;
  private long min = Long.MAX_VALUE;
  private long max;
  private double sum;

  /// Counts one duration.
  public void record(long nanos) {
    add(nanos, 1);
  }

  /// Counts `times` equal durations.
  public void add(long nanos, long times) {
    long value = nanos;
    if (value < 0) {
      value = 0;
    }
    if (value < min) {
      min = value;
    }
    if (value > max) {
      max = value;
    }
    if (value > MAX) {
      clamped += times;
      sum += (double) value * times;
      value = MAX;
    } else {
      sum += (double) value * times;
    }
    count += times;
    int shift = 53 - Long.numberOfLeadingZeros(value | 2047);
    int page = value < PAGE_SIZE ? 0 : shift + 1;
    long[] counts = pages[page];
    if (counts == null) {
      counts = newPage(page);
    }
    counts[(int) (value >>> shift) & (PAGE_SIZE - 1)] += times;
  }

  private long[] newPage(int page) {
    long[] counts = new long[PAGE_SIZE];
    pages[page] = counts;
    return counts;
  }

  /// Adds every count of `other`, bucket by bucket.
  public void add(Histogram other) {
    if (other.count == 0) {
      return;
    }
    for (int p = 0; p < PAGES; p++) {
      long[] from = other.pages[p];
      if (from != null) {
        long[] to = pages[p];
        if (to == null) {
          to = newPage(p);
        }
        for (int i = 0; i < PAGE_SIZE; i++) {
          to[i] += from[i];
        }
      }
    }
    count += other.count;
    clamped += other.clamped;
    sum += other.sum;
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
  }

  /// Forgets all counts and keeps the memory.
  public void clear() {
    if (count == 0) {
      return;
    }
    for (long[] counts : pages) {
      if (counts != null) {
        java.util.Arrays.fill(counts, 0);
      }
    }
    count = 0;
    clamped = 0;
    sum = 0;
    min = Long.MAX_VALUE;
    max = 0;
  }

  /// How many durations were counted.
  public long count() {
    return count;
  }

  /// How many of them were above [#MAX].
  public long clamped() {
    return clamped;
  }

  /// The shortest, exact, in nanoseconds; 0 when empty.
  public long min() {
    return count == 0 ? 0 : min;
  }

  /// The longest, exact, in nanoseconds; 0 when empty.
  public long max() {
    return max;
  }

  /// The arithmetic mean in nanoseconds, from the exact values; 0 when empty.
  public double mean() {
    return count == 0 ? 0 : sum / count;
  }

  /// The sum of the exact values, in nanoseconds.
  public double sum() {
    return sum;
  }

  /// The population standard deviation in nanoseconds, from the middles of the buckets; 0 when
  /// empty.
  public double standardDeviation() {
    if (count == 0) {
      return 0;
    }
    double mean = mean();
    double squares = 0;
    for (int p = 0; p < PAGES; p++) {
      long[] counts = pages[p];
      if (counts != null) {
        for (int i = 0; i < PAGE_SIZE; i++) {
          if (counts[i] != 0) {
            double d = (lowest(p, i) + highest(p, i)) / 2.0 - mean;
            squares += d * d * counts[i];
          }
        }
      }
    }
    return Math.sqrt(squares / count);
  }

  /// The value below or at which `percent` of all durations lie (nearest rank), in nanoseconds: the
  /// upper end of that rank's bucket, never above [#max()] nor below [#min()]; 0 when empty.
  ///
  /// @param percent from 0 to 100
  public long percentile(double percent) {
    if (count == 0) {
      return 0;
    }
    double clipped = Math.min(100, Math.max(0, percent));
    // One ulp less, so that 99.9 % of 1,000 is rank 999 although 0.999 * 1000 rounds up.
    long rank = Math.max(1, (long) Math.ceil(Math.nextDown(clipped / 100 * count)));
    long seen = 0;
    for (int p = 0; p < PAGES; p++) {
      long[] counts = pages[p];
      if (counts != null) {
        for (int i = 0; i < PAGE_SIZE; i++) {
          seen += counts[i];
          if (seen >= rank) {
            return seen == count && highest(p, i) >= MAX
                ? max
                : Math.max(min(), Math.min(highest(p, i), max));
          }
        }
      }
    }
    return max;
  }

  /// How many durations are at most `nanos`, to the precision of the buckets.
  public long countAtMost(long nanos) {
    if (nanos >= max) {
      return count;
    }
    long seen = 0;
    for (int p = 0; p < PAGES; p++) {
      long[] counts = pages[p];
      if (counts != null) {
        for (int i = 0; i < PAGE_SIZE; i++) {
          if (highest(p, i) > nanos) {
            return seen;
          }
          seen += counts[i];
        }
      }
    }
    return seen;
  }

  /// Takes every bucket that is not empty, in rising order.
  public interface BucketVisitor {
    /// Durations from `lowest` to `highest` nanoseconds, both included, occurred `count` times.
    void bucket(long lowest, long highest, long count);
  }

  /// Shows every bucket that is not empty to `visitor`.
  public void forEachBucket(BucketVisitor visitor) {
    for (int p = 0; p < PAGES; p++) {
      long[] counts = pages[p];
      if (counts != null) {
        for (int i = 0; i < PAGE_SIZE; i++) {
          if (counts[i] != 0) {
            visitor.bucket(lowest(p, i), highest(p, i), counts[i]);
          }
        }
      }
    }
  }

  /// A copy that shares nothing with this one.
  public Histogram copy() {
    Histogram copy = new Histogram();
    copy.add(this);
    return copy;
  }

  long @Nullable [] page(int p) {
    return pages[p];
  }

  /// Adds to a bucket by its index in HdrHistogram's order; the moments follow from its middle.
  void addAtIndex(int index, long times) {
    int p = index >> PAGE_BITS;
    if (p >= PAGES) {
      p = PAGES - 1;
    }
    int i = index & (PAGE_SIZE - 1);
    long[] counts = pages[p];
    if (counts == null) {
      counts = newPage(p);
    }
    counts[i] += times;
    count += times;
  }

  /// Sets the moments that the buckets alone cannot tell.
  void addMoments(long otherMin, long otherMax, double otherSum, long otherClamped) {
    min = Math.min(min, otherMin);
    max = Math.max(max, otherMax);
    sum += otherSum;
    clamped += otherClamped;
  }

  static int pageOf(long value) {
    return value < PAGE_SIZE ? 0 : 54 - Long.numberOfLeadingZeros(value | 2047);
  }

  static long lowest(int page, int i) {
    return page == 0 ? i : (long) (i + PAGE_SIZE) << (page - 1);
  }

  static long highest(int page, int i) {
    return page == 0 ? i : ((long) (i + PAGE_SIZE + 1) << (page - 1)) - 1;
  }
}
