package io.crankfire.testkit;

import java.util.ArrayList;
import java.util.List;

/// Longs in the order of their coming. Grows by blocks, so that growth moves nothing. Thread-safe.
public final class LongLog {
  private static final int BLOCK = 64 * 1024;

  private final List<long[]> blocks = new ArrayList<>();
  private long[] current = new long[BLOCK];
  private int used;

  /// An empty log.
  public LongLog() {
    blocks.add(current);
  }

  /// Adds one.
  public synchronized void add(long value) {
    if (used == BLOCK) {
      current = new long[BLOCK];
      blocks.add(current);
      used = 0;
    }
    current[used] = value;
    used++;
  }

  /// All of them.
  public synchronized long[] toArray() {
    long[] all = new long[(blocks.size() - 1) * BLOCK + used];
    int at = 0;
    for (long[] block : blocks) {
      int count = Math.min(BLOCK, all.length - at);
      System.arraycopy(block, 0, all, at, count);
      at += count;
    }
    return all;
  }
}
