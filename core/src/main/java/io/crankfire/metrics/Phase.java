package io.crankfire.metrics;

/// The parts of an exchange that are timed on their own, in the order in which they happen. The
/// first occurs only when no connection had room, the next three only when one had to be opened.
public enum Phase {
  /// From when it was to be sent until a connection was free, or had room for another stream.
  /// Service time does not contain it; response time does.
  BLOCKED("blocked"),
  /// Finding the addresses of a name, when they were not known yet.
  DNS("dns"),
  /// From the first packet to an open connection: TCP's handshake, and a proxy's consent if there
  /// is one.
  CONNECT("connect"),
  /// TLS handshake.
  TLS("tls"),
  /// From the request's first byte out to the response's first byte in.
  FIRST_BYTE("first_byte"),
  /// From the response's first byte to its last.
  TRANSFER("transfer");

  private final String key;

  Phase(String key) {
    this.key = key;
  }

  /// The name in reports.
  public String key() {
    return key;
  }
}
