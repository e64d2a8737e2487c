package io.crankfire.sse;

import io.crankfire.template.Check;
import io.crankfire.template.Conduct;
import io.crankfire.template.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What every event has to be, as a check of the whole stream: it was made as each event came.
/// Immutable; shared by all workers.
///
/// @param index among all that is expected of the call's events
/// @param name the check's
record ExpectedEvent(int index, String name) implements Check {

  private static final int MOST_CHECKS = 64;

  /// A conduct with what is expected of events as further checks.
  ///
  /// @return null if these are too many
  static @Nullable Conduct with(Conduct conduct, List<Check> expected) {
    if (expected.isEmpty()) {
      return conduct;
    }
    List<Check> checks = new ArrayList<>(conduct.checks());
    for (int i = 0; i < expected.size(); i++) {
      String name = expected.get(i).name();
      String wanted = name.startsWith("body ") ? "every event" + name.substring(4) : name;
      String unique = wanted;
      for (int number = 2; isTaken(checks, unique); number++) {
        unique = wanted + " (" + number + ")";
      }
      checks.add(new ExpectedEvent(i, unique));
    }
    return checks.size() > MOST_CHECKS
        ? null
        : new Conduct(
            conduct.extractors(),
            checks,
            conduct.retry(),
            conduct.credential(),
            conduct.captureLimit());
  }

  private static boolean isTaken(List<Check> checks, String name) {
    return checks.stream().anyMatch(check -> check.name().equals(name));
  }

  @Override
  public boolean needsBody() {
    return false;
  }

  @Override
  public boolean holds(Response response) {
    return !(response instanceof LastEvent last) || last.wasExpected(index);
  }
}
