package io.crankfire.testkit.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.crankfire.testkit.Header;
import java.util.ArrayList;
import java.util.List;

/// Decompresses what a client sends, strictly (RFC 7541). Confined to its connection's thread.
final class HpackDecoder {

  /*
   * Fields are text of one character a byte.
   */
  private static final int MOST_FIELD_BYTES = 1 << 20;

  private final HpackTable table = new HpackTable();
  private int allowed = HpackTable.DEFAULT_SIZE;
  private byte[] block = {};
  private int at;

  /// The largest table the client may use from now on.
  void allow(int size) {
    allowed = size;
  }

  /// The fields of a block.
  List<Header> decode(byte[] newBlock) throws BrokenRule {
    block = newBlock;
    at = 0;
    List<Header> fields = new ArrayList<>();
    while (at < block.length) {
      int first = block[at] & 0xff;
      if (first >= 0x80) {
        fields.add(entry(integer(7)));
      } else if (first >= 0x40) {
        Header field = literal(6);
        table.add(field);
        fields.add(field);
      } else if (first >= 0x20) {
        check(fields.isEmpty(), "size of the table changed within a block (RFC 7541 §4.2)");
        int size = integer(5);
        check(size <= allowed, "table of " + size + " bytes, allowed are " + allowed + " (§6.3)");
        table.limit(size);
      } else {
        fields.add(literal(4));
      }
    }
    check(table.limit() <= allowed, "the lowered table size was not taken up (RFC 7541 §4.2)");
    return fields;
  }

  private Header entry(int index) throws BrokenRule {
    Header entry = table.at(index);
    if (entry == null) {
      throw broken("index " + index + " (RFC 7541 §2.3.3)");
    }
    return entry;
  }

  private Header literal(int prefix) throws BrokenRule {
    int index = integer(prefix);
    String name = index == 0 ? string() : entry(index).name();
    return new Header(name, string());
  }

  private int integer(int prefix) throws BrokenRule {
    int mask = (1 << prefix) - 1;
    int value = octet() & mask;
    if (value < mask) {
      return value;
    }
    long sum = value;
    for (int shift = 0; shift <= 28; shift += 7) {
      int next = octet();
      sum += (long) (next & 0x7f) << shift;
      check(sum <= MOST_FIELD_BYTES, "integer above any reason: " + sum + " (RFC 7541 §5.1)");
      if (next < 0x80) {
        return (int) sum;
      }
    }
    throw broken("integer of too many bytes (RFC 7541 §5.1)");
  }

  private String string() throws BrokenRule {
    check(at < block.length, "block ends within a field (RFC 7541 §5.2)");
    boolean coded = block[at] < 0;
    int length = integer(7);
    check(length <= block.length - at, "string longer than its block (RFC 7541 §5.2)");
    int from = at;
    at += length;
    if (!coded) {
      return new String(block, from, length, ISO_8859_1);
    }
    byte[] text = Huffman.decode(block, from, at);
    if (text == null) {
      throw broken("string that is no Huffman code (RFC 7541 §5.2)");
    }
    return new String(text, ISO_8859_1);
  }

  private int octet() throws BrokenRule {
    check(at < block.length, "block ends within a field (RFC 7541 §5.1)");
    at++;
    return block[at - 1] & 0xff;
  }

  private static void check(boolean holds, String otherwise) throws BrokenRule {
    if (!holds) {
      throw broken(otherwise);
    }
  }

  private static BrokenRule broken(String text) {
    return BrokenRule.connection(ErrorCode.COMPRESSION_ERROR, "header block: " + text);
  }
}
