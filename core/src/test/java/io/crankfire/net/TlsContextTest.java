package io.crankfire.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crankfire.plan.TlsOptions;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsContextTest {

  @TempDir private Path directory = Path.of("");

  private Path write(String name, String... blocks) throws IOException {
    return TlsRig.write(directory.resolve(name), blocks);
  }

  private static void assertFault(TlsOptions options, String message) {
    assertThatThrownBy(() -> TlsContext.of(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  private static Identity of(String algorithm) throws GeneralSecurityException {
    KeyPair keys = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
    return Identity.issue(null, keys, "x", TlsRig.PAST, TlsRig.FUTURE, List.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "EC", "Ed25519"})
  void keysOfEveryKindAreRead(String algorithm) throws Exception {
    Identity identity = of(algorithm);
    Path cert = write("cert", "some text\n", TlsRig.pem(identity.certificate()));
    Path key = write("key", TlsRig.pem(identity.key()).replace("\n", "\r\n"));
    assertThat(Pem.privateKey(key, "key")).isEqualTo(identity.key());
    TlsContext.of(TlsRig.options(null, cert, key));
    Path both = write("both", TlsRig.pem(identity.certificate()), TlsRig.pem(identity.key()));
    TlsContext.of(TlsRig.options(null, both, null));
  }

  @Test
  void anRsaKeyInItsOldFormIsRead() throws Exception {
    PrivateKey key = of("RSA").key();
    Path file = write("key", TlsRig.pem("RSA PRIVATE KEY", inner(key)));
    assertThat(Pem.privateKey(file, "key")).isEqualTo(key);
  }

  @Test
  void anEcKeyInItsOldFormIsRead() throws Exception {
    PrivateKey key = of("EC").key();
    ByteBuffer old = Der.next(ByteBuffer.wrap(inner(key)), Der.SEQUENCE);
    Der.next(old, Der.INTEGER);
    ByteBuffer secret = Der.next(old, Der.OCTET_STRING);
    byte[] bytes = new byte[secret.remaining()];
    secret.get(bytes);
    byte[] curve = bytes.length <= 32 ? Der.oid("1.2.840.10045.3.1.7") : Der.oid("1.3.132.0.34");
    byte[] sec1 =
        Der.sequence(
            Der.integer(BigInteger.ONE),
            Der.value(Der.OCTET_STRING, bytes),
            Der.value(Der.context(0), curve));
    Path file =
        write("key", TlsRig.pem("EC PARAMETERS", curve), TlsRig.pem("EC PRIVATE KEY", sec1));
    assertThat(((ECPrivateKey) Pem.privateKey(file, "key")).getS())
        .isEqualTo(((ECPrivateKey) key).getS());
  }

  /// The contents of a PKCS #8 key's octet string.
  private static byte[] inner(PrivateKey key) {
    ByteBuffer pkcs8 = Der.next(ByteBuffer.wrap(key.getEncoded()), Der.SEQUENCE);
    Der.next(pkcs8, Der.INTEGER);
    Der.next(pkcs8, Der.SEQUENCE);
    ByteBuffer inner = Der.next(pkcs8, Der.OCTET_STRING);
    byte[] bytes = new byte[inner.remaining()];
    inner.get(bytes);
    return bytes;
  }

  @Test
  void aBundleHasSeveralCertificates() throws IOException {
    Path bundle =
        write(
            "bundle",
            TlsRig.pem(TlsRig.AUTHORITY.certificate()),
            "# and another\n",
            TlsRig.pem(TlsRig.OTHER_AUTHORITY.certificate()));
    assertThat(Pem.certificates(bundle, "CA file"))
        .containsExactly(TlsRig.AUTHORITY.certificate(), TlsRig.OTHER_AUTHORITY.certificate());
  }

  @Test
  void aFaultNamesTheFileAndWhatIsWrong() throws Exception {
    Path missing = directory.resolve("missing");
    assertFault(
        TlsRig.options(missing, null, null),
        "cannot read the CA file " + missing + ": no such file");
    assertFault(
        TlsRig.options(directory, null, null),
        "cannot read the CA file " + directory + ": it is a directory");
    Path empty = write("empty", "");
    assertFault(
        TlsRig.options(empty, null, null),
        "the CA file "
            + empty
            + " is of no use: it contains no certificate (no line -----BEGIN CERTIFICATE-----)");
    Path odd = write("odd", "\n-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n");
    assertFault(
        TlsRig.options(odd, null, null),
        "the CA file " + odd + " is of no use: the block in line 2 is not valid Base64");
    Path wrong = write("wrong", TlsRig.pem("CERTIFICATE", new byte[40]));
    assertFault(
        TlsRig.options(wrong, null, null),
        "the CA file " + wrong + " is of no use: the certificate in line 1 is malformed");
    Path open = write("open", "-----BEGIN CERTIFICATE-----\nabcd\n");
    assertFault(
        TlsRig.options(open, null, null),
        "the CA file " + open + " is of no use: the block in line 1 has no end");
  }

  @Test
  void aFaultOfTheClientsKeyIsNamed() throws Exception {
    Path cert = write("cert", TlsRig.pem(TlsRig.SERVER.certificate()));
    Path locked = write("locked", TlsRig.pem("ENCRYPTED PRIVATE KEY", new byte[10]));
    assertFault(
        TlsRig.options(null, cert, locked),
        "the client key file "
            + locked
            + " is of no use: the key is encrypted; decrypt it: openssl pkey -in FILE -out FILE2");
    Path broken = write("broken", TlsRig.pem("PRIVATE KEY", new byte[10]));
    assertFault(
        TlsRig.options(null, cert, broken),
        "the client key file "
            + broken
            + " is of no use: the key in line 1 is malformed, or neither RSA, EC nor Ed25519");
    for (Identity other : List.of(TlsRig.AUTHORITY, of("RSA"))) {
      Path key = write("other", TlsRig.pem(other.key()));
      assertFault(
          TlsRig.options(null, cert, key),
          "the client key in " + key + " does not belong to the certificate in " + cert);
    }
    assertFault(TlsRig.options(null, null, locked), "a client key needs its certificate too");
    assertThatThrownBy(() -> TlsContext.of(TlsRig.options(null, cert, null)))
        .hasMessageContaining("it contains no private key");
  }

  @Test
  void versionsAndCipherSuitesAreChecked() {
    assertFault(
        new TlsOptions(null, null, null, null, false, "TLSv1.1", List.of()),
        "the lowest TLS version is TLSv1.2 or TLSv1.3, not TLSv1.1");
    assertThatThrownBy(() ->
            TlsContext.of(new TlsOptions(null, null, null, null, false, null, List.of("NONE"))))
        .hasMessageStartingWith("the cipher suite NONE is not known here; known are [TLS_");
  }

  @Test
  void hostNamesThatAreNoneByTheRulesAreNotAskedFor() {
    TlsContext context = TlsRig.trusting();
    assertThat(context.engine("a_b", 1, List.of()).getSSLParameters().getServerNames()).isNull();
    assertThat(context.engine("127.0.0.1", 1, List.of()).getSSLParameters().getServerNames())
        .isNull();
    assertThat(context.engine("example.org.", 1, List.of()).getPeerHost()).isEqualTo("example.org");
  }

  @Test
  void warmingUpWorksAndEnds() {
    TlsRig.trusting().warmUp(Duration.ofMillis(300));
  }
}
