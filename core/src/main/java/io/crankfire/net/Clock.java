package io.crankfire.net;

/// The only source of time. Monotonic; its zero means nothing.
public interface Clock {

  /// The machine's monotonic clock.
  Clock SYSTEM = System::nanoTime;

  /// Now, in nanoseconds.
  long nanoTime();
}
