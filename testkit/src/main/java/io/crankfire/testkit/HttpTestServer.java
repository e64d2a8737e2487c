package io.crankfire.testkit;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 server on loopback whose every answer is scripted, and which counts for itself.
///
/// ```java
/// try (HttpTestServer server = HttpTestServer.start()) {
///   server.on("/slow", Response.text("ok").after(Delay.logNormal(Duration.ofMillis(5), 0.4), 42));
///   server.on("/broken", Script.begin().send("HTTP/1.1 200 OK\r\nContent-Le").reset());
///   server.freezeBetween(Duration.ofSeconds(5), Duration.ofSeconds(1));
///   … server.url("/slow") …
///   assertEquals(sent, server.counts().received());
/// }
/// ```
///
/// Requests are read strictly: a client that breaks the protocol gets `400` and an entry in
/// [#violations()]. Paths without a behaviour of their own are answered with `200 ok`. Thread-safe.
/// Closing ends all connections and waits for their threads.
public final class HttpTestServer implements AutoCloseable {

  /*
   * One virtual thread a connection, blocking style, so that a behaviour reads from top to bottom. A waiting connection
   * costs a parked thread and a buffer of 1 KiB. See Connection for what makes the constant answer cheap.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ServerSetup setup;
  private final Routes<Behavior> routes = new Routes<>(Response.text("ok"));
  private final Gate gate = new Gate();
  private final Ledger ledger = new Ledger();
  private final Freezer freezer = new Freezer(gate);
  private final IdleTimer idle;
  private final Acceptor acceptor;

  private HttpTestServer(ServerSetup setup) {
    this.setup = setup;
    this.idle = new IdleTimer(setup.idleClose());
    this.acceptor = Acceptor.start(setup, new Serving());
  }

  /// Starts a plain server on 127.0.0.1 and a free port.
  public static HttpTestServer start() {
    return start(ServerSetup.plain());
  }

  /// Starts a server.
  ///
  /// @throws java.io.UncheckedIOException when the address cannot be had
  public static HttpTestServer start(ServerSetup setup) {
    return new HttpTestServer(setup);
  }

  /// Answers this path with the behaviour from now on. A path that ends with `/*` stands for all
  /// that begin so; an exact path goes before, and a longer prefix before a shorter.
  public HttpTestServer on(String path, Behavior behavior) {
    routes.on(path, behavior);
    return this;
  }

  /// Answers all other paths with the behaviour from now on.
  public HttpTestServer otherwise(Behavior behavior) {
    routes.otherwise(behavior);
    return this;
  }

  /// `http://127.0.0.1:port/`, or `https` and `[::1]`; for a Unix domain socket
  /// `http://localhost/`.
  public URI url() {
    return url("/");
  }

  /// The URL of a path.
  public URI url(String path) {
    return acceptor.url(path);
  }

  /// The TCP port.
  ///
  /// @throws IllegalStateException on a Unix domain socket
  public int port() {
    return acceptor.port();
  }

  /// Where the server listens.
  public SocketAddress address() {
    return acceptor.address();
  }

  /// Everything counted so far.
  public Counts counts() {
    return ledger.counts();
  }

  /// Complete requests for that path (without query). Of the paths after the first 1000 no count is
  /// kept.
  public long received(String path) {
    return ledger.receivedAt(path);
  }

  /// Complete requests by path; `(other)` are those after the first 1000 paths.
  public Map<String, Long> receivedByPath() {
    return ledger.byPath();
  }

  /// Waits until the counts are as described, and returns them.
  ///
  /// @throws IllegalStateException when they are not within ten seconds
  public Counts await(Predicate<Counts> condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Counts counts = counts();
      if (condition.test(counts)) {
        return counts;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("not within " + PATIENCE + ": " + counts);
      }
      LockSupport.parkNanos(200_000);
    }
  }

  /// Begins afresh to record when each request arrived and how long its answer took; false forgets
  /// and stops.
  public HttpTestServer recordTimes(boolean on) {
    ledger.recordTimes(on);
    return this;
  }

  /// The moment each request was complete, by [System#nanoTime()], in the order of their recording.
  public long[] arrivalNanos() {
    return ledger.arrivals();
  }

  /// The time in ns from each complete request to the moment before the last bytes of its answer
  /// went to the kernel, in the order of the answers: the delays that really were, not those that
  /// were intended.
  public long[] serviceNanos() {
    return ledger.services();
  }

  /// Keeps the last `count` requests with head and body; 0 stops. Costs the fast path.
  public HttpTestServer recordRequests(int count) {
    ledger.recordRequests(count);
    return this;
  }

  /// The requests kept, oldest first.
  public List<Request> requests() {
    return ledger.requests();
  }

  /// How clients broke the protocol, the first 1000 cases.
  public List<String> violations() {
    return ledger.violations();
  }

  /// What behaviours threw that was no [IOException]: bugs of a test, the first 1000.
  public List<Throwable> failures() {
    return ledger.failures();
  }

  /// Stops all answering; requests are still read, counted and kept waiting. Pauses nest.
  public void pause() {
    gate.shut();
  }

  /// Ends one [#pause()]; when it was the last, the waiting requests are released in their order;
  /// on several cores neighbours may overtake each other.
  public void resume() {
    gate.open();
  }

  /// How many answers a pause or freeze holds back now.
  public int heldBack() {
    return gate.waiters();
  }

  /// Stops all answering for a time from now on, and returns at once.
  public void freeze(Duration length) {
    freezeBetween(Duration.ZERO, length);
  }

  /// Stops all answering for a time, beginning some time from now, and returns at once.
  public void freezeBetween(Duration fromNow, Duration length) {
    freezer.schedule(fromNow, length);
  }

  /// The freezes that are over, as they really were.
  public List<Freeze> freezes() {
    return freezer.done();
  }

  /// A time without answers, by [System#nanoTime()].
  public record Freeze(long fromNanos, long toNanos) {}

  /// Ends all open connections with RST; the server goes on.
  public void resetAll() {
    acceptor.resetAll();
  }

  /// Ends all open connections with FIN (no close_notify); the server goes on.
  public void closeAll() {
    acceptor.closeAll();
  }

  private final class Serving implements Acceptor.Serving {
    @Override
    public void opened() {
      ledger.opened();
    }

    @Override
    public void closed() {
      ledger.closed();
    }

    @Override
    public void handshakeFailed() {
      ledger.handshakeFailed();
    }

    @Override
    public void failure(Throwable failure) {
      ledger.failure(failure);
    }

    @Override
    public void serve(Transport transport, Request.@Nullable TlsInfo tls, long number)
        throws IOException, InterruptedException {
      new Connection(transport, routes, gate, ledger, idle, number, tls, setup.bodyLimit()).serve();
    }
  }

  /// Ends the server: no more connections, the open ones closed, their threads gone.
  @Override
  public void close() {
    acceptor.close();
    freezer.close();
    idle.close();
  }
}
