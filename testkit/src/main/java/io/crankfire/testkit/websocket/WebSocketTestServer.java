package io.crankfire.testkit.websocket;

import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.Counts;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Request;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.Timer;
import io.crankfire.testkit.Wire;
import io.crankfire.testkit.Within;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// A WebSocket server on loopback whose every answer is scripted, and which counts for itself.
///
/// ```java
/// try (WebSocketTestServer server = WebSocketTestServer.start()) {
///   server.on("/slow", Endpoint.of(Talk.echo().after(Delay.logNormal(Duration.ofMillis(5), 0.4), 42)));
///   server.on("/refused", Response.status(403));
///   … server.url("/slow") …
///   assertEquals(sent, server.counts().messagesIn());
///   assertEquals(List.of(), server.violations());
/// }
/// ```
///
/// Requests and frames are read strictly: a client that breaks a rule gets `400` or a close frame,
/// and an entry in [#violations()]. Paths without a behaviour of their own echo. Thread-safe.
/// Closing ends all connections.
public final class WebSocketTestServer implements AutoCloseable {

  /*
   * An HttpTestServer, whose behaviours may take the connection over: one virtual thread a connection, which costs a
   * waiting connection some KiB of heap and no thread of the system. Delayed replies and pushes come from one timer
   * thread.
   */
  static final ScopedValue<WebSocketTestServer> CURRENT = ScopedValue.newInstance();
  private static final int KEPT_KEYS = 100_000;
  private static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();

  private final HttpTestServer http;
  private final boolean tls;
  private final WebSocketLedger ledger = new WebSocketLedger();
  private final Timer timer = new Timer(ledger::failure);
  private final Set<String> keys = new HashSet<>();

  private WebSocketTestServer(ServerSetup setup) {
    tls = setup.tls() != null;
    http = HttpTestServer.start(setup);
    otherwise(Endpoint.echo());
  }

  /// Starts a plain server on 127.0.0.1 and a free port.
  public static WebSocketTestServer start() {
    return start(ServerSetup.plain());
  }

  /// Starts a server.
  ///
  /// @throws java.io.UncheckedIOException when the address cannot be had
  public static WebSocketTestServer start(ServerSetup setup) {
    return new WebSocketTestServer(setup);
  }

  /// Answers this path with the behaviour from now on: an [Endpoint], or anything that answers
  /// HTTP. As [HttpTestServer#on].
  public WebSocketTestServer on(String path, Behavior behavior) {
    http.on(path, new Within<>(CURRENT, this, behavior));
    return this;
  }

  /// Answers all other paths with the behaviour from now on.
  public WebSocketTestServer otherwise(Behavior behavior) {
    http.otherwise(new Within<>(CURRENT, this, behavior));
    return this;
  }

  void serve(Endpoint endpoint, Request request, Wire wire)
      throws IOException, InterruptedException {
    Upgrade upgrade;
    try {
      upgrade = Upgrade.of(request);
    } catch (BrokenRule broken) {
      ledger.refused(broken.text());
      wire.send(Response.status(broken.code()).with("Sec-WebSocket-Version", "13"));
      return;
    }
    if (!isNew(upgrade.key())) {
      ledger.violation("upgrade request: key used before (§4.1): " + upgrade.key());
    }
    new Conversation(endpoint, upgrade, request, wire, ledger, timer).run();
  }

  private boolean isNew(String key) {
    synchronized (keys) {
      return keys.size() >= KEPT_KEYS || keys.add(key);
    }
  }

  /// `ws://127.0.0.1:port/`, or `wss`.
  public URI url() {
    return url("/");
  }

  /// The URL of a path.
  public URI url(String path) {
    return URI.create((tls ? "wss" : "ws") + http.url(path).toString().substring(tls ? 5 : 4));
  }

  /// The TCP port.
  ///
  /// @throws IllegalStateException on a Unix domain socket
  public int port() {
    return http.port();
  }

  /// What lies below: connections, upgrade requests, freezes.
  public HttpTestServer http() {
    return http;
  }

  /// All that was counted so far above HTTP.
  public WebSocketCounts counts() {
    return ledger.counts();
  }

  /// Waits until the counts are so.
  ///
  /// @throws IllegalStateException when they are not within ten seconds
  public WebSocketCounts await(Predicate<WebSocketCounts> condition) {
    long start = System.nanoTime();
    WebSocketCounts counts = counts();
    while (!condition.test(counts)) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new IllegalStateException("still " + counts);
      }
      LockSupport.parkNanos(200_000);
      counts = counts();
    }
    return counts;
  }

  /// The counts of what lies below.
  public Counts httpCounts() {
    return http.counts();
  }

  /// How often clients closed with each code; 1005 stands for a close without one.
  public Map<Integer, Long> closeCodes() {
    return ledger.closeCodes();
  }

  /// Begins to record, or stops and forgets. Recording costs a lock each.
  public WebSocketTestServer recordTimes(boolean on) {
    ledger.recordTimes(on);
    return this;
  }

  /// The recorded times from the arrival of each message to the moment its reply was given to the
  /// kernel, in the order of the replies: the delays that really were, not those that were
  /// intended.
  public long[] serviceNanos() {
    return ledger.replies();
  }

  /// How clients broke the protocol, HTTP's and this, the first 1000 cases of each.
  public List<String> violations() {
    List<String> all = new ArrayList<>(http.violations());
    all.addAll(ledger.violations());
    return all;
  }

  /// What behaviours and talks threw that was no [IOException]: bugs of a test.
  public List<Throwable> failures() {
    List<Throwable> all = new ArrayList<>(http.failures());
    all.addAll(ledger.failures());
    return all;
  }

  /// Ends all connections with RST; the server goes on.
  public void resetAll() {
    http.resetAll();
  }

  @Override
  public void close() {
    timer.close();
    http.close();
  }
}
