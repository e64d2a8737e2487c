package io.crankfire.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// An arrival rate over time, made of straight pieces laid end to end, and its exact integral.
///
/// `cumulative(t)` is L(t), the number of arrivals due by `t`; `inverse(x)` is the moment at which
/// the x-th is due. A rate of 0 is silence. Immutable.
public final class LoadCurve {

  /// One straight piece.
  ///
  /// @param fromRate arrivals a second at its beginning, 0 or more
  /// @param toRate arrivals a second at its end
  /// @param nanos how long it lasts; [Long#MAX_VALUE] for ever, then both rates are equal
  public record Piece(double fromRate, double toRate, long nanos) {
    /// @throws IllegalArgumentException if a rate is negative or not finite, or the length not
    ///   positive
    public Piece {
      if (!(fromRate >= 0 && toRate >= 0 && fromRate + toRate < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("a rate is a number from 0");
      }
      if (nanos <= 0) {
        throw new IllegalArgumentException("a piece of the load curve has a positive length");
      }
      if (nanos == Long.MAX_VALUE && fromRate != toRate) {
        throw new IllegalArgumentException("an endless piece has one rate");
      }
    }

    private double total() {
      return nanos == Long.MAX_VALUE
          ? (fromRate == 0 ? 0 : Double.POSITIVE_INFINITY)
          : (fromRate + toRate) / 2 * nanos / 1e9;
    }
  }

  private final List<Piece> pieces;
  private final long[] starts;
  private final double[] totals; // L at each start
  private final long end;
  private final double total;

  private LoadCurve(List<Piece> pieces) {
    this.pieces = List.copyOf(pieces);
    starts = new long[pieces.size()];
    totals = new double[pieces.size()];
    long at = 0;
    double sum = 0;
    for (int i = 0; i < starts.length; i++) {
      starts[i] = at;
      totals[i] = sum;
      Piece piece = pieces.get(i);
      if (piece.nanos == Long.MAX_VALUE && i < starts.length - 1) {
        throw new IllegalArgumentException("only the last piece of a load curve may be endless");
      }
      at = piece.nanos == Long.MAX_VALUE ? Long.MAX_VALUE : Math.addExact(at, piece.nanos);
      sum += piece.total();
    }
    end = at;
    total = sum;
  }

  /// One rate from the beginning on.
  ///
  /// @param rate arrivals a second, fractions allowed
  /// @param duration how long; zero for ever
  public static LoadCurve constant(double rate, Duration duration) {
    long nanos = duration.isZero() ? Long.MAX_VALUE : duration.toNanos();
    return new LoadCurve(List.of(new Piece(rate, rate, nanos)));
  }

  /// The pieces one after the other.
  ///
  /// @throws IllegalArgumentException if there are none, or an endless one is not the last
  public static LoadCurve of(List<Piece> pieces) {
    if (pieces.isEmpty()) {
      throw new IllegalArgumentException("a load curve has at least one piece");
    }
    return new LoadCurve(pieces);
  }

  /// The same curve, cut off after `nanos`.
  public LoadCurve cutAt(long nanos) {
    if (nanos >= end) {
      return this;
    }
    List<Piece> kept = new ArrayList<>();
    for (int i = 0; i < starts.length && starts[i] < nanos; i++) {
      Piece piece = pieces.get(i);
      long length = Math.min(piece.nanos, nanos - starts[i]);
      double share = piece.nanos == Long.MAX_VALUE ? 0 : (double) length / piece.nanos;
      kept.add(
          new Piece(
              piece.fromRate, piece.fromRate + (piece.toRate - piece.fromRate) * share, length));
    }
    return new LoadCurve(kept);
  }

  /// The pieces in their order.
  public List<Piece> pieces() {
    return pieces;
  }

  /// When it ends, in nanoseconds; [Long#MAX_VALUE] for never.
  public long endNanos() {
    return end;
  }

  /// All arrivals of the whole curve; infinite when it never ends.
  public double total() {
    return total;
  }

  /// The rate at a moment, in arrivals a second; 0 after the end.
  public double rateAt(long nanos) {
    if (nanos >= end) {
      return 0;
    }
    int i = pieceAt(nanos);
    Piece piece = pieces.get(i);
    if (piece.nanos == Long.MAX_VALUE) {
      return piece.fromRate;
    }
    return piece.fromRate
        + (piece.toRate - piece.fromRate) * ((double) (nanos - starts[i]) / piece.nanos);
  }

  /// L(t): the integral of the rate from the beginning to `nanos`.
  public double cumulative(long nanos) {
    if (nanos <= 0) {
      return 0;
    }
    if (nanos >= end) {
      return total;
    }
    int i = pieceAt(nanos);
    Piece piece = pieces.get(i);
    double t = (nanos - starts[i]) / 1e9;
    double slope = slope(piece);
    return totals[i] + t * (piece.fromRate + slope * t / 2);
  }

  /// The moment at which the integral reaches `x`, in nanoseconds, rounded up; [Long#MAX_VALUE] if
  /// it never does before the end.
  public long inverse(double x) {
    if (x < 0 || x >= total) {
      return Long.MAX_VALUE;
    }
    // The last piece that begins with x or less; were it silent, x would be the whole.
    int low = 0;
    int high = totals.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (totals[middle] <= x) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    int i = low;
    Piece piece = pieces.get(i);
    double rest = x - totals[i];
    double slope = slope(piece);
    double root = Math.sqrt(Math.max(0, piece.fromRate * piece.fromRate + 2 * slope * rest));
    double seconds = rest == 0 ? 0 : 2 * rest / (piece.fromRate + root);
    long nanos = starts[i] + (long) Math.ceil(seconds * 1e9);
    return nanos < end ? nanos : end - 1;
  }

  /// The first moment, not before `from`, at which the rate is `rate` or more, in nanoseconds,
  /// rounded up; [Long#MAX_VALUE] if it is never again before the end.
  public long whenAtLeast(double rate, long from) {
    for (int i = from <= 0 ? 0 : pieceAt(from); i < starts.length; i++) {
      Piece piece = pieces.get(i);
      long start = Math.max(starts[i], from);
      if (start >= end) {
        return Long.MAX_VALUE;
      }
      if (rateAt(start) >= rate) {
        return start;
      }
      if (piece.toRate > piece.fromRate && piece.toRate > rate) {
        double part = (rate - piece.fromRate) / (piece.toRate - piece.fromRate);
        long at = starts[i] + (long) Math.ceil(part * piece.nanos);
        while (at < starts[i] + piece.nanos && rateAt(at) < rate) {
          at++; // rounding
        }
        if (at < starts[i] + piece.nanos) {
          return at;
        }
      }
    }
    return Long.MAX_VALUE;
  }

  private static double slope(Piece piece) {
    return piece.nanos == Long.MAX_VALUE
        ? 0
        : (piece.toRate - piece.fromRate) / (piece.nanos / 1e9);
  }

  private int pieceAt(long nanos) {
    int i = Arrays.binarySearch(starts, nanos);
    return i >= 0 ? i : -i - 2;
  }
}
