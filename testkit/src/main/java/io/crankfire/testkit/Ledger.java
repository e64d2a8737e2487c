package io.crankfire.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The server's own count of everything. Thread-safe; the writers' side costs no lock unless
/// something is recorded.
final class Ledger {
  static final int MAX_PATHS = 1000;
  private static final int MAX_TEXTS = 1000;

  private final LongAdder received = new LongAdder();
  private final LongAdder answered = new LongAdder();
  private final LongAdder unanswered = new LongAdder();
  private final LongAdder cutRequests = new LongAdder();
  private final LongAdder violationCount = new LongAdder();
  private final LongAdder failedHandshakes = new LongAdder();
  private final Map<String, LongAdder> paths = new ConcurrentHashMap<>();
  private final LongAdder otherPaths = new LongAdder();
  private final List<String> violations = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private final Deque<Request> last = new ArrayDeque<>();
  private volatile @Nullable LongLog arrivals;
  private volatile @Nullable LongLog services;
  private volatile int keepRequests;
  private long accepted;
  private int open;
  private int peak;

  /// The counter of a path; one for all paths beyond the first thousand.
  LongAdder path(String path) {
    LongAdder known = paths.get(path);
    if (known != null) {
      return known;
    }
    return paths.size() >= MAX_PATHS
        ? otherPaths
        : paths.computeIfAbsent(path, _ -> new LongAdder());
  }

  long receivedAt(String path) {
    LongAdder known = paths.get(path);
    return known == null ? 0 : known.sum();
  }

  Map<String, Long> byPath() {
    Map<String, Long> counts = new TreeMap<>();
    paths.forEach((path, adder) -> counts.put(path, adder.sum()));
    if (otherPaths.sum() > 0) {
      counts.put("(other)", otherPaths.sum());
    }
    return counts;
  }

  void received(LongAdder path, long atNanos) {
    received.increment();
    path.increment();
    LongLog log = arrivals;
    if (log != null) {
      log.add(atNanos);
    }
  }

  void answered(long arrivedNanos) {
    LongLog log = services;
    if (log != null) {
      log.add(System.nanoTime() - arrivedNanos);
    }
    answered.increment();
  }

  /// Takes one answer back that could not be written after all.
  void answerFailed() {
    answered.decrement();
  }

  void unanswered() {
    unanswered.increment();
  }

  void cutRequest() {
    cutRequests.increment();
  }

  void handshakeFailed() {
    failedHandshakes.increment();
  }

  void violation(String text) {
    violationCount.increment();
    synchronized (violations) {
      if (violations.size() < MAX_TEXTS) {
        violations.add(text);
      }
    }
  }

  void failure(Throwable failure) {
    synchronized (failures) {
      if (failures.size() < MAX_TEXTS) {
        failures.add(failure);
      }
    }
  }

  synchronized void opened() {
    accepted++;
    open++;
    peak = Math.max(peak, open);
  }

  synchronized void closed() {
    open--;
  }

  boolean keepsRequests() {
    return keepRequests > 0;
  }

  void keep(Request request) {
    synchronized (last) {
      last.addLast(request);
      trim();
    }
  }

  private void trim() {
    while (last.size() > keepRequests) {
      last.removeFirst();
    }
  }

  void recordRequests(int count) {
    synchronized (last) {
      keepRequests = count;
      trim();
    }
  }

  List<Request> requests() {
    synchronized (last) {
      return List.copyOf(last);
    }
  }

  void recordTimes(boolean on) {
    arrivals = on ? new LongLog() : null;
    services = on ? new LongLog() : null;
  }

  long[] arrivals() {
    LongLog log = arrivals;
    return log == null ? new long[0] : log.toArray();
  }

  long[] services() {
    LongLog log = services;
    return log == null ? new long[0] : log.toArray();
  }

  List<String> violations() {
    synchronized (violations) {
      return List.copyOf(violations);
    }
  }

  List<Throwable> failures() {
    synchronized (failures) {
      return List.copyOf(failures);
    }
  }

  synchronized Counts counts() {
    long done = answered.sum();
    return new Counts(
        received.sum(),
        done,
        unanswered.sum(),
        cutRequests.sum(),
        accepted,
        open,
        peak,
        violationCount.sum(),
        failedHandshakes.sum());
  }
}
