package io.crankfire.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One request: what starting costs.
final class StartBench {

  private static final long LIMIT_MILLIS = 60_000;

  private record Start(double cpuSeconds, double wallMillis, double firstMillis) {}

  private final Options options;
  private final Results results;

  StartBench(Options options, Results results) {
    this.options = options;
    this.results = results;
  }

  void run() throws Exception {
    if (!RawServer.available()) {
      Log.say("start: needs a C compiler (cc) for the server; skipped");
      return;
    }
    Log.say("start");
    List<Tool> all = new ArrayList<>(Crankfire.all(options));
    all.addAll(Catalogue.peers(options));
    List<Tool> tools = Catalogue.present(all, Load.single("http://127.0.0.1/"));
    Map<String, List<Start>> runs = new LinkedHashMap<>();
    Map<String, String> failures = new LinkedHashMap<>();
    int repeats = 3 * options.pairs();
    /* Round 0 fills the page cache, and lets a launcher build what it is missing. */
    for (int round = 0; round <= repeats; round++) {
      for (Tool tool : tools) {
        if (failures.containsKey(tool.label())) {
          continue;
        }
        Start start = once(tool, failures);
        if (start != null && round > 0) {
          runs.computeIfAbsent(tool.label(), n -> new ArrayList<>()).add(start);
        }
      }
    }
    Table table =
        new Table(
            "One request, from Enter to exit",
            "generator",
            "CPU s",
            "wall ms",
            "ms to first request",
            "n");
    runs.forEach((name, list) -> {
      Stat cpu = Stat.of(list, Start::cpuSeconds);
      Stat wall = Stat.of(list, Start::wallMillis);
      Stat first = Stat.of(list, Start::firstMillis);
      results.put("start." + name + ".cpu_s", cpu);
      results.put("start." + name + ".wall_ms", wall);
      results.put("start." + name + ".first_ms", first);
      table.row(name, cpu.range(2), wall.range(0), first.range(0), Integer.toString(list.size()));
    });
    failures.forEach(table::failed);
    results.add(table);
  }

  private Start once(Tool tool, Map<String, String> failures) throws Exception {
    int core = options.cores().usable() ? options.cores().generator() : -1;
    try (RawServer server = RawServer.start(options, "")) {
      ProcFs.Cpu before = ProcFs.endedChildren();
      try (Child child =
          Child.start(tool.command(Load.single(server.url())), core, options.out())) {
        int code = child.await(LIMIT_MILLIS);
        double wall = (System.nanoTime() - child.spawnNanos()) / 1e6;
        if (code != 0 || server.requests() == 0) {
          failures.put(tool.label(), "exit code " + code + ": " + child.output() + child.errors());
          return null;
        }
        ProcFs.Cpu cpu = ProcFs.endedChildren().minus(before);
        return new Start(
            cpu.total() / 1e9, wall, (server.stats().firstNanos() - child.spawnNanos()) / 1e6);
      }
    }
  }
}
