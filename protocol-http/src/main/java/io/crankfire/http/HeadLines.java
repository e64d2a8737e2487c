package io.crankfire.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Looks things up in a response head that was read before, and found right. Stateless.
final class HeadLines {

  private HeadLines() {}

  /// The end of the line that begins at `from`, before its line break; lines that continue it
  /// (obsolete folding) belong to it.
  static int end(byte[] b, int from, int to) {
    int at = from;
    while (at < to) {
      if (b[at] == '\n' && (at + 1 >= to || (b[at + 1] != ' ' && b[at + 1] != '\t'))) {
        return at > from && b[at - 1] == '\r' ? at - 1 : at;
      }
      at++;
    }
    return to;
  }

  /// Where the line after the one that ends at `end` begins.
  static int next(byte[] b, int end, int to) {
    int at = end;
    while (at < to && b[at] != '\n') {
      at++;
    }
    return at + 1;
  }

  /// Whether the line is the field of that name, in lower case.
  static boolean isNamed(byte[] b, int from, int end, String name) {
    int length = name.length();
    if (end - from <= length || b[from + length] != ':') {
      return false;
    }
    for (int i = 0; i < length; i++) {
      byte c = b[from + i];
      if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// The value of the first field of that name, in lower case; null if there is none.
  static @Nullable String value(byte[] b, int from, int to, String name) {
    int at = next(b, from, to); // after the status line
    while (at < to) {
      int end = end(b, at, to);
      if (isNamed(b, at, end, name)) {
        int start = at + name.length() + 1;
        String text = new String(b, start, end - start, StandardCharsets.UTF_8);
        return (text.indexOf('\n') < 0 ? text : text.replace('\r', ' ').replace('\n', ' ')).strip();
      }
      at = next(b, end, to);
    }
    return null;
  }
}
