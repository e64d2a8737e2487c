package io.crankfire.http2;

/// What of a stream's request body waits for windows, in order. Confined to its event loop.
final class Unsent {

  /// A larger array is not kept when it is empty: idle sessions stay small.
  private static final int KEPT = 64 * 1024;

  private static final byte[] NOTHING = {};

  private byte[] own = NOTHING;
  private byte[] bytes = NOTHING;
  private int from;
  private int to;
  private boolean last;
  private boolean any;

  /// Whether there is nothing, not even the end.
  boolean isEmpty() {
    return !any;
  }

  int size() {
    return to - from;
  }

  byte[] bytes() {
    return bytes;
  }

  int from() {
    return from;
  }

  /// Whether nothing comes after it.
  boolean last() {
    return last;
  }

  /// Adds bytes.
  ///
  /// @param lasting whether they may be kept without a copy
  @SuppressWarnings("ReferenceEquality") // its own array
  void add(byte[] b, int bFrom, int bTo, boolean lasting, boolean isLast) {
    last = isLast;
    if (!any && lasting) {
      bytes = b;
      from = bFrom;
      to = bTo;
      any = true;
      return;
    }
    any = true;
    int count = bTo - bFrom;
    int size = to - from;
    byte[] into = own;
    if (size + count > into.length) {
      into = new byte[Math.max(1024, Math.addExact(size, Math.max(size >> 1, count)))];
    }
    if (bytes != into || to + count > into.length) {
      System.arraycopy(bytes, from, into, 0, size);
      from = 0;
      to = size;
    }
    own = into;
    bytes = into;
    System.arraycopy(b, bFrom, into, to, count);
    to += count;
  }

  /// The first `count` bytes have gone out; with the last ones their end has, too.
  void taken(int count) {
    from += count;
    if (from == to) {
      clear();
    }
  }

  /// Forgets all.
  void clear() {
    bytes = NOTHING;
    from = 0;
    to = 0;
    last = false;
    any = false;
    if (own.length > KEPT) {
      own = NOTHING;
    }
  }
}
