package io.crankfire.net;

import io.crankfire.plan.Pacing;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// An event loop: one thread's connections, timers and tasks. The thread that calls [#turn] owns
/// it; only [#execute] and [#wakeup] may be called from others.
public abstract class Loop implements AutoCloseable {

  /*
   * A turn: tasks from other threads, timers that are due, what was put off until all of that is done, then
   * wait for events no longer than to the given time and handle them. The clock is read before and after waiting and once per event
   * (readClock); now() is that reading.
   */

  /// Size of the buffer that bytes are received in.
  public static final int BUFFER_SIZE = 64 * 1024;

  private final Clock clock;
  private final Timers timers = new Timers();
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final ArrayList<Runnable> putOff = new ArrayList<>();
  private long now;
  private long waitEnd;
  private long waitBegan;
  private long overslept;
  private int openConnections;

  /// A loop that tells the time by `clock`.
  protected Loop(Clock clock) {
    this.clock = clock;
    now = clock.nanoTime();
    waitEnd = now;
  }

  /// The implementation's name: `nio`, `epoll`.
  public abstract String name();

  /// The last reading of the clock.
  public final long now() {
    return now;
  }

  /// Reads the clock.
  public final long readClock() {
    now = clock.nanoTime();
    return now;
  }

  /// Runs a task in the next turn. Any thread may ask.
  public final void execute(Runnable task) {
    tasks.add(task);
    if (woken.compareAndSet(false, true)) {
      wakeup();
    }
  }

  /// Runs something once, before the loop waits the next time: a write that gathers what is begun
  /// until then. It must not call back whoever may begin more.
  public final void beforeWait(Runnable action) {
    putOff.add(action);
  }

  /// Makes `timer` run at `at` nanoseconds of the clock; if it is armed already, at the new time
  /// only.
  public final void arm(Timer timer, long at) {
    timers.arm(timer, at);
  }

  /// Makes `timer` not run.
  public final void disarm(Timer timer) {
    timers.disarm(timer);
  }

  /// Opens a TCP or unix-domain connection. The handler hears `connected` or `failed`, never before
  /// this method has returned.
  ///
  /// @param local the address to come from, or null
  public abstract Connection connect(
      SocketAddress remote, @Nullable SocketAddress local, ConnectionHandler handler);

  /// One turn, waiting for events no longer than to `untilNanos` of the clock.
  ///
  /// @return how long the loop was not at its post, in nanoseconds: the longer of what passed
  ///   between the end of the wait before and the beginning of this one, and of what this one took
  ///   longer than it was to. Events may have had to wait so long
  public final long turn(long untilNanos, Pacing pacing) {
    boolean busy = runTasks();
    if (timers.next() <= now) {
      timers.run(now);
      busy = true;
    }
    if (!putOff.isEmpty()) {
      runPutOff();
    }
    long until = busy || !tasks.isEmpty() ? now : Math.min(untilNanos, timers.next());
    waitBegan = readClock();
    long away = waitBegan - waitEnd;
    overslept = 0;
    poll(until, pacing);
    return Math.max(away, overslept);
  }

  private void runPutOff() {
    for (int i = 0; i < putOff.size(); i++) {
      putOff.get(i).run();
    }
    putOff.clear();
  }

  /// Runs the tasks there are. What they add runs in the next turn, so that none can hold the loop.
  private boolean runTasks() {
    if (!woken.get()) {
      return false;
    }
    woken.set(false);
    for (int left = tasks.size(); left > 0; left--) {
      Runnable task = tasks.poll();
      if (task != null) {
        task.run();
      }
    }
    return true;
  }

  /// Asks the system to let this thread go before others of the process (compiler, collector, the
  /// one that merges), since it keeps a schedule. Where that is not allowed nothing happens.
  public void preferThread() {}

  /// Waits for events until `untilNanos` at the latest (not at all if that is over) and handles
  /// them. Tells [#waited] when the wait is over, before the first event is handled.
  protected abstract void poll(long untilNanos, Pacing pacing);

  /// Whether another thread has asked for something since the last turn began.
  protected final boolean wokenUp() {
    return woken.get();
  }

  /// Ends a wait. Any thread may call it.
  protected abstract void wakeup();

  /// To be called once after waiting: reads the clock.
  ///
  /// @param untilNanos when the wait should have ended at the latest
  protected final void waited(long untilNanos) {
    waitEnd = readClock();
    overslept = Math.max(0, waitEnd - Math.max(untilNanos, waitBegan));
  }

  /// Connections open at the moment, those being made included.
  public final int openConnections() {
    return openConnections;
  }

  /// To be called for each connection made.
  protected final void connectionOpened() {
    openConnections++;
  }

  /// To be called once for each connection closed.
  protected final void connectionClosed() {
    openConnections--;
  }

  /// Closes all connections and frees what the loop holds. Idempotent.
  @Override
  public abstract void close();
}
