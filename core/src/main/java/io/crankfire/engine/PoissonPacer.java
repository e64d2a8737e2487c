package io.crankfire.engine;

import io.crankfire.plan.LoadCurve;
import java.util.SplittableRandom;

/// Arrivals of a Poisson process whose rate follows the curve: the partial sums of unit
/// exponentials, mapped through the inverse of this worker's part of the integral. Independent
/// processes of all workers add up to one of the whole rate (superposition).
final class PoissonPacer implements Pacer {

  private final LoadCurve curve;
  private final double fraction;
  private final SplittableRandom random;
  private long left;
  private double sum;

  /// @param total arrivals of all workers together at the most; this one issues its share
  PoissonPacer(LoadCurve curve, Splitter splitter, int part, long total, long seed) {
    this.curve = curve;
    fraction = splitter.fraction(part);
    left = total == Long.MAX_VALUE ? total : splitter.ownedBelow(part, total);
    random = stream(seed, part);
  }

  /// The part's own sequence. Seeds a constant apart would not do: SplittableRandom steps by a
  /// constant itself, and neighbours would repeat each other's arrivals.
  private static SplittableRandom stream(long seed, int part) {
    SplittableRandom root = new SplittableRandom(seed);
    SplittableRandom stream = root.split();
    for (int i = 0; i < part; i++) {
      stream = root.split();
    }
    return stream;
  }

  @Override
  public long nextNanos() {
    if (left == 0) {
      return Long.MAX_VALUE;
    }
    left--;
    sum -= Math.log1p(-random.nextDouble()); // an exponential of mean 1
    return curve.inverse(sum / fraction);
  }

  @Override
  public boolean totalReached() {
    return left == 0;
  }
}
