package io.crankfire.net;

import javax.net.ssl.SSLException;

/// Says in plain words why TLS failed.
final class TlsFaults {

  private static final String RECEIVED = "Received fatal alert: ";

  private TlsFaults() {}

  /// One line for the user.
  static String text(SSLException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof Verifier.Refusal refusal) {
        return String.valueOf(refusal.getMessage());
      }
    }
    String message = String.valueOf(e.getMessage());
    int received = message.indexOf(RECEIVED);
    if (received >= 0) {
      return alert(message.substring(received + RECEIVED.length()));
    }
    if (message.startsWith("(") && message.indexOf(") ") > 0) {
      message = message.substring(message.indexOf(") ") + 2); // the alert we answered with
    }
    return message;
  }

  private static String alert(String name) {
    String meaning =
        switch (name) {
          case "certificate_required" -> "it wants a client certificate; use --cert and --key";
          case "bad_certificate",
              "unknown_ca",
              "certificate_unknown",
              "unsupported_certificate",
              "certificate_expired",
              "certificate_revoked",
              "access_denied" ->
              "it does not accept our client certificate, or misses one; see --cert and --key";
          case "handshake_failure", "insufficient_security" ->
              "no common cipher suite or signature, or it misses a client certificate";
          case "protocol_version" -> "no common TLS version";
          case "unrecognized_name" -> "it does not know the name asked for";
          case "no_application_protocol" -> "no common application protocol";
          default -> "";
        };
    return "the server refused TLS by the alert "
        + name
        + (meaning.isEmpty() ? "" : " (" + meaning + ")");
  }
}
