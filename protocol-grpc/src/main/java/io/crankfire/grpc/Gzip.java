package io.crankfire.grpc;

import io.crankfire.template.ByteSink;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// Compresses and decompresses messages (RFC 1952), each by itself. What it needs is made when it
/// is first needed, and used again. Confined to its event loop.
final class Gzip implements AutoCloseable {

  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
  private static final int TRAILER = 8;
  private static final int STEP = 8 * 1024;

  /// A larger buffer is not kept.
  private static final int KEPT = 1 << 20;

  /// What came of decompression.
  enum Result {
    /// The message is there.
    DONE,
    /// It is no gzip, or it is damaged.
    BROKEN,
    /// It is larger than allowed.
    TOO_LARGE
  }

  private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private ByteSink plain = new ByteSink(0);

  /// Adds the compressed form of some bytes.
  void compress(byte[] bytes, int from, int to, ByteSink out) {
    deflater.reset();
    deflater.setInput(bytes, from, to - from);
    deflater.finish();
    out.write(HEADER);
    while (!deflater.finished()) {
      int at = out.reserve(STEP);
      int written = deflater.deflate(out.array(), at, STEP);
      out.truncate(at + written);
    }
    crc.reset();
    crc.update(bytes, from, to - from);
    number(out, (int) crc.getValue());
    number(out, to - from);
  }

  private static void number(ByteSink out, int value) {
    for (int i = 0; i < 4; i++) {
      out.write(value >>> (8 * i));
    }
  }

  /// Decompresses one member, which is all there is. The message lies in [#plain()] then, until the
  /// next one.
  ///
  /// @param most how many bytes it may have
  Result decompress(byte[] bytes, int from, int to, int most) {
    if (plain.array().length > KEPT) {
      plain = new ByteSink(0);
    }
    plain.clear();
    int at = header(bytes, from, to);
    if (at < 0) {
      return Result.BROKEN;
    }
    inflater.reset();
    inflater.setInput(bytes, at, to - at);
    try {
      while (!inflater.finished()) {
        int size = plain.size();
        int start = plain.reserve(STEP);
        int read = inflater.inflate(plain.array(), start, STEP);
        plain.truncate(size + read);
        if (plain.size() > most) {
          return Result.TOO_LARGE;
        }
        if (read == 0 && !inflater.finished()) {
          return Result.BROKEN; // more input, or a dictionary, is wanted
        }
      }
    } catch (DataFormatException _) {
      return Result.BROKEN;
    }
    int trailer = to - inflater.getRemaining();
    crc.reset();
    crc.update(plain.array(), 0, plain.size());
    boolean whole =
        to - trailer == TRAILER
            && number(bytes, trailer) == (int) crc.getValue()
            && number(bytes, trailer + 4) == plain.size();
    return whole ? Result.DONE : Result.BROKEN;
  }

  private static int number(byte[] b, int at) {
    return (b[at] & 0xff)
        | (b[at + 1] & 0xff) << 8
        | (b[at + 2] & 0xff) << 16
        | (b[at + 3] & 0xff) << 24;
  }

  /// Where the compressed data begins; −1 if the header is none.
  private static int header(byte[] b, int from, int to) {
    if (to - from < HEADER.length + TRAILER
        || b[from] != HEADER[0]
        || b[from + 1] != HEADER[1]
        || b[from + 2] != HEADER[2]
        || (b[from + 3] & 0xe0) != 0) {
      return -1;
    }
    int flags = b[from + 3];
    int at = from + HEADER.length;
    if ((flags & 4) != 0) { // extra field
      at += 2 + (b[at] & 0xff) + ((b[at + 1] & 0xff) << 8);
    }
    for (int flag = 8; flag <= 16; flag <<= 1) { // name, comment
      if ((flags & flag) != 0) {
        while (at < to && b[at] != 0) {
          at++;
        }
        at++;
      }
    }
    at += (flags & 2) != 0 ? 2 : 0; // header's checksum
    return at <= to - TRAILER ? at : -1;
  }

  /// The message that was decompressed last.
  ByteSink plain() {
    return plain;
  }

  @Override
  public void close() {
    deflater.end();
    inflater.end();
  }
}
