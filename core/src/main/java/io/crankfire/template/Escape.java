package io.crankfire.template;

import java.nio.charset.StandardCharsets;

/// How a value is written so that it means itself where it is put.
enum Escape {
  /// As it is.
  NONE,
  /// Percent-encoded: everything but the unreserved characters of RFC 3986 §2.3.
  URL,
  /// As the inside of a JSON string (RFC 8259 §7), without the quotes.
  JSON,
  /// Base64 with padding (RFC 4648 §4).
  BASE64;

  /*
   * The value is in the sink already, and grows in place from its end to its beginning: nothing is
   * allocated, whatever the value came from.
   */

  private static final byte[] UPPER_HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] LOWER_HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BASE64_DIGITS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
          .getBytes(StandardCharsets.US_ASCII);

  /// Escapes what the sink holds from `from` on.
  void apply(ByteSink sink, int from) {
    if (this == URL) {
      url(sink, from);
    } else if (this == JSON) {
      json(sink, from);
    } else if (this == BASE64) {
      base64(sink, from);
    }
  }

  private static void url(ByteSink sink, int from) {
    int end = sink.size();
    byte[] array = sink.array();
    int growth = 0;
    for (int i = from; i < end; i++) {
      growth += isUnreserved(array[i]) ? 0 : 2;
    }
    if (growth == 0) {
      return;
    }
    sink.reserve(growth);
    array = sink.array();
    int to = end + growth;
    for (int i = end - 1; i >= from; i--) {
      byte b = array[i];
      if (isUnreserved(b)) {
        array[--to] = b;
      } else {
        array[--to] = UPPER_HEX[b & 15];
        array[--to] = UPPER_HEX[(b >> 4) & 15];
        array[--to] = '%';
      }
    }
  }

  private static boolean isUnreserved(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || b == '-'
        || b == '.'
        || b == '_'
        || b == '~';
  }

  private static void json(ByteSink sink, int from) {
    int end = sink.size();
    byte[] array = sink.array();
    int growth = 0;
    for (int i = from; i < end; i++) {
      growth += isPlain(array[i]) ? 0 : shortEscape(array[i]) != 0 ? 1 : 5;
    }
    if (growth == 0) {
      return;
    }
    sink.reserve(growth);
    array = sink.array();
    int to = end + growth;
    for (int i = end - 1; i >= from; i--) {
      byte b = array[i];
      if (isPlain(b)) {
        array[--to] = b;
      } else if (shortEscape(b) != 0) {
        array[--to] = shortEscape(b);
        array[--to] = '\\';
      } else {
        array[--to] = LOWER_HEX[b & 15];
        array[--to] = LOWER_HEX[(b >> 4) & 15];
        array[--to] = '0';
        array[--to] = '0';
        array[--to] = 'u';
        array[--to] = '\\';
      }
    }
  }

  /// Whether a byte stands for itself in a JSON string; all bytes of longer UTF-8 sequences do.
  private static boolean isPlain(byte b) {
    return b < 0 || (b >= ' ' && b != '"' && b != '\\');
  }

  /// The letter of a two-character escape, 0 if there is none.
  private static byte shortEscape(byte b) {
    return (byte)
        switch (b) {
          case '"' -> '"';
          case '\\' -> '\\';
          case '\n' -> 'n';
          case '\r' -> 'r';
          case '\t' -> 't';
          case '\b' -> 'b';
          case '\f' -> 'f';
          default -> 0;
        };
  }

  private static void base64(ByteSink sink, int from) {
    int length = sink.size() - from;
    int groups = (length + 2) / 3;
    sink.reserve(groups * 4 - length);
    byte[] array = sink.array();
    for (int group = groups - 1; group >= 0; group--) {
      int at = from + group * 3;
      int there = Math.min(3, length - group * 3);
      int bits = (array[at] & 0xff) << 16;
      bits |= there > 1 ? (array[at + 1] & 0xff) << 8 : 0;
      bits |= there > 2 ? array[at + 2] & 0xff : 0;
      int to = from + group * 4;
      array[to] = BASE64_DIGITS[bits >> 18];
      array[to + 1] = BASE64_DIGITS[(bits >> 12) & 63];
      array[to + 2] = there > 1 ? BASE64_DIGITS[(bits >> 6) & 63] : (byte) '=';
      array[to + 3] = there > 2 ? BASE64_DIGITS[bits & 63] : (byte) '=';
    }
  }
}
