package io.crankfire.engine;

import java.math.BigInteger;
import java.util.Arrays;

/// Divides one load among several generators, by integer weights, so that the parts are exactly the
/// whole: counts by [#share], the arrivals of a schedule by [#owned]. Every generator computes the
/// same division by itself. Immutable.
///
/// A rate is never divided: all generators hold the same schedule and each issues the arrivals that
/// it owns, dealt out by smooth weighted round robin, so that neighbours belong to different
/// generators.
public final class Splitter {

  /// The most slots that one round may have.
  private static final long MAX_ROUND = 1 << 20;

  private final long[] prefix; // prefix[i] = sum of the weights before i
  private final int round;
  private final int[][] slots; // per part: which numbers of a round it owns, rising

  /// @param weights one for each part, each at least 1
  /// @throws IllegalArgumentException if there is none, or the weights are too uneven to be dealt
  ///   out
  public Splitter(long... weights) {
    if (weights.length == 0 || Arrays.stream(weights).anyMatch(w -> w < 1)) {
      throw new IllegalArgumentException("weights are numbers from 1");
    }
    BigInteger divisor = BigInteger.ZERO;
    for (long weight : weights) {
      divisor = divisor.gcd(BigInteger.valueOf(weight));
    }
    prefix = new long[weights.length + 1];
    for (int i = 0; i < weights.length; i++) {
      prefix[i + 1] = Math.addExact(prefix[i], weights[i] / divisor.longValueExact());
    }
    long sum = prefix[weights.length];
    if (sum > MAX_ROUND) {
      throw new IllegalArgumentException("weights whose sum is above " + MAX_ROUND);
    }
    round = (int) sum;
    slots = deal();
  }

  /// Equal parts.
  public static Splitter equal(int parts) {
    long[] weights = new long[parts];
    Arrays.fill(weights, 1);
    return new Splitter(weights);
  }

  private int[][] deal() {
    int parts = prefix.length - 1;
    int[][] dealt = new int[parts][];
    int[] filled = new int[parts];
    long[] credit = new long[parts];
    for (int i = 0; i < parts; i++) {
      dealt[i] = new int[(int) weight(i)];
    }
    for (int n = 0; n < round; n++) {
      int best = 0;
      for (int i = 0; i < parts; i++) {
        credit[i] += weight(i);
        if (credit[i] > credit[best]) {
          best = i;
        }
      }
      credit[best] -= round;
      dealt[best][filled[best]++] = n;
    }
    return dealt;
  }

  private long weight(int part) {
    return prefix[part + 1] - prefix[part];
  }

  /// How many parts there are.
  public int parts() {
    return prefix.length - 1;
  }

  /// The part's fraction of the whole, between 0 and 1.
  public double fraction(int part) {
    return (double) weight(part) / round;
  }

  /// How many of `total` things belong to the part: ⌊T·b/W⌋ − ⌊T·a/W⌋ with the weights before (a)
  /// and up to (b) it. The shares sum up to the total, each within 1 of the ideal.
  public long share(int part, long total) {
    return scaled(total, prefix[part + 1]) - scaled(total, prefix[part]);
  }

  private long scaled(long total, long weight) {
    long high = Math.multiplyHigh(total, weight);
    if (high == 0 && total * weight >= 0) {
      return total * weight / round;
    }
    return BigInteger.valueOf(total)
        .multiply(BigInteger.valueOf(weight))
        .divide(BigInteger.valueOf(round))
        .longValueExact();
  }

  /// How many of the numbers from 0 up to and without `total` the part owns: the `k` for which
  /// [#owned] is below it. Over all parts they sum up to the total.
  public long ownedBelow(int part, long total) {
    int[] mine = slots[part];
    int rest = (int) (total % round);
    long count = total / round * mine.length;
    for (int i = 0; i < mine.length && mine[i] < rest; i++) {
      count++;
    }
    return count;
  }

  /// The number, from 0, of the `k`-th arrival that the part owns, k from 0. Over all parts and k
  /// every number occurs exactly once.
  public long owned(int part, long k) {
    int[] mine = slots[part];
    return k / mine.length * round + mine[(int) (k % mine.length)];
  }
}
