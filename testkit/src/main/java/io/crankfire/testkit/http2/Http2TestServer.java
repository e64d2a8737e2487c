package io.crankfire.testkit.http2;

import io.crankfire.testkit.Acceptor;
import io.crankfire.testkit.Request;
import io.crankfire.testkit.Routes;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.Transport;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A server of HTTP/2 on loopback whose every answer is scripted, and which counts for itself: with
/// prior knowledge (RFC 9113 §3.3), or over TLS whatever ALPN has come to, which is for the setup
/// to say (`TlsSetup.server().selecting("h2")`).
///
/// ```java
/// try (Http2TestServer server = Http2TestServer.start()) {
///   server.on("/slow", Http2Response.text("ok").after(Delay.logNormal(Duration.ofMillis(5), 0.4), 42));
///   server.on("/refused", (request, wire) -> wire.reset(ErrorCode.REFUSED_STREAM));
///   … server.url("/slow") …
///   assertEquals(sent, server.counts().received());
///   assertEquals(List.of(), server.violations());
/// }
/// ```
///
/// Requests are read strictly: a client that breaks a rule of RFC 9113 has its stream reset or gets
/// GOAWAY, and there is an entry in [#violations()]. Paths without a behaviour of their own are
/// answered with `200 ok`. Thread-safe. Closing ends all connections.
public final class Http2TestServer implements AutoCloseable {

  /*
   * One virtual thread a connection, which reads, and one a stream, which answers, blocking style, so that a behaviour
   * reads from top to bottom.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Routes<Http2Behavior> routes = new Routes<>(Http2Response.text("ok"));
  private final Http2Ledger ledger = new Http2Ledger();
  private final Acceptor acceptor;
  private volatile Http2Setup setup;

  private Http2TestServer(ServerSetup below, Http2Setup setup) {
    this.setup = setup;
    this.acceptor = Acceptor.start(below, new Serving());
  }

  /// Starts a plain server on 127.0.0.1 and a free port.
  public static Http2TestServer start() {
    return start(ServerSetup.plain(), Http2Setup.usual());
  }

  /// Starts a server.
  ///
  /// @throws java.io.UncheckedIOException when the address cannot be had
  public static Http2TestServer start(ServerSetup below, Http2Setup setup) {
    return new Http2TestServer(below, setup);
  }

  /// Begins all further connections so.
  public Http2TestServer beginning(Http2Setup newSetup) {
    setup = newSetup;
    return this;
  }

  /// Answers this path with the behaviour from now on. A path that ends with `/*` stands for all
  /// that begin so; an exact path goes before, and a longer prefix before a shorter.
  public Http2TestServer on(String path, Http2Behavior behavior) {
    routes.on(path, behavior);
    return this;
  }

  /// Answers all other paths with the behaviour from now on.
  public Http2TestServer otherwise(Http2Behavior behavior) {
    routes.otherwise(behavior);
    return this;
  }

  /// `http://127.0.0.1:port/`, or `https`.
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

  /// Everything counted so far.
  public Http2Counts counts() {
    return ledger.counts();
  }

  /// Waits until the counts are as described, and returns them.
  ///
  /// @throws IllegalStateException when they are not within ten seconds
  public Http2Counts await(Predicate<Http2Counts> condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Http2Counts counts = counts();
    while (!condition.test(counts)) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException("not within " + PATIENCE + ": " + counts);
      }
      LockSupport.parkNanos(200_000);
      counts = counts();
    }
    return counts;
  }

  /// How often clients reset a stream with each code.
  public Map<ErrorCode, Long> resets() {
    return ledger.resets();
  }

  /// How often clients said goodbye with each code.
  public Map<ErrorCode, Long> goAways() {
    return ledger.goAways();
  }

  /// Keeps the last `count` requests; 0 stops.
  public Http2TestServer recordRequests(int count) {
    ledger.recordRequests(count);
    return this;
  }

  /// The requests kept, oldest first.
  public List<Http2Request> requests() {
    return ledger.requests();
  }

  /// Begins afresh to record times, or stops and forgets. Recording costs a lock each.
  public Http2TestServer recordTimes(boolean on) {
    ledger.recordTimes(on);
    return this;
  }

  /// The recorded times in ns from each request's end to the first piece of its [Http2Flow].
  public long[] firstNanos() {
    return ledger.firsts();
  }

  /// The recorded times in ns between each two pieces of an [Http2Flow], as they were given to the
  /// kernel: those that really were, not those that were intended.
  public long[] gapNanos() {
    return ledger.gaps();
  }

  /// How clients broke the protocol, the first 1000 cases.
  public List<String> violations() {
    return ledger.violations();
  }

  /// What behaviours threw that was no [IOException]: bugs of a test, the first 1000.
  public List<Throwable> failures() {
    return ledger.failures();
  }

  /// Ends all open connections with RST; the server goes on.
  public void resetAll() {
    acceptor.resetAll();
  }

  /// Ends all open connections with FIN (no GOAWAY, no close_notify); the server goes on.
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
      ledger.failedHandshakes.increment();
    }

    @Override
    public void failure(Throwable failure) {
      ledger.failure(failure);
    }

    @Override
    public void serve(Transport transport, Request.@Nullable TlsInfo tls, long number)
        throws IOException {
      new Http2Connection(transport, setup, routes, ledger, tls, number).serve();
    }
  }

  @Override
  public void close() {
    acceptor.close();
  }
}
