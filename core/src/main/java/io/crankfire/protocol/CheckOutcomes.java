package io.crankfire.protocol;

import io.crankfire.metrics.Outcome;
import io.crankfire.template.Check;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The outcome of each check that does not hold: one object for each name, as outcomes are compared
/// by identity on the request path. Any thread.
final class CheckOutcomes {

  private static final Map<String, Outcome> BY_NAME = new ConcurrentHashMap<>();

  private CheckOutcomes() {}

  static Outcome of(Check check) {
    Outcome known = BY_NAME.get(check.name());
    return known != null ? known : BY_NAME.computeIfAbsent(check.name(), CheckOutcomes::make);
  }

  /// `CHECK_` and the name in capitals, everything but letters and digits as `_`.
  private static Outcome make(String name) {
    StringBuilder bucket = new StringBuilder("CHECK_");
    for (char c : name.toUpperCase(Locale.ROOT).toCharArray()) {
      bucket.append(Character.isLetterOrDigit(c) ? c : '_');
    }
    return Outcome.failed(bucket.toString());
  }
}
