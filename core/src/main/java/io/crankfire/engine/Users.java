package io.crankfire.engine;

import io.crankfire.plan.LoadCurve;

/// Which of a worker's sessions a closed model admits, when their number follows a curve. Session n
/// of all, from 0, may begin iterations while the curve is at n + ½ or above; so all workers
/// together admit as many as the curve says, rounded, whoever owns them. Confined to its worker's
/// event loop.
final class Users {

  private final LoadCurve curve;
  private final Share share;
  private int admitted; // sessions before this one run, or have been admitted and not retired
  private int askedFor = -1;
  private long admission; // of the session askedFor, as of any time up to then

  Users(LoadCurve curve, Share share) {
    this.curve = curve;
    this.share = share;
  }

  /// Whether a session may begin an iteration.
  ///
  /// @param number among all sessions of the run
  /// @param offset nanoseconds since the load began
  boolean allows(long number, long offset) {
    return curve.rateAt(offset) >= number + 0.5;
  }

  /// The next of the worker's sessions that may begin, by its index; negative if none may now.
  int admit(long offset) {
    return admitted < share.sessions() && allows(next(), offset) ? admitted++ : -1;
  }

  /// A session ends because the curve has fallen below it; it is admitted again when it rises.
  void retire(int index) {
    admitted = Math.min(admitted, index);
  }

  /// When [#admit] is worth asking again, in nanoseconds since the load began; [Long#MAX_VALUE] for
  /// never.
  long nextAdmission(long offset) {
    if (admitted == share.sessions()) {
      return Long.MAX_VALUE;
    }
    if (askedFor != admitted || offset >= admission) { // a curve may have thousands of pieces
      askedFor = admitted;
      admission = curve.whenAtLeast(next() + 0.5, offset);
    }
    return admission;
  }

  private long next() {
    return share.splitter().owned(share.index(), admitted);
  }
}
