package io.crankfire.bind;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A URI reference taken apart (RFC 3986 appendix B). Placeholders in double braces are opaque:
/// whatever signs they hold, they are part of the component in which they stand.
///
/// @param scheme without its colon; null if there is none
/// @param authority without its slashes; null if there is none
/// @param path may be empty
/// @param query without its question mark; null if there is none
/// @param fragment without its number sign; null if there is none
record UriReference(
    @Nullable String scheme,
    @Nullable String authority,
    String path,
    @Nullable String query,
    @Nullable String fragment) {

  /// The text that a reference means when it stands in `base`, by RFC 3986 §5.2.
  static String resolve(String base, String reference) {
    return parse(base.strip()).resolve(parse(reference.strip())).toString();
  }

  /// A URL as a label: without user, password and fragment.
  static String label(String url) {
    UriReference parts = parse(url.strip());
    String authority = parts.authority;
    int at = authority == null ? -1 : authority.lastIndexOf('@');
    return new UriReference(
            parts.scheme,
            authority == null ? null : authority.substring(at + 1),
            parts.path,
            parts.query,
            null)
        .toString();
  }

  /// Whether a text holds a placeholder.
  static boolean hasPlaceholder(String text) {
    int open = text.indexOf("{{");
    return open >= 0 && text.indexOf("}}", open) >= 0;
  }

  static UriReference parse(String text) {
    int colon = find(text, 0, ":/?#");
    String scheme = null;
    int at = 0;
    if (colon < text.length() && text.charAt(colon) == ':' && isScheme(text.substring(0, colon))) {
      scheme = text.substring(0, colon);
      at = colon + 1;
    }
    String authority = null;
    if (text.startsWith("//", at)) {
      int end = find(text, at + 2, "/?#");
      authority = text.substring(at + 2, end);
      at = end;
    }
    int pathEnd = find(text, at, "?#");
    String path = text.substring(at, pathEnd);
    String query = null;
    int rest = pathEnd;
    if (rest < text.length() && text.charAt(rest) == '?') {
      int end = find(text, rest + 1, "#");
      query = text.substring(rest + 1, end);
      rest = end;
    }
    return new UriReference(
        scheme, authority, path, query, rest < text.length() ? text.substring(rest + 1) : null);
  }

  private UriReference resolve(UriReference reference) {
    if (reference.scheme != null) {
      return new UriReference(
          reference.scheme,
          reference.authority,
          withoutDots(reference.path),
          reference.query,
          reference.fragment);
    }
    if (reference.authority != null) {
      return new UriReference(
          scheme,
          reference.authority,
          withoutDots(reference.path),
          reference.query,
          reference.fragment);
    }
    if (reference.path.isEmpty()) {
      return new UriReference(
          scheme,
          authority,
          path,
          reference.query == null ? query : reference.query,
          reference.fragment);
    }
    String merged =
        reference.path.startsWith("/") ? reference.path : beforeLastSlash() + reference.path;
    return new UriReference(
        scheme, authority, withoutDots(merged), reference.query, reference.fragment);
  }

  /// The path up to its last slash (§5.2.3).
  private String beforeLastSlash() {
    if (authority != null && path.isEmpty()) {
      return "/";
    }
    int slash = -1;
    for (int i = find(path, 0, "/"); i < path.length(); i = find(path, i + 1, "/")) {
      slash = i;
    }
    return path.substring(0, slash + 1);
  }

  /// §5.2.4, for paths that begin with a slash or have no dots at their beginning.
  private static String withoutDots(String path) {
    List<String> kept = new ArrayList<>();
    int at = 0;
    while (at <= path.length()) {
      int end = find(path, at, "/");
      String segment = path.substring(at, end);
      boolean last = end == path.length();
      if (segment.equals("..")) {
        if (kept.size() > 1 || (kept.size() == 1 && !kept.getFirst().isEmpty())) {
          kept.removeLast();
        }
      } else if (!segment.equals(".")) {
        kept.add(segment);
      }
      if (last && (segment.equals(".") || segment.equals(".."))) {
        kept.add("");
      }
      at = end + 1;
    }
    String joined = String.join("/", kept);
    return path.startsWith("/") && !joined.startsWith("/") ? "/" + joined : joined;
  }

  /// The first place from `from` on that has one of the signs and is in no placeholder; the length
  /// of the text if there is none.
  private static int find(String text, int from, String signs) {
    int at = from;
    while (at < text.length()) {
      int close = text.startsWith("{{", at) ? text.indexOf("}}", at) : -1;
      if (close >= 0) {
        at = close + 2;
      } else if (signs.indexOf(text.charAt(at)) >= 0) {
        return at;
      } else {
        at++;
      }
    }
    return text.length();
  }

  private static boolean isScheme(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && (i == 0 || "0123456789+-.".indexOf(c) < 0)) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  @Override
  public String toString() {
    return (scheme == null ? "" : scheme + ":")
        + (authority == null ? "" : "//" + authority)
        + path
        + (query == null ? "" : "?" + query)
        + (fragment == null ? "" : "#" + fragment);
  }
}
