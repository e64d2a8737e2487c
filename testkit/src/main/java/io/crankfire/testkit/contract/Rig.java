package io.crankfire.testkit.contract;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.metrics.CallMetrics;
import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.Recorder;
import io.crankfire.metrics.WorkerMetrics;
import io.crankfire.net.Clock;
import io.crankfire.net.Connector;
import io.crankfire.net.EpollLoop;
import io.crankfire.net.Loop;
import io.crankfire.net.NioLoop;
import io.crankfire.net.Resolver;
import io.crankfire.net.TlsContext;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Pacing;
import io.crankfire.plan.Transport;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.Protocol;
import io.crankfire.protocol.Requester;
import io.crankfire.protocol.WorkerContext;
import io.crankfire.template.Conduct;
import io.crankfire.template.Names;
import io.crankfire.template.Variables;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// One requester on one event loop, driven by the test's own thread instead of an engine. Confined
/// to that thread.
public final class Rig implements AutoCloseable {

  private static final int MOST_CALLS = 600;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final Loop loop;
  private final Resolver resolver;
  private final Recorder recorder = new Recorder(new WorkerMetrics(MOST_CALLS));
  private final IdentityHashMap<Call, Integer> calls = new IdentityHashMap<>();
  private final Requester requester;
  private final List<Flight> flights = new ArrayList<>();

  /// A requester with connections made in that way; their limit is the requester's own.
  public Rig(Transport transport, Protocol protocol, Connections connections) {
    loop = transport == Transport.EPOLL ? new EpollLoop(Clock.SYSTEM) : new NioLoop(Clock.SYSTEM);
    resolver = new Resolver(connections.resolve());
    Connector connector =
        new Connector(loop, resolver, connections, TlsContext.of(connections.tls()));
    requester =
        protocol.open(
            new WorkerContext(loop, connector, connections, connections.limit(), recorder));
  }

  /// The event loops that work on this machine.
  public static List<Transport> transports() {
    return Stream.of(Transport.NIO, Transport.EPOLL)
        .filter(kind -> kind == Transport.NIO || EpollLoop.available())
        .toList();
  }

  /// Compiles a step.
  ///
  /// @throws IllegalArgumentException with all that is wrong with it
  public static Call compile(Protocol protocol, Map<String, String> step) {
    return compile(protocol, step, new Names(), Conduct.PLAIN);
  }

  /// Compiles a step whose placeholders can mean `names`.
  ///
  /// @throws IllegalArgumentException with all that is wrong with it
  public static Call compile(
      Protocol protocol, Map<String, String> step, Names names, Conduct conduct) {
    Problems problems = new Problems();
    Call call = protocol.compile(mapping(step), new Compiling(problems, names, conduct));
    if (call == null || !problems.isEmpty()) {
      throw new IllegalArgumentException(problems.all().toString());
    }
    return call;
  }

  /// A step's values as if they had been written in a file. `headers` is one text, a line for each;
  /// a key such as `sse.until` is the key of a block.
  public static ConfigNode.Mapping mapping(Map<String, String> step) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    Map<String, Map<String, ConfigNode>> blocks = new LinkedHashMap<>();
    step.forEach((key, value) -> {
      Position at = Position.flag("--" + key);
      int dot = key.indexOf('.');
      if (dot >= 0) {
        blocks
            .computeIfAbsent(key.substring(0, dot), _ -> new LinkedHashMap<>())
            .put(key.substring(dot + 1), scalar(value, at));
      } else {
        entries.put(key, key.equals("headers") ? headers(value, at) : scalar(value, at));
      }
    });
    blocks.forEach(
        (key, block) -> entries.put(key, new ConfigNode.Mapping(block, Position.flag("--" + key))));
    return new ConfigNode.Mapping(entries, Position.flag("step"));
  }

  private static ConfigNode headers(String lines, Position at) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    lines
        .lines()
        .forEach(line -> {
          int colon = line.indexOf(':');
          entries.put(line.substring(0, colon), scalar(line.substring(colon + 1), at));
        });
    return new ConfigNode.Mapping(entries, at);
  }

  private static ConfigNode scalar(String text, Position at) {
    return new ConfigNode.Scalar(text, at);
  }

  public Loop loop() {
    return loop;
  }

  public Requester requester() {
    return requester;
  }

  /// What the requester has counted.
  public WorkerMetrics metrics() {
    return recorder.current();
  }

  /// The call's index in the plan, if there were one.
  int index(Call call) {
    Integer known = calls.get(call);
    if (known == null) {
      known = calls.size();
      calls.put(call, known);
      if (!call.measures().isEmpty()) {
        recorder.current().calls[known] = new CallMetrics(call.measures());
      }
    }
    return known;
  }

  /// An exchange that has not begun.
  public Flight flight() {
    return flight(new Variables(new Names(), 0, Clock::epochMillis));
  }

  /// An exchange of a session that knows `variables`, and that has not begun.
  public Flight flight(Variables variables) {
    Flight flight = new Flight(this, variables);
    flights.add(flight);
    return flight;
  }

  /// An exchange that has ended for good, of those that are given up at the end.
  void forget(Flight flight) {
    flights.remove(flight);
  }

  /// One exchange from its beginning to its end.
  public Flight.Ending run(Call call) {
    Flight flight = flight();
    Flight.Ending ending = flight.send(call).await();
    flights.remove(flight);
    return ending;
  }

  /// Makes a connection to the call's target and says what came of it.
  public Outcome prepare(Call call) {
    List<Outcome> answers = new ArrayList<>();
    requester.prepare(call, (outcome, _) -> answers.add(outcome));
    await(() -> !answers.isEmpty());
    turn();
    if (answers.size() > 1) {
      throw new AssertionError("ready more than once: " + answers);
    }
    return answers.getFirst();
  }

  /// One turn that waits a few milliseconds at the most; exchanges whose time is over are given up.
  public void turn() {
    loop.turn(loop.readClock() + 5_000_000, Pacing.DEFAULT);
    for (int i = 0; i < flights.size(); i++) {
      flights.get(i).expire(loop.now());
    }
  }

  /// Turns the loop until the condition holds.
  public void await(BooleanSupplier condition) {
    long start = loop.readClock();
    while (!condition.getAsBoolean()) {
      turn();
      if (loop.readClock() - start > PATIENCE_NANOS) {
        throw new AssertionError("it did not come true");
      }
    }
  }

  /// Turns the loop for a time.
  public void turnFor(long millis) {
    long end = loop.readClock() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (loop.readClock() < end) {
      turn();
    }
  }

  /// Gives up what is under way and closes the requester and the loop.
  ///
  /// @throws AssertionError if the requester leaves a connection open
  @Override
  public void close() {
    for (Flight flight : List.copyOf(flights)) {
      flight.afterwards(() -> {}).cancel(Outcome.INTERRUPTED);
    }
    requester.close();
    int open = loop.openConnections();
    loop.close();
    resolver.close();
    if (open != 0) {
      throw new AssertionError("the requester was closed and left open connections: " + open);
    }
  }
}
