package io.crankfire.net;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Certificates and private keys from PEM files (RFC 7468). What lies between the blocks is
/// ignored. Every fault is an [IllegalArgumentException] whose message is one line that names the
/// file.
final class Pem {

  private static final String BEGIN = "-----BEGIN ";
  private static final String DASHES = "-----";
  private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

  private record Block(String label, ByteBuffer contents, int line) {
    byte[] bytes() {
      byte[] bytes = new byte[contents.remaining()];
      contents.get(contents.position(), bytes);
      return bytes;
    }
  }

  private final Path file;
  private final String what;

  private Pem(Path file, String what) {
    this.file = file;
    this.what = what;
  }

  /// All certificates of a file, at least one.
  ///
  /// @param what what the file is to the user, for messages: `CA file`
  static List<X509Certificate> certificates(Path file, String what) {
    return new Pem(file, what).certificates();
  }

  /// The private key of a file: PKCS #8, PKCS #1 (RSA) or SEC 1 (EC), not encrypted.
  static PrivateKey privateKey(Path file, String what) {
    return new Pem(file, what).privateKey();
  }

  private List<X509Certificate> certificates() {
    List<X509Certificate> found = new ArrayList<>();
    for (Block block : blocks()) {
      if (block.label.equals("CERTIFICATE") || block.label.equals("X509 CERTIFICATE")) {
        try {
          found.add(
              (X509Certificate)
                  CertificateFactory.getInstance("X.509")
                      .generateCertificate(new ByteArrayInputStream(block.bytes())));
        } catch (CertificateException e) {
          throw fault("the certificate in line " + block.line + " is malformed");
        }
      }
    }
    if (found.isEmpty()) {
      throw fault("it contains no certificate (no line " + BEGIN + "CERTIFICATE" + DASHES + ")");
    }
    return found;
  }

  private PrivateKey privateKey() {
    for (Block block : blocks()) {
      byte[] pkcs8 =
          switch (block.label) {
            case "PRIVATE KEY" -> block.bytes();
            case "RSA PRIVATE KEY" -> fromPkcs1(block);
            case "EC PRIVATE KEY" -> fromSec1(block);
            case "ENCRYPTED PRIVATE KEY" ->
                throw fault("the key is encrypted; decrypt it: openssl pkey -in FILE -out FILE2");
            default -> null;
          };
      if (pkcs8 != null) {
        return privateKey(pkcs8, block.line);
      }
    }
    throw fault("it contains no private key (no line " + BEGIN + "PRIVATE KEY" + DASHES + ")");
  }

  private PrivateKey privateKey(byte[] pkcs8, int line) {
    for (String algorithm : KEY_ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (GeneralSecurityException e) {
        // Not of this kind; perhaps of the next.
      }
    }
    throw fault("the key in line " + line + " is malformed, or neither RSA, EC nor Ed25519");
  }

  private static byte[] fromPkcs1(Block block) {
    byte[] algorithm = Der.sequence(Der.oid("1.2.840.113549.1.1.1"), Der.value(Der.NULL));
    return pkcs8(algorithm, block.bytes());
  }

  private byte[] fromSec1(Block block) {
    try {
      ByteBuffer key = Der.next(block.contents.duplicate(), Der.SEQUENCE);
      Der.next(key, Der.INTEGER);
      Der.next(key, Der.OCTET_STRING);
      ByteBuffer parameters = Der.next(key, Der.context(0));
      byte[] curve = new byte[parameters.remaining()];
      parameters.get(curve);
      return pkcs8(Der.sequence(Der.oid("1.2.840.10045.2.1"), curve), block.bytes());
    } catch (IllegalArgumentException e) {
      throw fault("the key in line " + block.line + " is malformed, or does not name its curve");
    }
  }

  private static byte[] pkcs8(byte[] algorithm, byte[] key) {
    return Der.sequence(Der.integer(BigInteger.ZERO), algorithm, Der.value(Der.OCTET_STRING, key));
  }

  private List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    String label = null;
    int start = 0;
    StringBuilder base64 = new StringBuilder();
    int number = 0;
    for (String raw : lines()) {
      number++;
      String line = raw.strip();
      if (line.startsWith(BEGIN) && line.endsWith(DASHES) && line.length() > 16) {
        label = line.substring(BEGIN.length(), line.length() - DASHES.length());
        start = number;
        base64.setLength(0);
      } else if (label != null && line.equals("-----END " + label + DASHES)) {
        blocks.add(new Block(label, decoded(base64.toString(), start), start));
        label = null;
      } else if (label != null) {
        if (line.startsWith("Proc-Type:") && line.contains("ENCRYPTED")) {
          throw fault("the key is encrypted; decrypt it: openssl pkey -in FILE -out FILE2");
        }
        base64.append(line);
      }
    }
    if (label != null) {
      throw fault("the block in line " + start + " has no end");
    }
    return blocks;
  }

  private ByteBuffer decoded(String base64, int line) {
    try {
      return ByteBuffer.wrap(Base64.getDecoder().decode(base64)).asReadOnlyBuffer();
    } catch (IllegalArgumentException e) {
      throw fault("the block in line " + line + " is not valid Base64");
    }
  }

  private List<String> lines() {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      throw unreadable("no such file");
    } catch (AccessDeniedException e) {
      throw unreadable("permission denied");
    } catch (IOException e) {
      throw unreadable(Files.isDirectory(file) ? "it is a directory" : e.getMessage());
    }
  }

  private IllegalArgumentException unreadable(@Nullable String why) {
    return new IllegalArgumentException("cannot read the " + what + " " + file + ": " + why);
  }

  private IllegalArgumentException fault(String why) {
    return new IllegalArgumentException("the " + what + " " + file + " is of no use: " + why);
  }
}
