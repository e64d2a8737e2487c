package io.crankfire.grpc;

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
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// Calls a server on loopback, and counts by the first call it compiled. Confined to one thread.
final class GrpcRig implements AutoCloseable {

  final EchoServer server;
  final Rig rig;
  private final GrpcProtocol protocol = new GrpcProtocol();
  private final Path set;

  GrpcRig() {
    this(Rig.transports().getLast());
  }

  GrpcRig(Transport transport) {
    this(transport, new EchoServer(), Connections.DEFAULT);
  }

  GrpcRig(Transport transport, EchoServer server, Connections connections) {
    this.server = server;
    rig = new Rig(transport, protocol, connections);
    try {
      Path folder = Files.createTempDirectory("grpc");
      set = Protos.set(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Compiles a step that calls a method of the service.
  ///
  /// @param block the lines `key: value` of its block `grpc`; several messages have semicolons
  ///   between, `none` is an empty list
  Call call(String method, String block, String... more) {
    return call(new Names(), Conduct.PLAIN, method, block, more);
  }

  Call call(Names names, Conduct conduct, String method, String block, String... more) {
    Problems problems = new Problems();
    Call call =
        protocol.compile(step(method, block, more), new Compiling(problems, names, conduct));
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(problems.all().toString());
    }
    return Objects.requireNonNull(call);
  }

  private ConfigNode.Mapping step(String method, String block, String... more) {
    Map<String, String> texts = new LinkedHashMap<>(Map.of("target", server.target()));
    for (int i = 0; i < more.length; i += 2) {
      texts.put(more[i], more[i + 1]);
    }
    Map<String, ConfigNode> step = new LinkedHashMap<>(Rig.mapping(texts).entries());
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("descriptor_set", set.toString());
    keys.put("service", "test.v1.Echo");
    keys.put("method", method);
    block
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .forEach(line -> keys.put(line.split(": ", 2)[0], line.split(": ", 2)[1]));
    Map<String, ConfigNode> entries = new LinkedHashMap<>(Rig.mapping(keys).entries());
    if (entries.get("messages") instanceof ConfigNode.Scalar list) {
      entries.put(
          "messages",
          new ConfigNode.Sequence(
              Stream.of(list.text().split(";", -1))
                  .filter(text -> !text.equals("none"))
                  .map(text -> (ConfigNode) new ConfigNode.Scalar(text, list.position()))
                  .toList(),
              list.position()));
    }
    if (entries.get("metadata") instanceof ConfigNode.Scalar list) {
      entries.put("metadata", metadata(list));
    }
    step.put("grpc", new ConfigNode.Mapping(entries, Position.flag("grpc")));
    return new ConfigNode.Mapping(step, Position.flag("step"));
  }

  /// `name = value, name = value`.
  private static ConfigNode metadata(ConfigNode.Scalar list) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    for (String pair : list.text().split(",", -1)) {
      String[] parts = pair.split(" = ", 2);
      ConfigNode value = new ConfigNode.Scalar(parts[1].strip(), list.position());
      ConfigNode before = entries.get(parts[0].strip());
      entries.put(
          parts[0].strip(),
          before == null
              ? value
              : new ConfigNode.Sequence(List.of(before, value), list.position()));
    }
    return new ConfigNode.Mapping(entries, list.position());
  }

  /// One call, compiled and made.
  Flight.Ending run(String method, String block, String... more) {
    return rig.run(call(method, block, more));
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
    try {
      Files.delete(set);
      Files.delete(set.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
