package io.crankfire.testkit.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.crankfire.testkit.Header;
import java.io.ByteArrayOutputStream;
import java.util.List;

/// Compresses what a server answers as far as it goes: with both tables and Huffman's code, so that
/// a client has to understand it all (RFC 7541). Confined to one thread at a time.
final class HpackEncoder {
  private static final int LARGEST = 4096;

  private final HpackTable table = new HpackTable();
  private boolean changed;
  private int lowest;

  /// The client wants a table no larger than this.
  void limit(int size) {
    int wanted = Math.min(size, LARGEST);
    if (wanted != table.limit()) {
      table.limit(wanted);
      lowest = changed ? Math.min(lowest, wanted) : wanted;
      changed = true;
    }
  }

  byte[] encode(List<Header> fields) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    if (changed) {
      if (lowest < table.limit()) { // both have to be said (§4.2)
        integer(block, 0x20, 5, lowest);
      }
      integer(block, 0x20, 5, table.limit());
      changed = false;
    }
    for (Header field : fields) {
      int index = table.find(field);
      if (index > 0) {
        integer(block, 0x80, 7, index);
      } else {
        integer(block, 0x40, 6, -index);
        if (index == 0) {
          string(block, field.name(), true);
        }
        string(block, field.value(), true);
        table.add(field);
      }
    }
    return block.toByteArray();
  }

  static void integer(ByteArrayOutputStream out, int pattern, int prefix, int value) {
    int mask = (1 << prefix) - 1;
    if (value < mask) {
      out.write(pattern | value);
      return;
    }
    out.write(pattern | mask);
    int rest = value - mask;
    while (rest >= 0x80) {
      out.write((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    out.write(rest);
  }

  static void string(ByteArrayOutputStream out, String text, boolean huffman) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    byte[] coded = huffman ? Huffman.encode(bytes) : bytes;
    boolean shorter = huffman && coded.length < bytes.length;
    byte[] chosen = shorter ? coded : bytes;
    integer(out, shorter ? 0x80 : 0, 7, chosen.length);
    out.writeBytes(chosen);
  }
}
