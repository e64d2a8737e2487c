package io.crankfire.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads a request head strictly: what RFC 9112 forbids a client to send is a [Violation], even
/// where the RFC lets a server be lenient. Pure.
final class HeadParser {
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private HeadParser() {}

  /// Parses a head whose bytes end with an empty line.
  static Head parse(byte[] bytes, int from, int to) throws Violation {
    String raw = new String(bytes, from, to - from, ISO_8859_1);
    int end = raw.indexOf("\r\n");
    String line = raw.substring(0, end);
    int first = line.indexOf(' ');
    int last = line.lastIndexOf(' ');
    if (first <= 0 || last == first || line.indexOf(' ', first + 1) != last) {
      throw new Violation(
          "request line is not `method SP target SP version` (RFC 9112 §3): " + show(line));
    }
    String method = line.substring(0, first);
    String target = line.substring(first + 1, last);
    String version = line.substring(last + 1);
    checkRequestLine(method, target, version, line);
    List<Header> headers = new ArrayList<>();
    int at = end + 2;
    while (true) {
      end = raw.indexOf("\r\n", at);
      if (end == at) {
        break;
      }
      headers.add(header(raw.substring(at, end)));
      at = end + 2;
    }
    return head(raw, method, target, version, headers);
  }

  private static void checkRequestLine(String method, String target, String version, String line)
      throws Violation {
    if (!isToken(method)) {
      throw new Violation("method is not a token (RFC 9110 §9.1): " + show(line));
    }
    if (!version.equals("HTTP/1.1") && !version.equals("HTTP/1.0")) {
      throw new Violation("version is neither HTTP/1.1 nor HTTP/1.0: " + show(line));
    }
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c <= ' ' || c >= 127 || c == '#' || c == '"' || c == '<' || c == '>' || c == '\\') {
        throw new Violation(
            "target has a character that must be encoded (RFC 3986 §2): " + show(line));
      }
    }
    boolean form =
        target.startsWith("/")
            || target.contains("://")
            || (target.equals("*") && method.equals("OPTIONS"))
            || method.equals("CONNECT");
    if (!form) {
      throw new Violation("target has none of the four forms (RFC 9112 §3.2): " + show(line));
    }
  }

  private static Header header(String line) throws Violation {
    char start = line.charAt(0);
    if (start == ' ' || start == '\t') {
      throw new Violation("folded header line (RFC 9112 §5.2): " + show(line));
    }
    int colon = line.indexOf(':');
    if (colon <= 0 || !isToken(line.substring(0, colon))) {
      throw new Violation(
          "header name is not a token followed by a colon (RFC 9112 §5): " + show(line));
    }
    for (int i = colon + 1; i < line.length(); i++) {
      char c = line.charAt(i);
      if ((c < ' ' && c != '\t') || c == 127) {
        throw new Violation("control character in header value (RFC 9110 §5.5): " + show(line));
      }
    }
    return new Header(line.substring(0, colon), line.substring(colon + 1).strip());
  }

  private static Head head(
      String raw, String method, String target, String version, List<Header> headers)
      throws Violation {
    String host = single(headers, "Host");
    boolean http11 = version.equals("HTTP/1.1");
    if (http11 && host == null) {
      throw new Violation("no Host header (RFC 9112 §3.2)");
    }
    String length = single(headers, "Content-Length");
    String coding = single(headers, "Transfer-Encoding");
    if (length != null && coding != null) {
      throw new Violation("both Content-Length and Transfer-Encoding (RFC 9112 §6.2)");
    }
    if (coding != null && (!coding.equalsIgnoreCase("chunked") || !http11)) {
      throw new Violation("Transfer-Encoding is not `chunked` in HTTP/1.1: " + show(coding));
    }
    String expect = single(headers, "Expect");
    if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
      throw new Violation("Expect is not 100-continue (RFC 9110 §10.1.1): " + show(expect));
    }
    boolean keepAlive = http11 ? !connection(headers, "close") : connection(headers, "keep-alive");
    return new Head(
        raw,
        method,
        target,
        version,
        headers,
        length == null ? 0 : length(length),
        coding != null,
        expect != null,
        keepAlive);
  }

  private static boolean connection(List<Header> headers, String option) {
    for (Header header : headers) {
      if (header.is("Connection") && header.value().toLowerCase(Locale.ROOT).contains(option)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String single(List<Header> headers, String name) throws Violation {
    String found = null;
    for (Header header : headers) {
      if (header.is(name)) {
        if (found != null) {
          throw new Violation("more than one " + name + " header");
        }
        found = header.value();
      }
    }
    return found;
  }

  private static long length(String digits) throws Violation {
    if (digits.isEmpty() || digits.length() > 18) {
      throw new Violation("Content-Length is not a usable number: " + show(digits));
    }
    for (int i = 0; i < digits.length(); i++) {
      if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
        throw new Violation("Content-Length is not digits (RFC 9110 §8.6): " + show(digits));
      }
    }
    return Long.parseLong(digits);
  }

  static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letterOrDigit =
          (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
      if (!letterOrDigit && TOKEN_MARKS.indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /// The text, short and printable, for a message.
  static String show(String text) {
    StringBuilder shown = new StringBuilder("`");
    for (int i = 0; i < Math.min(text.length(), 100); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c >= 127) {
        shown.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
      } else {
        shown.append(c);
      }
    }
    return shown.append(text.length() > 100 ? "…`" : "`").toString();
  }
}
