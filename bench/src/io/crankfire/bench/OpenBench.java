package io.crankfire.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Fixed rates over 64 connections, judged by when requests arrive at the server.
final class OpenBench {

  private static final int CONNECTIONS = 64;

  /// One run and what the server saw of its pacing.
  private record Paced(Measurement run, Arrivals arrivals, double issued) {}

  private final Options options;
  private final Results results;
  private final Meter meter;

  OpenBench(Options options, Results results) {
    this.options = options;
    this.results = results;
    this.meter = new Meter(options);
  }

  void run() throws Exception {
    if (!RawServer.available()) {
      Log.say("open: needs a C compiler (cc) for the server that keeps arrival times; skipped");
      return;
    }
    List<Integer> rates =
        options.rates().isEmpty() ? List.of(1000, 5000, 10_000, 20_000, 50_000) : options.rates();
    for (int rate : rates) {
      measure(rate);
    }
  }

  private void measure(int rate) throws Exception {
    Log.say("%,d/s over %d connections", rate, CONNECTIONS);
    int seconds = options.quick() ? 5 : 10;
    int rounds = (options.pairs() + 1) / 2;
    List<Tool> tools =
        Catalogue.open(options, Load.open("http://127.0.0.1/", CONNECTIONS, seconds, rate));
    Map<String, List<Paced>> runs = new LinkedHashMap<>();
    Map<String, String> failures = new LinkedHashMap<>();
    tools.forEach(t -> runs.put(t.label(), new ArrayList<>()));
    for (int round = 0; round < rounds; round++) {
      for (Tool tool : tools) {
        if (failures.containsKey(tool.label())) {
          continue;
        }
        Paced paced = once(tool, rate, seconds);
        if (paced.run().ok()) {
          runs.get(tool.label()).add(paced);
          Log.say(
              "  %-28s p50 %7.0f µs  p99 %7.0f µs  CPU %2.0f %%  others on its core %2.0f %%",
              tool.label(),
              paced.arrivals().errorP50Micros(),
              paced.arrivals().errorP99Micros(),
              paced.run().generatorShare() * 100,
              paced.run().foreignShare() * 100);
        } else {
          failures.put(tool.label(), paced.run().failure());
          Log.say("  %s: %s", tool.label(), paced.run().failure());
        }
      }
    }
    Table table =
        new Table(
            "%,d/s, 64 connections".formatted(rate),
            "generator",
            "issued ÷ asked",
            "late µs p50",
            "late µs p99",
            "CV of 10 ms counts",
            "own core",
            "CPU µs",
            "reported p50 ms",
            "reported p99 ms",
            "others on its core",
            "n");
    runs.forEach((name, list) -> {
      if (list.isEmpty()) {
        table.failed(name, failures.getOrDefault(name, "?"));
      } else {
        row(table, rate, name, list);
      }
    });
    results.add(table);
  }

  private Paced once(Tool tool, int rate, int seconds) throws Exception {
    try (RawServer server = RawServer.startPunctual(options, "")) {
      server.stats().recordArrivals();
      Measurement run =
          meter.run(tool, Load.open(server.url(), CONNECTIONS, seconds, rate), server);
      /* The first two fifths belong to start and warm-up. */
      Arrivals arrivals = Arrivals.follow(server.stats().arrivals(), rate, seconds * 400_000_000L);
      return new Paced(run, arrivals, (double) server.requests() / ((long) rate * seconds));
    }
  }

  private void row(Table table, int rate, String name, List<Paced> runs) {
    Stat issued = Stat.of(runs, Paced::issued);
    Stat p50 = Stat.of(runs, p -> p.arrivals().errorP50Micros());
    Stat p99 = Stat.of(runs, p -> p.arrivals().errorP99Micros());
    Stat variation = Stat.of(runs, p -> p.arrivals().variation());
    Stat share = Stat.of(runs, p -> p.run().generatorShare());
    String base = "open." + rate + "." + name + ".";
    results.put(base + "issued", issued);
    results.put(base + "issued_off", Stat.of(runs, p -> Math.abs(p.issued() - 1)));
    results.put(base + "late_p50_us", p50);
    results.put(base + "late_p99_us", p99);
    results.put(base + "variation", variation);
    results.put(base + "cpu_share", share);
    table.row(
        name,
        issued.text(4),
        p50.range(0),
        p99.range(0),
        variation.text(3),
        share.text(2),
        Stat.of(runs, p -> p.run().cpuNanos()).times(1e-3).text(0),
        Stat.of(runs, p -> p.run().percentile("p50").orElse(Double.NaN)).text(2),
        Stat.of(runs, p -> p.run().percentile("p99").orElse(Double.NaN)).text(2),
        Stat.of(runs, p -> p.run().foreignShare()).text(2),
        Integer.toString(runs.size()));
  }
}
