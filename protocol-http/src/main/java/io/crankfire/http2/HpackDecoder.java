package io.crankfire.http2;

import io.crankfire.template.ByteSink;
import org.jspecify.annotations.Nullable;

/// Decompresses the header blocks of a connection (RFC 7541 §3.2, §6), field by field. Knows
/// nothing of what fields mean. Confined to its connection's event loop.
final class HpackDecoder {

  /// What a table may hold before settings say otherwise (RFC 9113 §6.5.2), in bytes.
  static final int INITIAL_LIMIT = 4096;

  private final DynamicTable table = new DynamicTable(INITIAL_LIMIT);
  private int limit = INITIAL_LIMIT;

  private byte[] block = {};
  private int at;
  private int to;
  private boolean fieldSeen;
  private boolean tableUsed;
  private @Nullable String fault;

  private int nameTo;
  private int valueFrom;

  /// The peer has acknowledged a lower limit for its table; what is beyond it goes.
  ///
  /// @param newLimit in bytes, at most what it was
  void limit(int newLimit) {
    /*
     * A peer has to say that it obeys with a size update at the beginning of its next block
     * (RFC 7541 §4.2). One that never uses its table and forgets to say so does no harm; one that does
     * use it refers to what is not there, and that is an error.
     */
    limit = newLimit;
    table.maxSize(newLimit);
  }

  /// Begins with another block.
  ///
  /// @param newBlock not to be changed while its fields are read
  void begin(byte[] newBlock, int from, int newTo) {
    block = newBlock;
    at = from;
    to = newTo;
    fieldSeen = false;
    tableUsed = false;
    fault = null;
  }

  /// Reads the next field and writes it as `name: value`.
  ///
  /// @return false if there is none: the block has ended, or is at fault
  boolean next(ByteSink out) {
    while (at < to) {
      int first = block[at];
      if (first >= 0 && first >> 5 == 1) {
        if (!resize()) {
          return false;
        }
      } else {
        fieldSeen = true;
        return first < 0 ? indexed(out) : literal(first, out);
      }
    }
    return false;
  }

  /// Where the field after the one read last begins in the block.
  int at() {
    return at;
  }

  /// Where the name of the field read last ends in the sink.
  int nameTo() {
    return nameTo;
  }

  /// Where the value of the field read last begins in the sink.
  int valueFrom() {
    return valueFrom;
  }

  /// What is wrong with the block; null if nothing is. The connection can be used no longer.
  @Nullable String fault() {
    return fault;
  }

  /// Whether the block, as far as it was read, has used or changed the dynamic table.
  boolean tableUsed() {
    return tableUsed;
  }

  /// What the table holds, in bytes.
  int tableSize() {
    return table.size();
  }

  private boolean resize() {
    tableUsed = true;
    int size = integer(5);
    if (size < 0) {
      return false;
    }
    if (fieldSeen) {
      return fail("a change of the table's size after a field");
    }
    if (size > limit) {
      return fail("a table of " + size + " bytes, allowed are " + limit);
    }
    table.maxSize(size);
    return true;
  }

  private boolean indexed(ByteSink out) {
    int index = integer(7);
    if (index < 0 || !name(index, out)) {
      return false;
    }
    if (index <= StaticTable.SIZE) {
      out.write(StaticTable.value(index));
    } else {
      table.writeValue(index - StaticTable.SIZE - 1, out);
    }
    return true;
  }

  private boolean literal(int first, ByteSink out) {
    boolean indexing = first >> 6 == 1;
    tableUsed |= indexing;
    int index = integer(indexing ? 6 : 4);
    int nameFrom = out.size();
    if (index < 0 || !(index == 0 ? newName(out) : name(index, out)) || !string(out)) {
      return false;
    }
    if (indexing) {
      table.add(out.array(), nameFrom, nameTo, valueFrom, out.size());
    }
    return true;
  }

  private boolean newName(ByteSink out) {
    return string(out) && named(out);
  }

  private boolean name(int index, ByteSink out) {
    if (index == 0) {
      return fail("an index of 0");
    }
    if (index <= StaticTable.SIZE) {
      out.write(StaticTable.name(index));
      return named(out);
    }
    tableUsed = true;
    int age = index - StaticTable.SIZE - 1;
    if (age >= table.count()) {
      return fail("index " + index + " in tables of " + (StaticTable.SIZE + table.count()));
    }
    table.writeName(age, out);
    return named(out);
  }

  private boolean named(ByteSink out) {
    nameTo = out.size();
    out.write(':');
    out.write(' ');
    valueFrom = nameTo + 2;
    return true;
  }

  private boolean string(ByteSink out) {
    if (at >= to) {
      return fail("an end within a field");
    }
    boolean huffman = block[at] < 0;
    int length = integer(7);
    if (length < 0) {
      return false;
    }
    if (length > to - at) {
      return fail("an end within a string of " + length + " bytes");
    }
    if (huffman) {
      int start = out.reserve(HuffmanCode.mostDecoded(length));
      int end = HuffmanCode.decode(block, at, at + length, out.array(), start);
      if (end < 0) {
        return fail(
            switch (end) {
              case HuffmanCode.END_OF_STRING -> "an end of string in a string";
              case HuffmanCode.PADDING -> "a string with wrong padding";
              default -> "a string that ends within a code";
            });
      }
      out.truncate(end);
    } else {
      out.write(block, at, length);
    }
    at += length;
    return true;
  }

  /// Reads an integer (§5.1) of up to 28 bits beyond its prefix; no length or index of a block that
  /// is not too large has more.
  ///
  /// @return -1 if it is at fault
  private int integer(int prefix) {
    int mask = (1 << prefix) - 1;
    int value = block[at++] & mask;
    if (value < mask) {
      return value;
    }
    for (int shift = 0; shift < 28; shift += 7) {
      if (at >= to) {
        fail("an end within a number");
        return -1;
      }
      int b = block[at++];
      value += (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    fail("a number of more than 28 bits");
    return -1;
  }

  private boolean fail(String text) {
    fault = text;
    return false;
  }
}
