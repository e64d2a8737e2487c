package io.crankfire.websocket;

import io.crankfire.metrics.Outcome;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Why a connection was closed (RFC 6455 §7.4), and how that is counted. Event loops only read what
/// is made here; a code that is not known beforehand is made each time, once a connection.
final class CloseCode {
  private CloseCode() {}

  static final int NORMAL = 1000;
  static final int GOING_AWAY = 1001;
  static final int PROTOCOL_ERROR = 1002;

  /// Stands for a close frame without a code.
  static final int NONE = 1005;

  /// Stands for a connection that was gone without a close frame.
  static final int ABNORMAL = 1006;

  static final int INVALID_DATA = 1007;
  static final int TOO_LARGE = 1009;

  private static final int LAST_KNOWN = 1015;

  private static final Outcome[] KNOWN = known();

  private static Outcome[] known() {
    Outcome[] outcomes = new Outcome[LAST_KNOWN - NORMAL + 1];
    for (int code = NORMAL; code <= LAST_KNOWN; code++) {
      outcomes[code - NORMAL] = Outcome.failed(Integer.toString(code));
    }
    return outcomes;
  }

  /// Whether a close frame may have it: what is registered, and what libraries and applications may
  /// choose for themselves.
  static boolean isValid(int code) {
    return (code >= 1000 && code <= 1014 && code != 1004 && code != NONE && code != ABNORMAL)
        || (code >= 3000 && code <= 4999);
  }

  /// Whether a conversation that is over ends well with it.
  static boolean isNormal(int code) {
    return code == NORMAL || code == GOING_AWAY || code == NONE;
  }

  /// A failure counted under the code.
  static Outcome outcome(int code) {
    return code <= LAST_KNOWN
        ? KNOWN[code - NORMAL]
        : Outcome.failed(String.format(Locale.ROOT, "%d", code));
  }

  /// The code in decimal digits.
  static String label(int code) {
    return outcome(code).bucket();
  }

  /// What it means, for a person; null if that is the application's matter.
  static @Nullable String meaning(int code) {
    return switch (code) {
      case NORMAL -> "normal";
      case GOING_AWAY -> "going away";
      case PROTOCOL_ERROR -> "protocol error";
      case 1003 -> "unsupported data";
      case NONE -> "no code";
      case ABNORMAL -> "no close frame";
      case INVALID_DATA -> "invalid data";
      case 1008 -> "policy violation";
      case TOO_LARGE -> "message too big";
      case 1010 -> "missing extension";
      case 1011 -> "internal error";
      case 1012 -> "service restart";
      case 1013 -> "try again later";
      case 1014 -> "bad gateway";
      default -> null;
    };
  }
}
