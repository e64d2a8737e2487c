package io.crankfire.testkit.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/// A certificate authority of this JVM's own and what it has signed, made when first asked for (a
/// few milliseconds each). Nobody else trusts it. The PEM files lie in a temporary directory that
/// goes with the JVM. Thread-safe.
public final class TestCertificates {

  /*
   * Written by hand, as DER, because the JDK has no public way to make a certificate but its keytool program, which
   * costs half a second a call. Dates are fixed, so nothing depends on today's: "valid" ends with 2049, where X.509's
   * short form of a date ends too.
   */
  private static final LocalDate BEGIN = LocalDate.of(2020, 1, 1);
  private static final LocalDate END = LocalDate.of(2049, 12, 31);
  private static final LocalDate LONG_AGO = LocalDate.of(2021, 1, 1);
  private static final byte[] ECDSA_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
  private static final List<String> LOCAL = List.of("localhost", "127.0.0.1", "::1");
  private static final AtomicLong SERIAL = new AtomicLong(1);
  private static final Map<String, Identity> MADE = new HashMap<>();
  private static @Nullable Path directory;

  private TestCertificates() {}

  /// The authority that signed all but [#untrusted()].
  public static Identity ca() {
    return once("ca", () -> authority("ca", "CN=Crankfire test CA"));
  }

  /// A good server: `localhost`, `127.0.0.1`, `::1`.
  public static Identity server() {
    return once("server", () -> signed("server", "CN=localhost", LOCAL, END, ca()));
  }

  /// A good server for these DNS names and literal addresses.
  public static Identity serverFor(String... names) {
    List<String> list = List.of(names);
    String label = "server-" + String.join("-", list).replaceAll("[^A-Za-z0-9.-]", "_");
    return once(label, () -> signed(label, "CN=" + list.getFirst(), list, END, ca()));
  }

  /// As [#server()], but its time was over in 2021.
  public static Identity expired() {
    return once("expired", () -> signed("expired", "CN=localhost", LOCAL, LONG_AGO, ca()));
  }

  /// A good server, but for `wrong.example`.
  public static Identity wrongHost() {
    return once(
        "wrong-host",
        () -> signed("wrong-host", "CN=wrong.example", List.of("wrong.example"), END, ca()));
  }

  /// As [#server()], but signed by an authority that nobody trusts.
  public static Identity untrusted() {
    return once(
        "untrusted",
        () -> {
          Identity stranger =
              once("stranger-ca", () -> authority("stranger-ca", "CN=A stranger's CA"));
          return signed("untrusted", "CN=localhost", LOCAL, END, stranger);
        });
  }

  /// A client: `CN=crankfire test client`.
  public static Identity client() {
    return once("client", () -> signed("client", "CN=crankfire test client", List.of(), END, ca()));
  }

  /// Trusts [#ca()] and nobody else.
  public static List<TrustManager> trustManagers() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("ca", ca().certificate());
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      return List.of(factory.getTrustManagers());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A context that trusts [#ca()] and, when an identity is given, shows it.
  public static SSLContext context(@Nullable Identity own) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      KeyManager[] keys =
          own == null ? new KeyManager[0] : own.keyManagers().toArray(KeyManager[]::new);
      context.init(keys, trustManagers().toArray(TrustManager[]::new), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Identity once(String name, Supplier<Identity> make) {
    synchronized (MADE) {
      Identity known = MADE.get(name);
      if (known == null) {
        known = make.get();
        MADE.put(name, known);
      }
      return known;
    }
  }

  private static Identity authority(String name, String subject) {
    KeyPair keys = keys();
    List<byte[]> extensions =
        List.of(
            extension("2.5.29.19", true, Der.sequence(Der.bool(true))),
            extension("2.5.29.15", true, Der.bits(1, new byte[] {0x06})));
    return issue(name, subject, subject, keys, keys.getPrivate(), END, extensions);
  }

  private static Identity signed(
      String name, String subject, List<String> names, LocalDate until, Identity issuer) {
    List<byte[]> extensions = new ArrayList<>();
    extensions.add(
        extension(
            "2.5.29.37",
            false,
            Der.sequence(Der.oid("1.3.6.1.5.5.7.3.1"), Der.oid("1.3.6.1.5.5.7.3.2"))));
    if (!names.isEmpty()) {
      byte[][] general = names.stream().map(TestCertificates::generalName).toArray(byte[][]::new);
      extensions.add(extension("2.5.29.17", false, Der.sequence(general)));
    }
    String issuerName = issuer.certificate().getSubjectX500Principal().getName();
    return issue(name, subject, issuerName, keys(), issuer.key(), until, extensions);
  }

  private static byte[] generalName(String name) {
    if (name.equals("::1")) {
      byte[] address = new byte[16];
      address[15] = 1;
      return Der.tagged(0x87, address);
    }
    if (name.matches("127\\.0\\.0\\.\\d+")) {
      return Der.tagged(0x87, new byte[] {127, 0, 0, (byte) Integer.parseInt(name.substring(8))});
    }
    return Der.tagged(0x82, name.getBytes(US_ASCII));
  }

  private static byte[] extension(String oid, boolean critical, byte[] value) {
    byte[] octets = Der.octets(value);
    return critical
        ? Der.sequence(Der.oid(oid), Der.bool(true), octets)
        : Der.sequence(Der.oid(oid), octets);
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// RFC 5280 §4.1.
  private static Identity issue(
      String name,
      String subject,
      String issuer,
      KeyPair keys,
      PrivateKey signer,
      LocalDate until,
      List<byte[]> extensions) {
    try {
      byte[] toBeSigned =
          Der.sequence(
              Der.tagged(0xa0, Der.integer(BigInteger.TWO)),
              Der.integer(BigInteger.valueOf(SERIAL.getAndIncrement())),
              ECDSA_SHA256,
              new X500Principal(issuer).getEncoded(),
              Der.sequence(Der.utcTime(BEGIN), Der.utcTime(until)),
              new X500Principal(subject).getEncoded(),
              keys.getPublic().getEncoded(),
              Der.tagged(0xa3, Der.sequence(extensions.toArray(byte[][]::new))));
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(signer);
      signature.update(toBeSigned);
      byte[] der = Der.sequence(toBeSigned, ECDSA_SHA256, Der.bits(0, signature.sign()));
      Certificate parsed =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
      return new Identity(
          name,
          (X509Certificate) parsed,
          keys.getPrivate(),
          pem(name + ".pem", "CERTIFICATE", der),
          pem(name + "-key.pem", "PRIVATE KEY", keys.getPrivate().getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path pem(String file, String label, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    String text = "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
    try {
      Path path = directory().resolve(file);
      Files.writeString(path, text, US_ASCII);
      path.toFile().deleteOnExit();
      return path;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path directory() throws IOException {
    if (directory == null) {
      directory = Files.createTempDirectory("crankfire-certificates-");
      directory.toFile().deleteOnExit();
    }
    return directory;
  }
}
