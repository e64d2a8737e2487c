package io.crankfire.http2;

import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.Phase;
import io.crankfire.net.Connection;
import io.crankfire.net.Loop;
import io.crankfire.net.PhaseListener;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Target;
import io.crankfire.protocol.Exchange;
import io.crankfire.protocol.Requester;
import io.crankfire.protocol.WorkerContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One worker's HTTP/2 connections to one target, for all protocols over HTTP/2. Confined to its
/// event loop.
///
/// With a limit of connections so many are made as soon as there is something for each, and the
/// least busy one gets the next stream. Without one there is a single connection, and another only
/// when all are full. A stream for which none has room waits, first come, first served.
public final class Http2Pool {

  /// How a connection is known to speak HTTP/2.
  public enum Agreement {
    /// By ALPN if it is encrypted (RFC 9113 §3.2), else by prior knowledge (§3.3).
    ALPN,
    /// By prior knowledge, whether or not it is encrypted.
    PRIOR_KNOWLEDGE
  }

  /// A stream is sent again no more often than this.
  static final int RESENT_AT_MOST = 5;

  /// Streams on a connection whose server has not said how many it allows (RFC 9113 §6.5.2).
  private static final int PRESUMED_STREAMS = 100;

  private static final List<String> H2 = List.of("h2");

  /// All pools of a worker, and what their connections have in common.
  private static final class All {
    private final Map<Key, Http2Pool> pools = new HashMap<>();
    private final FieldMemo memo = new FieldMemo();

    private record Key(Target target, Agreement agreement) {}
  }

  private final WorkerContext worker;
  private final Target target;
  private final Agreement agreement;
  private final FieldMemo memo;
  private final int limit;
  private final int mostStreams;
  private final int mostRequests;
  private final boolean keepAlive;
  private final ArrayList<Http2Connection> usable = new ArrayList<>();
  private final ArrayList<Http2Connection> retired = new ArrayList<>();
  private final ArrayDeque<Http2Stream> waiting = new ArrayDeque<>();
  private final ArrayList<PhaseListener> phases = new ArrayList<>();
  private final Runnable serve = this::serve;
  private int presumed = PRESUMED_STREAMS;
  private int counted;
  private boolean serving;
  private int firstId = 1;

  private Http2Pool(WorkerContext worker, Target target, Agreement agreement, FieldMemo memo) {
    this.worker = worker;
    this.target = target;
    this.agreement = agreement;
    this.memo = memo;
    Connections options = worker.connections();
    limit = worker.connectionLimit() == 0 ? Integer.MAX_VALUE : worker.connectionLimit();
    mostStreams = options.maxStreams() == 0 ? Integer.MAX_VALUE : options.maxStreams();
    keepAlive = options.keepAlive();
    int most = options.maxRequestsPerConnection();
    mostRequests = !keepAlive ? 1 : most == 0 ? Integer.MAX_VALUE : most;
  }

  /// The worker's pool for a target: the same for all who ask.
  public static Http2Pool of(WorkerContext worker, Target target) {
    return of(worker, target, Agreement.ALPN);
  }

  /// The worker's pool for a target, with connections that are known to speak HTTP/2 in that way.
  public static Http2Pool of(WorkerContext worker, Target target, Agreement agreement) {
    All all = worker.shared(All.class, All::new);
    Agreement how = target.secure() ? agreement : Agreement.PRIOR_KNOWLEDGE;
    return all.pools.computeIfAbsent(
        new All.Key(target, how), _ -> new Http2Pool(worker, target, how, all.memo));
  }

  /// Begins a stream for an exchange, at once or as soon as a connection is made or has room. The
  /// stream becomes the exchange's carrier.
  ///
  /// @param stream not under way
  public void send(Http2Stream stream, Exchange exchange) {
    exchange.carrier = stream;
    stream.under(exchange, null);
    stream.resent = 0;
    stream.again = false;
    stream.errorCode(-1);
    if (waiting.isEmpty()) {
      Http2Connection connection = choose(stream);
      if (connection != null) {
        give(connection, stream);
        return;
      }
    }
    stream.waitingSince = worker.loop().now();
    waiting.add(stream);
  }

  /// Gives a stream up: the server is told by RST_STREAM with CANCEL, the connection stays, and
  /// what still comes is passed over. The stream hears that it failed. Does nothing if it is not
  /// under way.
  public void cancel(Http2Stream stream, Outcome outcome, String detail) {
    if (stream.carrier() instanceof Http2Connection connection) {
      connection.cancel(stream, outcome, detail);
    } else if (waiting.remove(stream)) {
      stream.under(null, null);
      stream.failed(outcome, "no connection had room: " + detail);
    }
  }

  /// Makes one connection, unless there is one, and hears what the server allows.
  ///
  /// @param callIndex the call that its phases are counted for
  public void prepare(int callIndex, Requester.Readiness readiness) {
    Http2Connection connection = null;
    for (Http2Connection known : usable) {
      if (known.isReady()) {
        worker.loop().execute(() -> readiness.ready(Outcome.OK, ""));
        return;
      }
      connection = known;
    }
    if (connection == null) {
      connection = open(callIndex);
    }
    tell(connection, readiness);
  }

  private void tell(Http2Connection connection, Requester.Readiness readiness) {
    connection.whenReady((outcome, detail) -> {
      if (!keepAlive && connection.active() == 0) {
        connection.closeGently();
      }
      readiness.ready(outcome, detail);
    });
  }

  /// Takes a connection that was made elsewhere, whose server chose HTTP/2.
  ///
  /// @param readiness hears what the server allows, if anybody waits for that
  public void adopt(Connection made, Requester.@Nullable Readiness readiness) {
    Http2Connection connection = add();
    if (readiness != null) {
      tell(connection, readiness);
    }
    made.handler(connection);
    connection.connected(made);
  }

  /// Closes what is open if nothing else is there; the pool is then forgotten.
  ///
  /// @return whether nothing is left
  public boolean abandon() {
    boolean busy = !waiting.isEmpty() || !retired.isEmpty();
    for (Http2Connection connection : usable) {
      busy |= connection.active() > 0 || !connection.isReady();
    }
    if (!busy) {
      close();
      worker.shared(All.class, All::new).pools.remove(new All.Key(target, agreement));
    }
    return !busy;
  }

  /// Closes all connections; no stream is under way. Idempotent.
  public void close() {
    for (Http2Connection connection : List.copyOf(usable)) {
      connection.closeGently();
    }
    for (Http2Connection connection : List.copyOf(retired)) {
      connection.closeGently();
    }
  }

  // Where streams go

  /// The connection for the next stream: the least busy one that has room, or a new one; null if
  /// there can be none.
  private @Nullable Http2Connection choose(Http2Stream stream) {
    Http2Connection best = null;
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < usable.size() && least > 0; i++) {
      Http2Connection connection = usable.get(i);
      int active = connection.active();
      if (active < least && connection.hasRoom()) {
        best = connection;
        least = active;
      }
    }
    boolean another = limit == Integer.MAX_VALUE ? best == null : least > 0 && counted < limit;
    // Where a server allows no stream at all, another connection is of no use; but when all that it
    // said that on are gone, only another one can tell.
    return another && (presumed > 0 || usable.isEmpty())
        ? open(stream.exchange().callIndex())
        : best;
  }

  private void give(Http2Connection connection, Http2Stream stream) {
    connection.take(stream);
  }

  private Http2Connection open(int callIndex) {
    Http2Connection connection = add();
    connection.open(worker.connector(), phases(callIndex));
    return connection;
  }

  private Http2Connection add() {
    Http2Connection connection = new Http2Connection(this, worker.loop(), memo, firstId);
    counted++;
    usable.add(connection);
    return connection;
  }

  /// Where the phases of a connection made for a call are counted.
  private PhaseListener phases(int callIndex) {
    while (phases.size() <= callIndex) {
      int index = phases.size();
      phases.add((phase, nanos) -> worker.recorder().call(index).phase(phase).record(nanos));
    }
    return phases.get(callIndex);
  }

  /// Sends a stream again that the server has not looked at.
  void resend(Http2Stream stream) {
    worker.recorder().current().resent++;
    stream.resent++;
    again(stream);
  }

  /// Finds another connection for a stream.
  void again(Http2Stream stream) {
    stream.again = true;
    stream.id = 0;
    stream.under(stream.exchange(), null);
    stream.waitingSince = worker.loop().now();
    waiting.addFirst(stream);
    serveSoon();
  }

  private void serveSoon() {
    if (!serving && !waiting.isEmpty()) {
      serving = true;
      worker.loop().execute(serve);
    }
  }

  private void serve() {
    serving = false;
    while (!waiting.isEmpty()) {
      Http2Connection connection = choose(waiting.element());
      if (connection == null) {
        return;
      }
      giveNext(connection);
    }
  }

  private void giveNext(Http2Connection connection) {
    Http2Stream stream = waiting.remove();
    Exchange exchange = stream.exchange();
    long now = worker.loop().now();
    if (stream.again) {
      exchange.written(now);
    } else {
      exchange.sent(now);
      stream.again = true;
      worker
          .recorder()
          .call(exchange.callIndex())
          .phase(Phase.BLOCKED)
          .record(now - stream.waitingSince);
    }
    give(connection, stream);
  }

  // What connections tell

  Target target() {
    return target;
  }

  Loop loop() {
    return worker.loop();
  }

  /// What is offered by ALPN.
  List<String> protocols() {
    return target.secure() && agreement == Agreement.ALPN ? H2 : List.of();
  }

  /// Why a connection that was made cannot be used; null if it can.
  @Nullable String refusal(Connection made) {
    if (protocols().isEmpty() || made.applicationProtocol().equals("h2")) {
      return null;
    }
    String chosen = made.applicationProtocol();
    return "the server does not offer HTTP/2: of h2 it chose "
        + (chosen.isEmpty() ? "nothing" : chosen)
        + " (ALPN)";
  }

  /// How many streams a connection carries at once, by what its server has said.
  int streams(PeerSettings peer) {
    return Math.min(mostStreams, peer.known() ? peer.streams() : presumed);
  }

  /// Whether a connection that has carried so many streams may carry another.
  boolean keeps(int requests) {
    return requests < mostRequests;
  }

  /// How long to wait for the first word of a server.
  long patienceNanos() {
    return worker.connections().connectTimeout().toNanos();
  }

  /// A connection has been made.
  void opened() {
    worker.recorder().current().connectionsOpened++;
  }

  /// A connection carries another stream.
  void reused() {
    worker.recorder().current().connectionsReused++;
  }

  /// The server closed an idle connection.
  void closedIdle() {
    worker.recorder().current().connectionsClosedIdle++;
  }

  /// A server has said what it allows; the next connection will hear the same.
  void settled(PeerSettings peer) {
    presumed = peer.streams();
  }

  /// A connection has room.
  void released(Http2Connection connection) {
    while (!waiting.isEmpty() && connection.hasRoom()) {
      giveNext(connection);
    }
  }

  /// A connection takes no more streams, and closes when it has none.
  void retired(Http2Connection connection) {
    usable.remove(connection);
    retired.add(connection);
  }

  /// The server wants no more streams on a connection: another may be made in its place, as if it
  /// were closed.
  void leaves(Http2Connection connection) {
    if (usable.remove(connection)) {
      retired.add(connection);
    }
    counted--;
    serveSoon();
  }

  /// A connection is closed, or could not be made. Who waits for one gets it in the next turn,
  /// since whoever closed this one may be about to give them all up.
  void gone(Http2Connection connection) {
    usable.remove(connection);
    retired.remove(connection);
    if (!connection.leaving()) {
      counted--;
    }
    serveSoon();
  }
}
