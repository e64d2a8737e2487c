package io.crankfire.websocket;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.metrics.Measures;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.protocol.Compiling;
import io.crankfire.template.Conduct;
import io.crankfire.template.Names;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.websocket.WebSocketTestServer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A scripted server and a requester to talk to it. Confined to the test's thread.
final class WebSocketRig implements AutoCloseable {

  final WebSocketTestServer server = WebSocketTestServer.start();
  Rig rig = new Rig(Rig.transports().getLast(), new WebSocketProtocol(), Connections.DEFAULT);

  void connections(Connections connections) {
    rig.close();
    rig = new Rig(Rig.transports().getLast(), new WebSocketProtocol(), connections);
  }

  /// Compiles a step with such a block, of keys and values in turn.
  Call call(String path, Object... block) {
    return call(path, Conduct.PLAIN, block);
  }

  Call call(String path, Conduct conduct, Object... block) {
    Map<String, Object> step = new LinkedHashMap<>();
    step.put("target", server.url(path).toString());
    step.put("timeout", "10s");
    step.put("websocket", keys(block));
    Problems problems = new Problems();
    Call call =
        new WebSocketProtocol()
            .compile(
                (ConfigNode.Mapping) node(step), new Compiling(problems, new Names(), conduct));
    if (call == null) {
      throw new IllegalArgumentException(problems.all().toString());
    }
    return call;
  }

  /// What is wrong with such a block.
  List<String> faults(Object... block) {
    Problems problems = new Problems();
    Map<String, Object> step =
        new LinkedHashMap<>(Map.of("target", "ws://h/", "websocket", keys(block)));
    var _ =
        new WebSocketProtocol()
            .compile(
                (ConfigNode.Mapping) node(step),
                new Compiling(problems, new Names(), Conduct.PLAIN));
    return problems.all().stream().map(problem -> problem.message()).toList();
  }

  static Map<String, Object> keys(Object... pairs) {
    Map<String, Object> keys = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      keys.put((String) pairs[i], pairs[i + 1]);
    }
    return keys;
  }

  private static ConfigNode node(Object value) {
    Position at = Position.flag("--test");
    if (value instanceof Map<?, ?> keys) {
      Map<String, ConfigNode> entries = new LinkedHashMap<>();
      keys.forEach((key, inner) -> entries.put((String) key, node(inner)));
      return new ConfigNode.Mapping(entries, at);
    }
    if (value instanceof List<?> list) {
      List<ConfigNode> items = new ArrayList<>();
      list.forEach(item -> items.add(node(item)));
      return new ConfigNode.Sequence(items, at);
    }
    return new ConfigNode.Scalar(String.valueOf(value), at);
  }

  /// What was measured of the call that was sent first.
  Measures measures() {
    return rig.metrics().calls[0].measures;
  }

  long total(int measure) {
    return measures().total(measure);
  }

  @Override
  public void close() {
    rig.close();
    server.close();
  }
}
