package io.crankfire.engine;

import io.crankfire.metrics.Outcome;
import io.crankfire.template.Retry;
import java.time.Duration;

/// Which failures are tried again, and when.
final class Repeating {

  private static final String UNAUTHORIZED = "401";

  /// The same of gRPC.
  private static final String UNAUTHENTICATED = "UNAUTHENTICATED";

  /// What stands before the status of a WebSocket's handshake that was refused.
  private static final String HANDSHAKE = "HTTP_";

  /// How long a target may ask us to wait, unless the cap is longer: sessions that wait for hours
  /// would hold a run for hours.
  private static final Duration LONGEST_ASKED = Duration.ofMinutes(1);

  private Repeating() {}

  /// Whether another attempt may end otherwise: after 429, 500 and above (of a handshake, too),
  /// after WebSockets that were closed without a close frame (1006) or for the server's own reasons
  /// (1011 to 1014), after those statuses of gRPC that are about the server and not about the call,
  /// and every failure below the protocol but timeouts, which have had their time. Not after a
  /// check that does not hold.
  static boolean worthwhile(Outcome outcome) {
    if (outcome.kind() != Outcome.Kind.FAILED) {
      return false;
    }
    String bucket = outcome.bucket();
    int status = status(bucket);
    return status >= 0
        ? status == 429
            || (status >= 500 && status <= 999)
            || status == 1006
            || (status >= 1011 && status <= 1014)
        : outcome.equals(Outcome.DNS_FAILED)
            || outcome.equals(Outcome.CONNECT_REFUSED)
            || outcome.equals(Outcome.CONNECT_FAILED)
            || outcome.equals(Outcome.TLS_FAILED)
            || outcome.equals(Outcome.CONNECTION_RESET)
            || outcome.equals(Outcome.CONNECTION_CLOSED)
            || outcome.equals(Outcome.PROTOCOL_ERROR)
            || outcome.equals(Outcome.TOO_LARGE)
            || outcome.equals(Outcome.REDIRECT_FAILED)
            || isOfServer(bucket);
  }

  private static boolean isOfServer(String status) {
    return switch (status) {
      case "UNAVAILABLE", "RESOURCE_EXHAUSTED", "ABORTED", "INTERNAL", "UNKNOWN", "DATA_LOSS" ->
          true;
      default -> false;
    };
  }

  /// Whether the target did not accept who we said we are.
  static boolean refused(Outcome outcome) {
    return outcome.kind() == Outcome.Kind.FAILED
        && (outcome.bucket().equals(UNAUTHORIZED)
            || outcome.bucket().equals(UNAUTHENTICATED)
            || outcome.bucket().equals(HANDSHAKE + UNAUTHORIZED));
  }

  private static int status(String bucket) {
    int from = bucket.startsWith(HANDSHAKE) ? HANDSHAKE.length() : 0;
    int length = bucket.length() - from;
    if (length != 3 && length != 4) {
      return -1;
    }
    int status = 0;
    for (int i = from; i < bucket.length(); i++) {
      int digit = bucket.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      status = 10 * status + digit;
    }
    return status;
  }

  /// Whether the target asks for a longer wait than another attempt is worth: more than a minute,
  /// or than the cap if that is more.
  ///
  /// @param asked nanoseconds; negative if it does not ask
  static boolean asksTooMuch(Retry retry, long asked) {
    return asked > Math.max(LONGEST_ASKED.toNanos(), nanos(retry.cap()));
  }

  /// How long to wait before the `k`-th repetition, k from 1, in nanoseconds: `base · 2^(k-1)`, but
  /// no more than the cap, and up to half of that more at random; never less than the target asked
  /// for.
  ///
  /// @param drawn a random number from 0 up to and without 1
  /// @param asked what the target asked for
  static long delay(Retry retry, int k, double drawn, long asked) {
    long cap = nanos(retry.cap());
    long delay = Math.min(nanos(retry.base()), cap);
    for (int i = 1; i < k && delay < cap; i++) {
      delay = delay > cap / 2 ? cap : 2 * delay;
    }
    return Math.max(asked, delay + (long) (delay / 2.0 * drawn));
  }

  /// No longer than a day, so that sums stay in range.
  private static long nanos(Duration duration) {
    return duration.compareTo(Duration.ofDays(1)) > 0
        ? Duration.ofDays(1).toNanos()
        : duration.toNanos();
  }
}
