package io.crankfire.net;

import io.crankfire.plan.Connections;
import io.crankfire.plan.Pacing;
import io.crankfire.plan.Proxy;
import io.crankfire.plan.Target;
import io.crankfire.plan.TlsOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// An event loop driven by the test's own thread, and a connector on it.
final class Rig implements AutoCloseable {

  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);

  final Loop loop;
  private Duration timeout = Duration.ofSeconds(10);
  private Map<String, List<String>> given = Map.of();
  private @Nullable Proxy proxy;
  private @Nullable String source;
  private TlsContext tls = TlsContext.of(TlsOptions.DEFAULT);
  private Resolver.@Nullable Lookup lookup;
  private @Nullable Resolver resolver;
  private @Nullable Connector connector;

  Rig(LoopKind kind) {
    loop = kind.open();
  }

  Rig timeout(Duration timeout) {
    this.timeout = timeout;
    return this;
  }

  Rig given(Map<String, List<String>> given) {
    this.given = given;
    return this;
  }

  Rig proxy(Proxy proxy) {
    this.proxy = proxy;
    return this;
  }

  Rig source(String source) {
    this.source = source;
    return this;
  }

  Rig tls(TlsContext tls) {
    this.tls = tls;
    return this;
  }

  Rig lookup(Resolver.Lookup lookup) {
    this.lookup = lookup;
    return this;
  }

  Connector connector() {
    Connector made = connector;
    if (made == null) {
      Resolver names =
          lookup == null ? new Resolver(given) : new Resolver(given, lookup, Clock.SYSTEM);
      resolver = names;
      Connections options =
          new Connections(0, true, 0, timeout, given, proxy, source, TlsOptions.DEFAULT);
      made = new Connector(loop, names, options, tls);
      connector = made;
    }
    return made;
  }

  Connector.Attempt open(Target target, Heard heard) {
    loop.readClock();
    Connector.Attempt attempt = connector().open(target, heard, heard);
    if (!heard.events.isEmpty()) {
      throw new AssertionError("heard before open returned: " + heard.events);
    }
    return attempt;
  }

  /// Opens a connection and turns the loop until it is made or has failed.
  Heard settle(Target target) {
    return settle(target, new Heard());
  }

  Heard settle(Target target, Heard heard) {
    open(target, heard);
    await(() -> heard.isConnected() || heard.hasFailed());
    return heard;
  }

  /// Turns the loop until the condition holds.
  void await(BooleanSupplier condition) {
    long start = loop.readClock();
    while (!condition.getAsBoolean()) {
      turn();
      if (loop.readClock() - start > LIMIT_NANOS) {
        throw new AssertionError("it did not come true");
      }
    }
  }

  /// One turn that waits a few milliseconds at the most.
  void turn() {
    loop.turn(loop.readClock() + 5_000_000, Pacing.DEFAULT);
  }

  static Target http(String host, int port) {
    return new Target("http", host, port, null);
  }

  static Target https(String host, int port) {
    return new Target("https", host, port, null);
  }

  @Override
  public void close() {
    loop.close();
    if (resolver != null) {
      resolver.close();
    }
  }
}
