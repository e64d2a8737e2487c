package io.crankfire.template;

import java.util.Arrays;

/// Bytes being put together, in one array that grows as needed and is used again. Confined to one
/// thread.
public final class ByteSink {

  private byte[] array;
  private int size;

  /// An empty one with room for `capacity` bytes.
  public ByteSink(int capacity) {
    array = new byte[Math.max(16, capacity)];
  }

  /// Adds all of `bytes`.
  public void write(byte[] bytes) {
    write(bytes, 0, bytes.length);
  }

  /// Adds a part of `bytes`.
  public void write(byte[] bytes, int offset, int length) {
    int at = reserve(length);
    System.arraycopy(bytes, offset, array, at, length);
  }

  /// Adds one byte.
  public void write(int b) {
    int at = reserve(1); // which may make another array
    array[at] = (byte) b;
  }

  /// Adds a number in decimal digits.
  public void writeDecimal(long number) {
    if (number < 0) {
      write('-');
    }
    int digits = 1;
    for (long rest = number / 10; rest != 0; rest /= 10) {
      digits++;
    }
    int at = reserve(digits) + digits;
    long rest = number;
    for (int i = 0; i < digits; i++) {
      array[--at] = (byte) ('0' + Math.abs(rest % 10));
      rest /= 10;
    }
  }

  /// Makes room at the end, to be filled by the caller.
  ///
  /// @return where it begins in [#array()]
  public int reserve(int length) {
    int at = size;
    size = Math.addExact(size, length);
    if (size > array.length) {
      array = Arrays.copyOf(array, Math.max(size, Math.addExact(array.length, array.length >> 1)));
    }
    return at;
  }

  /// Forgets all bytes and keeps the array.
  public void clear() {
    size = 0;
  }

  /// Forgets what comes after `length`.
  public void truncate(int length) {
    size = Math.min(size, length);
  }

  /// The array; valid up to [#size()], until the next change.
  public byte[] array() {
    return array;
  }

  /// How many bytes there are.
  public int size() {
    return size;
  }

  /// A copy of the bytes.
  public byte[] toBytes() {
    return Arrays.copyOf(array, size);
  }
}
