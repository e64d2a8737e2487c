package io.crankfire.http2;

import io.crankfire.template.ByteSink;
import java.util.ArrayList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The heads that a connection sends again and again, by reference to the dynamic table that its
/// server keeps for us (RFC 7541 §2.3.2). Confined to its connection's event loop.
///
/// A head goes out in full the first time; the second time its fields are put into the table, and
/// from then on it is a byte for each of them. What may never be put into a table (§7.1.3) goes out
/// in full each time. Nothing is ever pushed out of the table: a head for which it has no room is
/// left in full.
final class HeadTable {

  /*
   * The table is ours alone to change, so that what stands where is known without being told. A field that
   * was put in as the n-th of t has the index 62 + t - n (§2.3.3): with each new head that moves, and the
   * references of the others are made again when they are sent next.
   */

  /// Heads that are remembered at the most, so that looking for one stays cheap.
  private static final int MOST_HEADS = 8;

  /// What every server keeps, unless it says that it keeps less (RFC 9113 §6.5.2), in bytes.
  static final int SIZE = 4096;

  private static final int INDEXED = 0x80;
  private static final int WITH_INDEXING = 0x40;

  /// One head.
  private static final class Entry {
    final byte[] block;
    boolean full = true;
    byte[][] whole = {};
    int[] numbers = {};
    int madeAt = -1;
    ByteSink references = new ByteSink(0);

    Entry(byte[] block) {
      this.block = block;
    }
  }

  private final ArrayList<Entry> entries = new ArrayList<>(1);
  private int inserted;
  private int size;

  /// What to send for a head whose bytes never change.
  ///
  /// @param block compressed without reference to the table; the same array each time
  /// @return null if it is to be sent as it is
  @Nullable ByteSink shorter(byte[] block) {
    Entry entry = find(block);
    if (entry == null) {
      if (entries.size() < MOST_HEADS) {
        entries.add(new Entry(block));
      }
      return null;
    }
    if (entry.full) {
      return entry.madeAt < 0 ? insert(entry) : null;
    }
    if (entry.madeAt != inserted) {
      refer(entry);
    }
    return entry.references;
  }

  @SuppressWarnings({"ReferenceEquality", "ForLoopReplaceableByForEach"}) // that array; no iterator
  private @Nullable Entry find(byte[] block) {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).block == block) {
        return entries.get(i);
      }
    }
    return null;
  }

  /// Puts the fields of a head into the table, if it has room for them.
  ///
  /// @return the head that does so; null if it has no room
  private @Nullable ByteSink insert(Entry entry) {
    byte[] block = entry.block;
    HpackDecoder decoder = new HpackDecoder();
    ByteSink field = new ByteSink(256);
    ByteSink head = new ByteSink(block.length + 16);
    ArrayList<byte[]> whole = new ArrayList<>();
    ArrayList<Integer> numbers = new ArrayList<>();
    int number = inserted;
    int room = SIZE - size;
    entry.madeAt = inserted;
    decoder.begin(block, 0, block.length);
    for (int from = 0; decoder.next(field); from = decoder.at()) {
      boolean literal = (block[from] & 0xf0) == 0; // without indexing (§6.2.2)
      if (literal) {
        room -= field.size() - 2 + DynamicTable.OVERHEAD; // name and value, without ": "
        number++;
        int index = block[from] & 0x0f;
        int name = from + 1;
        if (index == 0x0f) { // no index of a name has more than two bytes: 61 is the largest
          index += block[name++];
        }
        head.write(WITH_INDEXING | index);
        head.write(block, name, decoder.at() - name);
      } else {
        head.write(block, from, decoder.at() - from);
      }
      whole.add(literal ? new byte[0] : Arrays.copyOfRange(block, from, decoder.at()));
      numbers.add(literal ? number : 0);
      field.clear();
    }
    if (room < 0) {
      return null;
    }
    size = SIZE - room;
    inserted = number;
    entry.whole = whole.toArray(byte[][]::new);
    entry.numbers = numbers.stream().mapToInt(Integer::intValue).toArray();
    entry.full = false;
    return head;
  }

  private void refer(Entry entry) {
    ByteSink out = entry.references;
    out.clear();
    for (int i = 0; i < entry.numbers.length; i++) {
      int number = entry.numbers[i];
      if (number == 0) {
        out.write(entry.whole[i]);
      } else {
        HpackEncoder.integer(out, INDEXED, 7, StaticTable.SIZE + 1 + inserted - number);
      }
    }
    entry.madeAt = inserted;
  }
}
