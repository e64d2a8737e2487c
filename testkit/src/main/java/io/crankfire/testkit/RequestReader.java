package io.crankfire.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Takes requests off one connection. Confined to that connection's thread.
final class RequestReader {
  private static final int FIRST_BUFFER = 1024;
  private static final int MAX_HEAD = 4 << 20;
  private static final int MAX_CHUNK_LINE = 256;

  /*
   * Most clients send the same head again and again, so the bytes of the last head are kept and compared first: an
   * equal head is already checked and parsed, and is not parsed again. A head ends with an empty line and
   * contains no other, so a head that begins with the bytes of the last one is the last one.
   */
  private final Transport transport;
  private final long bodyLimit;
  private byte[] buffer = new byte[FIRST_BUFFER];
  private int start;
  private int end;
  private byte[] lastBytes = {};
  private @Nullable Head last;

  RequestReader(Transport transport, long bodyLimit) {
    this.transport = transport;
    this.bodyLimit = bodyLimit;
  }

  /// A body as far as it was kept, and its whole length.
  static final class Body {
    static final Body EMPTY = new Body(new byte[0], 0);
    final byte[] kept;
    final long length;

    Body(byte[] kept, long length) {
      this.kept = kept;
      this.length = length;
    }
  }

  /// The next head; the same instance as before when the bytes are the same. Null when the client
  /// left between two requests.
  ///
  /// @throws EOFException when it left within one
  @Nullable Head head() throws IOException, Violation {
    if (start == end && !fill()) {
      return null;
    }
    int length = lastBytes.length;
    if (last != null
        && end - start >= length
        && Arrays.equals(buffer, start, start + length, lastBytes, 0, length)) {
      start += length;
      return last;
    }
    int scanned = 0;
    while (true) {
      int headEnd = endOfHead(start + scanned);
      if (headEnd >= 0) {
        Head head = HeadParser.parse(buffer, start, headEnd);
        lastBytes = Arrays.copyOfRange(buffer, start, headEnd);
        last = head;
        start = headEnd;
        return head;
      }
      scanned = Math.max(0, end - start - 3);
      if (end - start > MAX_HEAD) {
        throw new Violation("request head longer than " + MAX_HEAD + " bytes");
      }
      if (!fill()) {
        throw new EOFException("client left within a request head");
      }
    }
  }

  private int endOfHead(int from) throws Violation {
    for (int i = from; i < end; i++) {
      if (buffer[i] == '\n') {
        if (i == start || buffer[i - 1] != '\r') {
          throw new Violation("line ends with a bare LF (RFC 9112 §2.2)");
        }
        if (i >= start + 3 && buffer[i - 2] == '\n') {
          return i + 1;
        }
        if (i == start + 1) {
          throw new Violation("empty line before the request line (RFC 9112 §2.2)");
        }
      }
    }
    return -1;
  }

  /// Reads the body that belongs to the head, keeping at most the limit of it, or nothing.
  Body body(Head head, boolean keep) throws IOException, Violation {
    if (!head.hasBody()) {
      return Body.EMPTY;
    }
    ByteArrayOutputStream kept = new ByteArrayOutputStream(keep ? 512 : 0);
    long length;
    if (head.chunked()) {
      length = chunks(kept, keep);
    } else {
      length = head.length();
      take(length, kept, keep);
    }
    return new Body(kept.toByteArray(), length);
  }

  private long chunks(ByteArrayOutputStream kept, boolean keep) throws IOException, Violation {
    long total = 0;
    while (true) {
      String line = line();
      int semicolon = line.indexOf(';');
      String size = semicolon < 0 ? line : line.substring(0, semicolon);
      if (size.isEmpty() || size.length() > 15 || !size.chars().allMatch(RequestReader::isHex)) {
        throw new Violation(
            "chunk size is not hexadecimal (RFC 9112 §7.1): " + HeadParser.show(line));
      }
      long length = Long.parseLong(size, 16);
      if (length == 0) {
        break;
      }
      take(length, kept, keep);
      if (!line().isEmpty()) {
        throw new Violation("no CRLF after the chunk data (RFC 9112 §7.1)");
      }
      total += length;
    }
    while (true) {
      String trailer = line();
      if (trailer.isEmpty()) {
        return total;
      }
      if (trailer.indexOf(':') <= 0) {
        throw new Violation("trailer is not a header line: " + HeadParser.show(trailer));
      }
    }
  }

  private static boolean isHex(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }

  private String line() throws IOException, Violation {
    StringBuilder line = new StringBuilder();
    while (true) {
      char c = (char) (next() & 0xff);
      if (c == '\r') {
        if (next() != '\n') {
          throw new Violation("CR without LF in chunked framing");
        }
        return line.toString();
      }
      if (c == '\n' || line.length() > MAX_CHUNK_LINE) {
        throw new Violation(
            "bare LF or endless line in chunked framing: " + HeadParser.show(line.toString()));
      }
      line.append(c);
    }
  }

  private byte next() throws IOException {
    if (start == end && !fill()) {
      throw new EOFException("client left within a request body");
    }
    return buffer[start++];
  }

  private void take(long length, ByteArrayOutputStream kept, boolean keep) throws IOException {
    long left = length;
    while (left > 0) {
      if (start == end && !fill()) {
        throw new EOFException("client left within a request body");
      }
      int part = (int) Math.min(left, end - start);
      if (keep) {
        kept.write(buffer, start, (int) Math.min(part, Math.max(0, bodyLimit - kept.size())));
      }
      start += part;
      left -= part;
    }
  }

  /// Raw bytes after the request: what was read ahead, then what comes; -1 at the end.
  int read(byte[] into, int offset, int length) throws IOException {
    if (start == end) {
      return transport.read(into, offset, length);
    }
    int part = Math.min(length, end - start);
    System.arraycopy(buffer, start, into, offset, part);
    start += part;
    return part;
  }

  /// Reads and forgets until the client leaves.
  void drain() throws IOException {
    do {
      start = 0;
      end = 0;
    } while (fill());
  }

  private boolean fill() throws IOException {
    if (start == end) {
      start = 0;
      end = 0;
    } else if (end == buffer.length) {
      if (start > 0) {
        System.arraycopy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
      } else {
        buffer = Arrays.copyOf(buffer, buffer.length * 2);
      }
    }
    int count = transport.read(buffer, end, buffer.length - end);
    if (count <= 0) {
      return false;
    }
    end += count;
    return true;
  }
}
