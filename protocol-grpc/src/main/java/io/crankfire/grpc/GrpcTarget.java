package io.crankfire.grpc;

import io.crankfire.plan.Target;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Where calls go, in the forms of gRPC's names and as URLs: `host:port`, `dns:///host:port`,
/// `unix:/path`, `grpc://host:port`, `https://host`.
///
/// @param target what is connected to
/// @param authority the value of `:authority` that follows from it
record GrpcTarget(Target target, String authority) {

  private static final int DNS_PORT = 443;

  /// The schemes whose names are resolved as if they had none.
  private static final List<String> PLAIN = List.of("dns", "passthrough", "ipv4", "ipv6");

  /// Reads one.
  ///
  /// @param tls whether the connection is to be encrypted, if the form does not say so
  /// @param insecure whether every certificate is accepted
  /// @throws IllegalArgumentException saying what is wrong with it
  static GrpcTarget parse(String text, boolean tls, boolean insecure) {
    String given = text.strip();
    int colon = given.indexOf(':');
    String scheme = colon < 0 ? "" : given.substring(0, colon).toLowerCase(Locale.ROOT);
    String rest = given.substring(colon + 1);
    if (scheme.equals("unix")) {
      return unix(given, rest, tls, insecure);
    }
    if (rest.startsWith("//") && !PLAIN.contains(scheme)) {
      boolean secure = scheme.equals("grpcs") || scheme.equals("https");
      if (!secure && !scheme.equals("grpc") && !scheme.equals("http")) {
        throw fault(
            given,
            "has the scheme " + scheme + "; grpc, grpcs, http, https, dns, unix are possible");
      }
      int usual = secure ? 443 : 80;
      return host(given, rest.substring(2), secure || tls, insecure, usual);
    }
    if (PLAIN.contains(scheme)) {
      return host(given, withoutServer(given, rest), tls, insecure, DNS_PORT);
    }
    return host(given, given, tls, insecure, DNS_PORT);
  }

  /// Of `//server/name` the name; we ask the system's servers.
  private static String withoutServer(String given, String rest) {
    if (!rest.startsWith("//")) {
      return rest;
    }
    int slash = rest.indexOf('/', 2);
    if (slash != 2) {
      throw fault(
          given, "names a server to ask for the name: write three slashes, dns:///host:port");
    }
    return rest.substring(3);
  }

  private static GrpcTarget unix(String given, String rest, boolean tls, boolean insecure) {
    String path = rest.startsWith("//") ? rest.substring(2) : rest;
    if (path.isEmpty() || path.indexOf('\0') >= 0) {
      throw fault(given, "names no socket: write unix:/path/of/socket");
    }
    return new GrpcTarget(target(tls, "localhost", tls ? 443 : 80, path, insecure), "localhost");
  }

  private static Target target(
      boolean tls, String host, int port, @Nullable String path, boolean insecure) {
    return new Target(tls ? "https" : "http", host, port, path, tls && insecure);
  }

  private static GrpcTarget host(
      String given, String authority, boolean tls, boolean insecure, int usual) {
    String name =
        authority.endsWith("/") ? authority.substring(0, authority.length() - 1) : authority;
    if (name.indexOf('/') >= 0 || name.indexOf('?') >= 0 || name.indexOf('#') >= 0) {
      throw fault(given, "has a path; service and method say what is called");
    }
    if (name.indexOf('@') >= 0) {
      throw fault(given, "names a user; auth or metadata say who we are");
    }
    String host = name;
    int portAt = name.lastIndexOf(':');
    if (name.startsWith("[")) {
      int bracket = name.indexOf(']');
      host = bracket < 0 ? "" : name.substring(1, bracket);
      portAt = bracket + 1 < name.length() ? bracket + 1 : -1;
      if (!isIpv6(host) || (portAt > 0 && name.charAt(portAt) != ':')) {
        throw fault(given, "is no IPv6 address in brackets, such as [::1]:50051");
      }
    } else if (portAt >= 0 && name.indexOf(':') == portAt) {
      host = name.substring(0, portAt);
    } else if (isIpv6(name)) {
      portAt = -1;
    } else if (portAt >= 0) {
      throw fault(given, "has several colons; an IPv6 address stands in brackets");
    }
    int port = portAt < 0 ? usual : port(given, name.substring(portAt + 1));
    boolean six = host.indexOf(':') >= 0;
    if (!six && !host.matches("[0-9A-Za-z]([0-9A-Za-z._-]*[0-9A-Za-z.])?")) {
      throw fault(given, host.isEmpty() ? "names no host" : "names a host that there is not");
    }
    Target target = target(tls, host.toLowerCase(Locale.ROOT), port, null, insecure);
    boolean said = portAt >= 0 && port != (tls ? 443 : 80);
    return new GrpcTarget(target, said || portAt >= 0 ? target.authority() : target.bracketed());
  }

  private static boolean isIpv6(String host) {
    if (host.indexOf(':') < 0) {
      return false;
    }
    int zone = host.indexOf('%');
    try {
      InetAddress.ofLiteral(zone < 0 ? host : host.substring(0, zone));
      return true;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private static int port(String given, String digits) {
    if (!digits.isEmpty()
        && digits.length() <= 5
        && digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int port = Integer.parseInt(digits);
      if (port >= 1 && port <= 65_535) {
        return port;
      }
    }
    throw fault(given, "has the port \"" + digits + "\": a port is a number from 1 to 65535");
  }

  private static IllegalArgumentException fault(String given, String what) {
    return new IllegalArgumentException("the target \"" + given + "\" " + what);
  }
}
