package io.crankfire.grpc.message;

import java.util.Arrays;

/// Decodes base64 (RFC 4648 §4, §5) where it lies: of either alphabet, with or without padding.
/// Stateless.
public final class Base64Bytes {
  private Base64Bytes() {}

  private static final byte[] VALUES = new byte[128];

  static {
    Arrays.fill(VALUES, (byte) -1);
    String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < digits.length(); i++) {
      VALUES[digits.charAt(i)] = (byte) i;
    }
    VALUES['-'] = 62;
    VALUES['_'] = 63;
  }

  /// Puts the bytes that the digits stand for in their place, from `from` on.
  ///
  /// @return how many they are; −1 if these are no digits, and nothing has changed then
  public static int decode(byte[] bytes, int from, int to) {
    int end = to;
    while (end > from && to - end < 2 && bytes[end - 1] == '=') {
      end--;
    }
    int digits = end - from;
    if (digits % 4 == 1 || (end < to && (to - from) % 4 != 0)) {
      return -1;
    }
    for (int i = from; i < end; i++) {
      if (bytes[i] < 0 || VALUES[bytes[i]] < 0) {
        return -1;
      }
    }
    int out = from;
    int bits = 0;
    int held = 0;
    for (int i = from; i < end; i++) {
      bits = bits << 6 | VALUES[bytes[i]];
      held += 6;
      if (held >= 8) {
        held -= 8;
        bytes[out++] = (byte) (bits >> held);
      }
    }
    return out - from;
  }
}
