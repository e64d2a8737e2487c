package io.crankfire.http;

import io.crankfire.http2.FieldSection;
import io.crankfire.metrics.Outcome;
import io.crankfire.template.Variables;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads response heads (RFC 9112 §4, §5, §6) and holds what was found in the last one. Confined to
/// one event loop; used again for every response.
final class Head {

  /*
   * A server's heads differ in little, mostly not at all within a second. So the bytes of the last head
   * are kept, and a response that begins with the same bytes, which end with an empty line and have
   * none before, means the same and need not be read again.
   */

  /// Heads above this size end an exchange as TOO_LARGE.
  static final int LIMIT = 256 * 1024;

  /// How the length of the body is known (RFC 9112 §6.3).
  enum Framing {
    NONE,
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE
  }

  /// How the body is encoded (RFC 9110 §8.4), as far as it can be undone.
  enum Coding {
    NONE,
    GZIP,
    DEFLATE,
    UNKNOWN
  }

  private static final long MOST_SECONDS = 366L * 86_400;

  private static final Outcome[] OUTCOMES = new Outcome[1000];
  private static final boolean[] TOKEN = new boolean[128];

  static {
    for (int status = 100; status < 1000; status++) {
      String bucket = Integer.toString(status);
      OUTCOMES[status] = status < 400 ? Outcome.ok(bucket) : Outcome.failed(bucket);
    }
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
      TOKEN[c] = true;
    }
    for (char c = 0; c < 128; c++) {
      TOKEN[c] |= (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
  }

  private int status;
  private Framing framing = Framing.NONE;
  private long length;
  private boolean keepAlive;
  private @Nullable String location;
  private Coding coding = Coding.NONE;
  private boolean setsCookies;
  private long retrySeconds;
  private long retryEpochMillis;
  private byte[] bytes = {};
  private int size;

  // While reading one head:
  private boolean transferEncoded;
  private boolean close;
  private boolean keep;

  int status() {
    return status;
  }

  Framing framing() {
    return framing;
  }

  /// The content length; 0 unless the framing is LENGTH.
  long length() {
    return length;
  }

  boolean keepAlive() {
    return keepAlive;
  }

  /// The Location of a redirect, if it has one.
  @Nullable String location() {
    return location;
  }

  /// How the body is encoded.
  Coding coding() {
    return coding;
  }

  /// Whether it sets a cookie.
  boolean setsCookies() {
    return setsCookies;
  }

  /// How long a failure asks to wait with the next attempt, in nanoseconds; -1 if it does not say.
  ///
  /// @param variables tell the time of day
  long retryAfterNanos(Variables variables) {
    if (retrySeconds >= 0) {
      return retrySeconds * 1_000_000_000;
    }
    if (retryEpochMillis == HttpDate.NONE) {
      return -1;
    }
    long millis = retryEpochMillis - variables.epochMillis();
    return Math.clamp(millis, 0, MOST_SECONDS * 1_000) * 1_000_000;
  }

  Outcome outcome() {
    return OUTCOMES[status];
  }

  /// Whether the bytes begin with the head read last; then all findings hold for them too.
  boolean same(byte[] buffer, int from, int to) {
    return size > 0
        && to - from >= size
        && Arrays.equals(buffer, from, from + size, bytes, 0, size);
  }

  /// How many bytes the head read last has.
  int size() {
    return size;
  }

  /// The end of the head that begins at `from`: the index after its empty line, or -1 if it is not
  /// complete.
  ///
  /// @param scanned up to where it is known not to end
  static int end(byte[] buffer, int from, int to, int scanned) {
    for (int i = Math.max(from, scanned - 3); i < to; i++) {
      if (buffer[i] == '\n' && i > from) {
        if (buffer[i - 1] == '\n') {
          return i + 1;
        }
        if (buffer[i - 1] == '\r' && i - 2 >= from && buffer[i - 2] == '\n') {
          return i + 1;
        }
      }
    }
    return -1;
  }

  /// Reads a complete head.
  ///
  /// @return null, or what is wrong with it
  @Nullable String read(byte[] buffer, int from, int to) {
    forget();
    int line = lineEnd(buffer, from, to);
    int textEnd = textEnd(buffer, from, line);
    String fault = statusLine(buffer, from, textEnd);
    if (fault != null) {
      return fault;
    }
    boolean http10 = buffer[from + 7] == '0';
    int at = line + 1;
    while (at < to) {
      line = lineEnd(buffer, at, to);
      textEnd = textEnd(buffer, at, line);
      if (textEnd == at) {
        break; // the empty line
      }
      // A line that begins with blanks continues the one before (obsolete folding).
      while (line + 1 < to && isBlank(buffer[line + 1]) && textEnd > at) {
        line = lineEnd(buffer, line + 1, to);
        textEnd = textEnd(buffer, at, line);
      }
      fault = field(buffer, at, textEnd);
      if (fault != null) {
        return fault;
      }
      at = line + 1;
    }
    keepAlive = http10 ? keep && !close : !close;
    fault = frame(http10);
    if (fault == null) {
      remember(buffer, from, to);
    }
    return fault;
  }

  private void forget() {
    size = 0; // not to be compared with unless it is right
    status = 0;
    framing = Framing.NONE;
    length = -1;
    location = null;
    coding = Coding.NONE;
    setsCookies = false;
    retrySeconds = -1;
    retryEpochMillis = HttpDate.NONE;
    transferEncoded = false;
    close = false;
    keep = false;
  }

  /// Takes the fields of a response over HTTP/2, which were found right; how its body is framed is
  /// nothing that they tell.
  void take(FieldSection section) {
    forget();
    status = section.status();
    byte[] b = section.lines();
    int to = section.size() - 2;
    int at = lineEnd(b, 0, to) + 1;
    while (at < to) {
      int line = lineEnd(b, at, to);
      field(b, at, textEnd(b, at, line));
      at = line + 1;
    }
  }

  private @Nullable String frame(boolean http10) {
    if (transferEncoded && length >= 0) {
      return "both Content-Length and Transfer-Encoding";
    }
    if (transferEncoded && http10) {
      return "Transfer-Encoding in an HTTP/1.0 response";
    }
    if (status < 200 || status == 204 || status == 304) {
      framing = Framing.NONE;
    } else if (transferEncoded) {
      framing = Framing.CHUNKED;
    } else if (length >= 0) {
      framing = length == 0 ? Framing.NONE : Framing.LENGTH;
    } else {
      framing = Framing.UNTIL_CLOSE;
    }
    if (framing != Framing.LENGTH) {
      length = 0;
    }
    return null;
  }

  private void remember(byte[] buffer, int from, int to) {
    int count = to - from;
    if (count > 16 * 1024) {
      return;
    }
    if (count > bytes.length) {
      bytes = new byte[Math.max(1024, Integer.highestOneBit(count) * 2)];
    }
    System.arraycopy(buffer, from, bytes, 0, count);
    size = count;
  }

  private static int lineEnd(byte[] buffer, int from, int to) {
    int i = from;
    while (i < to - 1 && buffer[i] != '\n') {
      i++;
    }
    return i;
  }

  private static int textEnd(byte[] buffer, int from, int lineEnd) {
    return lineEnd > from && buffer[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
  }

  private @Nullable String statusLine(byte[] b, int from, int to) {
    if (to - from < 12
        || b[from] != 'H'
        || b[from + 1] != 'T'
        || b[from + 2] != 'T'
        || b[from + 3] != 'P'
        || b[from + 4] != '/'
        || b[from + 5] != '1'
        || b[from + 6] != '.'
        || (b[from + 7] != '0' && b[from + 7] != '1')
        || b[from + 8] != ' ') {
      return "not an HTTP/1 status line: " + excerpt(b, from, to);
    }
    int code = 0;
    for (int i = from + 9; i < from + 12; i++) {
      if (b[i] < '0' || b[i] > '9') {
        return "no status code in: " + excerpt(b, from, to);
      }
      code = code * 10 + b[i] - '0';
    }
    if (code < 100 || (to > from + 12 && b[from + 12] != ' ')) {
      return "no status code in: " + excerpt(b, from, to);
    }
    for (int i = from + 12; i < to; i++) {
      if (isControl(b[i])) {
        return "a control character in: " + excerpt(b, from, to);
      }
    }
    status = code;
    return null;
  }

  private @Nullable String field(byte[] b, int from, int to) {
    int colon = from;
    while (colon < to && isToken(b[colon])) {
      colon++;
    }
    if (colon == from || colon == to || b[colon] != ':') {
      return "not a header field: " + excerpt(b, from, to);
    }
    int valueFrom = colon + 1;
    int valueTo = to;
    for (int i = valueFrom; i < valueTo; i++) {
      if (isControl(b[i]) && !fold(b, i, valueTo)) {
        return "a control character in the header field: " + excerpt(b, from, to);
      }
    }
    while (valueFrom < valueTo && isBlankOrFold(b[valueFrom])) {
      valueFrom++;
    }
    while (valueTo > valueFrom && isBlankOrFold(b[valueTo - 1])) {
      valueTo--;
    }
    return switch (colon - from) {
      case 10 -> {
        setsCookies |= is(b, from, "set-cookie");
        yield is(b, from, "connection") ? connection(b, valueFrom, valueTo) : null;
      }
      case 11 -> {
        if (status >= 400 && is(b, from, "retry-after")) {
          retryAfter(new String(b, valueFrom, valueTo - valueFrom, StandardCharsets.UTF_8));
        }
        yield null;
      }
      case 16 -> {
        if (is(b, from, "content-encoding")) {
          encoding(b, valueFrom, valueTo);
        }
        yield null;
      }
      case 14 -> is(b, from, "content-length") ? contentLength(b, valueFrom, valueTo) : null;
      case 17 -> is(b, from, "transfer-encoding") ? transferEncoding(b, valueFrom, valueTo) : null;
      case 8 -> {
        if (status >= 300 && status < 400 && is(b, from, "location")) {
          location = new String(b, valueFrom, valueTo - valueFrom, StandardCharsets.UTF_8);
        }
        yield null;
      }
      default -> null;
    };
  }

  /// Whether a control character belongs to an obsolete fold: the end of a line before blanks.
  private static boolean fold(byte[] b, int i, int to) {
    return (b[i] == '\r' && i + 1 < to && b[i + 1] == '\n')
        || (b[i] == '\n' && i + 1 < to && isBlank(b[i + 1]));
  }

  private @Nullable String connection(byte[] b, int from, int to) {
    int at = from;
    while (at < to) {
      int end = at;
      while (end < to && b[end] != ',') {
        end++;
      }
      int last = end;
      while (at < last && isBlank(b[at])) {
        at++;
      }
      while (last > at && isBlank(b[last - 1])) {
        last--;
      }
      if (last - at == 5 && is(b, at, "close")) {
        close = true;
      } else if (last - at == 10 && is(b, at, "keep-alive")) {
        keep = true;
      }
      at = end + 1;
    }
    return null;
  }

  private @Nullable String contentLength(byte[] b, int from, int to) {
    int at = from;
    while (true) {
      long value = 0;
      int digits = 0;
      while (at < to && b[at] >= '0' && b[at] <= '9') {
        if (value > (Long.MAX_VALUE - 9) / 10) {
          return "a Content-Length beyond all measure: " + excerpt(b, from, to);
        }
        value = value * 10 + b[at] - '0';
        digits++;
        at++;
      }
      while (at < to && isBlank(b[at])) {
        at++;
      }
      // A list of equal values counts as one (RFC 9110 §8.6).
      if (digits == 0 || (at < to && b[at] != ',')) {
        return "not a Content-Length: " + excerpt(b, from, to);
      }
      if (length >= 0 && length != value) {
        return "two different Content-Lengths";
      }
      length = value;
      if (at == to) {
        return null;
      }
      at++;
      while (at < to && isBlank(b[at])) {
        at++;
      }
    }
  }

  /// Only `chunked`, once: all else would have had to be asked for (RFC 9112 §7.4), and is not.
  private @Nullable String transferEncoding(byte[] b, int from, int to) {
    if (transferEncoded || to - from != 7 || !is(b, from, "chunked")) {
      return "a Transfer-Encoding that was not asked for: " + excerpt(b, from, to);
    }
    transferEncoded = true;
    return null;
  }

  private void encoding(byte[] b, int from, int to) {
    boolean gzip =
        (to - from == 4 && is(b, from, "gzip")) || (to - from == 6 && is(b, from, "x-gzip"));
    if (coding != Coding.NONE) {
      coding = Coding.UNKNOWN; // more than one
    } else if (gzip) {
      coding = Coding.GZIP;
    } else if (to - from == 7 && is(b, from, "deflate")) {
      coding = Coding.DEFLATE;
    } else if (to > from && !(to - from == 8 && is(b, from, "identity"))) {
      coding = Coding.UNKNOWN;
    }
  }

  /// Seconds or a date (RFC 9110 §10.2.3).
  private void retryAfter(String text) {
    boolean whole = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (whole) {
      retrySeconds =
          text.length() > 9 ? MOST_SECONDS : Math.min(Long.parseLong(text), MOST_SECONDS);
    } else {
      retryEpochMillis = HttpDate.parse(text);
    }
  }

  private static boolean is(byte[] b, int from, String lowerCase) {
    for (int i = 0; i < lowerCase.length(); i++) {
      if ((b[from + i] | 0x20) != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// Whether it may stand in a name (RFC 9110 §5.6.2).
  static boolean isToken(byte c) {
    return c >= 0 && TOKEN[c];
  }

  private static boolean isBlank(byte c) {
    return c == ' ' || c == '\t';
  }

  private static boolean isBlankOrFold(byte c) {
    return isBlank(c) || c == '\r' || c == '\n';
  }

  private static boolean isControl(byte c) {
    return (c >= 0 && c < ' ' && c != '\t') || c == 127;
  }

  /// The beginning of some bytes for a message.
  static String excerpt(byte[] b, int from, int to) {
    int end = Math.min(to, from + 60);
    StringBuilder text = new StringBuilder("\"");
    for (int i = from; i < end; i++) {
      text.append(b[i] >= ' ' && b[i] < 127 ? (char) b[i] : '?');
    }
    return text.append(end < to ? "…\"" : "\"").toString();
  }
}
