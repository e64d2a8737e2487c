package io.crankfire.engine;

import io.crankfire.net.Connection;
import io.crankfire.net.ConnectionHandler;
import io.crankfire.net.Loop;
import io.crankfire.plan.Pacing;
import java.net.SocketAddress;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// A loop whose waits take no time: the clock jumps to the next event, or to the end of the wait.
final class FakeLoop extends Loop {

  private final FakeClock clock;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private long order;
  private int turnsInPlace;
  private long lastTurn = Long.MIN_VALUE;

  private record Event(long at, long order, Runnable action) {}

  FakeLoop(FakeClock clock) {
    super(clock);
    this.clock = clock;
  }

  /// Something that comes from outside at a time.
  void at(long nanos, Runnable action) {
    events.add(new Event(nanos, order++, action));
  }

  @Override
  protected void poll(long untilNanos, Pacing pacing) {
    Event next = events.peek();
    long eventAt = next == null ? Long.MAX_VALUE : next.at;
    if (eventAt == Long.MAX_VALUE && untilNanos == Long.MAX_VALUE) {
      throw new IllegalStateException("waits for ever");
    }
    clock.moveTo(Math.min(eventAt, untilNanos));
    waited(untilNanos);
    if (now() == lastTurn && ++turnsInPlace > 100_000) {
      throw new IllegalStateException("turns and turns, and no time passes");
    } else if (now() != lastTurn) {
      turnsInPlace = 0;
      lastTurn = now();
    }
    for (int left = events.size(); left > 0; left--) {
      next = events.peek();
      if (next == null || next.at > now()) {
        return;
      }
      events.remove();
      next.action.run();
    }
  }

  @Override
  protected void wakeup() {
    // It never sleeps.
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public Connection connect(
      SocketAddress remote, @Nullable SocketAddress local, ConnectionHandler handler) {
    throw new UnsupportedOperationException("connects to nothing");
  }

  @Override
  public void close() {
    // Holds nothing.
  }
}
