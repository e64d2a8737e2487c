package io.crankfire.http2;

import io.crankfire.template.ByteSink;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads the heads and trailers of a connection's responses (RFC 9113 §8.2, §8.3). Confined to its
/// connection's event loop.
final class FieldReader {

  /// Blocks above this size are not read, and sections above it, counted as
  /// SETTINGS_MAX_HEADER_LIST_SIZE counts them (RFC 9113 §6.5.2), are faults; in bytes.
  static final int LIMIT = 256 * 1024;

  private static final byte[] FIRST_LINE = ascii("HTTP/2 000\r\n");
  private static final byte[] TRAILERS_LINE = ascii("HTTP/2\r\n");
  private static final int STATUS_AT = 7;

  private static final byte[] STATUS = ascii(":status");

  /// Fields that are about one HTTP/1.1 connection (RFC 9113 §8.2.2).
  private static final byte[][] FOREIGN = {
    ascii("connection"),
    ascii("keep-alive"),
    ascii("proxy-connection"),
    ascii("transfer-encoding"),
    ascii("upgrade")
  };

  /// What a name consists of: a token (RFC 9110 §5.6.2) without upper case.
  private static final boolean[] IN_NAME = new boolean[256];

  /// What a value does not: control characters but the tab (RFC 9110 §5.5).
  private static final boolean[] CONTROL = new boolean[256];

  static {
    for (char c : "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz".toCharArray()) {
      IN_NAME[c] = true;
    }
    for (int c = 0; c < ' '; c++) {
      CONTROL[c] = c != '\t';
    }
    CONTROL[127] = true;
  }

  private final HpackDecoder decoder = new HpackDecoder();
  private final FieldMemo memo;

  private boolean compressionError;
  private boolean tooLarge;
  private @Nullable String fault;

  // While reading one section:
  private int status;
  private boolean regularSeen;

  /// Reads a new connection's.
  ///
  /// @param memo shared by the worker's connections
  FieldReader(FieldMemo memo) {
    this.memo = memo;
  }

  /// The peer has acknowledged our SETTINGS_HEADER_TABLE_SIZE; till then it is 4096.
  ///
  /// @param bytes at most 4096
  void acknowledged(int bytes) {
    decoder.limit(bytes);
  }

  /// What is wrong with the section read last; null if nothing is.
  @Nullable String fault() {
    return fault;
  }

  /// Whether what is wrong is the compression, so that nothing more can be read from the connection
  /// (RFC 9113 §4.3). Otherwise it is the message, and only its stream has to end (§8.1.1).
  boolean isCompressionError() {
    return compressionError;
  }

  /// Whether what is wrong is the size.
  boolean isTooLarge() {
    return tooLarge;
  }

  /// Reads a complete header block.
  ///
  /// @param trailers whether it ends a message
  /// @return what it means, valid until any of the worker's readers reads another one; null if it
  ///   is at fault
  @Nullable FieldSection read(byte[] block, int from, int to, boolean trailers) {
    fault = null;
    compressionError = false;
    tooLarge = false;
    FieldSection known = memo.find(block, from, to, trailers);
    if (known != null) {
      return known;
    }
    if (to - from > LIMIT) {
      compressionError = true;
      tooLarge = true;
      fault = "a header block of " + (to - from) + " bytes";
      return null;
    }
    status = 0;
    regularSeen = trailers;
    decode(block, from, to, trailers);
    if (fault == null && !trailers && status == 0) {
      fault = "no :status";
    }
    if (fault != null) {
      return null;
    }
    ByteSink lines = memo.lines;
    lines.write('\r');
    lines.write('\n');
    return memo.take(block, from, to, trailers, status, !decoder.tableUsed());
  }

  /// Reads on to the end if a field is at fault: the dynamic table must not miss any.
  private void decode(byte[] block, int from, int to, boolean trailers) {
    ByteSink lines = memo.lines;
    lines.clear();
    lines.write(trailers ? TRAILERS_LINE : FIRST_LINE);
    long size = 0;
    decoder.begin(block, from, to);
    int start = lines.size();
    while (decoder.next(lines)) {
      size += lines.size() - start - 2 + DynamicTable.OVERHEAD;
      if (size > LIMIT && !tooLarge) {
        tooLarge = true;
        fault = "header fields of more than " + LIMIT + " bytes";
      }
      if (size > 2 * LIMIT) {
        compressionError = true; // to read on could cost far more than the block's size
        return;
      }
      boolean pseudo = lines.array()[start] == ':' && decoder.nameTo() > start;
      if (fault == null) {
        fault = pseudo ? pseudo(start, trailers) : field(start);
      }
      if (pseudo || fault != null) {
        lines.truncate(start);
      } else {
        lines.write('\r');
        lines.write('\n');
      }
      start = lines.size();
    }
    if (decoder.fault() != null) {
      compressionError = true;
      tooLarge = false;
      fault = "header compression: " + decoder.fault();
    }
  }

  private @Nullable String pseudo(int from, boolean trailers) {
    byte[] b = memo.lines.array();
    int to = memo.lines.size();
    if (trailers) {
      return "a pseudo-header field in trailers: " + excerpt(b, from, to);
    }
    if (!is(b, from, decoder.nameTo(), STATUS)) {
      return "not a pseudo-header field of responses: " + excerpt(b, from, to);
    }
    if (regularSeen) {
      return ":status after other fields";
    }
    if (status != 0) {
      return ":status twice";
    }
    int code = 0;
    int at = decoder.valueFrom();
    for (int i = at; i < to && b[i] >= '0' && b[i] <= '9' && i < at + 3; i++) {
      code = code * 10 + b[i] - '0';
    }
    if (to - at != 3 || code < 100) {
      return "not a status code: " + excerpt(b, from, to);
    }
    if (code == 101) {
      return "status 101, which is not for HTTP/2";
    }
    status = code;
    System.arraycopy(b, at, b, STATUS_AT, 3);
    return null;
  }

  private @Nullable String field(int from) {
    regularSeen = true;
    byte[] b = memo.lines.array();
    int nameTo = decoder.nameTo();
    int valueFrom = decoder.valueFrom();
    int to = memo.lines.size();
    for (int i = from; i < nameTo; i++) {
      if (!IN_NAME[b[i] & 0xff]) {
        boolean upper = b[i] >= 'A' && b[i] <= 'Z';
        return (upper ? "upper case in a field's name: " : "not a field's name: ")
            + excerpt(b, from, nameTo);
      }
    }
    if (nameTo == from) {
      return "a field without a name";
    }
    for (int i = valueFrom; i < to; i++) {
      if (CONTROL[b[i] & 0xff]) {
        return "a control character in the field " + excerpt(b, from, to);
      }
    }
    if (to > valueFrom && (isBlank(b[valueFrom]) || isBlank(b[to - 1]))) {
      return "blanks around the value of the field " + excerpt(b, from, to);
    }
    if (isForeign(b, from, nameTo)) {
      return "a field that is not for HTTP/2: " + excerpt(b, from, to);
    }
    return null;
  }

  private static boolean isForeign(byte[] b, int from, int to) {
    int length = to - from;
    if (length != 7 && length != 10 && length != 16 && length != 17) {
      return false;
    }
    for (byte[] name : FOREIGN) {
      if (is(b, from, to, name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBlank(byte c) {
    return c == ' ' || c == '\t';
  }

  private static boolean is(byte[] b, int from, int to, byte[] text) {
    return Arrays.equals(b, from, to, text, 0, text.length);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// The beginning of some bytes for a message.
  private static String excerpt(byte[] b, int from, int to) {
    int end = Math.min(to, from + 60);
    StringBuilder text = new StringBuilder("\"");
    for (int i = from; i < end; i++) {
      text.append(b[i] >= ' ' && b[i] < 127 ? (char) b[i] : '?');
    }
    return text.append(end < to ? "…\"" : "\"").toString();
  }
}
