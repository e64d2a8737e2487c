package io.crankfire.cli;

import io.crankfire.plan.Arrivals;
import io.crankfire.plan.Call;
import io.crankfire.plan.LoadPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A plan in one line.
final class PlanSummary {
  private PlanSummary() {}

  private static final int NAMES = 3;

  static String of(LoadPlan plan) {
    List<String> words = new ArrayList<>();
    words.add(requests(plan.calls()));
    words.add(load(plan));
    if (plan.total() > 0) {
      words.add("%,d at the most".formatted(plan.total()));
    }
    return String.join(", ", words);
  }

  private static String requests(List<Call> calls) {
    List<String> names = calls.stream().map(Call::name).limit(NAMES).toList();
    String listed = String.join(", ", names) + (calls.size() > NAMES ? ", …" : "");
    return calls.size() == 1 ? listed : "%d requests (%s)".formatted(calls.size(), listed);
  }

  private static String load(LoadPlan plan) {
    double seconds = plan.loadNanos() / 1e9;
    String time = seconds == 0 ? "" : " for " + seconds(seconds);
    return switch (plan.arrivals()) {
      case Arrivals.Closed _ ->
          "%,d %s%s"
              .formatted(plan.sessions(), plan.sessions() == 1 ? "session" : "sessions", time);
      case Arrivals.Open open -> {
        String spacing = open.spacing().name().toLowerCase(Locale.ROOT);
        yield seconds == 0
            ? "%,.1f arrivals (%s) in the first second"
                .formatted(open.curve().cumulative(1_000_000_000), spacing)
            : "%,.0f arrivals (%s) in %s"
                .formatted(open.curve().cumulative(plan.loadNanos()), spacing, seconds(seconds));
      }
    };
  }

  private static String seconds(double seconds) {
    return seconds == Math.rint(seconds)
        ? "%,d s".formatted((long) seconds)
        : "%,.3f s".formatted(seconds);
  }
}
