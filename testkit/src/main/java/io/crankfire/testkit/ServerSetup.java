package io.crankfire.testkit;

import io.crankfire.testkit.tls.TlsSetup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What is fixed about a server when it starts. Begin with [#plain()] and change what differs.
///
/// @param bind the address to listen on; port 0 lets the kernel choose
/// @param tls null for plain connections
/// @param idleClose after this time without a request a kept connection is closed; null for never
/// @param bodyLimit how many bytes of a request body are kept at most
public record ServerSetup(
    SocketAddress bind, @Nullable TlsSetup tls, @Nullable Duration idleClose, int bodyLimit) {

  public ServerSetup {
    Objects.requireNonNull(bind, "bind");
    if (bind instanceof InetSocketAddress inet
        && (inet.isUnresolved() || !inet.getAddress().isLoopbackAddress())) {
      throw new IllegalArgumentException(bind + " is not a loopback address");
    }
    if (tls != null && bind instanceof UnixDomainSocketAddress) {
      throw new IllegalArgumentException("TLS over a Unix domain socket is not offered");
    }
    if (bodyLimit < 0) {
      throw new IllegalArgumentException("bodyLimit " + bodyLimit + " is negative");
    }
  }

  /// Plain HTTP on 127.0.0.1.
  public static ServerSetup plain() {
    return new ServerSetup(
        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), null, null, 1 << 20);
  }

  /// On ::1 instead.
  public ServerSetup ipv6() {
    return bindTo(new InetSocketAddress(InetAddress.ofLiteral("::1"), 0));
  }

  /// On a Unix domain socket, which must not exist yet; the server deletes it at its end.
  public ServerSetup unix(Path socket) {
    return bindTo(UnixDomainSocketAddress.of(socket));
  }

  /// On another loopback address, or on a fixed port.
  public ServerSetup bindTo(SocketAddress address) {
    return new ServerSetup(address, tls, idleClose, bodyLimit);
  }

  /// With TLS.
  public ServerSetup with(TlsSetup newTls) {
    return new ServerSetup(bind, newTls, idleClose, bodyLimit);
  }

  /// Closing idle connections after a time.
  public ServerSetup idleClose(Duration after) {
    return new ServerSetup(bind, tls, after, bodyLimit);
  }

  /// Keeping so many bytes of a request's body.
  public ServerSetup bodyLimit(int bytes) {
    return new ServerSetup(bind, tls, idleClose, bytes);
  }
}
