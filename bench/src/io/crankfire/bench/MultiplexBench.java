package io.crankfire.bench;

import io.crankfire.bench.MultiplexTool.Generator;
import io.crankfire.bench.MultiplexTool.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// HTTP/2: requests and unary calls of gRPC, one at a time and many on each connection, each tool
/// in turn with h2load.
final class MultiplexBench {

  private static final List<Shape> SHAPES = List.of(new Shape(64, 1), new Shape(8, 32));

  private final Options options;
  private final Results results;
  private final Meter meter;

  MultiplexBench(Options options, Results results) {
    this.options = options;
    this.results = results;
    this.meter = new Meter(options);
  }

  void run() throws Exception {
    if (!RawServer.available(RawServer.Program.H2) || !Commands.has("h2load")) {
      Log.say("h2: needs a C compiler (cc), libnghttp2 with its headers and h2load; skipped");
      return;
    }
    List<Integer> chosen = options.connections();
    for (Shape shape : SHAPES) {
      if (chosen.isEmpty() || chosen.contains(shape.connections())) {
        measure(shape, false);
        measure(shape, true);
      }
    }
  }

  /// The name of a figure in the results.
  static String key(boolean grpc, Shape shape, String tool, String figure) {
    String what = grpc ? "grpc" : "get";
    return "h2.%s.%dx%d.%s.%s".formatted(what, shape.connections(), shape.streams(), tool, figure);
  }

  private void measure(Shape shape, boolean grpc) throws Exception {
    String title =
        "HTTP/2, %s connections × streams, %s".formatted(shape, grpc ? "unary gRPC" : "GET");
    Log.say("%s", title);
    Tool anchor = MultiplexTool.of(Generator.H2LOAD, options, shape, grpc);
    List<Tool> others = new ArrayList<>();
    for (Generator generator : Generator.values()) {
      if (generator != Generator.H2LOAD) {
        others.add(MultiplexTool.of(generator, options, shape, grpc));
      }
    }
    int atATime = shape.connections() * shape.streams();
    List<Tool> tools = Catalogue.present(others, Load.closed("http://127.0.0.1/", atATime, 1));
    Pairs pairs =
        new Pairs(options, meter, () -> RawServer.start(options, RawServer.Program.H2, ""));
    Map<String, Pairs.Outcome> outcomes =
        pairs.run(anchor, tools, tool -> url -> Load.closed(url, atATime, seconds(tool)));
    Table table = Table.ofRuns(title, "per second ÷ h2load", "CPU ÷ h2load");
    table.runs(anchor.label(), "1", "1", pairs.anchorRuns(), "" + pairs.anchorRuns().size());
    outcomes.forEach((name, outcome) -> {
      if (outcome.pairs().isEmpty()) {
        table.failed(name, outcome.failure().isEmpty() ? "disturbed" : outcome.failure());
        return;
      }
      Stat cpu = outcome.stat(Pairs.Pair::cpuRatio);
      results.put(key(grpc, shape, name, "cpu_ratio"), cpu);
      results.put(key(grpc, shape, name, "cpu_us"), outcome.own(Measurement::cpuNanos).times(1e-3));
      table.runs(
          name,
          outcome.stat(Pairs.Pair::rateRatio).range(2),
          cpu.range(2),
          outcome.pairs().stream().map(Pairs.Pair::x).toList(),
          outcome.pairs().size() + " (" + outcome.dropped() + ")");
    });
    results.add(table);
  }

  private int seconds(Tool tool) {
    return options.quick() ? (tool.warmsUp() ? 5 : 2) : tool.seconds();
  }
}
