package io.crankfire.http2;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The fields that header compression knows from the beginning (RFC 7541 appendix A). Stateless.
final class StaticTable {

  private static final String[] FIELDS = {
    ":authority", "",
    ":method", "GET",
    ":method", "POST",
    ":path", "/",
    ":path", "/index.html",
    ":scheme", "http",
    ":scheme", "https",
    ":status", "200",
    ":status", "204",
    ":status", "206",
    ":status", "304",
    ":status", "400",
    ":status", "404",
    ":status", "500",
    "accept-charset", "",
    "accept-encoding", "gzip, deflate",
    "accept-language", "",
    "accept-ranges", "",
    "accept", "",
    "access-control-allow-origin", "",
    "age", "",
    "allow", "",
    "authorization", "",
    "cache-control", "",
    "content-disposition", "",
    "content-encoding", "",
    "content-language", "",
    "content-length", "",
    "content-location", "",
    "content-range", "",
    "content-type", "",
    "cookie", "",
    "date", "",
    "etag", "",
    "expect", "",
    "expires", "",
    "from", "",
    "host", "",
    "if-match", "",
    "if-modified-since", "",
    "if-none-match", "",
    "if-range", "",
    "if-unmodified-since", "",
    "last-modified", "",
    "link", "",
    "location", "",
    "max-forwards", "",
    "proxy-authenticate", "",
    "proxy-authorization", "",
    "range", "",
    "referer", "",
    "refresh", "",
    "retry-after", "",
    "server", "",
    "set-cookie", "",
    "strict-transport-security", "",
    "transfer-encoding", "",
    "user-agent", "",
    "vary", "",
    "via", "",
    "www-authenticate", "",
  };

  /// How many fields there are; they are counted from 1.
  static final int SIZE = FIELDS.length / 2;

  private static final byte[][] NAMES = new byte[SIZE + 1][];
  private static final byte[][] VALUES = new byte[SIZE + 1][];

  /// The first index of each name, where its hash leads; 0 where none is.
  private static final byte[] BY_NAME = new byte[256];

  static {
    NAMES[0] = new byte[0];
    VALUES[0] = NAMES[0];
    for (int i = 1; i <= SIZE; i++) {
      NAMES[i] = FIELDS[2 * i - 2].getBytes(StandardCharsets.US_ASCII);
      VALUES[i] = FIELDS[2 * i - 1].getBytes(StandardCharsets.US_ASCII);
      if (!Arrays.equals(NAMES[i], NAMES[i - 1])) {
        int slot = slot(NAMES[i], 0, NAMES[i].length);
        while (BY_NAME[slot] != 0) {
          slot = (slot + 1) & 0xff;
        }
        BY_NAME[slot] = (byte) i;
      }
    }
  }

  private StaticTable() {}

  private static int slot(byte[] name, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + name[i];
    }
    return (hash ^ (hash >>> 8) ^ (hash >>> 16)) & 0xff;
  }

  /// A field's name.
  ///
  /// @param index 1 to [#SIZE]
  static byte[] name(int index) {
    return NAMES[index];
  }

  /// A field's value.
  ///
  /// @param index 1 to [#SIZE]
  static byte[] value(int index) {
    return VALUES[index];
  }

  /// The first field of that name; 0 if there is none.
  ///
  /// @param name in lower case
  static int find(byte[] name, int from, int to) {
    for (int slot = slot(name, from, to); BY_NAME[slot] != 0; slot = (slot + 1) & 0xff) {
      byte[] candidate = NAMES[BY_NAME[slot]];
      if (Arrays.equals(candidate, 0, candidate.length, name, from, to)) {
        return BY_NAME[slot];
      }
    }
    return 0;
  }

  /// The field of that name and value; 0 if there is none.
  ///
  /// @param first the first of that name
  static int find(int first, byte[] value, int from, int to) {
    for (int i = first; i <= SIZE && Arrays.equals(NAMES[i], NAMES[first]); i++) {
      if (Arrays.equals(VALUES[i], 0, VALUES[i].length, value, from, to)) {
        return i;
      }
    }
    return 0;
  }
}
