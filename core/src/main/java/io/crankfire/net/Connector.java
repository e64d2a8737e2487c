package io.crankfire.net;

import io.crankfire.plan.Connections;
import io.crankfire.plan.Target;

/// Makes connections to targets on one event loop, as the plan says: finds addresses, connects,
/// asks a proxy for a tunnel, does the TLS handshake. Confined to its event loop.
public final class Connector {

  /// A connection that is being made.
  public interface Attempt {
    /// Gives it up: its handler hears nothing any more. Idempotent; does nothing once it is made.
    void cancel();
  }

  private final Loop loop;

  /// @param loop whose connections these are
  /// @param resolver shared by all workers
  /// @param options how connections are made
  /// @param tls made once before the run and shared by all workers
  public Connector(Loop loop, Resolver resolver, Connections options, TlsContext tls) {
    this.loop = loop;
  }

  /// Makes a connection. The handler hears `connected` or `failed`, exactly one of them, within the
  /// connect timeout, and never before this method has returned.
  ///
  /// @param phases hears the durations of DNS, CONNECT and TLS as they complete
  public Attempt open(Target target, ConnectionHandler handler, PhaseListener phases) {
    Connection c =
        loop.connect(new java.net.InetSocketAddress(target.host(), target.port()), null, handler);
    return c::close;
  }
}
