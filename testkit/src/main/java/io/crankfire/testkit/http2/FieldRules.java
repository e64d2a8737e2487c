package io.crankfire.testkit.http2;

import io.crankfire.testkit.Header;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a request's fields have to be (RFC 9113 §8.2, §8.3, RFC 8441 §4). Pure.
final class FieldRules {
  private static final Set<String> PSEUDO =
      Set.of(":method", ":scheme", ":path", ":authority", ":protocol");

  /// Fields of connections, of which HTTP/2 has its own notion (§8.2.2).
  private static final Set<String> OF_CONNECTIONS =
      Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");

  private FieldRules() {}

  /// What is wrong with a request's head; null if nothing is.
  static @Nullable String head(List<Header> fields, boolean extendedConnect) {
    Set<String> seen = new HashSet<>();
    String method = "";
    String path = "";
    String authority = null;
    String host = null;
    boolean regular = false;
    for (Header field : fields) {
      String name = field.name();
      if (name.startsWith(":")) {
        if (!PSEUDO.contains(name)) {
          return "pseudo-header field " + name + " (§8.3.1)";
        }
        if (regular) {
          return "pseudo-header field " + name + " after others (§8.3)";
        }
        if (!seen.add(name)) {
          return "pseudo-header field " + name + " twice (§8.3)";
        }
        method = name.equals(":method") ? field.value() : method;
        path = name.equals(":path") ? field.value() : path;
        authority = name.equals(":authority") ? field.value() : authority;
      } else {
        regular = true;
        host = name.equals("host") ? field.value() : host;
      }
      String wrong = field(field);
      if (wrong != null) {
        return wrong;
      }
    }
    if (host != null && authority != null && !host.equals(authority)) {
      return "host " + host + " is not :authority " + authority + " (§8.3.1)";
    }
    return pseudo(seen, method, path, extendedConnect);
  }

  private static @Nullable String pseudo(
      Set<String> seen, String method, String path, boolean extendedConnect) {
    if (!seen.contains(":method")) {
      return ":method is missing (§8.3.1)";
    }
    boolean connect = method.equals("CONNECT");
    boolean extended = seen.contains(":protocol");
    if (extended && !(connect && extendedConnect)) {
      return ":protocol without CONNECT, or not offered (RFC 8441 §4)";
    }
    if (connect && !extended) {
      if (seen.contains(":scheme") || seen.contains(":path")) {
        return "CONNECT with :scheme or :path (§8.5)";
      }
      return seen.contains(":authority") ? null : "CONNECT without :authority (§8.5)";
    }
    if (!seen.contains(":scheme") || !seen.contains(":path")) {
      return ":scheme or :path is missing (§8.3.1)";
    }
    if (!path.startsWith("/") && !(path.equals("*") && method.equals("OPTIONS"))) {
      return ":path `" + path + "` (§8.3.1)";
    }
    return null;
  }

  /// What is wrong with a request's trailers; null if nothing is.
  static @Nullable String trailers(List<Header> fields) {
    for (Header field : fields) {
      if (field.name().startsWith(":")) {
        return "pseudo-header field " + field.name() + " in trailers (§8.1)";
      }
      String wrong = field(field);
      if (wrong != null) {
        return wrong;
      }
    }
    return null;
  }

  private static @Nullable String field(Header field) {
    String name = field.name();
    for (int i = name.startsWith(":") ? 1 : 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == ':' || (c >= 'A' && c <= 'Z')) {
        return "field name `" + name + "` (§8.2.1)";
      }
    }
    if (name.isEmpty()) {
      return "field without a name (§8.2.1)";
    }
    String value = field.value();
    if (value.chars().anyMatch(c -> c == 0 || c == '\r' || c == '\n')
        || !value.equals(trimmed(value))) {
      return "value of " + name + " (§8.2.1)";
    }
    if (OF_CONNECTIONS.contains(name) || (name.equals("te") && !value.equals("trailers"))) {
      return "connection-specific field " + name + " (§8.2.2)";
    }
    return null;
  }

  private static String trimmed(String value) {
    int from = 0;
    int to = value.length();
    while (from < to && (value.charAt(from) == ' ' || value.charAt(from) == '\t')) {
      from++;
    }
    while (to > from && (value.charAt(to - 1) == ' ' || value.charAt(to - 1) == '\t')) {
      to--;
    }
    return value.substring(from, to);
  }
}
