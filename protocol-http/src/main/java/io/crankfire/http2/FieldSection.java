package io.crankfire.http2;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The fields of a response's head, or of its trailers, as they were decoded. Valid during the call
/// that gives it; confined to its event loop.
///
/// It holds them as HTTP/1.1 would write them: a first line, `HTTP/2 200`, then a line for each
/// field, its name in lower case, `\r\n` after each, and an empty line. The first line of trailers
/// has no status.
public final class FieldSection {

  /// There is no Content-Length.
  static final long NO_LENGTH = -1;

  /// What stands for the Content-Length is none (RFC 9110 §8.6).
  static final long BAD_LENGTH = -2;

  private static final long NOT_SOUGHT = -3;

  private byte[] lines = {};
  private int size;
  private int status;
  private long contentLength = NOT_SOUGHT;

  /// Whatever was found in it, for whoever looks again: equal sections are decoded once, and a
  /// server's heads differ in little. Null after it has been decoded.
  public @Nullable Object findings;

  /// What was found in what it held before, to be used again for the next; null if there is none.
  public @Nullable Object spare;

  FieldSection() {}

  /// Takes what was decoded.
  ///
  /// @param newStatus 0 of trailers
  void set(byte[] newLines, int newSize, int newStatus) {
    lines = newLines;
    size = newSize;
    status = newStatus;
    if (findings != null) {
      spare = findings;
    }
    findings = null;
    contentLength = NOT_SOUGHT;
  }

  /// The status code, 100 to 999; 0 of trailers.
  public int status() {
    return status;
  }

  /// Holds the lines, from 0 to [#size()]. Not to be changed.
  public byte[] lines() {
    return lines;
  }

  /// How many bytes the lines have.
  public int size() {
    return size;
  }

  /// A field's value, of several the first; null if there is none.
  ///
  /// @param name in any case
  public @Nullable String value(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    int at = next(0);
    while (at < size) {
      int end = next(at);
      int valueFrom = at + wanted.length() + 2;
      if (valueFrom <= end && isNamed(at, wanted)) {
        return new String(lines, valueFrom, end - 2 - valueFrom, StandardCharsets.UTF_8);
      }
      at = end;
    }
    return null;
  }

  /// The Content-Length, or [#NO_LENGTH] or [#BAD_LENGTH].
  long contentLength() {
    if (contentLength == NOT_SOUGHT) {
      contentLength = findContentLength();
    }
    return contentLength;
  }

  private long findContentLength() {
    long found = NO_LENGTH;
    int at = next(0);
    while (at < size) {
      int end = next(at);
      if (end - at > 16 && isNamed(at, "content-length")) {
        long value = length(at + 16, end - 2);
        if (value == BAD_LENGTH || (found != NO_LENGTH && found != value)) {
          return BAD_LENGTH;
        }
        found = value;
      }
      at = end;
    }
    return found;
  }

  private long length(int from, int to) {
    if (to == from || to - from > 18) {
      return BAD_LENGTH;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      if (lines[i] < '0' || lines[i] > '9') {
        return BAD_LENGTH;
      }
      value = 10 * value + lines[i] - '0';
    }
    return value;
  }

  private boolean isNamed(int at, String name) {
    for (int i = 0; i < name.length(); i++) {
      if (lines[at + i] != name.charAt(i)) {
        return false;
      }
    }
    return lines[at + name.length()] == ':' && at + name.length() + 2 < size;
  }

  private int next(int from) {
    int at = from;
    while (at < size && lines[at] != '\n') {
      at++;
    }
    return at + 1;
  }
}
