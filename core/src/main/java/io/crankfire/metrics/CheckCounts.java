package io.crankfire.metrics;

import java.util.Arrays;

/// How often each check of one call held, by the check's index in the call, up to 64. Confined to
/// one thread at a time.
public final class CheckCounts {

  private static final long[] NONE = {};

  private long made;
  private long[] failed = NONE;

  /// Counts the checks of one exchange.
  ///
  /// @param failures a bit for each check that did not hold
  public void add(long failures) {
    made++;
    for (long rest = failures; rest != 0; rest &= rest - 1) {
      addFailed(Long.numberOfTrailingZeros(rest), 1);
    }
  }

  /// Counts exchanges whose checks were made.
  public void addMade(long times) {
    made += times;
  }

  /// Counts failures of one check.
  public void addFailed(int check, long times) {
    if (check >= failed.length) {
      failed = Arrays.copyOf(failed, check + 1);
    }
    failed[check] += times;
  }

  /// Adds everything `other` has counted.
  public void add(CheckCounts other) {
    made += other.made;
    for (int i = 0; i < other.failed.length; i++) {
      if (other.failed[i] != 0) {
        addFailed(i, other.failed[i]);
      }
    }
  }

  /// How many exchanges' checks were made: all checks of a call are, or none.
  public long made() {
    return made;
  }

  /// How often a check did not hold.
  public long failed(int check) {
    return check < failed.length ? failed[check] : 0;
  }

  /// How often a check held.
  public long passed(int check) {
    return made - failed(check);
  }

  /// Sets everything to zero and keeps the memory.
  public void clear() {
    made = 0;
    Arrays.fill(failed, 0);
  }
}
