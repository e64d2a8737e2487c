package io.crankfire.net;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Bytes that the kernel would not take yet, in order. Keeps references, copies nothing. Confined
/// to its event loop.
final class PendingWrites {

  private byte @Nullable [] head;
  private int offset;
  private int length;
  private @Nullable ArrayDeque<Slice> rest;
  private long total;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Slice(byte[] bytes, int offset, int length) {}

  void add(byte[] bytes, int from, int count) {
    total += count;
    if (head == null) {
      head = bytes;
      offset = from;
      length = count;
    } else {
      if (rest == null) {
        rest = new ArrayDeque<>();
      }
      rest.add(new Slice(bytes, from, count));
    }
  }

  boolean isEmpty() {
    return head == null;
  }

  long total() {
    return total;
  }

  byte[] head() {
    byte[] bytes = head;
    if (bytes == null) {
      throw new IllegalStateException("nothing is pending");
    }
    return bytes;
  }

  int offset() {
    return offset;
  }

  int length() {
    return length;
  }

  /// The first `count` bytes have gone out.
  void taken(int count) {
    total -= count;
    if (count < length) {
      offset += count;
      length -= count;
      return;
    }
    Slice next = rest == null ? null : rest.poll();
    if (next == null) {
      clear();
    } else {
      head = next.bytes;
      offset = next.offset;
      length = next.length;
    }
  }

  void clear() {
    head = null;
    rest = null;
    offset = 0;
    length = 0;
    total = 0;
  }
}
