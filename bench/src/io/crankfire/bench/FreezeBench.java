package io.crankfire.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A server that stands still in the middle of a run: theory, and what each tool says about it.
final class FreezeBench {

  private static final double[] QUANTILES = {0.5, 0.975, 0.99};
  private static final String[] NAMES = {"p50", "p97.5", "p99"};

  private record Frozen(Measurement run, double[] seen) {}

  private final Options options;
  private final Results results;
  private final Meter meter;

  FreezeBench(Options options, Results results) {
    this.options = options;
    this.results = results;
    this.meter = new Meter(options);
  }

  void run() throws Exception {
    if (!RawServer.available()) {
      Log.say("freeze: needs a C compiler (cc) for the server that can stand still; skipped");
      return;
    }
    Stall freeze =
        options.quick() ? new Stall(1000, 8, 4000, 400, 1) : new Stall(1000, 20, 10_000, 1000, 1);
    measure("freeze", freeze, "const:1000");
    Stall stall =
        options.quick() ? new Stall(5000, 6, 4000, 133, 0) : new Stall(5000, 9, 6000, 200, 0);
    measure("stall", stall, "");
  }

  private void measure(String key, Stall stall, String delay) throws Exception {
    String title =
        "%,d/s for %d s, server stands still for %d ms, answers in %.0f ms"
            .formatted(stall.rate(), stall.seconds(), stall.lengthMillis(), stall.serviceMillis());
    Log.say("%s", title);
    Crankfire crankfire = Crankfire.judged(options);
    List<Tool> tools = new ArrayList<>();
    tools.add(crankfire.pacing("precise").onQuietCore());
    tools.add(crankfire.pacing("default").onQuietCore());
    tools.add(crankfire);
    Catalogue.peers(options).stream()
        .filter(p -> p == Peer.WRK || p == Peer.WRK2 || p == Peer.HEY)
        .forEach(tools::add);
    Map<String, List<Frozen>> runs = new LinkedHashMap<>();
    Map<String, String> failures = new LinkedHashMap<>();
    for (int round = 0; round < (options.pairs() + 1) / 2; round++) {
      for (Tool tool : Catalogue.present(tools, load("http://127.0.0.1/", Peer.HEY, stall))) {
        once(tool, stall, delay, runs, failures);
      }
      if (tools.contains(Peer.WRK) && Peer.WRK.available()) {
        once(Peer.WRK, stall, delay, runs, failures);
      }
    }
    Table table =
        new Table(
            title,
            "generator",
            "requests",
            "at the server p50 / p97.5 / p99 ms",
            "reported p50 / p97.5 / p99 ms",
            "service p50 / p97.5 / p99 ms",
            "reported ÷ theory",
            "n");
    table.row(
        "theory", "%,d".formatted(stall.rate() * stall.seconds()), theory(stall), "", "", "1", "");
    runs.forEach((name, list) -> row(table, key, name, list, stall));
    failures.forEach(table::failed);
    table.note(
        "\"At the server\": how far arrivals were behind the schedule when the server read them,"
            + " plus its delay; a tool that leaves requests out stays behind. wrk has no rate: one"
            + " connection, closed, and it corrects its figures for one pause by itself.");
    results.add(table);
  }

  /* wrk has no open model: one closed connection is as near as it comes. */
  private static Load load(String url, Tool tool, Stall stall) {
    return tool == Peer.WRK
        ? Load.closed(url, 1, stall.seconds())
        : Load.open(url, 64, stall.seconds(), stall.rate());
  }

  private void once(
      Tool tool,
      Stall stall,
      String delay,
      Map<String, List<Frozen>> runs,
      Map<String, String> failures)
      throws Exception {
    if (failures.containsKey(tool.label())) {
      return;
    }
    try (RawServer server = RawServer.startPunctual(options, delay)) {
      server.stats().recordArrivals();
      Measurement run =
          meter.run(
              tool,
              load(server.url(), tool, stall),
              server,
              first -> {
                Meter.sleepUntil(first + stall.beginMillis() * 1_000_000L);
                server.stats().freeze(stall.lengthMillis() * 1_000_000L);
              });
      if (!run.ok()) {
        failures.put(tool.label(), run.failure());
        return;
      }
      double stood = (server.stats().freezeEndNanos() - server.stats().freezeBeginNanos()) / 1e6;
      Log.say(
          "  %-22s p99 %s ms reported, server stood %.0f ms",
          tool.label(), Stat.of(run.percentile("p99").orElse(Double.NaN)).text(1), stood);
      long[] arrivals = server.stats().arrivals();
      double[] seen = new double[QUANTILES.length];
      for (int i = 0; i < seen.length; i++) {
        seen[i] = tool == Peer.WRK ? Double.NaN : stall.seenMillis(arrivals, QUANTILES[i]);
      }
      runs.computeIfAbsent(tool.label(), n -> new ArrayList<>()).add(new Frozen(run, seen));
    }
  }

  private static String theory(Stall stall) {
    List<String> parts = new ArrayList<>();
    for (double q : QUANTILES) {
      parts.add(Stat.of(stall.responseMillis(q)).text(1));
    }
    return String.join(" / ", parts);
  }

  private void row(Table table, String key, String name, List<Frozen> runs, Stall stall) {
    List<String> seen = new ArrayList<>();
    List<String> reported = new ArrayList<>();
    List<String> service = new ArrayList<>();
    List<String> ratios = new ArrayList<>();
    for (int i = 0; i < QUANTILES.length; i++) {
      int at = i;
      double theory = stall.responseMillis(QUANTILES[i]);
      Stat said = Stat.of(runs, f -> f.run().percentile(NAMES[at]).orElse(Double.NaN));
      Stat ratio = theory > 0 ? said.times(1 / theory) : Stat.of();
      seen.add(Stat.of(runs, f -> f.seen()[at]).text(1));
      reported.add(said.text(1));
      service.add(
          Stat.of(runs, f -> f.run().percentile("service " + NAMES[at]).orElse(Double.NaN))
              .text(1));
      ratios.add(ratio.text(3));
      results.put(key + "." + name + "." + NAMES[i] + "_ms", said);
      results.put(
          key + "." + name + "." + NAMES[i] + "_off",
          Stat.of(
              runs,
              f ->
                  theory > 0
                      ? Math.abs(f.run().percentile(NAMES[at]).orElse(Double.NaN) / theory - 1)
                      : Double.NaN));
    }
    table.row(
        name,
        Stat.of(runs, f -> f.run().requests()).text(0),
        String.join(" / ", seen),
        String.join(" / ", reported),
        String.join(" / ", service),
        String.join(" / ", ratios),
        Integer.toString(runs.size()));
  }
}
