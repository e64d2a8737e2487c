package io.crankfire.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The counters of the bench server, mapped; the layout is that of `server/stats.h`.
final class StatsFile implements AutoCloseable {

  static final long BUCKET_NANOS = 10_000_000;

  private static final int REQUESTS = 0;
  private static final int CONNECTIONS = 1;
  private static final int PEAK_OPEN = 3;
  private static final int FIRST_NANOS = 4;
  private static final int RECORD = 6;
  private static final int ARRIVALS = 7;
  private static final int PORT = 8;
  private static final int FREEZE_NANOS = 9;
  private static final int FREEZE_BEGIN = 10;
  private static final int FREEZE_END = 11;
  private static final int BUCKET = 16;
  private static final int BUCKETS = 6000;
  private static final int ARRIVAL = BUCKET + BUCKETS;
  private static final int MAX_ARRIVALS = 4_000_000;
  private static final long BYTES = (ARRIVAL + MAX_ARRIVALS) * 8L;
  private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

  private final Arena arena = Arena.ofShared();
  private final MemorySegment words;

  StatsFile(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      words = channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES, arena);
    }
  }

  static long bytes() {
    return BYTES;
  }

  private long word(int index) {
    return (long) WORD.getVolatile(words, index * 8L);
  }

  private void word(int index, long value) {
    WORD.setVolatile(words, index * 8L, value);
  }

  long requests() {
    return word(REQUESTS);
  }

  long connections() {
    return word(CONNECTIONS);
  }

  long peakOpen() {
    return word(PEAK_OPEN);
  }

  /// The time of the first request, 0 before it.
  long firstNanos() {
    return word(FIRST_NANOS);
  }

  int port() {
    return (int) word(PORT);
  }

  void recordArrivals() {
    word(RECORD, 1);
  }

  /// The times of all requests since recording began, in order.
  long[] arrivals() {
    int n = (int) word(ARRIVALS);
    return words.asSlice(ARRIVAL * 8L, n * 8L).toArray(ValueLayout.JAVA_LONG);
  }

  /// Requests within the given number of 10 ms spans after the first.
  long requestsInFirst(int spans) {
    long sum = 0;
    for (int i = 0; i < Math.min(spans, BUCKETS); i++) {
      sum += word(BUCKET + i);
    }
    return sum;
  }

  /// Makes the server stand still for a while, from its next event on.
  void freeze(long nanos) {
    word(FREEZE_NANOS, nanos);
  }

  long freezeBeginNanos() {
    return word(FREEZE_BEGIN);
  }

  long freezeEndNanos() {
    return word(FREEZE_END);
  }

  @Override
  public void close() {
    arena.close();
  }
}
