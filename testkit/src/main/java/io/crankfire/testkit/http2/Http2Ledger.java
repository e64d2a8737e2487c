package io.crankfire.testkit.http2;

import io.crankfire.testkit.LongLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The server's own count of everything. Thread-safe.
final class Http2Ledger {
  private static final int MAX_TEXTS = 1000;

  final LongAdder begun = new LongAdder();
  final LongAdder received = new LongAdder();
  final LongAdder answered = new LongAdder();
  final LongAdder resetByUs = new LongAdder();
  final LongAdder afterGoAway = new LongAdder();
  final LongAdder bodyBytes = new LongAdder();
  final LongAdder pings = new LongAdder();
  final LongAdder failedHandshakes = new LongAdder();
  private final Map<ErrorCode, LongAdder> resets = new ConcurrentHashMap<>();
  private final Map<ErrorCode, LongAdder> goAways = new ConcurrentHashMap<>();
  private final List<String> violations = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private final Deque<Http2Request> last = new ArrayDeque<>();
  private volatile @Nullable LongLog firsts;
  private volatile @Nullable LongLog gaps;
  private volatile int keepRequests;
  private int openStreams;
  private int peakStreams;
  private long accepted;
  private int open;
  private int peak;

  void violation(String text) {
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

  /// @param onConnection how many its connection has now
  synchronized void streamOpened(int onConnection) {
    openStreams++;
    peakStreams = Math.max(peakStreams, onConnection);
  }

  synchronized void streamClosed() {
    openStreams--;
  }

  void request(Http2Request request) {
    begun.increment();
    if (keepRequests > 0) {
      synchronized (last) {
        last.addLast(request);
        if (last.size() > keepRequests) {
          last.removeFirst();
        }
      }
    }
  }

  void reset(ErrorCode code) {
    resets.computeIfAbsent(code, _ -> new LongAdder()).increment();
  }

  void goAway(ErrorCode code) {
    goAways.computeIfAbsent(code, _ -> new LongAdder()).increment();
  }

  void piece(boolean isFirst, long nanos) {
    LongLog log = isFirst ? firsts : gaps;
    if (log != null) {
      log.add(nanos);
    }
  }

  void recordTimes(boolean on) {
    firsts = on ? new LongLog() : null;
    gaps = on ? new LongLog() : null;
  }

  void recordRequests(int count) {
    keepRequests = count;
    synchronized (last) {
      while (last.size() > count) {
        last.removeFirst();
      }
    }
  }

  long[] firsts() {
    LongLog log = firsts;
    return log == null ? new long[0] : log.toArray();
  }

  long[] gaps() {
    LongLog log = gaps;
    return log == null ? new long[0] : log.toArray();
  }

  List<Http2Request> requests() {
    synchronized (last) {
      return List.copyOf(last);
    }
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

  Map<ErrorCode, Long> resets() {
    return numbers(resets);
  }

  Map<ErrorCode, Long> goAways() {
    return numbers(goAways);
  }

  private static Map<ErrorCode, Long> numbers(Map<ErrorCode, LongAdder> adders) {
    Map<ErrorCode, Long> numbers = new TreeMap<>();
    adders.forEach((code, adder) -> numbers.put(code, adder.sum()));
    return numbers;
  }

  private static long sum(Map<ErrorCode, LongAdder> adders) {
    return adders.values().stream().mapToLong(LongAdder::sum).sum();
  }

  synchronized Http2Counts counts() {
    return new Http2Counts(
        begun.sum(),
        received.sum(),
        answered.sum(),
        resetByUs.sum(),
        sum(resets),
        afterGoAway.sum(),
        openStreams,
        peakStreams,
        accepted,
        open,
        peak,
        bodyBytes.sum(),
        pings.sum(),
        sum(goAways),
        failedHandshakes.sum());
  }
}
