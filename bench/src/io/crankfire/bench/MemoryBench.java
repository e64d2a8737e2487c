package io.crankfire.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Resident memory with many connections. The server answers after a second, so that nearly all of
/// them are idle.
final class MemoryBench {

  private static final int[] CONNECTIONS = {64, 512, 10_000};

  private record Used(long rssBytes, long peakOpen) {}

  private final Options options;
  private final Results results;
  private final Meter meter;

  MemoryBench(Options options, Results results) {
    this.options = options;
    this.results = results;
    this.meter = new Meter(options);
  }

  void run() throws Exception {
    if (!RawServer.available()) {
      Log.say("memory: needs a C compiler (cc) for the server that answers late; skipped");
      return;
    }
    Log.say("memory");
    List<Tool> tools = new ArrayList<>(Crankfire.all(options));
    tools.addAll(Catalogue.peers(options));
    Table table =
        new Table(
            "Peak resident memory, mostly idle connections",
            "generator",
            "64: MB",
            "512: MB",
            "10,000: MB",
            "open of 10,000",
            "bytes per connection",
            "n");
    for (Tool tool : Catalogue.present(tools, Load.closed("http://127.0.0.1/", 1, 1))) {
      measure(tool, table);
    }
    results.add(table);
  }

  private void measure(Tool tool, Table table) throws Exception {
    Map<Integer, List<Used>> used = new LinkedHashMap<>();
    int rounds = options.quick() ? 1 : (options.pairs() + 1) / 2;
    for (int round = 0; round < rounds; round++) {
      for (int connections : CONNECTIONS) {
        try (RawServer server = RawServer.start(options, "const:1000000")) {
          int seconds = connections > 1000 && !options.quick() ? 10 : 6;
          Measurement run =
              meter.run(tool, Load.closed(server.url(), connections, seconds), server);
          if (!run.ok()) {
            table.failed(tool.label(), connections + " connections: " + run.failure());
            return;
          }
          used.computeIfAbsent(connections, n -> new ArrayList<>())
              .add(new Used(run.peakRssBytes(), server.stats().peakOpen()));
          Log.say(
              "  %-22s %,6d connections  %,4d MB",
              tool.label(), server.stats().peakOpen(), run.peakRssBytes() / 1_000_000);
        }
      }
    }
    List<String> cells = new ArrayList<>(List.of(tool.label()));
    for (int connections : CONNECTIONS) {
      Stat megabytes = Stat.of(used.get(connections), Used::rssBytes).times(1e-6);
      results.put("memory." + connections + "." + tool.label() + ".rss_mb", megabytes);
      cells.add(megabytes.text(0));
    }
    Stat open = Stat.of(used.get(10_000), Used::peakOpen);
    double extra =
        Stat.of(used.get(10_000), Used::rssBytes).median()
            - Stat.of(used.get(64), Used::rssBytes).median();
    Stat each = Stat.of(extra / Math.max(1, open.median() - 64));
    results.put("memory." + tool.label() + ".bytes_per_connection", each);
    cells.addAll(List.of(open.text(0), each.text(0), "" + rounds));
    table.row(cells.toArray(String[]::new));
  }
}
