package io.crankfire.engine;

import io.crankfire.net.Clock;

/// A clock that stands still until it is moved.
final class FakeClock implements Clock {

  private long nanos;
  private long pauseAt = Long.MAX_VALUE;
  private long pause;

  @Override
  public long nanoTime() {
    return nanos;
  }

  /// Moves to a time; stays if that is over. Whoever is to be paused on the way arrives late.
  void moveTo(long to) {
    if (to >= pauseAt) {
      nanos = Math.max(nanos, Math.max(to, pauseAt + pause));
      pauseAt = Long.MAX_VALUE;
    } else {
      nanos = Math.max(nanos, to);
    }
  }

  /// As if the process were stopped at a time, and went on `length` later.
  void pause(long at, long length) {
    pauseAt = at;
    pause = length;
  }
}
