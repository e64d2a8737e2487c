package io.crankfire.imports;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// An absolute http or https URL in its parts, without its fragment (RFC 3986). Characters that a
/// URL cannot hold are percent-encoded, as browsers do.
///
/// @param scheme `http` or `https`
/// @param userInfo before the `@`, or null
/// @param authority host, and port if it was written
/// @param path from its first slash; `/` if none was written
/// @param query without its question mark, or null
record WebAddress(
    String scheme,
    @Nullable String userInfo,
    String authority,
    String path,
    @Nullable String query) {

  /// Reads a URL.
  ///
  /// @return null if it is of another scheme, or has no host
  static @Nullable WebAddress parse(String url) {
    int colon = url.indexOf("://");
    String scheme = colon < 0 ? "" : url.substring(0, colon).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      return null;
    }
    int hash = url.indexOf('#');
    String rest = url.substring(colon + 3, hash < 0 ? url.length() : Math.max(hash, colon + 3));
    int slash = 0;
    while (slash < rest.length() && "/?\\".indexOf(rest.charAt(slash)) < 0) {
      slash++;
    }
    String authority = rest.substring(0, slash);
    int at = authority.lastIndexOf('@');
    String userInfo = at < 0 ? null : authority.substring(0, at);
    authority = authority.substring(at + 1);
    if (authority.isEmpty() || authority.startsWith(":")) {
      return null;
    }
    rest = rest.substring(slash);
    int question = rest.indexOf('?');
    String path = question < 0 ? rest : rest.substring(0, question);
    String query = question < 0 ? null : encoded(rest.substring(question + 1));
    return new WebAddress(scheme, userInfo, authority, path.isEmpty() ? "/" : encoded(path), query);
  }

  /// The host without its port, in lower case.
  String host() {
    String lower = authority.toLowerCase(Locale.ROOT);
    int colon = lower.lastIndexOf(':');
    return colon > lower.lastIndexOf(']') ? lower.substring(0, colon) : lower;
  }

  /// The port; the scheme's own if none was written.
  String port() {
    int colon = authority.lastIndexOf(':');
    if (colon > authority.lastIndexOf(']')) {
      return authority.substring(colon + 1);
    }
    return scheme.equals("https") ? "443" : "80";
  }

  /// Scheme and authority.
  String origin() {
    return scheme + "://" + authority;
  }

  /// The URL without its user, with another query.
  String withQuery(@Nullable String other) {
    return origin() + path + (other == null ? "" : "?" + other);
  }

  /// Percent-encodes what a path or query cannot hold; leaves what is encoded already.
  static String encoded(String text) {
    StringBuilder out = null;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int next = i + Character.charCount(c);
      if (c <= ' ' || c >= 127 || "\"<>\\^`{|}".indexOf(c) >= 0) {
        if (out == null) {
          out = new StringBuilder(text.length() + 20).append(text, 0, i);
        }
        byte[] bytes = text.substring(i, next).getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
          out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
        }
      } else if (out != null) {
        out.appendCodePoint(c);
      }
      i = next;
    }
    return out == null ? text : out.toString();
  }

  /// Undoes percent-encoding; what is none stays.
  static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return text;
    }
  }

  /// Encodes one name or value of a form or query (WHATWG URL,
  /// `application/x-www-form-urlencoded`).
  static String formEncoded(String text) {
    return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
