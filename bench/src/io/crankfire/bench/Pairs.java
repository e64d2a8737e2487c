package io.crankfire.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// Measures tools in turn with an anchor: A X A Y A … Each figure of X is divided by the mean of
/// the anchor just before and just after, so that a machine that grows slower or faster meanwhile
/// does not matter.
final class Pairs {

  private static final int TRIES = 3;

  /// One run of a tool between two of the anchor.
  record Pair(Measurement before, Measurement x, Measurement after) {

    double rateRatio() {
      return x.perSecond() / ((before.perSecond() + after.perSecond()) / 2);
    }

    double cpuRatio() {
      return x.cpuNanos() / ((before.cpuNanos() + after.cpuNanos()) / 2);
    }
  }

  /// The pairs of one tool, and how many were thrown away because others used the generator's core.
  record Outcome(List<Pair> pairs, int dropped, String failure) {

    Stat stat(ToDoubleFunction<Pair> figure) {
      return Stat.of(pairs, figure);
    }

    Stat own(ToDoubleFunction<Measurement> figure) {
      return Stat.of(pairs, p -> figure.applyAsDouble(p.x()));
    }
  }

  private final Options options;
  private final Meter meter;
  private final Server.Starter servers;
  private final List<Measurement> anchorRuns = new ArrayList<>();

  Pairs(Options options, Meter meter, Server.Starter servers) {
    this.options = options;
    this.meter = meter;
    this.servers = servers;
  }

  /// Every undisturbed run of the anchor.
  List<Measurement> anchorRuns() {
    return List.copyOf(anchorRuns);
  }

  /// Goes round until every tool has its pairs, twice as often as that at most.
  ///
  /// @param load the load of a tool, given the address of the fresh server
  Map<String, Outcome> run(
      Tool anchor, List<Tool> tools, Function<Tool, Function<String, Load>> load) throws Exception {
    Map<String, List<Pair>> pairs = new LinkedHashMap<>();
    Map<String, Integer> dropped = new LinkedHashMap<>();
    Map<String, String> failures = new LinkedHashMap<>();
    tools.forEach(t -> pairs.put(t.label(), new ArrayList<>()));
    Measurement before = anchor(anchor, load);
    if (!before.ok()) {
      throw new IllegalStateException(anchor.label() + " does not work here: " + before.failure());
    }
    for (int round = 1; round <= 2 * options.pairs(); round++) {
      for (Tool tool : tools) {
        List<Pair> done = pairs.get(tool.label());
        if (done.size() >= options.pairs() || failures.containsKey(tool.label())) {
          continue;
        }
        Measurement x = measure(tool, load);
        if (!x.ok()) {
          Log.say("  %s: %s", tool.label(), x.failure());
          failures.put(tool.label(), x.failure());
          continue;
        }
        Measurement after = anchor(anchor, load);
        Pair pair = new Pair(before, x, after);
        boolean kept = quiet(before) && quiet(x) && quiet(after);
        Log.say(
            "  %-22s %9.0f/s  × %.2f  CPU × %.2f  others on its core %2.0f %%%s",
            tool.label(),
            x.perSecond(),
            pair.rateRatio(),
            pair.cpuRatio(),
            x.foreignShare() * 100,
            kept ? "" : "  (dropped)");
        if (kept) {
          done.add(pair);
        } else {
          dropped.merge(tool.label(), 1, Integer::sum);
        }
        before = after.ok() ? after : before;
      }
    }
    Map<String, Outcome> outcomes = new LinkedHashMap<>();
    pairs.forEach((name, list) ->
        outcomes.put(
            name,
            new Outcome(list, dropped.getOrDefault(name, 0), failures.getOrDefault(name, ""))));
    return outcomes;
  }

  private boolean quiet(Measurement m) {
    return m.ok() && m.foreignShare() <= options.foreign();
  }

  private Measurement anchor(Tool anchor, Function<Tool, Function<String, Load>> load)
      throws Exception {
    Measurement run = measure(anchor, load);
    if (quiet(run)) {
      anchorRuns.add(run);
    }
    return run;
  }

  /// One run; when it was disturbed, up to two more, of which the least disturbed counts.
  private Measurement measure(Tool tool, Function<Tool, Function<String, Load>> load)
      throws Exception {
    Measurement best = null;
    for (int i = 0; i < TRIES && (best == null || !quiet(best)); i++) {
      Measurement m;
      try (Server server = servers.start()) {
        m = meter.run(tool, load.apply(tool).apply(server.url()), server);
      }
      if (best == null || m.foreignShare() < best.foreignShare()) {
        best = m;
      }
      if (!m.ok() && i > 0) {
        break;
      }
    }
    return best;
  }
}
