package io.crankfire.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// When exchanges under way time out. Exchanges of one timeout end in the order in which they
/// began, so each distinct timeout has a list to which one appends at the end: no heap, no task per
/// exchange. Confined to its worker's event loop.
final class Deadlines {

  /// The sessions that wait with one timeout, the earliest first.
  static final class Queue {
    private final long timeout;
    private @Nullable Session first;
    private @Nullable Session last;

    private Queue(long timeout) {
      this.timeout = timeout;
    }

    void add(Session session, long now) {
      session.deadline = now + timeout;
      session.deadlineQueue = this;
      session.previous = last;
      session.next = null;
      if (last == null) {
        first = session;
      } else {
        last.next = session;
      }
      last = session;
    }

    void remove(Session session) {
      if (session.previous == null) {
        first = session.next;
      } else {
        session.previous.next = session.next;
      }
      if (session.next == null) {
        last = session.previous;
      } else {
        session.next.previous = session.previous;
      }
      session.previous = null;
      session.next = null;
      session.deadlineQueue = null;
    }
  }

  private final List<Queue> queues = new ArrayList<>();

  /// The queue of a timeout in nanoseconds, made before the load begins.
  Queue queue(long timeout) {
    for (Queue queue : queues) {
      if (queue.timeout == timeout) {
        return queue;
      }
    }
    Queue queue = new Queue(timeout);
    queues.add(queue);
    return queue;
  }

  /// The earliest deadline; [Long#MAX_VALUE] if nothing waits.
  long next() {
    long next = Long.MAX_VALUE;
    for (int i = 0; i < queues.size(); i++) {
      Session first = queues.get(i).first;
      if (first != null && first.deadline < next) {
        next = first.deadline;
      }
    }
    return next;
  }

  /// Ends every exchange whose time is over.
  void expire(long now) {
    for (int i = 0; i < queues.size(); i++) {
      Queue queue = queues.get(i);
      Session session;
      while ((session = queue.first) != null && session.deadline <= now) {
        queue.remove(session);
        session.timedOut();
      }
    }
  }
}
