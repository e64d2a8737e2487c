package io.crankfire.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// WebSockets and event streams: what a message costs beside an HTTP request of our own, and what
/// ten thousand that stay open cost.
final class StreamsBench {

  private static final int CONNECTIONS = 64;
  private static final int MANY = 10_000;

  /// As large as the body of the server's answers.
  private static final String PAYLOAD = "x".repeat(200);

  private record Used(long rssBytes, long peakOpen) {}

  private final Options options;
  private final Results results;
  private final Meter meter;

  StreamsBench(Options options, Results results) {
    this.options = options;
    this.results = results;
    this.meter = new Meter(options);
  }

  void run() throws Exception {
    if (!RawServer.available()) {
      Log.say("streams: needs a C compiler (cc) for the server that echoes; skipped");
      return;
    }
    echo();
    memory();
  }

  private void echo() throws Exception {
    Log.say("WebSocket echo, %d connections", CONNECTIONS);
    Crankfire http = Crankfire.judged(options);
    Tool socket =
        StreamTool.of(
            options,
            "WebSocket",
            "ws",
            "ws",
            "websocket: {mode: persistent, messages: [" + PAYLOAD + "]}\n");
    Pairs pairs = new Pairs(options, meter, () -> RawServer.start(options, ""));
    int seconds = options.quick() ? 4 : http.seconds();
    Map<String, Pairs.Outcome> outcomes =
        pairs.run(http, List.of(socket), tool -> url -> Load.closed(url, CONNECTIONS, seconds));
    Pairs.Outcome outcome = outcomes.get(socket.label());
    Table table =
        Table.ofRuns(
            "WebSocket echo of 200 bytes beside HTTP requests, 64 connections",
            "per second ÷ HTTP",
            "CPU ÷ HTTP");
    if (outcome.pairs().isEmpty()) {
      table.failed(socket.label(), outcome.failure().isEmpty() ? "disturbed" : outcome.failure());
    } else {
      table.runs("crankfire, HTTP", "1", "1", before(outcome), "");
      Stat cpu = outcome.stat(Pairs.Pair::cpuRatio);
      results.put("streams.websocket.cpu_ratio", cpu);
      table.runs(
          socket.label(),
          outcome.stat(Pairs.Pair::rateRatio).range(2),
          cpu.range(2),
          outcome.pairs().stream().map(Pairs.Pair::x).toList(),
          outcome.pairs().size() + " (" + outcome.dropped() + ")");
    }
    results.add(table);
  }

  private static List<Measurement> before(Pairs.Outcome outcome) {
    return outcome.pairs().stream().map(Pairs.Pair::before).toList();
  }

  private void memory() throws Exception {
    Log.say("%,d open", MANY);
    Table table =
        new Table(
            "Peak resident memory with streams held open",
            "generator",
            "64: MB",
            "10,000: MB",
            "open of 10,000",
            "bytes per connection",
            "n");
    Tool sockets =
        StreamTool.of(
            options,
            "open WebSockets",
            "ws",
            "ws",
            "websocket: {messages: [hello, hello], message_interval: 60s}\n");
    Tool streams =
        StreamTool.of(
            options,
            "open event streams",
            "http",
            "sse",
            "protocol: sse\nsse: {read_timeout: 0}\ntimeout: 60s\n");
    for (Tool tool : List.of(sockets, streams)) {
      measure(tool, table);
    }
    results.add(table);
  }

  private void measure(Tool tool, Table table) throws Exception {
    List<Used> few = new ArrayList<>();
    List<Used> many = new ArrayList<>();
    int rounds = options.quick() ? 1 : (options.pairs() + 1) / 2;
    for (int round = 0; round < rounds; round++) {
      few.add(hold(tool, CONNECTIONS));
      many.add(hold(tool, MANY));
    }
    Stat small = Stat.of(few, Used::rssBytes).times(1e-6);
    Stat large = Stat.of(many, Used::rssBytes).times(1e-6);
    Stat open = Stat.of(many, Used::peakOpen);
    double each = (large.median() - small.median()) * 1e6 / Math.max(1, open.median() - 64);
    results.put("streams." + tool.label() + ".bytes_per_connection", Stat.of(each));
    table.row(
        tool.label(),
        small.text(0),
        large.text(0),
        open.text(0),
        Stat.of(each).text(0),
        Integer.toString(rounds));
  }

  private Used hold(Tool tool, int connections) throws Exception {
    try (RawServer server = RawServer.start(options, "")) {
      Measurement run = meter.hold(tool, Load.closed(server.url(), connections, 8), server);
      if (!run.ok()) {
        throw new IllegalStateException(tool.label() + ": " + run.failure());
      }
      Log.say(
          "  %-32s %,6d open  %,4d MB",
          tool.label(), server.stats().peakOpen(), run.peakRssBytes() / 1_000_000);
      return new Used(run.peakRssBytes(), server.stats().peakOpen());
    }
  }
}
