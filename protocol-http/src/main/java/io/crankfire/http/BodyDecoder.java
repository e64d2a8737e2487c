package io.crankfire.http;

import io.crankfire.template.ByteSink;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/// Undoes the content codings `gzip` (RFC 1952) and `deflate` (RFC 1950, or RFC 1951 as some
/// servers send it), up to a limit. Confined to its event loop; used again for every body.
final class BodyDecoder implements AutoCloseable {

  private static final int STEP = 8 * 1024;

  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;

  private @Nullable Inflater bare;
  private @Nullable Inflater wrapped;

  /// Decodes as much as there is and fits; what is broken ends it.
  ///
  /// @param out takes it
  /// @param limit how many bytes of it are kept at the most
  void decode(Head.Coding coding, byte[] b, int length, ByteSink out, int limit) {
    switch (coding) {
      case GZIP -> {
        int at = 0;
        while (at >= 0 && at < length && out.size() < limit) { // members, one after the other
          int start = afterGzipHeader(b, at, length);
          int used = start < 0 ? -1 : inflate(bareInflater(), b, start, length, out, limit);
          at = used < 0 ? -1 : used + 8; // CRC and length
        }
      }
      case DEFLATE -> {
        boolean zlib =
            length >= 2 && (b[0] & 0x0f) == 8 && (((b[0] & 0xff) << 8) | (b[1] & 0xff)) % 31 == 0;
        inflate(zlib ? wrappedInflater() : bareInflater(), b, 0, length, out, limit);
      }
      case NONE, UNKNOWN -> out.write(b, 0, Math.min(length, limit));
    }
  }

  /// @return the index after the compressed data, or -1 if they are broken, cut off or too long
  private static int inflate(
      Inflater inflater, byte[] b, int from, int to, ByteSink out, int limit) {
    inflater.reset();
    inflater.setInput(b, from, to - from);
    try {
      while (!inflater.finished() && out.size() < limit) {
        int room = Math.min(STEP, limit - out.size());
        int at = out.reserve(room);
        int count = inflater.inflate(out.array(), at, room);
        out.truncate(at + count);
        if (count == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          return -1;
        }
      }
    } catch (DataFormatException e) {
      return -1;
    }
    return inflater.finished() ? to - inflater.getRemaining() : -1;
  }

  private static int afterGzipHeader(byte[] b, int from, int to) {
    if (to - from < 10
        || (b[from] & 0xff) != 0x1f
        || (b[from + 1] & 0xff) != 0x8b
        || b[from + 2] != 8) {
      return -1;
    }
    int flags = b[from + 3];
    int at = from + 10;
    if ((flags & EXTRA) != 0) {
      if (at + 2 > to) {
        return -1;
      }
      at += 2 + ((b[at] & 0xff) | (b[at + 1] & 0xff) << 8);
    }
    if ((flags & NAME) != 0) {
      at = afterZero(b, at, to);
    }
    if ((flags & COMMENT) != 0) {
      at = afterZero(b, at, to);
    }
    if ((flags & HEADER_CRC) != 0) {
      at += 2;
    }
    return at > to ? -1 : at;
  }

  private static int afterZero(byte[] b, int from, int to) {
    int at = from;
    while (at < to && b[at] != 0) {
      at++;
    }
    return at + 1;
  }

  private Inflater bareInflater() {
    Inflater known = bare;
    if (known == null) {
      known = new Inflater(true);
      bare = known;
    }
    return known;
  }

  private Inflater wrappedInflater() {
    Inflater known = wrapped;
    if (known == null) {
      known = new Inflater(false);
      wrapped = known;
    }
    return known;
  }

  /// Gives its memory back.
  @Override
  public void close() {
    if (bare != null) {
      bare.end();
      bare = null;
    }
    if (wrapped != null) {
      wrapped.end();
      wrapped = null;
    }
  }
}
