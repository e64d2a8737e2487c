package io.crankfire.testkit.http2;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/// The Huffman code of header compression (RFC 7541 §5.2, Appendix B). Pure.
final class Huffman {

  /*
   * The code is canonical: shorter codes come first, and among those of one length the lower symbol. Its lengths say
   * all; a letter for each symbol, a is 5 bits. The last one is the end of a string, which no string contains.
   */
  private static final String LENGTHS =
      "isxxxxxxxtzxxzxxxxxxxxzxxxxxxxxxbffhibdgffdgdbbbaaabbbbbbbcdkbhfibcccccccccccccccccccccc"
          + "dcdioijbkabababbbaccbbbabcbaabccccckgjixprpprrrsrssssststtrstssssqrsrsstrqprrssqsrrtqrssq"
          + "qrqsrssprrrsrrsvvporsruvvvwwvtuoqvwwvwtqqvvxwwwptpqrqqsrruuttvsvwvvwwwwwxwwwwwvz";
  private static final int END = 256;
  private static final int LONGEST = 30;
  private static final int[] CODES = new int[END + 1];

  /// Of each length, the first code, the index of its symbol in [#ORDER], and how many there are.
  private static final int[] FIRST = new int[LONGEST + 1];

  private static final int[] START = new int[LONGEST + 1];
  private static final int[] COUNT = new int[LONGEST + 1];
  private static final int[] ORDER = new int[END + 1];

  static {
    int code = 0;
    int at = 0;
    for (int length = 5; length <= LONGEST; length++) {
      code <<= 1;
      FIRST[length] = code;
      START[length] = at;
      for (int symbol = 0; symbol <= END; symbol++) {
        if (bits(symbol) == length) {
          CODES[symbol] = code;
          ORDER[at] = symbol;
          COUNT[length]++;
          code++;
          at++;
        }
      }
    }
  }

  private Huffman() {}

  private static int bits(int symbol) {
    return LENGTHS.charAt(symbol) - 'a' + 5;
  }

  static byte[] encode(byte[] text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length);
    long pending = 0;
    int bits = 0;
    for (byte b : text) {
      int symbol = b & 0xff;
      pending = (pending << bits(symbol)) | CODES[symbol];
      bits += bits(symbol);
      while (bits >= 8) {
        bits -= 8;
        out.write((int) (pending >> bits));
      }
      pending &= (1L << bits) - 1;
    }
    if (bits > 0) {
      out.write((int) ((pending << (8 - bits)) | (0xff >> bits)));
    }
    return out.toByteArray();
  }

  /// Null if it is none: it contains the end, or is padded with anything else than the beginning of
  /// the end, up to seven bits.
  static byte @Nullable [] decode(byte[] code, int from, int to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream((to - from) * 2);
    int value = 0;
    int length = 0;
    for (int i = from * 8; i < to * 8; i++) {
      value = (value << 1) | ((code[i >> 3] >> (7 - (i & 7))) & 1);
      length++;
      if (length > LONGEST) {
        return null;
      }
      int index = value - FIRST[length];
      if (index >= 0 && index < COUNT[length]) {
        int symbol = ORDER[START[length] + index];
        if (symbol == END) {
          return null;
        }
        out.write(symbol);
        value = 0;
        length = 0;
      }
    }
    return length < 8 && value == (1 << length) - 1 ? out.toByteArray() : null;
  }
}
