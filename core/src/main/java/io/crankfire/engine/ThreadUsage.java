package io.crankfire.engine;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The calling thread's use of the processor as Linux tells it in `/proc/thread-self/schedstat`:
/// time on a processor, and time spent ready and waiting for one. Unknown elsewhere. Confined to
/// one thread.
final class ThreadUsage implements AutoCloseable {

  private final byte[] bytes = new byte[96];
  private @Nullable RandomAccessFile file;
  private long cpuNanos = -1;
  private long waitNanos = -1;

  ThreadUsage() {
    try {
      file = new RandomAccessFile("/proc/thread-self/schedstat", "r");
    } catch (IOException e) {
      file = null; // another system
    }
  }

  /// Reads again.
  void update() {
    if (file == null) {
      return;
    }
    try {
      file.seek(0);
      int length = file.read(bytes);
      String[] parts =
          new String(bytes, 0, Math.max(0, length), StandardCharsets.US_ASCII).split(" ", 3);
      cpuNanos = Long.parseLong(parts[0]);
      waitNanos = Long.parseLong(parts[1]);
      if (cpuNanos == 0) {
        cpuNanos = -1; // a kernel that does not count: whoever reads this has used some
        waitNanos = -1;
      }
    } catch (IOException | RuntimeException e) {
      cpuNanos = -1;
      waitNanos = -1;
    }
  }

  /// Processor time so far, in nanoseconds; negative when unknown.
  long cpuNanos() {
    return cpuNanos;
  }

  /// Time ready to run without a processor, in nanoseconds; negative when unknown.
  long waitNanos() {
    return waitNanos;
  }

  @Override
  public void close() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        file = null; // read-only: nothing can be lost
      }
    }
  }
}
