package io.crankfire.metrics;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Histograms as bytes: the uncompressed V2 encoding of HdrHistogram, and its merge without a
/// second histogram in between.
///
/// Two payloads of two generators are joined by [#merge(ByteBuffer, Histogram)] in any order; the
/// result has bucket for bucket the counts of one histogram that had seen all values.
///
/// Source: HdrHistogram's `V2EncodingCookieBase` layout: a 40-byte head, then the counts as ZigZag
/// LEB128 numbers, a negative one standing for a run of empty buckets.
public final class HistogramCodec {

  private static final int COOKIE = 0x1c849303 | 0x10;
  private static final int HEAD = 40;
  private static final int DIGITS = 3;

  private HistogramCodec() {}

  /// The encoded form, with position 0 and the limit at its end.
  public static ByteBuffer encode(Histogram histogram) {
    int length = 0;
    int[] last = {-1};
    for (int p = 0; p < Histogram.PAGES; p++) {
      long[] counts = histogram.page(p);
      if (counts != null) {
        for (int i = 0; i < Histogram.PAGE_SIZE; i++) {
          if (counts[i] != 0) {
            last[0] = (p << Histogram.PAGE_BITS) + i;
            length += 18;
          }
        }
      }
    }
    ByteBuffer out = ByteBuffer.allocate(HEAD + length);
    out.position(HEAD);
    long zeros = 0;
    for (int index = 0; index <= last[0]; index++) {
      long[] counts = histogram.page(index >> Histogram.PAGE_BITS);
      long count = counts == null ? 0 : counts[index & (Histogram.PAGE_SIZE - 1)];
      if (count == 0) {
        zeros++;
      } else {
        if (zeros > 0) {
          putZigZag(out, -zeros);
          zeros = 0;
        }
        putZigZag(out, count);
      }
    }
    out.limit(out.position());
    out.putInt(0, COOKIE);
    out.putInt(4, out.limit() - HEAD);
    out.putInt(8, 0); // normalizing index offset
    out.putInt(12, DIGITS);
    out.putLong(16, 1); // lowest discernible value
    out.putLong(24, Histogram.MAX);
    out.putDouble(32, 1.0); // integer to double conversion ratio
    return out.position(0);
  }

  /// Adds the counts of an encoded histogram to `target`. Its shortest, longest and sum are taken
  /// from the buckets (HdrHistogram's encoding has no others); who knows them exactly uses
  /// [#merge(ByteBuffer, Histogram, long, long, double, long)].
  ///
  /// @throws IllegalArgumentException if the bytes are not a V2 histogram with our buckets;
  ///   `target` is unchanged then
  public static void merge(ByteBuffer encoded, Histogram target) {
    merge(encoded, target, Long.MAX_VALUE, -1, Double.NaN, 0);
  }

  /// Adds the counts of an encoded histogram whose exact moments are known to `target`.
  ///
  /// @param min the shortest in nanoseconds
  /// @param max the longest in nanoseconds, negative when unknown
  /// @param sum the sum in nanoseconds, not a number when unknown
  /// @param clamped how many were above [Histogram#MAX]
  /// @throws IllegalArgumentException if the bytes are not a V2 histogram with our buckets;
  ///   `target` is unchanged then
  public static void merge(
      ByteBuffer encoded, Histogram target, long min, long max, double sum, long clamped) {
    ByteBuffer in = encoded.slice();
    if (in.remaining() < HEAD || (in.getInt(0) & ~0xf0) != (COOKIE & ~0xf0)) {
      throw new IllegalArgumentException("not an HdrHistogram in V2 encoding");
    }
    if (in.getInt(12) != DIGITS || in.getLong(16) != 1 || in.getInt(8) != 0) {
      throw new IllegalArgumentException("a histogram with other buckets than 1 ns at 3 digits");
    }
    int length = in.getInt(4);
    if (length < 0 || length > in.remaining() - HEAD) {
      throw new IllegalArgumentException("a histogram that is cut off");
    }
    in.position(HEAD).limit(HEAD + length);
    walk(in.duplicate(), null); // finds every fault before the first count is added
    BucketSpan span = walk(in, target);
    if (span.last < 0) {
      return;
    }
    int mask = Histogram.PAGE_SIZE - 1;
    target.addMoments(
        max < 0 ? Histogram.lowest(span.first >> Histogram.PAGE_BITS, span.first & mask) : min,
        max < 0 ? Histogram.highest(span.last >> Histogram.PAGE_BITS, span.last & mask) : max,
        Double.isNaN(sum) ? span.sum : sum,
        clamped);
  }

  /// The buckets that were not empty.
  ///
  /// @param first the lowest one's index, negative when there is none
  /// @param last the highest one's index
  /// @param sum of all values, each in the middle of its bucket
  private record BucketSpan(int first, int last, double sum) {}

  private static BucketSpan walk(ByteBuffer in, @Nullable Histogram target) {
    int end = Histogram.PAGES << Histogram.PAGE_BITS;
    int index = 0;
    int first = -1;
    int last = -1;
    long total = 0;
    double sum = 0;
    while (in.hasRemaining()) {
      long n = getZigZag(in);
      if (n < 0) {
        if (n < index - end) {
          throw new IllegalArgumentException("a histogram with more buckets than an hour has");
        }
        index -= (int) n;
        continue;
      }
      if (index >= end) {
        throw new IllegalArgumentException("a histogram with more buckets than an hour has");
      }
      if (n > 0) {
        total += n;
        if (total < 0) {
          throw new IllegalArgumentException("a histogram with more counts than there can be");
        }
        if (target != null) {
          target.addAtIndex(index, n);
        }
        int page = index >> Histogram.PAGE_BITS;
        int i = index & (Histogram.PAGE_SIZE - 1);
        sum += n * ((Histogram.lowest(page, i) + Histogram.highest(page, i)) / 2.0);
        last = index;
        if (first < 0) {
          first = index;
        }
      }
      index++;
    }
    return new BucketSpan(first, last, sum);
  }

  private static void putZigZag(ByteBuffer out, long value) {
    long rest = (value << 1) ^ (value >> 63);
    for (int i = 0; i < 8; i++) {
      if ((rest & ~0x7fL) == 0) {
        out.put((byte) rest);
        return;
      }
      out.put((byte) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest); // the ninth byte has all its eight bits
  }

  private static long getZigZag(ByteBuffer in) {
    long rest = 0;
    for (int i = 0; i < 9; i++) {
      if (!in.hasRemaining()) {
        throw new IllegalArgumentException("a histogram that is cut off");
      }
      long b = in.get();
      if (i == 8) {
        rest |= (b & 0xff) << 56;
        break;
      }
      rest |= (b & 0x7f) << (7 * i);
      if (b >= 0) {
        break;
      }
    }
    return (rest >>> 1) ^ -(rest & 1);
  }
}
