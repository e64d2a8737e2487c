package io.crankfire.net;

import java.time.Instant;

/// The only source of time. Monotonic; its zero means nothing.
public interface Clock {

  /// The machine's monotonic clock.
  Clock SYSTEM = System::nanoTime;

  /// Now, in nanoseconds.
  long nanoTime();

  /// The time of day in milliseconds since 1970, for requests that tell it.
  static long epochMillis() {
    return System.currentTimeMillis();
  }

  /// The date and the time of day, for people. Nothing is measured with it.
  static Instant wallTime() {
    return Instant.now();
  }
}
