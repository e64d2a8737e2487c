package io.crankfire.testkit.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/// A certificate with its key, in memory and as PEM files (certificate chain without the root; key
/// as PKCS#8).
public record Identity(
    String name, X509Certificate certificate, PrivateKey key, Path certificatePem, Path keyPem) {

  private static final char[] PASSWORD = "testkit".toCharArray();

  public Identity {
    Objects.requireNonNull(name, "name");
  }

  /// Key managers that offer this identity.
  public List<KeyManager> keyManagers() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(name, key, PASSWORD, new X509Certificate[] {certificate});
      KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
      factory.init(store, PASSWORD);
      return List.of(factory.getKeyManagers());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
