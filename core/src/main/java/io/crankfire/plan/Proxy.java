package io.crankfire.plan;

import org.jspecify.annotations.Nullable;

/// An HTTP proxy that opens tunnels by CONNECT (RFC 9110 §9.3.6).
///
/// @param host its name or address
/// @param port its port
/// @param credentials `user:password` for Basic authentication, or null
public record Proxy(String host, int port, @Nullable String credentials) {

  @Override
  public String toString() {
    return host + ":" + port; // never the credentials
  }
}
