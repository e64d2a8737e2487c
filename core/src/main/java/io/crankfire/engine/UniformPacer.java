package io.crankfire.engine;

import io.crankfire.plan.LoadCurve;

/// Arrivals as even as the rate allows: the n-th of all, from 0, at L⁻¹(n + ½), where L is the
/// integral of the rate. This worker issues those it owns. So after any time t exactly ⌊L(t) + ½⌋
/// are due, without a burst at the start and without drift.
final class UniformPacer implements Pacer {

  private final LoadCurve curve;
  private final Splitter splitter;
  private final int part;
  private final long total;
  private long k;

  /// @param total arrivals of all workers together at the most
  UniformPacer(LoadCurve curve, Splitter splitter, int part, long total) {
    this.curve = curve;
    this.splitter = splitter;
    this.part = part;
    this.total = total;
  }

  @Override
  public long nextNanos() {
    if (totalReached()) {
      return Long.MAX_VALUE;
    }
    return curve.inverse(splitter.owned(part, k++) + 0.5);
  }

  @Override
  public boolean totalReached() {
    return splitter.owned(part, k) >= total;
  }
}
