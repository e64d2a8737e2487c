package io.crankfire.testkit.sse;

import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.Counts;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.Timer;
import io.crankfire.testkit.Within;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/// A server of event streams on loopback whose every answer is scripted, and which counts for
/// itself.
///
/// ```java
/// try (SseTestServer server = SseTestServer.start()) {
///   server.on("/prices", EventStream.endless(Delay.exponential(Duration.ofMillis(5)), 42));
///   server.on("/again", EventStream.of(10).atMostAtOnce(4));
///   … server.url("/again") …
///   assertEquals(List.of("", "4", "8"), server.lastEventIds());
/// }
/// ```
///
/// Paths without a behaviour of their own stream three events. Thread-safe. Closing ends all
/// connections.
public final class SseTestServer implements AutoCloseable {
  private static final ScopedValue<SseTestServer> CURRENT = ScopedValue.newInstance();

  private final HttpTestServer http;
  private final SseLedger ledger = new SseLedger();
  private final List<Throwable> bugs = Collections.synchronizedList(new ArrayList<>());
  private final Timer timer = new Timer(bugs::add);

  private SseTestServer(ServerSetup setup) {
    http = HttpTestServer.start(setup);
    otherwise(EventStream.of(3));
  }

  /// Starts a plain server on 127.0.0.1 and a free port.
  public static SseTestServer start() {
    return start(ServerSetup.plain());
  }

  /// Starts a server.
  ///
  /// @throws java.io.UncheckedIOException when the address cannot be had
  public static SseTestServer start(ServerSetup setup) {
    return new SseTestServer(setup);
  }

  /// The server that answers now.
  static SseTestServer current() {
    if (!CURRENT.isBound()) {
      throw new IllegalStateException("an event stream answers on an SseTestServer only");
    }
    return CURRENT.get();
  }

  /// Answers this path with the behaviour from now on: a stream, or anything that answers HTTP. As
  /// [HttpTestServer#on].
  public SseTestServer on(String path, Behavior behavior) {
    http.on(path, new Within<>(CURRENT, this, behavior));
    return this;
  }

  /// Answers all other paths with the behaviour from now on.
  public SseTestServer otherwise(Behavior behavior) {
    http.otherwise(new Within<>(CURRENT, this, behavior));
    return this;
  }

  SseLedger ledger() {
    return ledger;
  }

  Timer timer() {
    return timer;
  }

  /// `http://127.0.0.1:port/`, or `https`.
  public URI url() {
    return http.url();
  }

  /// The URL of a path.
  public URI url(String path) {
    return http.url(path);
  }

  /// What lies below: requests and bodies, freezes, resets.
  public HttpTestServer http() {
    return http;
  }

  /// What was counted so far of connections and requests. A stream is answered once its end is
  /// written; one that the client leaves is not.
  public Counts counts() {
    return http.counts();
  }

  /// Waits until the counts are so.
  ///
  /// @throws IllegalStateException when they are not within ten seconds
  public Counts await(Predicate<Counts> condition) {
    return http.await(condition);
  }

  /// Event streams begun.
  public long streams() {
    return ledger.streams();
  }

  /// Events of [EventStream] and [TokenStream], counted before they are written.
  public long events() {
    return ledger.events();
  }

  /// The `Last-Event-ID` of the last thousand streams in their order, empty for one without.
  public List<String> lastEventIds() {
    return ledger.lastEventIds();
  }

  /// Begins to record, or stops and forgets. Recording costs a lock each.
  public SseTestServer recordTimes(boolean on) {
    ledger.recordTimes(on);
    return this;
  }

  /// The recorded times from the arrival of each request to the moment its first event was given to
  /// the kernel: the delays that really were.
  public long[] firstNanos() {
    return ledger.firsts();
  }

  /// The recorded times between each two events of a stream, as they were given to the kernel.
  public long[] gapNanos() {
    return ledger.gaps();
  }

  /// How clients broke the protocol, the first 1000 cases.
  public List<String> violations() {
    return http.violations();
  }

  /// What behaviours threw that was no [java.io.IOException]: bugs of a test.
  public List<Throwable> failures() {
    List<Throwable> all = new ArrayList<>(http.failures());
    synchronized (bugs) {
      all.addAll(bugs);
    }
    return all;
  }

  @Override
  public void close() {
    timer.close();
    http.close();
  }
}
