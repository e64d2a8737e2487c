package io.crankfire.http2;

import io.crankfire.template.ByteSink;

/// The fields a peer has told us to remember (RFC 7541 §2.3.2, §4). Confined to its connection's
/// event loop.
final class DynamicTable {

  /*
   * Each field counts 32 bytes more than its name and value have (§4.1). So the bytes of all of them fit
   * into a ring of the table's greatest size, and their number into a ring of a 32nd of it.
   */

  /// What a field counts beyond its bytes.
  static final int OVERHEAD = 32;

  private static final int[] NO_FIELDS = {};
  private static final byte[] NO_BYTES = {};

  private final int capacity;
  private int maxSize;
  private int size;

  // Made with the first field: most connections never need them.
  private byte[] bytes = NO_BYTES;
  private int[] starts = NO_FIELDS;
  private int[] nameLengths = NO_FIELDS;
  private int[] valueLengths = NO_FIELDS;

  private int newest = -1;
  private int count;
  private int end; // where the next field's bytes begin

  /// An empty one.
  ///
  /// @param capacity the most that its maximum size will ever be, in bytes
  DynamicTable(int capacity) {
    this.capacity = capacity;
    this.maxSize = capacity;
  }

  /// How many fields there are.
  int count() {
    return count;
  }

  /// How much they count, in bytes.
  int size() {
    return size;
  }

  /// Changes how much there may be; the oldest go first.
  ///
  /// @param newMaxSize at most the capacity
  void maxSize(int newMaxSize) {
    maxSize = newMaxSize;
    evict(newMaxSize);
  }

  /// Adds a field; one that is larger than the table empties it (§4.4).
  void add(byte[] b, int nameFrom, int nameTo, int valueFrom, int valueTo) {
    int nameLength = nameTo - nameFrom;
    int valueLength = valueTo - valueFrom;
    long needed = (long) nameLength + valueLength + OVERHEAD;
    if (needed > maxSize) {
      evict(0);
      return;
    }
    evict(maxSize - (int) needed);
    if (bytes.length == 0) {
      bytes = new byte[capacity];
      int most = capacity / OVERHEAD;
      starts = new int[most];
      nameLengths = new int[most];
      valueLengths = new int[most];
    }
    newest = (newest + 1) % starts.length;
    starts[newest] = end;
    nameLengths[newest] = nameLength;
    valueLengths[newest] = valueLength;
    put(b, nameFrom, nameLength);
    put(b, valueFrom, valueLength);
    size += (int) needed;
    count++;
  }

  private void put(byte[] b, int from, int length) {
    int first = Math.min(length, bytes.length - end);
    System.arraycopy(b, from, bytes, end, first);
    System.arraycopy(b, from + first, bytes, 0, length - first);
    end = (end + length) % bytes.length;
  }

  private void evict(int most) {
    while (size > most) {
      int oldest = at(count - 1);
      size -= nameLengths[oldest] + valueLengths[oldest] + OVERHEAD;
      count--;
    }
  }

  private int at(int age) {
    int i = newest - age;
    return i < 0 ? i + starts.length : i;
  }

  /// Writes a field's name.
  ///
  /// @param age 0 of the newest, less than the count
  void writeName(int age, ByteSink out) {
    int field = at(age);
    get(starts[field], nameLengths[field], out);
  }

  /// Writes a field's value.
  ///
  /// @param age 0 of the newest, less than the count
  void writeValue(int age, ByteSink out) {
    int field = at(age);
    get((starts[field] + nameLengths[field]) % bytes.length, valueLengths[field], out);
  }

  private void get(int from, int length, ByteSink out) {
    int first = Math.min(length, bytes.length - from);
    out.write(bytes, from, first);
    out.write(bytes, 0, length - first);
  }
}
