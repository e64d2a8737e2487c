package io.crankfire.net;

import io.crankfire.plan.Connections;
import io.crankfire.plan.Proxy;
import io.crankfire.plan.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/// Makes connections to targets on one event loop, as the plan says: finds addresses, connects,
/// asks a proxy for a tunnel, does the TLS handshake. Confined to its event loop.
///
/// Of several addresses each connection begins with the next one, and goes on to the others when
/// one fails; addresses of the family that worked last come first.
public final class Connector {

  /// A connection that is being made.
  public interface Attempt {
    /// Gives it up: its handler hears nothing any more. Idempotent; does nothing once it is made.
    void cancel();
  }

  private final Loop loop;
  private final Resolver resolver;
  private final Connections options;
  private final TlsContext tls;
  private final @Nullable InetSocketAddress source;
  private final Map<Target, Route> routes = new HashMap<>();
  private TlsConnection.@Nullable Buffers buffers;

  /// @param loop whose connections these are
  /// @param resolver shared by all workers
  /// @param options how connections are made
  /// @param tls made once before the run and shared by all workers
  /// @throws IllegalArgumentException if the source address is not an IP address
  public Connector(Loop loop, Resolver resolver, Connections options, TlsContext tls) {
    this.loop = loop;
    this.resolver = resolver;
    this.options = options;
    this.tls = tls;
    source = source(options.sourceAddress());
  }

  private static @Nullable InetSocketAddress source(@Nullable String text) {
    if (text == null) {
      return null;
    }
    InetAddress address = Resolver.literal(text);
    if (address == null) {
      throw new IllegalArgumentException("the source address " + text + " is not an IP address");
    }
    return new InetSocketAddress(address, 0);
  }

  /// Makes a connection. The handler hears `connected` or `failed`, exactly one of them, within the
  /// connect timeout, and never before this method has returned.
  ///
  /// @param phases hears the durations of DNS, CONNECT and TLS as they complete
  public Attempt open(Target target, ConnectionHandler handler, PhaseListener phases) {
    return open(target, List.of(), handler, phases);
  }

  /// Makes a connection and, if it is secure, offers application protocols by ALPN (RFC 7301). What
  /// the server chose is [Connection#applicationProtocol()].
  ///
  /// @param applicationProtocols in order of preference: `h2`, `http/1.1`; none is offered if empty
  public Attempt open(
      Target target,
      List<String> applicationProtocols,
      ConnectionHandler handler,
      PhaseListener phases) {
    Route route = routes.get(target);
    if (route == null) {
      route = new Route(target);
      routes.put(target, route);
    }
    Dial dial = new Dial(this, route, applicationProtocols, handler, phases);
    dial.start();
    return dial;
  }

  Loop loop() {
    return loop;
  }

  @Nullable InetSocketAddress source() {
    return source;
  }

  long timeoutNanos() {
    return options.connectTimeout().toNanos();
  }

  /// TLS over an open connection, to be started.
  TlsConnection secure(
      Connection raw, Target target, List<String> protocols, ConnectionHandler handler) {
    TlsConnection.Buffers shared = buffers;
    if (shared == null) {
      shared = new TlsConnection.Buffers();
      buffers = shared;
    }
    TlsContext context = target.insecure() ? tls.trustingAll() : tls;
    SSLEngine engine = context.engine(target.host(), target.port(), protocols);
    return new TlsConnection(raw, engine, shared, loop::execute, handler);
  }

  /// The way to a target, found once.
  final class Route {
    final Target target;

    /// The proxy to ask for a tunnel, or null.
    final @Nullable Proxy proxy;

    /// The name to connect to: the target's or the proxy's; null for a unix socket.
    final Resolver.@Nullable Name name;

    private boolean v6First;
    private boolean familyKnown;

    Route(Target target) {
      this.target = target;
      boolean unix = target.unixSocket() != null;
      proxy = unix ? null : options.proxy();
      if (unix) {
        name = null;
      } else if (proxy != null) {
        name = resolver.name(proxy.host(), proxy.port());
      } else {
        name = resolver.name(target.host(), target.port());
      }
    }

    /// Whether to try IPv6 addresses first.
    boolean v6First(Resolver.Addresses addresses) {
      return familyKnown ? v6First : addresses.v6First();
    }

    void worked(boolean six) {
      familyKnown = true;
      v6First = six;
    }

    /// The request for a tunnel (RFC 9110 §9.3.6).
    byte[] tunnelRequest() {
      String authority = target.authority();
      StringBuilder head = new StringBuilder(128);
      head.append("CONNECT ").append(authority).append(" HTTP/1.1\r\nHost: ").append(authority);
      String credentials = proxy == null ? null : proxy.credentials();
      if (credentials != null) {
        byte[] bytes = credentials.getBytes(StandardCharsets.UTF_8);
        head.append("\r\nProxy-Authorization: Basic ");
        head.append(Base64.getEncoder().encodeToString(bytes));
      }
      return head.append("\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
  }
}
