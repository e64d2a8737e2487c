package io.crankfire.plan;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How TLS connections are made. Verification is on unless `insecure`.
///
/// @param ca PEM file of the certificates to trust instead of the platform's
/// @param cert PEM file of the client certificate and its chain
/// @param key PEM file of its private key, PKCS #8, not encrypted
/// @param serverName name to ask for (SNI) and to verify instead of the target's host
/// @param insecure accept every certificate
/// @param minVersion `TLSv1.2` or `TLSv1.3`; null for the platform's choice
/// @param ciphers cipher suites by their JSSE names; empty for the platform's choice
public record TlsOptions(
    @Nullable Path ca,
    @Nullable Path cert,
    @Nullable Path key,
    @Nullable String serverName,
    boolean insecure,
    @Nullable String minVersion,
    List<String> ciphers) {

  /// Verification by the platform's certificates, nothing else.
  public static final TlsOptions DEFAULT =
      new TlsOptions(null, null, null, null, false, null, List.of());

  /// Copies the list.
  public TlsOptions {
    ciphers = List.copyOf(ciphers);
  }
}
