package io.crankfire.net;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads a proxy's answer to CONNECT (RFC 9110 §9.3.6, RFC 9112 §4 and §5): strictly, up to a
/// limit, in whatever pieces it comes. Interim answers (1xx) are passed over; the body of a refusal
/// is not read.
final class ProxyAnswer {

  /// All heads together, in bytes.
  static final int LIMIT = 16 * 1024;

  private static final byte[] START = "HTTP/1.".getBytes(StandardCharsets.US_ASCII);

  private byte[] head = new byte[256];
  private int length;
  private int lineStart;
  private int total;
  private int status;
  private String statusLine = "";
  private boolean complete;
  private @Nullable String fault;

  /// Takes bytes until the head is complete or at fault.
  ///
  /// @return how many of them it took
  int take(byte[] bytes, int offset, int count) {
    int taken = 0;
    while (taken < count && !complete && fault == null) {
      take(bytes[offset + taken++]);
    }
    return taken;
  }

  /// Whether the final head has been read.
  boolean complete() {
    return complete;
  }

  /// What is wrong with the answer, or null.
  @Nullable String fault() {
    return fault;
  }

  /// The final status.
  int status() {
    return status;
  }

  /// The status line, or as much as there is, fit to be shown.
  String statusLine() {
    return statusLine.isEmpty() ? printable(head, 0, length) : statusLine;
  }

  private void take(byte b) {
    if (++total > LIMIT) {
      fault = "its head is longer than " + LIMIT + " bytes";
      return;
    }
    if (length == head.length) {
      head = Arrays.copyOf(head, length * 2);
    }
    boolean afterReturn = length > lineStart && head[length - 1] == '\r';
    head[length++] = b;
    if ((b == '\n') != afterReturn || b == 0) {
      fault = "a line of its head does not end with CR LF";
    } else if (b == '\n') {
      line(lineStart, length - 2);
      lineStart = length;
    } else if (lineStart == 0 && length <= START.length && b != START[length - 1]) {
      fault = "it does not speak HTTP/1";
    }
  }

  private void line(int from, int to) {
    if (from == 0) {
      statusLine(to);
    } else if (from < to) {
      header(from, to);
    } else if (status >= 200) {
      complete = true;
    } else {
      length = 0;
      statusLine = "";
    }
  }

  private void statusLine(int to) {
    statusLine = printable(head, 0, to);
    status = 0;
    boolean right = to >= 12 && digit(7) && head[8] == ' ' && (to == 12 || head[12] == ' ');
    for (int i = 9; right && i < 12; i++) {
      right = digit(i);
      status = status * 10 + head[i] - '0';
    }
    if (!right || status < 100 || status > 599) {
      fault = "its status line is malformed";
    }
  }

  private void header(int from, int to) {
    int at = from;
    while (at < to && tokenCharacter(head[at])) {
      at++;
    }
    if (at == from || at == to || head[at] != ':') {
      fault = "a header line is malformed";
    }
  }

  private boolean digit(int at) {
    return head[at] >= '0' && head[at] <= '9';
  }

  private static boolean tokenCharacter(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || (b > 0 && "!#$%&'*+-.^_`|~".indexOf(b) >= 0);
  }

  /// Bytes as text to be shown: at most 120 characters, what is not printable ASCII as dots.
  static String printable(byte[] bytes, int from, int to) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < to && text.length() < 120; i++) {
      text.append(bytes[i] >= ' ' && bytes[i] < 127 ? (char) bytes[i] : '.');
    }
    return text.toString();
  }
}
