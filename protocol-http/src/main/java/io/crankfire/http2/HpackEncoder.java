package io.crankfire.http2;

import io.crankfire.template.ByteSink;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Compresses fields without a dynamic table (RFC 7541 §6.1, §6.2.2, §6.2.3): what it writes means
/// the same on every connection, so that it can be prepared before a run. Stateless.
public final class HpackEncoder {

  /*
   * Strings go in Huffman's code if that is shorter, as browsers send them.
   */

  private static final int INDEXED = 0x80;
  private static final int WITHOUT_INDEXING = 0;
  private static final int NEVER_INDEXED = 0x10;

  private HpackEncoder() {}

  /// Adds a field.
  ///
  /// @param name becomes lower case; pseudo-header fields begin with a colon and come first
  /// @param secret whether nobody on the way may put it into a table (§7.1.3)
  public static void write(ByteSink out, String name, String value, boolean secret) {
    byte[] n = name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
    byte[] v = value.getBytes(StandardCharsets.UTF_8);
    write(out, n, 0, n.length, v, 0, v.length, secret);
  }

  /// Adds a field.
  ///
  /// @param name from `from` to `to`, in lower case; pseudo-header fields begin with a colon and
  ///   come first
  /// @param value from `vFrom` to `vTo`
  /// @param secret whether nobody on the way may put it into a table (§7.1.3)
  public static void write(
      ByteSink out,
      byte[] name,
      int from,
      int to,
      byte[] value,
      int vFrom,
      int vTo,
      boolean secret) {
    int first = StaticTable.find(name, from, to);
    if (first != 0 && !secret) {
      int index = StaticTable.find(first, value, vFrom, vTo);
      if (index != 0) {
        integer(out, INDEXED, 7, index);
        return;
      }
    }
    integer(out, secret ? NEVER_INDEXED : WITHOUT_INDEXING, 4, first);
    if (first == 0) {
      string(out, name, from, to);
    }
    string(out, value, vFrom, vTo);
  }

  private static void string(ByteSink out, byte[] b, int from, int to) {
    int encoded = HuffmanCode.encodedLength(b, from, to);
    if (encoded < to - from) {
      integer(out, 0x80, 7, encoded);
      int at = out.reserve(encoded); // which may make another array
      HuffmanCode.encode(b, from, to, out.array(), at);
    } else {
      integer(out, 0, 7, to - from);
      out.write(b, from, to - from);
    }
  }

  /// Adds a number behind the bits of a pattern (§5.1).
  static void integer(ByteSink out, int pattern, int prefix, int value) {
    int mask = (1 << prefix) - 1;
    if (value < mask) {
      out.write(pattern | value);
      return;
    }
    out.write(pattern | mask);
    int rest = value - mask;
    while (rest > 0x7f) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }
}
