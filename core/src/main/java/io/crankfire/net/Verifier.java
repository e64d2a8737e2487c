package io.crankfire.net;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// Verifies servers' certificates as the platform does, and says in plain words why one is refused.
/// Safe for all threads.
final class Verifier extends X509ExtendedTrustManager {

  private static final String WAY_OUT = "; use --ca FILE or --insecure";
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'");

  /// A refusal whose message is for the user.
  static final class Refusal extends CertificateException {
    Refusal(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private final X509ExtendedTrustManager platform;

  /// @param platform who decides
  Verifier(X509ExtendedTrustManager platform) {
    this.platform = platform;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    try {
      platform.checkServerTrusted(chain, authType, engine);
    } catch (CertificateException e) {
      throw new Refusal(why(chain, e, engine.getHandshakeSession()), e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    platform.checkServerTrusted(chain, authType, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    platform.checkServerTrusted(chain, authType);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    platform.checkClientTrusted(chain, authType, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    platform.checkClientTrusted(chain, authType, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    platform.checkClientTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return platform.getAcceptedIssuers();
  }

  private static String why(
      X509Certificate[] chain, CertificateException e, @Nullable SSLSession session) {
    for (X509Certificate certificate : chain) {
      try {
        certificate.checkValidity();
      } catch (CertificateExpiredException expired) {
        return of(certificate)
            + " expired on "
            + date(certificate.getNotAfter())
            + "; use --insecure to accept it";
      } catch (CertificateNotYetValidException early) {
        return of(certificate)
            + " is not valid before "
            + date(certificate.getNotBefore())
            + "; use --insecure to accept it";
      }
    }
    X509Certificate own = chain[0];
    if (e.getCause() == null && session != null) {
      return "certificate is for " + names(own) + ", not " + session.getPeerHost();
    }
    if (own.getSubjectX500Principal().equals(own.getIssuerX500Principal())) {
      return "certificate is not trusted: " + name(own) + ", signed by itself" + WAY_OUT;
    }
    String reason = "certificate is not trusted: issued by " + own.getIssuerX500Principal();
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = String.valueOf(root.getMessage());
    return message.contains("unable to find valid certification path")
        ? reason + WAY_OUT
        : reason + " (" + message + ")" + WAY_OUT;
  }

  private static String of(X509Certificate certificate) {
    return "certificate of " + name(certificate);
  }

  private static String name(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName();
  }

  private static String date(Date date) {
    return DATE.format(date.toInstant().atOffset(ZoneOffset.UTC));
  }

  private static String names(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (List<?> alternative : alternatives) {
          if (alternative.get(1) instanceof String name) {
            names.add(name);
          }
        }
      }
    } catch (CertificateParsingException e) {
      // Then it is named by its subject.
    }
    if (names.isEmpty()) {
      return name(certificate);
    }
    return names.size() <= 5
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, 5)) + " and " + (names.size() - 5) + " more";
  }
}
