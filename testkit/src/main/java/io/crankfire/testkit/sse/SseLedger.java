package io.crankfire.testkit.sse;

import io.crankfire.testkit.LongLog;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The server's own count of streams and events. Thread-safe.
final class SseLedger {
  private static final int MAX_IDS = 1000;

  private final LongAdder streams = new LongAdder();
  private final LongAdder events = new LongAdder();
  private final Deque<String> lastEventIds = new ArrayDeque<>();
  private volatile @Nullable LongLog firsts;
  private volatile @Nullable LongLog gaps;

  void stream(@Nullable String lastEventId) {
    streams.increment();
    synchronized (lastEventIds) {
      lastEventIds.addLast(lastEventId == null ? "" : lastEventId);
      if (lastEventIds.size() > MAX_IDS) {
        lastEventIds.removeFirst();
      }
    }
  }

  /// An event is about to be written; `beforeNanos` is when the one before was, or when the request
  /// came.
  long event(boolean first, long beforeNanos) {
    events.increment();
    long now = System.nanoTime();
    LongLog log = first ? firsts : gaps;
    if (log != null) {
      log.add(now - beforeNanos);
    }
    return now;
  }

  void recordTimes(boolean on) {
    firsts = on ? new LongLog() : null;
    gaps = on ? new LongLog() : null;
  }

  long[] firsts() {
    LongLog log = firsts;
    return log == null ? new long[0] : log.toArray();
  }

  long[] gaps() {
    LongLog log = gaps;
    return log == null ? new long[0] : log.toArray();
  }

  long streams() {
    return streams.sum();
  }

  long events() {
    return events.sum();
  }

  List<String> lastEventIds() {
    synchronized (lastEventIds) {
      return List.copyOf(lastEventIds);
    }
  }
}
