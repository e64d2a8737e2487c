package io.crankfire.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Checks that bytes are UTF-8 (RFC 3629), piece by piece. Confined to its event loop.
final class Utf8 {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;

  private static final int LEAST = 0x80;
  private static final int MOST = 0xbf;

  /// How many bytes of a character are missing, and the range of the next one.
  private int missing;

  private int least = LEAST;
  private int most = MOST;

  /// Begins a new text.
  void reset() {
    missing = 0;
    least = LEAST;
    most = MOST;
  }

  /// Takes the next piece.
  ///
  /// @return whether it can be the continuation of what came before
  boolean accept(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      if (missing == 0) {
        while (at + 8 <= to && ((long) LONGS.get(bytes, at) & HIGH_BITS) == 0) {
          at += 8;
        }
        while (at < to && bytes[at] >= 0) {
          at++;
        }
        if (at == to) {
          return true;
        }
        if (!begins(bytes[at++] & 0xff)) {
          return false;
        }
      } else {
        int b = bytes[at++] & 0xff;
        if (b < least || b > most) {
          return false;
        }
        missing--;
        least = LEAST;
        most = MOST;
      }
    }
    return true;
  }

  /// A character begins; only the shortest forms, no surrogates, nothing above U+10FFFF.
  private boolean begins(int b) {
    if (b >= 0xc2 && b <= 0xdf) {
      missing = 1;
    } else if (b >= 0xe0 && b <= 0xef) {
      missing = 2;
      least = b == 0xe0 ? 0xa0 : LEAST;
      most = b == 0xed ? 0x9f : MOST;
    } else if (b >= 0xf0 && b <= 0xf4) {
      missing = 3;
      least = b == 0xf0 ? 0x90 : LEAST;
      most = b == 0xf4 ? 0x8f : MOST;
    } else {
      return false;
    }
    return true;
  }

  /// Whether no character is incomplete.
  boolean complete() {
    return missing == 0;
  }
}
