package io.crankfire.cli;

import io.crankfire.plan.Arrivals;
import io.crankfire.plan.Call;
import io.crankfire.plan.LoadCurve;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Phase;
import io.crankfire.plan.Scenario;
import io.crankfire.plan.ScenarioMix;
import io.crankfire.plan.Step;
import io.crankfire.plan.ThinkTime;
import io.crankfire.plan.Threshold;
import io.crankfire.protocol.Protocol;
import io.crankfire.template.Variables;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

/// A plan in words: what would be sent, and when. A pure function of the plan and the time of day.
final class PlanText {

  private final LoadPlan plan;
  private final Map<String, Protocol> protocols;
  private final Variables variables;
  private final StringBuilder text = new StringBuilder();

  private PlanText(LoadPlan plan, Map<String, Protocol> protocols, LongSupplier epochMillis) {
    this.plan = plan;
    this.protocols = protocols;
    variables = new Variables(plan.workload().names(), plan.seed(), epochMillis);
  }

  /// Renders it.
  ///
  /// @param requests how many requests are shown in full, from the first on
  /// @param epochMillis the time of day that requests may tell
  static String render(
      LoadPlan plan, Map<String, Protocol> protocols, int requests, LongSupplier epochMillis) {
    PlanText page = new PlanText(plan, protocols, epochMillis);
    page.load();
    page.schedule();
    page.scenarios();
    page.endpoints();
    page.thresholds();
    page.requests(requests);
    return page.text.toString();
  }

  private void load() {
    line("Nothing is sent. This is what a run would do:");
    line("");
    String limit = plan.total() == 0 ? "" : ", %,d at the most".formatted(plan.total());
    if (plan.arrivals() instanceof Arrivals.Open open) {
      line("Arrivals:  by a schedule, %s%s", lower(open.spacing()), limit);
      line(
          "Sessions:  %s",
          plan.growing()
              ? "as needed, %,d at the most".formatted(plan.sessions())
              : "%,d".formatted(plan.sessions()));
    } else {
      line("Arrivals:  each session goes again as soon as it is done%s", limit);
      line("Sessions:  %s%,d", isUsers() ? "up to " : "", plan.sessions());
    }
    long nanos = plan.loadNanos();
    line(
        "Lasts:     %s",
        nanos > 0 ? time(nanos) : plan.total() > 0 ? "until all are done" : "until it is stopped");
    line("Seed:      %d", plan.seed());
  }

  private boolean isUsers() {
    return plan.arrivals() instanceof Arrivals.Closed closed && closed.users() != null;
  }

  /// A row for each piece of the curve, with the name of the phase that begins with it.
  private void schedule() {
    LoadCurve curve =
        switch (plan.arrivals()) {
          case Arrivals.Open open -> open.curve();
          case Arrivals.Closed closed -> closed.users();
        };
    if (curve == null) {
      return;
    }
    boolean users = isUsers();
    line("");
    line("Schedule");
    row(
        "phase",
        "from",
        "lasts",
        users ? "users" : "rate",
        users ? "" : "arrivals",
        users ? "" : "so far");
    long at = 0;
    for (LoadCurve.Piece piece : curve.pieces()) {
      long end = piece.nanos() == Long.MAX_VALUE ? Long.MAX_VALUE : at + piece.nanos();
      boolean endless = end == Long.MAX_VALUE;
      String unit = users ? "" : "/s";
      String rate =
          piece.fromRate() == piece.toRate()
              ? number(piece.fromRate()) + unit
              : number(piece.fromRate()) + " → " + number(piece.toRate()) + unit;
      long before = due(curve, at);
      row(
          phase(at),
          time(at),
          endless ? "—" : time(piece.nanos()),
          rate,
          users ? "" : endless ? "—" : "%,d".formatted(due(curve, end) - before),
          users ? "" : endless ? "—" : "%,d".formatted(due(curve, end)));
      at = end;
    }
    if (!users && curve.endNanos() != Long.MAX_VALUE) {
      boolean poisson =
          plan.arrivals() instanceof Arrivals.Open open
              && open.spacing() == Arrivals.Spacing.POISSON;
      line(
          "  Together %s%,d arrivals in %s",
          poisson ? "about " : "", due(curve, curve.endNanos()), time(curve.endNanos()));
    }
  }

  /// How many have arrived by then: the n-th comes when the integral is n + ½.
  private long due(LoadCurve curve, long nanos) {
    long due = (long) Math.floor(curve.cumulative(nanos) + 0.5);
    return plan.total() == 0 ? due : Math.min(due, plan.total());
  }

  private String phase(long at) {
    for (Phase phase : plan.phases()) {
      if (phase.fromNanos() == at) {
        return phase.name() + (phase.warmup() ? " (warm-up, not judged)" : "");
      }
    }
    return "";
  }

  private void row(String... cells) {
    line("  %-24s %9s %9s  %-16s %12s %12s", (Object[]) cells);
  }

  private void scenarios() {
    List<Scenario> scenarios = plan.workload().scenarios();
    ScenarioMix mix = new ScenarioMix(scenarios, plan.seed());
    line("");
    line("Scenarios");
    for (int i = 0; i < scenarios.size(); i++) {
      line("  %5.1f %%  %s", 100 * mix.probability(i), scenarios.get(i).name());
      for (Step step : scenarios.get(i).steps()) {
        String how = how(step);
        String name = plan.calls().get(step.call()).name();
        if (scenarios.get(i).steps().size() > 1 || !how.isEmpty()) {
          line("             %s%s", name, how);
        }
      }
    }
  }

  private static String how(Step step) {
    List<String> words = new ArrayList<>();
    ThinkTime think = step.think();
    switch (think.kind()) {
      case NONE -> {}
      case CONSTANT -> words.add("after " + time(think.leastNanos()));
      case UNIFORM ->
          words.add("after " + time(think.leastNanos()) + " to " + time(think.mostNanos()));
      case EXPONENTIAL -> words.add("after " + time(think.mostNanos()) + " on average");
    }
    if (step.repeat() > 1) {
      words.add("%,d times".formatted(step.repeat()));
    }
    if (step.when() != null) {
      words.add("when " + step.when());
    }
    return words.isEmpty() ? "" : ", " + String.join(", ", words);
  }

  private void endpoints() {
    line("");
    line("Endpoints");
    variables.begin(0, 0);
    for (Call call : plan.calls()) {
      String where = where(call);
      line(
          "  %s%s, %s",
          where.equals(call.name()) ? "" : call.name() + ": ",
          where,
          call.timeout().isZero() ? "no timeout" : "timeout " + time(call.timeout().toNanos()));
    }
  }

  /// The method and the URL of a call over HTTP; the target and the first line of another.
  private String where(Call call) {
    String first = preview(call).lines().findFirst().orElse("");
    String[] words = first.split(" ", -1);
    return words.length == 3 && words[2].startsWith("HTTP/") && words[1].startsWith("/")
        ? words[0] + " " + call.target() + words[1]
        : call.target() + " " + first;
  }

  private void thresholds() {
    if (plan.thresholds().isEmpty()) {
      return;
    }
    line("");
    line("Thresholds");
    for (Threshold threshold : plan.thresholds()) {
      line("  %s", threshold.text());
    }
  }

  /// The first requests, iteration by iteration, as one session without any response would make
  /// them: conditions are shown, not decided.
  private void requests(int most) {
    long left = plan.total() == 0 ? Long.MAX_VALUE : plan.total();
    List<Scenario> scenarios = plan.workload().scenarios();
    ScenarioMix mix = new ScenarioMix(scenarios, plan.seed());
    int shown = 0;
    for (long iteration = 0; shown < most && iteration < left; iteration++) {
      Scenario scenario = scenarios.get(mix.choose(iteration));
      variables.clear();
      variables.begin(0, iteration);
      for (Step step : scenario.steps()) {
        for (int time = 0; time < step.repeat() && shown < most; time++) {
          shown++;
          Call call = plan.calls().get(step.call());
          line("");
          line(
              "Request %d: iteration %d%s",
              shown,
              iteration + 1,
              scenario.name().equals(call.name())
                  ? ", " + call.name()
                  : " of " + scenario.name() + ", " + call.name() + how(step));
          masked(preview(call)).lines().forEach(each -> line("  %s", each));
        }
      }
    }
  }

  private String preview(Call call) {
    return Objects.requireNonNull(protocols.get(call.protocol()), call.protocol())
        .preview(call, variables);
  }

  /// Hides the values of headers that look like secrets. Bodies are shown: they are what is tested.
  private static String masked(String message) {
    StringBuilder shown = new StringBuilder();
    boolean head = true;
    for (String each : message.split("\r?\n", -1)) {
      int colon = each.indexOf(':');
      head = head && !each.isEmpty();
      boolean secret = head && colon > 0 && RunDescription.isSecret(each.substring(0, colon));
      shown.append(secret ? each.substring(0, colon + 1) + " ***" : each).append('\n');
    }
    return shown.toString().stripTrailing();
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String number(double value) {
    return value == Math.rint(value) ? "%,.0f".formatted(value) : "%,.3f".formatted(value);
  }

  private static String time(long nanos) {
    if (nanos < 1_000_000_000) {
      return nanos == 0 ? "0s" : number(nanos / 1e6) + "ms";
    }
    long minutes = nanos / 60_000_000_000L;
    BigDecimal seconds = BigDecimal.valueOf(nanos % 60_000_000_000L, 9).stripTrailingZeros();
    return (minutes >= 60 ? minutes / 60 + "h" : "")
        + (minutes % 60 > 0 ? minutes % 60 + "m" : "")
        + (seconds.signum() > 0 ? seconds.toPlainString() + "s" : "");
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a library of its own
  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }
}
