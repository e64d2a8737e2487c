package io.crankfire.testkit;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;

/// Holds all answers back while it is shut, and releases them in the order in which they came.
/// Released threads run side by side, so on several cores neighbours may still overtake each other.
/// Thread-safe.
final class Gate {

  /*
   * Open is one volatile read. Shut nests: it opens when every one who shut it has opened it. Waiters are unparked in
   * the order of their coming, and the scheduler of virtual threads runs them first in, first out.
   */
  private final Queue<Thread> waiting = new ArrayDeque<>();
  private volatile int shut;

  void pass() {
    if (shut > 0) {
      await();
    }
  }

  private void await() {
    Thread me = Thread.currentThread();
    synchronized (this) {
      if (shut == 0) {
        return;
      }
      waiting.add(me);
    }
    boolean interrupted = false;
    while (isWaiting(me)) {
      LockSupport.park(this);
      if (Thread.interrupted()) {
        interrupted = true;
        leave(me);
      }
    }
    if (interrupted) {
      me.interrupt();
    }
  }

  synchronized void shut() {
    shut = shut + 1;
  }

  synchronized void open() {
    if (shut == 0) {
      throw new IllegalStateException("resumed more often than paused");
    }
    shut = shut - 1;
    if (shut == 0) {
      for (Thread next = waiting.poll(); next != null; next = waiting.poll()) {
        LockSupport.unpark(next);
      }
    }
  }

  synchronized int waiters() {
    return waiting.size();
  }

  private synchronized boolean isWaiting(Thread thread) {
    return waiting.contains(thread);
  }

  private synchronized void leave(Thread thread) {
    waiting.remove(thread);
  }
}
