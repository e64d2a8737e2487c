package io.crankfire.auth;

import io.crankfire.net.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// A clock that is moved by hand.
final class HandClock implements Clock {

  // Near the end of the numbers: comparing times instead of their difference would show.
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);

  @Override
  public long nanoTime() {
    return now.get();
  }

  void advance(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
