package io.crankfire.grpc.message;

import io.crankfire.template.ByteSink;

/// Writes the parts of the binary encoding of Protocol Buffers. Stateless.
final class Wire {
  private Wire() {}

  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int DELIMITED = 2;
  static final int GROUP = 3;
  static final int GROUP_END = 4;
  static final int FIXED32 = 5;

  /// The bytes of a field's tag.
  static byte[] tag(int number, int wireType) {
    ByteSink sink = new ByteSink(8);
    varint(sink, Integer.toUnsignedLong(number << 3 | wireType));
    return sink.toBytes();
  }

  /// Adds a number in seven bits a byte, the lowest first.
  static void varint(ByteSink sink, long value) {
    int at = sink.reserve(varintSize(value));
    put(sink.array(), at, value);
  }

  private static void put(byte[] array, int from, long value) {
    int at = from;
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      array[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    array[at] = (byte) rest;
  }

  private static int varintSize(long value) {
    return Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
  }

  /// Adds four bytes, the lowest first.
  static void fixed32(ByteSink sink, int value) {
    int at = sink.reserve(4);
    byte[] array = sink.array();
    for (int i = 0; i < 4; i++) {
      array[at + i] = (byte) (value >>> (8 * i));
    }
  }

  /// Adds eight bytes, the lowest first.
  static void fixed64(ByteSink sink, long value) {
    int at = sink.reserve(8);
    byte[] array = sink.array();
    for (int i = 0; i < 8; i++) {
      array[at + i] = (byte) (value >>> (8 * i));
    }
  }

  /// Begins something whose length is said before it.
  ///
  /// @return where it begins, for [#ends]
  static int begins(ByteSink sink) {
    return sink.reserve(1) + 1; // most lengths have one byte
  }

  /// It is all there: writes its length.
  static void ends(ByteSink sink, int from) {
    int length = sink.size() - from;
    int size = varintSize(length);
    if (size > 1) {
      sink.reserve(size - 1);
      byte[] array = sink.array();
      System.arraycopy(array, from, array, from + size - 1, length);
    }
    put(sink.array(), from - 1, length);
  }
}
