package io.crankfire.testkit;

import java.io.IOException;
import java.util.PriorityQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Does things at given times, on one thread of its own: within some tens of microseconds on a
/// machine that has a core to spare. Thread-safe.
public final class Timer implements AutoCloseable {

  /*
   * A platform thread that parks until the next time: what it does must not block for long, as all
   * others wait for it. Equal times keep their order.
   */
  private final PriorityQueue<Entry> queue = new PriorityQueue<>();
  private final Consumer<Throwable> bugs;
  private final Thread thread;
  private long entered;
  private volatile boolean closed;

  /// @param bugs is told what an action throws that is no [IOException]
  public Timer(Consumer<Throwable> bugs) {
    this.bugs = bugs;
    thread = Thread.ofPlatform().daemon().name("testkit-timer").start(this::run);
  }

  /// What is done at a time. An [IOException] means that the client is gone.
  @FunctionalInterface
  public interface Action {
    /// Does it.
    void run() throws IOException, InterruptedException;
  }

  private record Entry(long nanos, long number, Action action) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      long apart = nanos - other.nanos;
      return apart == 0 ? Long.compare(number, other.number) : apart < 0 ? -1 : 1;
    }
  }

  /// Does this when [System#nanoTime()] reaches the value, or at once if it has.
  public void at(long nanos, Action action) {
    synchronized (queue) {
      queue.add(new Entry(nanos, entered, action));
      entered++;
    }
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!closed) {
      Entry due = null;
      long left = Long.MAX_VALUE;
      synchronized (queue) {
        Entry next = queue.peek();
        if (next != null) {
          left = next.nanos - System.nanoTime();
          if (left <= 0) {
            due = queue.poll();
          }
        }
      }
      if (due == null) {
        LockSupport.parkNanos(this, left);
      } else {
        run(due.action);
      }
    }
  }

  private void run(Action action) {
    try {
      action.run();
    } catch (IOException | InterruptedException _) {
      // the client is gone, or the server is being closed
    } catch (RuntimeException | Error bug) {
      bugs.accept(bug);
    }
  }

  /// Ends the thread; what is not yet due is never done.
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
