package io.crankfire.bench;

import java.util.List;
import java.util.Map;

/// As fast as possible over kept connections, each tool in turn with wrk.
final class ClosedBench {

  private final Options options;
  private final Results results;
  private final Meter meter;

  ClosedBench(Options options, Results results) {
    this.options = options;
    this.results = results;
    this.meter = new Meter(options);
  }

  void run() throws Exception {
    Server.Starter servers;
    if (RawServer.available()) {
      servers = () -> RawServer.start(options, "");
    } else if (NginxServer.available(false)) {
      Log.say(
          "no C compiler: nginx serves instead; it is the slower side before the generators are");
      servers = () -> NginxServer.start(options, false);
    } else {
      Log.say("closed: needs a C compiler (cc) or nginx; skipped");
      return;
    }
    List<Integer> counts =
        options.connections().isEmpty() ? List.of(1, 64, 512) : options.connections();
    for (int connections : counts) {
      measure(
          "closed." + connections,
          connections + (connections == 1 ? " connection" : " connections"),
          connections,
          servers);
    }
  }

  /// The same over TLS, against nginx.
  void runTls() throws Exception {
    if (!NginxServer.available(true)) {
      Log.say("tls: needs nginx and openssl; skipped");
      return;
    }
    measure(
        "tls.64",
        "64 connections, HTTPS (TLS 1.3, nginx)",
        64,
        () -> NginxServer.start(options, true));
  }

  private void measure(String key, String title, int connections, Server.Starter servers)
      throws Exception {
    Log.say("%s", title);
    String sample = key.startsWith("tls") ? "https://127.0.0.1/" : "http://127.0.0.1/";
    List<Tool> tools = Catalogue.closed(options, Load.closed(sample, connections, 1));
    Pairs pairs = new Pairs(options, meter, servers);
    Map<String, Pairs.Outcome> outcomes =
        pairs.run(Peer.WRK, tools, tool -> url -> Load.closed(url, connections, seconds(tool)));
    Table table =
        new Table(
            title,
            "generator",
            "req/s ÷ wrk",
            "CPU ÷ wrk",
            "req/s",
            "CPU µs",
            "user µs",
            "own core",
            "server core",
            "RSS MB",
            "ms to first",
            "first s ÷ steady",
            "n (dropped)");
    anchorRow(table, pairs.anchorRuns());
    outcomes.forEach((name, outcome) -> {
      if (outcome.pairs().isEmpty()) {
        table.failed(
            name,
            outcome.failure().isEmpty()
                ? "all " + outcome.dropped() + " pairs were disturbed by other work"
                : outcome.failure());
        return;
      }
      row(table, key, name, outcome);
    });
    results.add(table);
  }

  private int seconds(Tool tool) {
    return options.quick() ? tool.warmsUp() ? 4 : 2 : tool.seconds();
  }

  private void row(Table table, String key, String name, Pairs.Outcome o) {
    Stat rate = o.stat(Pairs.Pair::rateRatio);
    Stat cpu = o.stat(Pairs.Pair::cpuRatio);
    Stat perSecond = o.own(Measurement::perSecond);
    Stat cpuMicros = o.own(Measurement::cpuNanos).times(1e-3);
    Stat userMicros = o.own(Measurement::userNanos).times(1e-3);
    Stat rss = o.own(Measurement::peakRssBytes).times(1e-6);
    Stat first = o.own(Measurement::firstRequestMillis);
    Stat firstSecond = o.own(Measurement::firstSecondShare);
    String base = key + "." + name + ".";
    results.put(base + "rate_ratio", rate);
    results.put(base + "cpu_ratio", cpu);
    results.put(base + "per_second", perSecond);
    results.put(base + "cpu_us", cpuMicros);
    results.put(base + "user_us", userMicros);
    results.put(base + "rss_mb", rss);
    results.put(base + "first_ms", first);
    results.put(base + "first_second", firstSecond);
    table.row(
        name,
        rate.range(2),
        cpu.range(2),
        perSecond.text(0),
        cpuMicros.text(2),
        userMicros.text(2),
        o.own(Measurement::generatorShare).text(2),
        o.own(Measurement::serverShare).text(2),
        rss.text(0),
        first.text(0),
        firstSecond.text(2),
        o.pairs().size() + " (" + o.dropped() + ")");
  }

  private static void anchorRow(Table table, List<Measurement> runs) {
    table.row(
        "wrk",
        "1",
        "1",
        Stat.of(runs, Measurement::perSecond).range(0),
        Stat.of(runs, Measurement::cpuNanos).times(1e-3).text(2),
        Stat.of(runs, Measurement::userNanos).times(1e-3).text(2),
        Stat.of(runs, Measurement::generatorShare).text(2),
        Stat.of(runs, Measurement::serverShare).text(2),
        Stat.of(runs, Measurement::peakRssBytes).times(1e-6).text(0),
        Stat.of(runs, Measurement::firstRequestMillis).text(0),
        Stat.of(runs, Measurement::firstSecondShare).text(2),
        Integer.toString(runs.size()));
  }
}
