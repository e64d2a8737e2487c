package io.crankfire.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// What the process holds of what it has to give back: to be taken when all that is made once has
/// been made, and to be compared when what was made since should be gone.
///
/// @param descriptors open files and sockets; 0 on a system that does not tell
/// @param threads platform threads of the caller's group
/// @param heap bytes of objects that somebody has
/// @param direct bytes of direct buffers
public record Footprint(long descriptors, int threads, long heap, long direct) {

  /// No leak are caches, profiles, the books of test servers, and the buffers of up to 64 KiB that
  /// each session keeps.
  private static final long MORE_HEAP = 16 << 20;

  /// Threads keep direct buffers of their own for what they read and write.
  private static final long MORE_DIRECT = 4 << 20;

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// What it holds now.
  public static Footprint now() {
    return new Footprint(countDescriptors(), Thread.activeCount(), usedHeap(), usedDirect());
  }

  /// Waits until the process holds as much again: no descriptor and no thread more, 16 MiB of heap
  /// and 4 MiB of direct buffers at the most.
  ///
  /// @throws AssertionError if that does not come true
  public void awaitAgain() {
    await("file descriptors", () -> countDescriptors() <= descriptors);
    await("threads", () -> Thread.activeCount() <= threads);
    awaitMemory();
  }

  /// The same of the memory alone: of somebody who still works and may have more connections than
  /// before.
  ///
  /// @throws AssertionError if that does not come true
  public void awaitMemory() {
    await("heap", () -> usedHeap() - heap < MORE_HEAP);
    await("direct buffers", () -> usedDirect() - direct < MORE_DIRECT);
  }

  private void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        assertThat(now()).as("more %s than before", what).isEqualTo(this);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static long countDescriptors() {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    } catch (IOException e) {
      return 0; // a system without them
    }
  }

  private static long usedHeap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /// Those that nobody has any more are freed some time after a collection.
  private static long usedDirect() {
    System.gc();
    long bytes = 0;
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      bytes += pool.getName().equals("direct") ? pool.getMemoryUsed() : 0;
    }
    return bytes;
  }
}
