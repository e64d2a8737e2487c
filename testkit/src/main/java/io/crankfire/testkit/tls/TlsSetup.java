package io.crankfire.testkit.tls;

import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;

/// How a server speaks TLS, rightly or wrongly. Begin with [#of] and change what differs.
///
/// @param identity what the server shows
/// @param context its context: the identity, and trust in [TestCertificates#ca()] for client
///   certificates
/// @param clientCertificate whether a client without a certificate is refused
/// @param protocols `TLSv1.2`, `TLSv1.3`; empty for what the JDK enables
/// @param alpn what the server selects from, in its order; empty for no ALPN
/// @param fault how the handshake fails
/// @param closeNotify whether the end of a connection is announced; false is a truncation
public record TlsSetup(
    Identity identity,
    SSLContext context,
    boolean clientCertificate,
    List<String> protocols,
    List<String> alpn,
    HandshakeFault fault,
    boolean closeNotify) {

  public TlsSetup {
    Objects.requireNonNull(identity, "identity");
    protocols = List.copyOf(protocols);
    alpn = List.copyOf(alpn);
  }

  /// How a handshake goes wrong. The ClientHello is read first in every case but the first.
  public enum HandshakeFault {
    /// Not at all.
    NONE,
    /// The fatal alert `handshake_failure`.
    ALERT,
    /// No answer until the client leaves.
    STALL,
    /// An HTTP response in plain text, as when https is sent to an http port.
    PLAIN_TEXT,
    /// Bytes that are neither.
    GARBAGE,
    /// FIN.
    CLOSE,
    /// RST.
    RESET
  }

  /// A server with the certificate of [TestCertificates#server()].
  public static TlsSetup server() {
    return of(TestCertificates.server());
  }

  /// A server with that identity and nothing unusual.
  public static TlsSetup of(Identity identity) {
    return new TlsSetup(
        identity,
        TestCertificates.context(identity),
        false,
        List.of(),
        List.of("http/1.1"),
        HandshakeFault.NONE,
        true);
  }

  /// Refusing clients without a certificate of the test CA.
  public TlsSetup requiringClientCertificate() {
    return new TlsSetup(identity, context, true, protocols, alpn, fault, closeNotify);
  }

  /// Speaking these versions only.
  public TlsSetup only(String... versions) {
    return new TlsSetup(
        identity, context, clientCertificate, List.of(versions), alpn, fault, closeNotify);
  }

  /// Selecting from these application protocols; none switches ALPN off.
  public TlsSetup selecting(String... names) {
    return new TlsSetup(
        identity, context, clientCertificate, protocols, List.of(names), fault, closeNotify);
  }

  /// Failing in the handshake.
  public TlsSetup failing(HandshakeFault how) {
    return new TlsSetup(identity, context, clientCertificate, protocols, alpn, how, closeNotify);
  }

  /// Ending connections without close_notify.
  public TlsSetup truncating() {
    return new TlsSetup(identity, context, clientCertificate, protocols, alpn, fault, false);
  }
}
