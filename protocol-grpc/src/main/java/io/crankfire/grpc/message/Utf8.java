package io.crankfire.grpc.message;

/// Checks UTF-8 (RFC 3629). Stateless.
final class Utf8 {
  private Utf8() {}

  /// Whether bytes are whole characters of it, none longer than need be, no surrogates.
  static boolean isValid(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      int lead = bytes[at++];
      if (lead >= 0) {
        continue;
      }
      lead &= 0xff;
      int more = lead < 0xc2 ? -1 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf5 ? 3 : -1;
      if (more < 0 || to - at < more) {
        return false;
      }
      int second = bytes[at] & 0xff;
      boolean wrong =
          switch (lead) {
            case 0xe0 -> second < 0xa0;
            case 0xed -> second > 0x9f;
            case 0xf0 -> second < 0x90;
            case 0xf4 -> second > 0x8f;
            default -> false;
          };
      for (int i = 0; i < more; i++) {
        wrong |= (bytes[at + i] & 0xc0) != 0x80;
      }
      if (wrong) {
        return false;
      }
      at += more;
    }
    return true;
  }
}
