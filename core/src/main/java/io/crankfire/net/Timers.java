package io.crankfire.net;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The armed timers of one event loop: a binary heap whose entries know their place, so that
/// disarming costs as little as arming. Confined to its event loop.
final class Timers {

  private @Nullable Timer[] heap = new @Nullable Timer[64];
  private int size;

  void arm(Timer timer, long at) {
    if (timer.position >= 0) {
      disarm(timer);
    }
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    timer.at = at;
    up(size++, timer);
  }

  void disarm(Timer timer) {
    int hole = timer.position;
    if (hole < 0) {
      return;
    }
    timer.position = -1;
    Timer last = get(--size);
    heap[size] = null;
    if (last != timer) {
      down(hole, last);
      if (last.position == hole) {
        up(hole, last);
      }
    }
  }

  /// When the first one is due; [Long#MAX_VALUE] if there is none.
  long next() {
    return size == 0 ? Long.MAX_VALUE : get(0).at;
  }

  /// Runs what is due. A task that arms itself for a time not later than `now` runs in the next
  /// turn.
  void run(long now) {
    int due = size; // no more than were armed when we began, so that a task cannot hold the loop
    while (due-- > 0 && size > 0 && get(0).at <= now) {
      Timer first = get(0);
      disarm(first);
      first.task.run();
    }
  }

  private Timer get(int i) {
    Timer timer = heap[i];
    if (timer == null) {
      throw new IllegalStateException("no timer at " + i);
    }
    return timer;
  }

  private void up(int start, Timer timer) {
    int i = start;
    while (i > 0) {
      int parent = (i - 1) >>> 1;
      Timer above = get(parent);
      if (above.at <= timer.at) {
        break;
      }
      set(i, above);
      i = parent;
    }
    set(i, timer);
  }

  private void down(int start, Timer timer) {
    int i = start;
    for (int child = 2 * i + 1; child < size; child = 2 * i + 1) {
      if (child + 1 < size && get(child + 1).at < get(child).at) {
        child++;
      }
      Timer below = get(child);
      if (timer.at <= below.at) {
        break;
      }
      set(i, below);
      i = child;
    }
    set(i, timer);
  }

  private void set(int i, Timer timer) {
    heap[i] = timer;
    timer.position = i;
  }
}
