package io.crankfire.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Closes connections on which no request has come for a time; does nothing when there is no such
/// time. Thread-safe.
final class IdleTimer implements AutoCloseable {
  private final @Nullable ScheduledThreadPoolExecutor timer;
  private final long afterNanos;

  IdleTimer(@Nullable Duration after) {
    if (after == null) {
      timer = null;
      afterNanos = 0;
    } else {
      timer =
          new ScheduledThreadPoolExecutor(
              1, Thread.ofPlatform().daemon().name("testkit-idle").factory());
      timer.setRemoveOnCancelPolicy(true);
      afterNanos = after.toNanos();
    }
  }

  /// The reader's next head; null when the client left, or when the transport was closed because
  /// none came in time.
  @Nullable Head nextHead(Transport transport, RequestReader reader) throws IOException, Violation {
    if (timer == null) {
      return reader.head();
    }
    Future<?> closing = timer.schedule(transport::close, afterNanos, TimeUnit.NANOSECONDS);
    try {
      return reader.head();
    } finally {
      closing.cancel(false);
    }
  }

  @Override
  public void close() {
    if (timer != null) {
      timer.shutdownNow();
    }
  }
}
