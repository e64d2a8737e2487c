package io.crankfire.http2;

import io.crankfire.template.ByteSink;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The header blocks that a worker's connections read last, and what they meant. Confined to one
/// event loop.
final class FieldMemo {

  /*
   * A server's heads differ in little, mostly not at all within a second; its trailers hardly ever. A
   * block that neither uses nor changes a connection's dynamic table means the same on all of them, and
   * we leave our peers no table. So such blocks are kept, and the same bytes again need not be decoded.
   *
   * Heads and trailers alternate, so the last of either kind is looked at first. If all blocks differ
   * (some servers number their responses), the oldest makes room: nothing is allocated, and what does
   * repeat, repeats sooner than it is the oldest.
   */

  private static final int ENTRIES = 16;

  /// Blocks and sections above these sizes are not kept: they are rare, or all different.
  private static final int MOST_BLOCK_BYTES = 4 * 1024;

  private static final int MOST_LINE_BYTES = 16 * 1024;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /// A block and its meaning.
  private static final class Entry {
    byte[] block = {};
    int length = -1;
    boolean trailers;
    long hash;
    long used;
    byte[] lines = {};
    final FieldSection section = new FieldSection();

    boolean is(byte[] b, int from, int to, boolean wantedTrailers) {
      return length == to - from
          && trailers == wantedTrailers
          && Arrays.equals(block, 0, length, b, from, to);
    }
  }

  /// Where sections are put together.
  final ByteSink lines = new ByteSink(1024);

  private final FieldSection passing = new FieldSection();
  private final Entry[] entries = new Entry[ENTRIES];
  private Entry lastHead;
  private Entry lastTrailers;
  private long uses;
  private long soughtHash;

  FieldMemo() {
    for (int i = 0; i < ENTRIES; i++) {
      entries[i] = new Entry();
    }
    lastHead = entries[0];
    lastTrailers = entries[1];
  }

  /// What the block means, if that is known; null if it is not.
  @Nullable FieldSection find(byte[] b, int from, int to, boolean trailers) {
    Entry last = trailers ? lastTrailers : lastHead;
    if (last.is(b, from, to, trailers)) {
      last.used = ++uses;
      return last.section;
    }
    soughtHash = hash(b, from, to);
    for (Entry entry : entries) {
      if (entry.hash == soughtHash && entry.is(b, from, to, trailers)) {
        use(entry);
        return entry.section;
      }
    }
    return null;
  }

  /// What the block means that was sought last, and not found: the lines, put together. Valid until
  /// the next section is read.
  ///
  /// @param repeatable whether the block means the same on every connection
  FieldSection take(byte[] b, int from, int to, boolean trailers, int status, boolean repeatable) {
    if (!repeatable || to - from > MOST_BLOCK_BYTES || lines.size() > MOST_LINE_BYTES) {
      passing.set(lines.array(), lines.size(), status);
      return passing;
    }
    Entry entry = entries[0];
    for (Entry other : entries) {
      if (other.used < entry.used) {
        entry = other;
      }
    }
    entry.length = to - from;
    entry.block = room(entry.block, entry.length);
    System.arraycopy(b, from, entry.block, 0, entry.length);
    entry.trailers = trailers;
    entry.hash = soughtHash;
    entry.lines = room(entry.lines, lines.size());
    System.arraycopy(lines.array(), 0, entry.lines, 0, lines.size());
    entry.section.set(entry.lines, lines.size(), status);
    use(entry);
    return entry.section;
  }

  private void use(Entry entry) {
    entry.used = ++uses;
    if (entry.trailers) {
      lastTrailers = entry;
    } else {
      lastHead = entry;
    }
  }

  private static byte[] room(byte[] array, int size) {
    return array.length >= size ? array : new byte[Math.max(256, Integer.highestOneBit(size) * 2)];
  }

  private static long hash(byte[] b, int from, int to) {
    long hash = (long) to - from;
    int at = from;
    for (; at + 8 <= to; at += 8) {
      hash = mix(hash ^ (long) LONG.get(b, at));
    }
    long rest = 0;
    for (; at < to; at++) {
      rest = (rest << 8) | (b[at] & 0xff);
    }
    return mix(hash ^ rest);
  }

  private static long mix(long bits) {
    long product = bits * 0x9e3779b97f4a7c15L;
    return product ^ (product >>> 32);
  }
}
