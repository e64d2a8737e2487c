package io.crankfire.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// Shuts a gate at given times and opens it again. Thread-safe.
final class Freezer implements AutoCloseable {
  private final Gate gate;
  private final List<HttpTestServer.Freeze> done = new ArrayList<>();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Freezer(Gate gate) {
    this.gate = gate;
  }

  void schedule(Duration fromNow, Duration length) {
    long from = System.nanoTime() + fromNow.toNanos();
    boolean now = fromNow.isZero();
    if (now) {
      gate.shut();
    }
    long since = System.nanoTime();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("testkit-freeze")
            .unstarted(() -> run(now, since, from, length.toNanos()));
    threads.add(thread);
    thread.start();
  }

  private void run(boolean shutAlready, long since, long from, long lengthNanos) {
    long began = since;
    if (!shutAlready) {
      sleepUntil(from);
      gate.shut();
      began = System.nanoTime();
    }
    sleepUntil(began + lengthNanos);
    HttpTestServer.Freeze freeze = new HttpTestServer.Freeze(began, System.nanoTime());
    synchronized (done) {
      done.add(freeze);
    }
    gate.open();
    threads.remove(Thread.currentThread());
  }

  private void sleepUntil(long nanos) {
    for (long left = nanos - System.nanoTime();
        left > 0 && !closed;
        left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
    }
  }

  List<HttpTestServer.Freeze> done() {
    synchronized (done) {
      return List.copyOf(done);
    }
  }

  @Override
  public void close() {
    closed = true;
    threads.forEach(LockSupport::unpark);
  }
}
