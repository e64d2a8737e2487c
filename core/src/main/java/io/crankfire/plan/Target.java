package io.crankfire.plan;

import org.jspecify.annotations.Nullable;

/// Where exchanges go: what has to be the same for two exchanges to share a connection.
///
/// @param scheme `http`, `https`, `ws`, … in lower case
/// @param host the name or address as written, an IPv6 address without brackets
/// @param port 1 to 65535
/// @param unixSocket the path of a unix socket to connect to instead of host and port
/// @param insecure whether every certificate is accepted, whatever the run says
public record Target(
    String scheme, String host, int port, @Nullable String unixSocket, boolean insecure) {

  /// @throws IllegalArgumentException if the host is empty or the port out of range
  public Target {
    if (host.isEmpty()) {
      throw new IllegalArgumentException("a target needs a host");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("a port is between 1 and 65535, not " + port);
    }
  }

  /// One whose certificate is verified if the run says so.
  public Target(String scheme, String host, int port, @Nullable String unixSocket) {
    this(scheme, host, port, unixSocket, false);
  }

  /// The same over a unix socket.
  public Target overSocket(String path) {
    return new Target(scheme, host, port, path, insecure);
  }

  /// Whether the connection is encrypted from its first byte.
  public boolean secure() {
    return scheme.equals("https") || scheme.equals("wss") || scheme.equals("grpcs");
  }

  /// Host and port as in a URL, the port always written.
  public String authority() {
    return bracketed() + ":" + port;
  }

  /// The host as in a URL: IPv6 addresses in brackets.
  public String bracketed() {
    return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
  }

  @Override
  public String toString() {
    return unixSocket == null ? scheme + "://" + authority() : "unix:" + unixSocket;
  }
}
