package io.crankfire.net;

import io.crankfire.plan.TlsOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// What all TLS connections of a run share: whom to trust, who we are, versions and cipher suites,
/// and the sessions to resume. Safe for all threads.
public final class TlsContext {

  private final TlsOptions options;
  private final @Nullable List<X509Certificate> trusted;
  private final @Nullable Identity identity;
  private volatile @Nullable SSLContext context;
  private @Nullable TlsContext trustingAll;

  private TlsContext(
      TlsOptions options, @Nullable List<X509Certificate> trusted, @Nullable Identity identity) {
    this.options = options;
    this.trusted = trusted;
    this.identity = identity;
  }

  /// Reads the files that the options name and checks everything. Cheap when they name none.
  ///
  /// @throws IllegalArgumentException with a message for the user if something is wrong
  public static TlsContext of(TlsOptions options) {
    Path ca = options.ca();
    List<X509Certificate> trusted = ca == null ? null : Pem.certificates(ca, "CA file");
    TlsContext made = new TlsContext(options, trusted, identity(options));
    if (options.minVersion() != null || !options.ciphers().isEmpty()) {
      made.check(made.prepared().getSupportedSSLParameters());
    }
    return made;
  }

  /// A context that trusts these certificates only.
  static TlsContext trusting(List<X509Certificate> trusted) {
    return new TlsContext(TlsOptions.DEFAULT, trusted, null);
  }

  /// The same, but for one thing: every certificate is accepted.
  synchronized TlsContext trustingAll() {
    if (options.insecure()) {
      return this;
    }
    TlsContext made = trustingAll;
    if (made == null) {
      TlsOptions lax =
          new TlsOptions(
              options.ca(),
              options.cert(),
              options.key(),
              options.serverName(),
              true,
              options.minVersion(),
              options.ciphers());
      made = new TlsContext(lax, trusted, identity);
      trustingAll = made;
    }
    return made;
  }

  private static @Nullable Identity identity(TlsOptions options) {
    Path cert = options.cert();
    Path key = options.key();
    if (cert == null && key == null) {
      return null;
    }
    if (cert == null) {
      throw new IllegalArgumentException("a client key needs its certificate too");
    }
    Path keyFile = key == null ? cert : key; // many keep both in one file
    Identity identity =
        new Identity(
            Pem.privateKey(keyFile, "client key file"),
            Pem.certificates(cert, "client certificate file"));
    try {
      if (!identity.belongTogether()) {
        throw new IllegalArgumentException(
            "the client key in " + keyFile + " does not belong to the certificate in " + cert);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "the client key in " + keyFile + " cannot be used: " + e.getMessage(), e);
    }
    return identity;
  }

  private void check(SSLParameters supported) {
    String version = options.minVersion();
    if (version != null && !version.equals("TLSv1.2") && !version.equals("TLSv1.3")) {
      throw new IllegalArgumentException(
          "the lowest TLS version is TLSv1.2 or TLSv1.3, not " + version);
    }
    List<String> known = Arrays.asList(supported.getCipherSuites());
    for (String cipher : options.ciphers()) {
      if (!known.contains(cipher)) {
        throw new IllegalArgumentException(
            "the cipher suite " + cipher + " is not known here; known are " + known);
      }
    }
  }

  /// Makes now what would otherwise be made for the first connection: it takes a good part of a
  /// second on a cold machine. Idempotent.
  public void prepare() {
    prepared();
  }

  /// Performs handshakes and exchanges with itself in memory for as long as `budget`, so that the
  /// code of the JDK and ours is compiled before it is measured. See [TlsWarmUp].
  public void warmUp(Duration budget) {
    prepared();
    TlsWarmUp.run(Clock.SYSTEM, budget);
  }

  /// The same for a client that makes connections of its own: whom to trust and who we are.
  public SSLContext context() {
    return prepared();
  }

  /// Versions and cipher suites for such a client. The server name of the options is the target's,
  /// and not among them.
  public SSLParameters parameters() {
    SSLParameters parameters = prepared().getDefaultSSLParameters();
    restrict(parameters);
    return parameters;
  }

  /// Says in plain words why TLS failed: one line for the user.
  public static String why(SSLException fault) {
    return TlsFaults.text(fault);
  }

  private SSLContext prepared() {
    SSLContext made = context;
    if (made == null) {
      synchronized (this) {
        made = context;
        if (made == null) {
          made = make();
          context = made;
        }
      }
    }
    return made;
  }

  private SSLContext make() {
    try {
      SSLContext made = SSLContext.getInstance("TLS");
      TrustManager trust = options.insecure() ? new Anyone() : new Verifier(platform());
      KeyManager[] keys =
          identity == null ? new KeyManager[0] : new KeyManager[] {identity.keyManager()};
      made.init(keys, new TrustManager[] {trust}, null);
      return made;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("TLS is not to be had here: " + e.getMessage(), e);
    }
  }

  private X509ExtendedTrustManager platform() throws GeneralSecurityException, IOException {
    KeyStore store = null;
    if (trusted != null) {
      store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < trusted.size(); i++) {
        store.setCertificateEntry("ca-" + i, trusted.get(i));
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager extended) {
        return extended;
      }
    }
    throw new GeneralSecurityException("the platform verifies no X.509 certificates");
  }

  /// An engine for the client's side of a connection to `host`, or to the server name of the
  /// options. Sessions with the same host and port are resumed.
  ///
  /// @param applicationProtocols what to offer by ALPN (RFC 7301); nothing if empty
  SSLEngine engine(String host, int port, List<String> applicationProtocols) {
    String asked = options.serverName() == null ? host : options.serverName();
    String name = asked.endsWith(".") ? asked.substring(0, asked.length() - 1) : asked;
    SSLEngine engine = prepared().createSSLEngine(name, port);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    SNIHostName sni = Resolver.literal(name) == null ? sni(name) : null;
    if (sni != null) {
      parameters.setServerNames(List.of(sni));
    }
    if (!options.insecure()) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    restrict(parameters);
    if (!applicationProtocols.isEmpty()) {
      parameters.setApplicationProtocols(applicationProtocols.toArray(String[]::new));
    }
    engine.setSSLParameters(parameters);
    return engine;
  }

  private void restrict(SSLParameters parameters) {
    if (options.minVersion() != null) {
      parameters.setProtocols(
          options.minVersion().equals("TLSv1.3")
              ? new String[] {"TLSv1.3"}
              : new String[] {"TLSv1.3", "TLSv1.2"});
    }
    if (!options.ciphers().isEmpty()) {
      parameters.setCipherSuites(options.ciphers().toArray(String[]::new));
    }
  }

  private static @Nullable SNIHostName sni(String name) {
    try {
      return new SNIHostName(name);
    } catch (IllegalArgumentException e) {
      return null; // not a host name by the rules, so it cannot be asked for
    }
  }

  /// Trusts anyone. It extends this class because a plain X509TrustManager is wrapped by the JDK in
  /// one that checks after all.
  private static final class Anyone extends X509ExtendedTrustManager {
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
