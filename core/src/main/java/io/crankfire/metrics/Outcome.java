package io.crankfire.metrics;

import org.jspecify.annotations.Nullable;

/// How an exchange ended. Instances are made before the run and compared by identity on the request
/// path; equal values are the same outcome.
///
/// @param kind what it means for the verdict
/// @param bucket the name under which it is counted: a status (`404`, `1006`, `UNAVAILABLE`) or one
///   of the words below, which mean the same in every protocol
public record Outcome(Kind kind, String bucket) {

  /// What an outcome means for the verdict.
  public enum Kind {
    /// Everything asked for came, and every check held.
    OK,
    /// The target, or the way to it, failed.
    FAILED,
    /// We ended it ourselves, at the end of the run: neither good nor bad.
    INTERRUPTED
  }

  /// Success without a status worth naming.
  public static final Outcome OK = new Outcome(Kind.OK, "OK");

  /// The name has no address.
  public static final Outcome DNS_FAILED = failed("DNS_FAILED");

  /// The target answered the connection attempt with a refusal.
  public static final Outcome CONNECT_REFUSED = failed("CONNECT_REFUSED");

  /// No connection within the connect timeout.
  public static final Outcome CONNECT_TIMEOUT = failed("CONNECT_TIMEOUT");

  /// No connection for another reason: no route, no free local port, too many open files, a proxy's
  /// no.
  public static final Outcome CONNECT_FAILED = failed("CONNECT_FAILED");

  /// The TLS handshake failed, or an encrypted record was broken.
  public static final Outcome TLS_FAILED = failed("TLS_FAILED");

  /// The connection was reset while the exchange was under way.
  public static final Outcome CONNECTION_RESET = failed("CONNECTION_RESET");

  /// The connection was closed before the exchange was complete.
  public static final Outcome CONNECTION_CLOSED = failed("CONNECTION_CLOSED");

  /// Not complete within its timeout.
  public static final Outcome TIMEOUT = failed("TIMEOUT");

  /// The peer broke the rules of the protocol.
  public static final Outcome PROTOCOL_ERROR = failed("PROTOCOL_ERROR");

  /// A head, line, body or message above its limit.
  public static final Outcome TOO_LARGE = failed("TOO_LARGE");

  /// More redirects than allowed, or a redirect that leads nowhere.
  public static final Outcome REDIRECT_FAILED = failed("REDIRECT_FAILED");

  /// Not sent: what a placeholder stands for cannot be sent where it stands, such as a line break
  /// in a header, or makes a URL that leads nowhere.
  public static final Outcome BAD_REQUEST_VALUE = failed("BAD_REQUEST_VALUE");

  /// Still under way when the run ended.
  public static final Outcome INTERRUPTED = new Outcome(Kind.INTERRUPTED, "INTERRUPTED");

  /// A failure counted under `bucket`.
  public static Outcome failed(String bucket) {
    return new Outcome(Kind.FAILED, bucket);
  }

  /// A success counted under `bucket`.
  public static Outcome ok(String bucket) {
    return new Outcome(Kind.OK, bucket);
  }

  /*
   * Written out, since the record's own two would be made at run time, which costs every start some
   * milliseconds.
   */

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Outcome that && kind == that.kind && bucket.equals(that.bucket);
  }

  @Override
  public int hashCode() {
    return bucket.hashCode();
  }

  /// Whether it counts as a success.
  public boolean isOk() {
    return kind == Kind.OK;
  }
}
