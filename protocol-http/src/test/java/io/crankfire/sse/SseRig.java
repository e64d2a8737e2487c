package io.crankfire.sse;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.metrics.Histogram;
import io.crankfire.metrics.Measures;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Transport;
import io.crankfire.protocol.Compiling;
import io.crankfire.template.Conduct;
import io.crankfire.template.Names;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// Reads event streams of a server on loopback, and counts by the first call it compiled.
final class SseRig implements AutoCloseable {

  final HttpTestServer server = HttpTestServer.start().recordRequests(100);
  final Rig rig;
  private final SseProtocol protocol = new SseProtocol();

  SseRig() {
    this(Rig.transports().getLast());
  }

  SseRig(Transport transport) {
    rig = new Rig(transport, protocol, Connections.DEFAULT);
  }

  /// Compiles a step.
  ///
  /// @param block the lines `key: value` of its block `sse`
  /// @param more keys of the step and their values, one after the other
  Call call(String path, String block, String... more) {
    return call(new Names(), Conduct.PLAIN, path, block, more);
  }

  Call call(Names names, Conduct conduct, String path, String block, String... more) {
    Problems problems = new Problems();
    Call call = protocol.compile(step(path, block, more), new Compiling(problems, names, conduct));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(problems.all().toString());
    }
    return Objects.requireNonNull(call);
  }

  private ConfigNode.Mapping step(String path, String block, String... more) {
    Map<String, String> texts = new HashMap<>(Map.of("target", server.url(path).toString()));
    for (int i = 0; i < more.length; i += 2) {
      texts.put(more[i], more[i + 1]);
    }
    Map<String, ConfigNode> step = new LinkedHashMap<>(Rig.mapping(texts).entries());
    Map<String, String> keys = new LinkedHashMap<>();
    block
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .forEach(line -> keys.put(line.split(": ", 2)[0], line.split(": ", 2)[1]));
    step.put("sse", Rig.mapping(keys));
    return new ConfigNode.Mapping(step, Position.flag("step"));
  }

  /// One stream, compiled and read to its end.
  Flight.Ending run(String path, String block, String... more) {
    return rig.run(call(path, block, more));
  }

  /// What the call has measured, of those that were sent the one with that number.
  Measures measures(int call) {
    return rig.metrics().calls[call].measures;
  }

  /// What the first call has measured.
  long total(int measure) {
    return measures(0).total(measure);
  }

  Histogram histogram(int measure) {
    return measures(0).histogram(measure);
  }

  @Override
  public void close() {
    rig.close();
    server.close();
  }
}
