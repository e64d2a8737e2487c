package io.crankfire.testkit.grpc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/// The server's own count of messages, and of what clients do wrong. Thread-safe.
final class GrpcLedger {
  private static final int MAX_TEXTS = 1000;

  private final LongAdder messagesIn = new LongAdder();
  private final LongAdder messagesOut = new LongAdder();
  private final LongAdder bytesIn = new LongAdder();
  private final LongAdder compressed = new LongAdder();
  private final List<String> violations = new ArrayList<>();

  void message(int bytes, boolean isCompressed) {
    messagesIn.increment();
    bytesIn.add(bytes);
    if (isCompressed) {
      compressed.increment();
    }
  }

  void sent() {
    messagesOut.increment();
  }

  void violation(String text) {
    synchronized (violations) {
      if (violations.size() < MAX_TEXTS) {
        violations.add(text);
      }
    }
  }

  List<String> violations() {
    synchronized (violations) {
      return List.copyOf(violations);
    }
  }

  GrpcCounts counts() {
    return new GrpcCounts(messagesIn.sum(), messagesOut.sum(), bytesIn.sum(), compressed.sum());
  }
}
