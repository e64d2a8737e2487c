package io.crankfire.net;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/// A private key and the certificates that vouch for it, the key's own first.
record Identity(PrivateKey key, List<X509Certificate> chain) {

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'");

  Identity {
    chain = List.copyOf(chain);
  }

  X509Certificate certificate() {
    return chain.getFirst();
  }

  /// Whether something signed with the key is verified by the certificate.
  boolean belongTogether() throws GeneralSecurityException {
    byte[] text = "Crankfire".getBytes(StandardCharsets.US_ASCII);
    PublicKey verifier = certificate().getPublicKey();
    if (!family(verifier.getAlgorithm()).equals(family(key.getAlgorithm()))) {
      return false;
    }
    Signature signature = Signature.getInstance(signatureAlgorithm(key));
    signature.initSign(key);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(verifier);
    signature.update(text);
    return signature.verify(signed);
  }

  private static String family(String algorithm) {
    return algorithm.startsWith("Ed") ? "EdDSA" : algorithm;
  }

  private static String signatureAlgorithm(PrivateKey key) {
    return switch (family(key.getAlgorithm())) {
      case "EC" -> "SHA256withECDSA";
      case "EdDSA" -> "EdDSA";
      default -> "SHA256withRSA";
    };
  }

  /// Shows this identity to whoever asks for one, whatever issuers he says he trusts: a server that
  /// does not want it shall say so.
  X509ExtendedKeyManager keyManager() {
    return new Single(this);
  }

  /// A new P-256 key with a certificate (RFC 5280) for it: for warming up and for tests.
  ///
  /// @param issuer who signs it; null for a self-signed one, which may sign others
  /// @param names host names and IP addresses
  static Identity issue(
      @Nullable Identity issuer, String commonName, Instant from, Instant to, List<String> names)
      throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return issue(issuer, generator.generateKeyPair(), commonName, from, to, names);
  }

  /// The same for a given key.
  static Identity issue(
      @Nullable Identity issuer,
      KeyPair keys,
      String commonName,
      Instant from,
      Instant to,
      List<String> names)
      throws GeneralSecurityException {
    X500Principal subject = new X500Principal("CN=" + commonName);
    PrivateKey signer = issuer == null ? keys.getPrivate() : issuer.key();
    X500Principal issuerName =
        issuer == null ? subject : issuer.certificate().getSubjectX500Principal();
    byte[] algorithm =
        switch (family(signer.getAlgorithm())) {
          case "EC" -> Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
          case "EdDSA" -> Der.sequence(Der.oid("1.3.101.112"));
          default -> Der.sequence(Der.oid("1.2.840.113549.1.1.11"), Der.value(Der.NULL));
        };
    byte[] body =
        Der.sequence(
            Der.value(Der.context(0), Der.integer(BigInteger.TWO)),
            Der.integer(new BigInteger(63, new SecureRandom())),
            algorithm,
            issuerName.getEncoded(),
            Der.sequence(time(from), time(to)),
            subject.getEncoded(),
            keys.getPublic().getEncoded(),
            Der.value(Der.context(3), extensions(issuer == null, names)));
    Signature signature = Signature.getInstance(signatureAlgorithm(signer));
    signature.initSign(signer);
    signature.update(body);
    byte[] encoded = Der.sequence(body, algorithm, Der.bitString(signature.sign()));
    List<X509Certificate> chain = new ArrayList<>();
    chain.add(
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(encoded)));
    if (issuer != null) {
      chain.addAll(issuer.chain());
    }
    return new Identity(keys.getPrivate(), chain);
  }

  private static byte[] time(Instant instant) {
    String text = TIME.format(instant.atOffset(ZoneOffset.UTC));
    return Der.value(Der.GENERALIZED_TIME, text.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] extensions(boolean authority, List<String> names) {
    List<byte[]> all = new ArrayList<>();
    byte[] yes = Der.value(Der.BOOLEAN, new byte[] {(byte) 0xff});
    byte[] basic = authority ? Der.sequence(yes) : Der.sequence();
    all.add(Der.sequence(Der.oid("2.5.29.19"), yes, Der.value(Der.OCTET_STRING, basic)));
    if (!names.isEmpty()) {
      byte[][] alternatives = new byte[names.size()][];
      for (int i = 0; i < alternatives.length; i++) {
        InetAddress address = Resolver.literal(names.get(i));
        alternatives[i] =
            address == null
                ? Der.value(0x82, names.get(i).getBytes(StandardCharsets.US_ASCII))
                : Der.value(0x87, address.getAddress());
      }
      byte[] value = Der.value(Der.OCTET_STRING, Der.sequence(alternatives));
      all.add(Der.sequence(Der.oid("2.5.29.17"), value));
    }
    return Der.sequence(all.toArray(byte[][]::new));
  }

  private static final class Single extends X509ExtendedKeyManager {
    private static final String ALIAS = "crankfire";
    private final Identity identity;

    Single(Identity identity) {
      this.identity = identity;
    }

    private @Nullable String alias(String keyType) {
      String wanted = keyType.toUpperCase(Locale.ROOT);
      String own = identity.key().getAlgorithm().toUpperCase(Locale.ROOT);
      return wanted.equals(own) || (wanted.startsWith("ED") && own.startsWith("ED")) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      for (String keyType : keyTypes) {
        String alias = alias(keyType);
        if (alias != null) {
          return alias;
        }
      }
      return null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
      return alias(keyType);
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return chooseEngineClientAlias(keyTypes, issuers, null);
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return alias(keyType);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      return new String[] {ALIAS};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return identity.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return identity.key();
    }
  }
}
