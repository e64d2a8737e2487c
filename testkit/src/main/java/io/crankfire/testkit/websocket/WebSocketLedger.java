package io.crankfire.testkit.websocket;

import io.crankfire.testkit.LongLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The server's own count of everything above HTTP. Thread-safe.
final class WebSocketLedger {
  private static final int MAX_TEXTS = 1000;

  private final LongAdder handshakes = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder messagesIn = new LongAdder();
  private final LongAdder messagesOut = new LongAdder();
  private final LongAdder bytesIn = new LongAdder();
  private final LongAdder bytesOut = new LongAdder();
  private final LongAdder pings = new LongAdder();
  private final LongAdder pongs = new LongAdder();
  private final LongAdder closed = new LongAdder();
  private final LongAdder cut = new LongAdder();
  private final Map<Integer, LongAdder> closeCodes = new ConcurrentHashMap<>();
  private final List<String> violations = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private volatile @Nullable LongLog replies;
  private int open;
  private int peak;

  void refused(String violation) {
    refused.increment();
    violation(violation);
  }

  void opened() {
    handshakes.increment();
    synchronized (this) {
      open++;
      peak = Math.max(peak, open);
    }
  }

  void ended(boolean properly) {
    (properly ? closed : cut).increment();
    synchronized (this) {
      open--;
    }
  }

  void received(int bytes) {
    messagesIn.increment();
    bytesIn.add(bytes);
  }

  void sent(int bytes) {
    messagesOut.increment();
    bytesOut.add(bytes);
  }

  void replied(long arrivedNanos) {
    LongLog log = replies;
    if (log != null) {
      log.add(System.nanoTime() - arrivedNanos);
    }
  }

  void ping() {
    pings.increment();
  }

  void pong() {
    pongs.increment();
  }

  void closeCode(int code) {
    closeCodes.computeIfAbsent(code, _ -> new LongAdder()).increment();
  }

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

  void recordTimes(boolean on) {
    replies = on ? new LongLog() : null;
  }

  long[] replies() {
    LongLog log = replies;
    return log == null ? new long[0] : log.toArray();
  }

  Map<Integer, Long> closeCodes() {
    Map<Integer, Long> counts = new TreeMap<>();
    closeCodes.forEach((code, adder) -> counts.put(code, adder.sum()));
    return counts;
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

  synchronized WebSocketCounts counts() {
    return new WebSocketCounts(
        handshakes.sum(),
        refused.sum(),
        open,
        peak,
        messagesIn.sum(),
        messagesOut.sum(),
        bytesIn.sum(),
        bytesOut.sum(),
        pings.sum(),
        pongs.sum(),
        closed.sum(),
        cut.sum());
  }
}
