package io.crankfire.net;

import io.crankfire.plan.TlsOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// Certificates and servers for tests of TLS.
final class TlsRig {

  static final Instant PAST = Instant.parse("2020-01-01T00:00:00Z");
  static final Instant FUTURE = Instant.parse("2099-01-01T00:00:00Z");
  static final Identity AUTHORITY = issue(null, "Test authority", PAST, FUTURE);
  static final Identity OTHER_AUTHORITY = issue(null, "Other authority", PAST, FUTURE);
  static final Identity SERVER =
      issue(AUTHORITY, "server", PAST, FUTURE, "localhost", "127.0.0.1", "::1");

  /// Talks to a client over TLS.
  @FunctionalInterface
  interface Behaviour {
    void talk(SSLSocket socket) throws Exception;
  }

  private TlsRig() {}

  static Identity issue(
      @Nullable Identity issuer, String name, Instant from, Instant to, String... names) {
    try {
      return Identity.issue(issuer, name, from, to, List.of(names));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A context that trusts the test authority.
  static TlsContext trusting() {
    return TlsContext.trusting(List.of(AUTHORITY.certificate()));
  }

  static SSLContext context(Identity identity) {
    try {
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("ca", AUTHORITY.certificate());
      factory.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      TrustManager[] trust = factory.getTrustManagers();
      context.init(new KeyManager[] {identity.keyManager()}, trust, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Server server(Identity identity, Behaviour behaviour) throws IOException {
    SSLContext context = context(identity);
    return new Server(socket -> {
      try (SSLSocket secure = layered(context, socket)) {
        behaviour.talk(secure);
      }
    });
  }

  /// The server's side of TLS over a plain socket, so that either can be closed.
  static SSLSocket layered(SSLContext context, Socket socket) throws IOException {
    SSLSocket secure =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(socket, "client", socket.getPort(), /* autoClose= */ true);
    secure.setUseClientMode(false);
    return secure;
  }

  static Path write(Path file, String... blocks) throws IOException {
    return Files.writeString(file, String.join("", blocks));
  }

  static String pem(X509Certificate certificate) {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  static String pem(PrivateKey key) {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  static String pem(String label, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  static TlsOptions options(@Nullable Path ca, @Nullable Path cert, @Nullable Path key) {
    return new TlsOptions(ca, cert, key, null, false, null, List.of());
  }
}
