package io.crankfire.http2;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The Huffman code of header compression (RFC 7541 §5.2, appendix B). Stateless.
final class HuffmanCode {

  /*
   * The code is canonical: symbols in the order of their codes' lengths, then of their values, get
   * consecutive codes. So the lengths say everything.
   *
   * Decoding looks at the next 11 bits at once: they hold the whole code of all symbols that occur in
   * ordinary text. Longer ones are found by their length: codes of equal length are a range.
   */

  /// They have the symbol for the end of the string, which is never sent.
  static final int END_OF_STRING = -1;

  /// They do not end with less than a byte of one bits.
  static final int PADDING = -2;

  /// They end within a code.
  static final int TRUNCATED = -3;

  private static final byte[] LENGTHS = {
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, // 0x00
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, // 0x20
    5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, // 0x40
    7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, // 0x60
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, // 0x80
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, // 0xa0
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, // 0xc0
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, // 0xe0
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
    30 // the end of the string
  };

  private static final int SYMBOLS = LENGTHS.length;
  private static final int EOS = 256;
  private static final int SHORTEST = 5;
  private static final int LONGEST = 30;
  private static final int FAST_BITS = 11;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int[] CODES = new int[SYMBOLS];

  /// By the next bits: the symbol and, from bit 9, its code's length; 0 if the code is longer.
  private static final short[] FAST = new short[1 << FAST_BITS];

  /// Symbols in the order of their codes.
  private static final short[] ORDER = new short[SYMBOLS];

  /// By length: the highest bits that begin with a code of this length or a shorter one.
  private static final int[] LIMITS = new int[LONGEST + 1];

  /// By length: what to add to a code to get its place in the order.
  private static final int[] OFFSETS = new int[LONGEST + 1];

  static {
    int code = 0;
    int place = 0;
    for (int length = SHORTEST; length <= LONGEST; length++) {
      OFFSETS[length] = place - code;
      for (int symbol = 0; symbol < SYMBOLS; symbol++) {
        if (LENGTHS[symbol] == length) {
          CODES[symbol] = code;
          ORDER[place++] = (short) symbol;
          fillFast(symbol, code, length);
          code++;
        }
      }
      LIMITS[length] = (code << (LONGEST - length)) - 1;
      code <<= 1;
    }
  }

  private HuffmanCode() {}

  private static void fillFast(int symbol, int code, int length) {
    if (length <= FAST_BITS) {
      int first = code << (FAST_BITS - length);
      for (int i = 0; i < 1 << (FAST_BITS - length); i++) {
        FAST[first + i] = (short) ((length << 9) | symbol);
      }
    }
  }

  /// The most bytes that `length` encoded bytes can mean.
  static int mostDecoded(int length) {
    return (int) (length * 8L / SHORTEST);
  }

  /// Decodes a string.
  ///
  /// @param out has room for [#mostDecoded] bytes from `at`
  /// @return where the decoded bytes end, or what is wrong, negative
  static int decode(byte[] b, int from, int to, byte[] out, int at) {
    long bits = 0; // at the upper end
    int count = 0;
    int next = from;
    int o = at;
    while (true) {
      if (count < LONGEST) {
        if (next + 8 <= to) {
          bits |= (long) LONG.get(b, next) >>> count;
          int bytes = (63 - count) >> 3;
          next += bytes;
          count += bytes << 3;
          bits &= -1L << (64 - count); // count is at least 56: without what was read beyond it
        } else {
          while (next < to && count <= 56) {
            bits |= (b[next++] & 0xffL) << (56 - count);
            count += 8;
          }
        }
      }
      int entry = FAST[(int) (bits >>> (64 - FAST_BITS))];
      if (entry == 0) {
        entry = longCode((int) (bits >>> (64 - LONGEST)));
      }
      int length = entry >> 9;
      if (length > count) {
        return padding(bits, count) ? o : count < 8 ? PADDING : TRUNCATED;
      }
      int symbol = entry & 0x1ff;
      if (symbol == EOS) {
        return END_OF_STRING;
      }
      out[o++] = (byte) symbol;
      bits <<= length;
      count -= length;
    }
  }

  /// @param top the next bits, as many as the longest code has
  private static int longCode(int top) {
    int length = FAST_BITS + 1;
    while (top > LIMITS[length]) {
      length++;
    }
    return (length << 9) | ORDER[(top >>> (LONGEST - length)) + OFFSETS[length]];
  }

  /// Whether what is left is nothing, or less than a byte of the end of the string.
  private static boolean padding(long bits, int count) {
    return count == 0 || (count < 8 && bits >> (64 - count) == -1);
  }

  /// How many bytes a string takes when it is encoded.
  static int encodedLength(byte[] b, int from, int to) {
    long bits = 0;
    for (int i = from; i < to; i++) {
      bits += LENGTHS[b[i] & 0xff];
    }
    return (int) ((bits + 7) >> 3);
  }

  /// Encodes a string.
  ///
  /// @param out has room for [#encodedLength] bytes from `at`
  static void encode(byte[] b, int from, int to, byte[] out, int at) {
    long bits = 0; // the lowest `count` of them are to be written
    int count = 0;
    int o = at;
    for (int i = from; i < to; i++) {
      int symbol = b[i] & 0xff;
      bits = (bits << LENGTHS[symbol]) | CODES[symbol];
      count += LENGTHS[symbol];
      while (count >= 8) {
        count -= 8;
        out[o++] = (byte) (bits >> count);
      }
    }
    if (count > 0) {
      out[o] = (byte) ((bits << (8 - count)) | (0xff >> count));
    }
  }
}
