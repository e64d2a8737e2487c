package io.crankfire.http;

import io.crankfire.template.ByteSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The cookies of one session (RFC 6265 §5). Confined to its worker's event loop.
///
/// It holds [#MOST] cookies of [#LARGEST] bytes each at the most: a larger one is not taken, and
/// for one too many those that have expired go, then the oldest. There is no list of public
/// suffixes; a `Domain` of one label, as `com`, is not taken unless it is the host itself.
final class CookieJar {

  /// Cookies at the most.
  static final int MOST = 300;

  /// Bytes of a Set-Cookie header at the most.
  static final int LARGEST = 4096;

  private static final byte[] SEPARATOR = {';', ' '};

  /// Those with longer paths first, then the older first: the order in which they are sent.
  private final ArrayList<Cookie> cookies = new ArrayList<>();

  private long created;
  private boolean expiring;

  /// One cookie.
  ///
  /// @param pair name and value as they are sent
  /// @param domain in lower case
  /// @param hostOnly whether it goes to that very host only
  /// @param expires in milliseconds since 1970; [Long#MAX_VALUE] for never
  /// @param number in the order of creation
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Cookie(
      String name,
      byte[] pair,
      String domain,
      boolean hostOnly,
      byte[] path,
      boolean secure,
      long expires,
      long number) {

    boolean isSame(Cookie other) {
      return name.equals(other.name)
          && domain.equals(other.domain)
          && Arrays.equals(path, other.path);
    }

    boolean goesTo(String host, boolean overTls, byte[] b, int from, int to) {
      return (!secure || overTls)
          && (hostOnly ? host.equals(domain) : domainMatches(host, domain))
          && pathMatches(path, b, from, to);
    }
  }

  int size() {
    return cookies.size();
  }

  /// Whether a cookie has been taken that expires, so that the time of day matters.
  boolean expires() {
    return expiring;
  }

  /// Writes the cookies that go with a request, `a=b; c=d`.
  ///
  /// @param before written before the first of them
  /// @param b holds the request's path from `from` to `to`, without the query
  /// @return whether there was one
  @SuppressWarnings("ForLoopReplaceableByForEach") // by index, without an iterator
  boolean write(
      ByteSink sink,
      byte[] before,
      String host,
      boolean overTls,
      byte[] b,
      int from,
      int to,
      long epochMillis) {
    boolean any = false;
    for (int i = 0; i < cookies.size(); i++) {
      Cookie cookie = cookies.get(i);
      if (cookie.expires > epochMillis && cookie.goesTo(host, overTls, b, from, to)) {
        sink.write(any ? SEPARATOR : before);
        sink.write(cookie.pair);
        any = true;
      }
    }
    return any;
  }

  /// The cookies that go to a URL, or null if there is none.
  @Nullable String header(Url url, long epochMillis) {
    ByteSink sink = new ByteSink(128);
    byte[] path = url.path().getBytes(StandardCharsets.UTF_8);
    boolean any =
        write(sink, new byte[0], url.host(), url.isSecure(), path, 0, path.length, epochMillis);
    return any ? new String(sink.array(), 0, sink.size(), StandardCharsets.UTF_8) : null;
  }

  /// Takes the cookies that a response to a request to `url` sets.
  ///
  /// @param b holds the response's head
  void take(byte[] b, int from, int to, Url url, long epochMillis) {
    int at = from;
    while (at < to) {
      int end = HeadLines.end(b, at, to);
      if (HeadLines.isNamed(b, at, end, "set-cookie")) {
        int value = at + "set-cookie:".length();
        if (end - value <= LARGEST) {
          // one character a byte, so that the value goes back as it came
          take(new String(b, value, end - value, StandardCharsets.ISO_8859_1), url, epochMillis);
        }
      }
      at = HeadLines.next(b, end, to);
    }
  }

  /// Takes one cookie: the value of a Set-Cookie header.
  void take(String text, Url url, long epochMillis) {
    Cookie cookie = parse(text, url, epochMillis, created++);
    if (cookie == null) {
      return;
    }
    for (int i = 0; i < cookies.size(); i++) {
      if (cookies.get(i).isSame(cookie)) {
        Cookie old = cookies.remove(i);
        cookie =
            new Cookie(
                cookie.name,
                cookie.pair,
                cookie.domain,
                cookie.hostOnly,
                cookie.path,
                cookie.secure,
                cookie.expires,
                old.number);
        break;
      }
    }
    if (cookie.expires > epochMillis) {
      makeRoom(epochMillis);
      expiring |= cookie.expires != Long.MAX_VALUE;
      int at = 0;
      while (at < cookies.size() && !isBefore(cookie, cookies.get(at))) {
        at++;
      }
      cookies.add(at, cookie);
    }
  }

  private static boolean isBefore(Cookie a, Cookie b) {
    return a.path.length != b.path.length ? a.path.length > b.path.length : a.number < b.number;
  }

  private void makeRoom(long epochMillis) {
    if (cookies.size() < MOST) {
      return;
    }
    cookies.removeIf(cookie -> cookie.expires <= epochMillis);
    if (cookies.size() >= MOST) {
      int oldest = 0;
      for (int i = 1; i < cookies.size(); i++) {
        oldest = cookies.get(i).number < cookies.get(oldest).number ? i : oldest;
      }
      cookies.remove(oldest);
    }
  }

  /// Reads a Set-Cookie header (RFC 6265 §5.2, §5.3).
  ///
  /// @return null if the cookie is to be ignored
  private static @Nullable Cookie parse(String text, Url url, long epochMillis, long number) {
    List<String> parts = split(text);
    String pair = parts.getFirst();
    int equals = pair.indexOf('=');
    String name = equals < 0 ? "" : trimmed(pair.substring(0, equals));
    if (name.isEmpty() || hasControl(pair)) {
      return null;
    }
    String domain = url.host();
    boolean hostOnly = true;
    String path = defaultPath(url.path());
    boolean secure = false;
    long expires = Long.MAX_VALUE;
    long maxAge = Long.MIN_VALUE;
    for (String part : parts.subList(1, parts.size())) {
      int mark = part.indexOf('=');
      String key = trimmed(mark < 0 ? part : part.substring(0, mark)).toLowerCase(Locale.ROOT);
      String value = mark < 0 ? "" : trimmed(part.substring(mark + 1));
      switch (key) {
        case "expires" -> {
          long date = HttpDate.parse(value);
          expires = date == HttpDate.NONE ? expires : date;
        }
        case "max-age" -> maxAge = maxAge(value, maxAge, epochMillis);
        case "domain" -> {
          String asked = value.startsWith(".") ? value.substring(1) : value;
          if (!asked.isEmpty()) {
            domain = asked.toLowerCase(Locale.ROOT);
            hostOnly = false;
          }
        }
        case "path" -> path = value.startsWith("/") ? value : defaultPath(url.path());
        case "secure" -> secure = true;
        default -> {}
      }
    }
    if (!hostOnly && domain.equals(url.host())) {
      hostOnly = isAddress(domain) || domain.indexOf('.') < 0;
    } else if (!hostOnly && (domain.indexOf('.') < 0 || !domainMatches(url.host(), domain))) {
      return null;
    }
    return new Cookie(
        name,
        (name + "=" + trimmed(pair.substring(equals + 1))).getBytes(StandardCharsets.ISO_8859_1),
        domain,
        hostOnly,
        path.getBytes(StandardCharsets.ISO_8859_1),
        secure,
        maxAge == Long.MIN_VALUE ? expires : maxAge,
        number);
  }

  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int at = 0;
    int semicolon;
    while ((semicolon = text.indexOf(';', at)) >= 0) {
      parts.add(text.substring(at, semicolon));
      at = semicolon + 1;
    }
    parts.add(text.substring(at));
    return parts;
  }

  private static long maxAge(String value, long otherwise, long epochMillis) {
    int from = value.startsWith("-") ? 1 : 0;
    if (value.length() == from) {
      return otherwise;
    }
    for (int i = from; i < value.length(); i++) {
      if (value.charAt(i) < '0' || value.charAt(i) > '9') {
        return otherwise;
      }
    }
    if (from == 1 || value.chars().allMatch(c -> c == '0')) {
      return 0; // long ago
    }
    return value.length() > 12 ? Long.MAX_VALUE : epochMillis + Long.parseLong(value) * 1_000;
  }

  private static boolean hasControl(String text) {
    return text.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 127);
  }

  private static String trimmed(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && (text.charAt(from) == ' ' || text.charAt(from) == '\t')) {
      from++;
    }
    while (to > from && (text.charAt(to - 1) == ' ' || text.charAt(to - 1) == '\t')) {
      to--;
    }
    return text.substring(from, to);
  }

  /// RFC 6265 §5.1.4.
  static String defaultPath(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }

  /// RFC 6265 §5.1.3; both in lower case.
  static boolean domainMatches(String host, String domain) {
    return host.equals(domain)
        || (host.length() > domain.length()
            && host.endsWith(domain)
            && host.charAt(host.length() - domain.length() - 1) == '.'
            && !isAddress(host));
  }

  private static boolean isAddress(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c == ':') {
        return true;
      }
      if (c != '.' && (c < '0' || c > '9')) {
        return false;
      }
    }
    return true;
  }

  /// RFC 6265 §5.1.4: whether a cookie of that path goes to the path from `from` to `to`.
  static boolean pathMatches(byte[] path, byte[] b, int from, int to) {
    int length = path.length;
    if (to - from < length || !Arrays.equals(path, 0, length, b, from, from + length)) {
      return false;
    }
    return to - from == length || path[length - 1] == '/' || b[from + length] == '/';
  }
}
