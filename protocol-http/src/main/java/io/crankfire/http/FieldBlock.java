package io.crankfire.http;

import io.crankfire.http2.HpackEncoder;
import io.crankfire.template.ByteSink;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Says in HTTP/2 what the head of an HTTP/1.1 request says (RFC 9113 §8.2, §8.3.1): the request
/// line and Host become pseudo-header fields, names lower case, and what is about one connection is
/// left away. Stateless.
final class FieldBlock {

  private static final byte[] METHOD = ascii(":method");
  private static final byte[] CONNECT = ascii("CONNECT");
  private static final byte[] PROTOCOL = ascii(":protocol");
  private static final byte[] WEBSOCKET = ascii("websocket");
  private static final byte[] SCHEME = ascii(":scheme");
  private static final byte[] AUTHORITY = ascii(":authority");
  private static final byte[] PATH = ascii(":path");
  private static final byte[] HTTPS = ascii("https");
  private static final byte[] HTTP = ascii("http");
  private static final byte[] HOST = ascii("host");
  private static final byte[] TE = ascii("te");
  private static final byte[] TRAILERS = ascii("trailers");

  private static final byte[][] OF_CONNECTION = {
    HOST,
    ascii("connection"),
    ascii("keep-alive"),
    ascii("proxy-connection"),
    ascii("transfer-encoding"),
    ascii("upgrade"),
    ascii("http2-settings")
  };

  private static final byte[][] SECRETS = {
    ascii("authorization"), ascii("proxy-authorization"), ascii("cookie")
  };

  private FieldBlock() {}

  /// Adds the compressed fields of a request.
  ///
  /// @param out takes them
  /// @param name room for a name; what is in it is lost
  /// @param b holds the head, from its first byte
  /// @param end where its last line has ended, line break included
  /// @param secret the name of a field, in lower case, that proves who we are, besides those that
  ///   always do; may be empty
  static void write(ByteSink out, ByteSink name, byte[] b, int end, boolean secure, byte[] secret) {
    int methodEnd = indexOf(b, 0, end, ' ');
    HpackEncoder.write(out, METHOD, 0, METHOD.length, b, 0, methodEnd, false);
    writeRest(out, name, b, end, secure, secret);
  }

  /// Adds the compressed fields of a request that asks for a WebSocket (RFC 8441 §5); without a
  /// key, which only HTTP/1.1 has.
  static void writeWebSocket(
      ByteSink out, ByteSink name, byte[] b, int end, boolean secure, byte[] secret) {
    HpackEncoder.write(out, METHOD, 0, METHOD.length, CONNECT, 0, CONNECT.length, false);
    HpackEncoder.write(out, PROTOCOL, 0, PROTOCOL.length, WEBSOCKET, 0, WEBSOCKET.length, false);
    writeRest(out, name, b, end, secure, secret);
  }

  private static void writeRest(
      ByteSink out, ByteSink name, byte[] b, int end, boolean secure, byte[] secret) {
    int methodEnd = indexOf(b, 0, end, ' ');
    int targetEnd = indexOf(b, methodEnd + 1, end, ' ');
    int first = indexOf(b, targetEnd, end, '\n') + 1;
    byte[] scheme = secure ? HTTPS : HTTP;
    HpackEncoder.write(out, SCHEME, 0, SCHEME.length, scheme, 0, scheme.length, false);
    writeAuthority(out, b, first, end);
    HpackEncoder.write(out, PATH, 0, PATH.length, b, methodEnd + 1, targetEnd, false);
    int at = first;
    while (at < end) {
      int line = indexOf(b, at, end, '\n');
      int colon = indexOf(b, at, line, ':');
      name.clear();
      int length = colon - at;
      int start = name.reserve(length);
      byte[] lower = name.array();
      for (int i = 0; i < length; i++) {
        byte c = b[at + i];
        lower[start + i] = (byte) (c >= 'A' && c <= 'Z' ? c + 32 : c);
      }
      int from = valueFrom(b, colon + 1, line);
      int to = valueTo(b, from, line);
      if (goes(lower, length, b, from, to)) {
        boolean hidden = isOne(SECRETS, lower, length) || is(secret, lower, length);
        HpackEncoder.write(out, lower, 0, length, b, from, to, hidden);
      }
      at = line + 1;
    }
  }

  private static void writeAuthority(ByteSink out, byte[] b, int first, int end) {
    int at = first;
    while (at < end) {
      int line = indexOf(b, at, end, '\n');
      if (isHost(b, at, line)) {
        int from = valueFrom(b, at + HOST.length + 1, line);
        int to = valueTo(b, from, line);
        HpackEncoder.write(out, AUTHORITY, 0, AUTHORITY.length, b, from, to, false);
        return;
      }
      at = line + 1;
    }
  }

  private static boolean isHost(byte[] b, int from, int line) {
    if (line - from <= HOST.length || b[from + HOST.length] != ':') {
      return false;
    }
    for (int i = 0; i < HOST.length; i++) {
      if ((b[from + i] | 0x20) != HOST[i]) {
        return false;
      }
    }
    return true;
  }

  /// Whether a field may go over HTTP/2.
  private static boolean goes(byte[] name, int length, byte[] b, int from, int to) {
    if (is(TE, name, length)) {
      return to - from == TRAILERS.length
          && Arrays.equals(b, from, to, TRAILERS, 0, TRAILERS.length);
    }
    return !isOne(OF_CONNECTION, name, length);
  }

  private static boolean isOne(byte[][] names, byte[] name, int length) {
    for (byte[] one : names) {
      if (is(one, name, length)) {
        return true;
      }
    }
    return false;
  }

  private static boolean is(byte[] wanted, byte[] name, int length) {
    return wanted.length == length && Arrays.equals(wanted, 0, length, name, 0, length);
  }

  private static int valueFrom(byte[] b, int from, int line) {
    int at = from;
    while (at < line && isBlank(b[at])) {
      at++;
    }
    return at;
  }

  private static int valueTo(byte[] b, int from, int line) {
    int at = line;
    while (at > from && (isBlank(b[at - 1]) || b[at - 1] == '\r')) {
      at--;
    }
    return at;
  }

  private static boolean isBlank(byte c) {
    return c == ' ' || c == '\t';
  }

  /// Where the byte is, or the end.
  private static int indexOf(byte[] b, int from, int to, char c) {
    int at = from;
    while (at < to && b[at] != c) {
      at++;
    }
    return at;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
