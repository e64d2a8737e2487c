package io.crankfire.http;

import io.crankfire.plan.Target;
import java.net.IDN;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// An `http` or `https` URL, ready to be requested: host in ASCII, everything that may not stand in
/// a request line percent-encoded as browsers do it, no fragment.
///
/// @param scheme `http` or `https`
/// @param host a name or address, IPv6 without brackets
/// @param port 1 to 65535
/// @param path begins with `/`
/// @param query without its `?`; null if there is none
/// @param userInfo what stood before an `@`, or null
record Url(
    String scheme,
    String host,
    int port,
    String path,
    @Nullable String query,
    @Nullable String userInfo) {

  /// Reads an absolute URL.
  ///
  /// @throws IllegalArgumentException saying what is wrong with it
  static Url parse(String text) {
    String url = text.strip();
    int colon = url.indexOf("://");
    if (colon < 0) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a URL; write it in full, as in http://localhost:8080/path");
    }
    String scheme = url.substring(0, colon).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException(
          "\"" + text + "\" has the scheme " + scheme + "; http and https are possible");
    }
    int from = colon + 3;
    int to = from;
    while (to < url.length() && "/?#\\".indexOf(url.charAt(to)) < 0) {
      to++;
    }
    String authority = url.substring(from, to);
    String userInfo = null;
    int at = authority.lastIndexOf('@');
    if (at >= 0) {
      userInfo = authority.substring(0, at);
      authority = authority.substring(at + 1);
    }
    String host = authority;
    int port = scheme.equals("https") ? 443 : 80;
    int portAt = authority.lastIndexOf(':');
    if (authority.startsWith("[")) {
      int bracket = authority.indexOf(']');
      if (bracket < 0) {
        throw new IllegalArgumentException("\"" + text + "\": the IPv6 address has no \"]\"");
      }
      host = authority.substring(1, bracket);
      portAt = bracket + 1 < authority.length() ? bracket + 1 : -1;
      if (portAt > 0 && authority.charAt(portAt) != ':') {
        throw new IllegalArgumentException("\"" + text + "\": after \"]\" only a port may follow");
      }
      if (!isIpv6(host)) {
        throw new IllegalArgumentException("\"" + text + "\": [" + host + "] is no IPv6 address");
      }
    } else if (portAt >= 0) {
      host = authority.substring(0, portAt);
    }
    if (portAt >= 0 && portAt + 1 < authority.length()) {
      port = port(text, authority.substring(portAt + 1));
    }
    return new Url(
        scheme,
        authority.startsWith("[") ? host : asciiHost(text, host),
        port,
        path(url, to),
        query(url, to),
        userInfo);
  }

  private static boolean isIpv6(String host) {
    if (!host.matches("[0-9A-Fa-f:.]+(%[A-Za-z0-9._~-]+)?") || host.indexOf(':') < 0) {
      return false;
    }
    try {
      InetAddress.ofLiteral(withoutZone(host));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String withoutZone(String host) {
    int percent = host.indexOf('%');
    return percent < 0 || host.indexOf(':') < 0 ? host : host.substring(0, percent);
  }

  private static int port(String url, String digits) {
    if (digits.length() <= 5 && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int port = Integer.parseInt(digits);
      if (port >= 1 && port <= 65_535) {
        return port;
      }
    }
    throw new IllegalArgumentException(
        "\"" + url + "\": a port is a number from 1 to 65535, not \"" + digits + "\"");
  }

  private static String asciiHost(String url, String host) {
    if (isPlainName(host)) {
      return host.toLowerCase(Locale.ROOT);
    }
    String ascii;
    try {
      ascii = IDN.toASCII(host, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("\"" + url + "\": no host is called \"" + host + "\"", e);
    }
    if (ascii.isEmpty()) {
      throw new IllegalArgumentException("\"" + url + "\" names no host");
    }
    if (!ascii.matches("[a-z0-9._~!$&'()*+,;=%-]+")) {
      throw new IllegalArgumentException("\"" + url + "\": no host is called \"" + host + "\"");
    }
    return ascii;
  }

  /// Whether a host is a usual name or an IPv4 address, which needs no further look: every start
  /// comes through here, and the tables of international names are large.
  private static boolean isPlainName(String host) {
    int label = 0;
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (letter || (c == '-' && label > 0)) {
        label++;
      } else if (c == '.' && label > 0) {
        label = 0;
      } else {
        return false;
      }
      if (label > 63) {
        return false;
      }
    }
    return label > 0;
  }

  private static String path(String url, int from) {
    int end = end(url, from, "?#");
    String path = encoded(url.substring(from, end).replace('\\', '/'));
    return path.isEmpty() ? "/" : path;
  }

  private static @Nullable String query(String url, int from) {
    int hash = end(url, from, "#");
    int mark = url.indexOf('?', from);
    return mark < 0 || mark > hash ? null : encoded(url.substring(mark + 1, hash));
  }

  private static int end(String url, int from, String stops) {
    int i = from;
    while (i < url.length() && stops.indexOf(url.charAt(i)) < 0) {
      i++;
    }
    return i;
  }

  /// Whether a byte may not stand in a path or query as it is.
  static boolean isForbidden(byte b) {
    return b <= ' ' || b == 127 || "\"<>`{}|^".indexOf(b) >= 0;
  }

  /// A part of a path or query with everything encoded that may not stand there as it is.
  static String encoded(String part) {
    StringBuilder out = new StringBuilder(part.length());
    for (byte b : part.getBytes(StandardCharsets.UTF_8)) {
      if (isForbidden(b)) {
        out.append(String.format(Locale.ROOT, "%%%02X", b & 0xff));
      } else {
        out.append((char) b);
      }
    }
    return out.toString();
  }

  /// The URL that a reference leads to from this one (RFC 3986 §5.2).
  ///
  /// @throws IllegalArgumentException if it leads nowhere we can go
  Url resolve(String reference) {
    String ref = reference.strip();
    if (ref.matches("(?s)[A-Za-z][A-Za-z0-9+.-]*:.*")) {
      return parse(ref).normal();
    }
    if (ref.startsWith("//")) {
      return parse(scheme + ":" + ref).normal();
    }
    String bare = ref.substring(0, end(ref, 0, "#"));
    int mark = bare.indexOf('?');
    String newPath = encoded((mark < 0 ? bare : bare.substring(0, mark)).replace('\\', '/'));
    String newQuery = mark < 0 ? null : encoded(bare.substring(mark + 1));
    if (newPath.isEmpty()) {
      return new Url(scheme, host, port, path, newQuery == null ? query : newQuery, null);
    }
    String merged =
        newPath.startsWith("/") ? newPath : path.substring(0, path.lastIndexOf('/') + 1) + newPath;
    return new Url(scheme, host, port, withoutDots(merged), newQuery, null);
  }

  private Url normal() {
    return new Url(scheme, host, port, withoutDots(path), query, userInfo);
  }

  private static String withoutDots(String path) {
    List<String> kept = new ArrayList<>();
    String[] segments = path.split("/", -1);
    for (int i = 1; i < segments.length; i++) {
      boolean last = i == segments.length - 1;
      switch (segments[i]) {
        case "." -> {
          if (last) {
            kept.add("");
          }
        }
        case ".." -> {
          if (!kept.isEmpty()) {
            kept.removeLast();
          }
          if (last) {
            kept.add("");
          }
        }
        default -> kept.add(segments[i]);
      }
    }
    return "/" + String.join("/", kept);
  }

  /// The same with another path and query.
  ///
  /// @param requestTarget as it stands in a request line
  Url withRequestTarget(String requestTarget) {
    int mark = requestTarget.indexOf('?');
    return new Url(
        scheme,
        host,
        port,
        mark < 0 ? requestTarget : requestTarget.substring(0, mark),
        mark < 0 ? null : requestTarget.substring(mark + 1),
        userInfo);
  }

  /// The same with another user.
  Url withUserInfo(@Nullable String other) {
    return new Url(scheme, host, port, path, query, other);
  }

  /// Whether requests to it are encrypted.
  boolean isSecure() {
    return scheme.equals("https");
  }

  /// Path and query as they stand in a request line.
  String requestTarget() {
    return query == null ? path : path + "?" + query;
  }

  /// The value of a Host header: the port only when it is not the scheme's own.
  String hostHeader() {
    boolean usual = port == (scheme.equals("https") ? 443 : 80);
    String name = host.indexOf(':') >= 0 ? "[" + withoutZone(host) + "]" : host;
    return usual ? name : name + ":" + port;
  }

  /// Where to connect to.
  Target target(@Nullable String unixSocket) {
    return new Target(scheme, host, port, unixSocket);
  }

  /// Whether both are of one origin (RFC 6454).
  boolean sameOrigin(Url other) {
    return scheme.equals(other.scheme) && host.equals(other.host) && port == other.port;
  }

  @Override
  public String toString() {
    return scheme + "://" + hostHeader() + requestTarget();
  }
}
