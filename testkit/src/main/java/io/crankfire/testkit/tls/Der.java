package io.crankfire.testkit.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The few forms of DER (X.690) that a certificate is made of. Pure.
final class Der {
  private static final DateTimeFormatter UTC_TIME =
      DateTimeFormatter.ofPattern("yyMMdd'000000Z'", Locale.ROOT);

  private Der() {}

  static byte[] sequence(byte[]... parts) {
    return tagged(0x30, parts);
  }

  static byte[] integer(BigInteger value) {
    return tagged(0x02, value.toByteArray());
  }

  static byte[] bool(boolean value) {
    return tagged(0x01, new byte[] {(byte) (value ? 0xff : 0)});
  }

  static byte[] octets(byte[] content) {
    return tagged(0x04, content);
  }

  /// A bit string; the number says how many bits at its end do not count.
  static byte[] bits(int unused, byte[] content) {
    return tagged(0x03, new byte[] {(byte) unused}, content);
  }

  static byte[] utcTime(LocalDate midnight) {
    return tagged(0x17, UTC_TIME.format(midnight).getBytes(US_ASCII));
  }

  /// An object identifier written as `2.5.29.17`.
  static byte[] oid(String dotted) {
    String rest = dotted;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int first = 0;
    for (int i = 0; !rest.isEmpty(); i++) {
      int dot = rest.indexOf('.');
      int arc = Integer.parseInt(dot < 0 ? rest : rest.substring(0, dot));
      rest = dot < 0 ? "" : rest.substring(dot + 1);
      if (i == 0) {
        first = arc;
      } else {
        base128(i == 1 ? first * 40 + arc : arc, bytes);
      }
    }
    return tagged(0x06, bytes.toByteArray());
  }

  private static void base128(int value, ByteArrayOutputStream out) {
    int shift = 28;
    while (shift > 0 && value >>> shift == 0) {
      shift -= 7;
    }
    for (; shift > 0; shift -= 7) {
      out.write(0x80 | (value >>> shift & 0x7f));
    }
    out.write(value & 0x7f);
  }

  /// Any tag over the parts, one after the other.
  static byte[] tagged(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >>> 8);
      out.write(length & 0xff);
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
