package io.crankfire.http2;

import io.crankfire.metrics.Outcome;
import io.crankfire.net.Connection;
import io.crankfire.net.ConnectionHandler;
import io.crankfire.net.Connector;
import io.crankfire.net.Loop;
import io.crankfire.net.PhaseListener;
import io.crankfire.net.Timer;
import io.crankfire.protocol.Requester;
import io.crankfire.template.ByteSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 connection (RFC 9113), the client's end. Confined to its event loop.
final class Http2Connection implements ConnectionHandler, Http2Stream.Carrier {

  /*
   * A stream belongs to its connection from take() until it is freed: taken out of the table, its slot given to
   * whoever waits, and only then told of its end, since telling it begins the next in the same stack, mostly
   * over this connection. Nothing here is made for a stream: what is known of it stands in the stream itself.
   *
   * Frames gather while a read is handled, and go out when it has been; frames of what is begun at another time go
   * out when the loop is about to wait.
   */

  /// Our windows: so large that they never hold a server up, made wider when half of one is used.
  static final int WINDOW = 1 << 30;

  /// The largest id of a stream.
  private static final int LAST_ID = 0x7fff_ffff;

  /// A dynamic table of size 0 (RFC 7541 §6.3).
  private static final byte NO_TABLE = 0x20;

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private static final int[] SETTINGS = {
    0x1,
    0, // HEADER_TABLE_SIZE: each block speaks for itself
    0x2,
    0, // ENABLE_PUSH
    0x4,
    WINDOW, // INITIAL_WINDOW_SIZE
    0x6,
    FieldReader.LIMIT // MAX_HEADER_LIST_SIZE
  };

  private final Http2Pool pool;
  private final Loop loop;
  private final ServerFrames frames;
  private final FrameReader reader;
  private final PeerSettings peer = new PeerSettings();
  private final StreamTable streams = new StreamTable();
  private final ResetIds resets = new ResetIds();
  private final HeadTable heads = new HeadTable();
  private final ArrayDeque<Http2Stream> early = new ArrayDeque<>();
  private final Runnable flush = this::flushPutOff;
  private ArrayList<Requester.@Nullable Readiness> readiness = new ArrayList<>(1);
  private @Nullable Connection wire;
  private @Nullable Outflow outflow;
  private final Timer patience = new Timer(this::silent);
  private Connector.@Nullable Attempt attempt;
  private int nextId;
  private int begun;
  private boolean reading;
  private boolean flushing;
  private boolean draining;
  private boolean leaving;
  private boolean tableGivenUp;
  private boolean closed;
  private long reads;
  private @Nullable String farewell;
  private int farewellCode = -1;

  /// @param firstId of the first stream: 1
  Http2Connection(Http2Pool pool, Loop loop, FieldMemo memo, int firstId) {
    this.pool = pool;
    this.loop = loop;
    frames = new ServerFrames(this, new FieldReader(memo), loop);
    reader = new FrameReader(frames, FieldReader.LIMIT);
    nextId = firstId;
  }

  /// Makes the connection.
  void open(Connector connector, PhaseListener phases) {
    attempt = connector.open(pool.target(), pool.protocols(), this, phases);
  }

  /// Hears when the server has said what it allows, or that the connection could not be made.
  void whenReady(Requester.Readiness whenReady) {
    readiness.add(whenReady);
  }

  // Its streams

  /// Streams that are under way or about to be.
  int active() {
    return streams.size() + early.size();
  }

  /// Whether another stream can be begun now.
  boolean hasRoom() {
    return !draining && active() < pool.streams(peer);
  }

  /// Whether it is open, or being made, and takes streams at least when some have ended.
  boolean isUsable() {
    return !draining;
  }

  /// Whether the server has said what it allows.
  boolean isReady() {
    return peer.known() && !draining;
  }

  /// What the server has said of itself.
  PeerSettings peer() {
    return peer;
  }

  /// The server has said that it takes no more streams, and so does not count.
  boolean leaving() {
    return leaving;
  }

  /// Begins a stream, at once or when the connection is made. There is room for it.
  void take(Http2Stream stream) {
    stream.under(stream.exchange(), this);
    boolean maybe = stream.tunnels() && !peer.connectProtocol();
    if (wire == null || maybe) {
      stream.id = 0;
      early.add(stream);
      if (peer.known()) {
        loop.execute(this::beginTunnels);
      }
    } else {
      begin(stream);
    }
  }

  private void begin(Http2Stream stream) {
    int id = nextId;
    nextId += 2;
    if (begun++ > 0) {
      pool.reused();
    }
    stream.id = id;
    stream.window = peer.initialWindow();
    stream.requested = false;
    stream.responding = false;
    stream.expected = -1;
    stream.received = 0;
    stream.interim = 0;
    stream.begunAt = reads;
    streams.put(id, stream);
    if (nextId < 0 || nextId > LAST_ID - 2 || !pool.keeps(begun)) {
      retire();
    }
    stream.begin();
    flushSoon();
  }

  /// The server has said whether streams may become tunnels (RFC 8441 §3).
  private void beginTunnels() {
    for (int left = early.size(); left > 0 && !early.isEmpty() && !closed; left--) {
      Http2Stream stream = early.remove();
      if (draining) {
        pool.again(stream);
      } else if (peer.connectProtocol()) {
        stream.exchange().written(loop.now());
        begin(stream);
      } else {
        end(
            stream,
            Outcome.PROTOCOL_ERROR,
            "the server offers no WebSockets over HTTP/2: its settings have no"
                + " ENABLE_CONNECT_PROTOCOL (RFC 8441)",
            -1);
      }
    }
  }

  /// Takes no more streams, and closes when it has none.
  private void retire() {
    if (!draining) {
      draining = true;
      pool.retired(this);
    }
  }

  @Override
  public void writeHead(Http2Stream stream, byte[] block, int from, int to, boolean last) {
    Outflow flow = outflow;
    if (flow == null || stream.id == 0) {
      return;
    }
    if (peer.tableShrunk() && !tableGivenUp) {
      tableGivenUp = true;
      byte[] saying = new byte[1 + to - from];
      saying[0] = NO_TABLE;
      System.arraycopy(block, from, saying, 1, to - from);
      writeHead(stream, saying, 0, saying.length, last);
      return;
    }
    ByteSink out = flow.frames();
    int before = out.size();
    int most = Math.min(peer.maxFrame(), Frame.LARGEST);
    int end = last ? Frame.END_STREAM : 0;
    int at = Math.min(to, from + most);
    int flags = end | (at == to ? Frame.END_HEADERS : 0);
    Frame.write(out, Frame.HEADERS, flags, stream.id, block, from, at);
    while (at < to) {
      int next = Math.min(to, at + most);
      flags = next == to ? Frame.END_HEADERS : 0;
      Frame.write(out, Frame.CONTINUATION, flags, stream.id, block, at, next);
      at = next;
    }
    stream.requested = last;
    stream.sent(out.size() - before);
    flushSoon();
  }

  @Override
  public void writeConstantHead(Http2Stream stream, byte[] block, boolean last) {
    boolean lost = outflow == null || stream.id == 0;
    ByteSink shorter = lost || peer.tableShrunk() ? null : heads.shorter(block);
    if (shorter == null) {
      writeHead(stream, block, 0, block.length, last);
    } else {
      writeHead(stream, shorter.array(), 0, shorter.size(), last);
    }
  }

  @Override
  public void write(
      Http2Stream stream, byte[] bytes, int from, int to, boolean lasting, boolean last) {
    Outflow flow = outflow;
    if (flow != null && stream.id != 0) {
      flow.send(stream, bytes, from, to, lasting, last);
      flushSoon();
    }
  }

  /// Gives a stream up.
  void cancel(Http2Stream stream, Outcome outcome, String detail) {
    if (stream.id == 0) {
      early.remove(stream);
      if (early.isEmpty() && readiness.isEmpty()) {
        closeNow(); // nobody wants it any more
      }
      boolean late = outcome.equals(Outcome.TIMEOUT);
      end(stream, late ? Outcome.CONNECT_TIMEOUT : outcome, "no connection yet: " + detail, -1);
    } else {
      reset(stream, ErrorCode.CANCEL);
      fail(stream, outcome, detail, -1);
    }
  }

  private void reset(Http2Stream stream, int code) {
    Outflow flow = outflow;
    if (flow != null) {
      Frame.writeNumber(flow.frames(), Frame.RST_STREAM, stream.id, code);
      resets.add(stream.id);
      flushSoon();
    }
  }

  /// Takes a stream out; its slot is free.
  private void free(Http2Stream stream) {
    Outflow flow = outflow;
    if (flow != null) {
      flow.forget(stream);
    }
    frames.forget(stream);
    streams.remove(stream.id);
    stream.id = 0;
  }

  void fail(Http2Stream stream, Outcome outcome, String detail, int code) {
    free(stream);
    end(stream, outcome, detail, code);
  }

  private void end(Http2Stream stream, Outcome outcome, String detail, int code) {
    stream.under(null, null);
    stream.errorCode(code);
    released();
    stream.failed(outcome, detail);
  }

  /// A slot is free, or there are more.
  void released() {
    if (draining) {
      if (active() == 0 && !closed) {
        closeGently();
      }
    } else if (wire != null) {
      pool.released(this);
    }
  }

  /// The rules were broken within a stream, of which only it is the victim.
  void streamError(Http2Stream stream, Outcome outcome, int code, String detail) {
    reset(stream, code);
    fail(stream, outcome, detail, code);
  }

  // What comes

  @Override
  public void connected(Connection made) {
    attempt = null;
    String fault = pool.refusal(made);
    if (fault != null) {
      made.close();
      closeNow();
      giveUp(Outcome.PROTOCOL_ERROR, fault, -1);
      return;
    }
    wire = made;
    Outflow flow = new Outflow(made);
    outflow = flow;
    pool.opened();
    ByteSink out = flow.frames();
    out.write(PREFACE);
    int at = Frame.begin(out, 3 * SETTINGS.length, Frame.SETTINGS, 0, 0);
    for (int i = 0; i < SETTINGS.length; i += 2) {
      out.array()[at + 1] = (byte) SETTINGS[i];
      out.array()[at] = 0;
      Frame.writeInt(out.array(), at + 2, SETTINGS[i + 1]);
      at += 6;
    }
    Frame.writeNumber(out, Frame.WINDOW_UPDATE, 0, WINDOW - 65_535);
    long now = loop.now();
    if (!readiness.isEmpty()) {
      loop.arm(patience, now + pool.patienceNanos());
    }
    for (int left = early.size(); left > 0 && !draining; left--) {
      Http2Stream stream = early.remove();
      if (stream.tunnels()) {
        early.add(stream); // until the server has said that it may
      } else {
        stream.exchange().written(now);
        begin(stream);
      }
    }
    while (draining && !early.isEmpty()) { // the connection carries fewer than came for it
      pool.again(early.remove());
    }
    flow.flush();
    released();
  }

  @Override
  public void received(Connection from, byte[] buffer, int offset, int length) {
    reads++;
    reading = true;
    try {
      reader.read(buffer, offset, offset + length);
    } finally {
      reading = false;
    }
    Outflow flow = outflow;
    if (flow != null && !closed) {
      flow.flush();
    }
  }

  @Override
  public void drained(Connection connection) {
    Outflow flow = outflow;
    if (flow != null && !closed) {
      flow.flush();
      reading = true; // what streams write as they go on goes out together
      flow.goOn();
      reading = false;
      flow.flush();
    }
  }

  private void flushSoon() {
    if (!reading && !flushing) {
      flushing = true;
      loop.beforeWait(flush);
    }
  }

  private void flushPutOff() {
    flushing = false;
    Outflow flow = outflow;
    if (flow != null && !closed) {
      flow.flush();
    }
  }

  // What frames are about

  /// Whether it is made and not closed.
  boolean isOpen() {
    return outflow != null && !closed;
  }

  /// What it sends, as long as it is open; null before it is made.
  @Nullable Outflow outflow() {
    return outflow;
  }

  /// A stream that is under way; null if there is none of that number.
  @Nullable Http2Stream stream(int id) {
    return streams.get(id);
  }

  /// All streams that have begun and not ended.
  Http2Stream[] begunStreams() {
    return streams.above(0);
  }

  /// Whether a stream of that number cannot have begun.
  boolean neverBegan(int id) {
    return (id & 1) == 0 || id >= nextId;
  }

  /// Whether we may have reset the stream, so that what was on its way still comes.
  boolean mayHaveReset(int id) {
    return resets.mayHave(id);
  }

  /// The server has said what it allows.
  ///
  /// @param first whether for the first time
  void settled(boolean first) {
    pool.settled(peer);
    if (first) {
      tellReady(Outcome.OK, "");
      beginTunnels();
    }
    if (!closed) {
      released();
    }
  }

  /// The response is here, all of it.
  void complete(Http2Stream stream) {
    if (stream.expected > 0) {
      streamError(
          stream,
          Outcome.PROTOCOL_ERROR,
          ErrorCode.PROTOCOL_ERROR,
          "a body that is " + stream.expected + " bytes shorter than its Content-Length");
      return;
    }
    if (stream.tunnels() && stream.unsent.isEmpty()) {
      write(stream, PREFACE, 0, 0, true, true);
    }
    if (!stream.requested) {
      reset(stream, ErrorCode.NO_ERROR); // nobody wants the rest of the request
    }
    free(stream);
    stream.under(null, null);
    released();
    stream.ended();
  }

  /// The server has not looked at a stream: it is sent again, elsewhere if need be.
  void refused(Http2Stream stream) {
    free(stream);
    pool.resend(stream);
    released();
  }

  // The end

  /// The server takes no more streams.
  ///
  /// @param last the last one that it has looked at
  /// @param text what it says of it, for a person
  void sentAway(int last, int code, String text) {
    farewell = text;
    farewellCode = code;
    if (!leaving) {
      leaving = true;
      pool.leaves(this);
    }
    draining = true;
    Http2Stream[] unseen = streams.above(last);
    for (Http2Stream stream : unseen) {
      free(stream);
    }
    for (Http2Stream stream : unseen) {
      if (stream.resent < Http2Pool.RESENT_AT_MOST) {
        pool.resend(stream);
      } else {
        end(stream, Outcome.CONNECTION_CLOSED, "sent away too often: " + farewell, code);
      }
    }
    tellReady(Outcome.CONNECTION_CLOSED, String.valueOf(farewell));
    released();
  }

  /// How far its response has come, for messages.
  static String where(Http2Stream stream) {
    return stream.responding ? "within the response" : "before the response";
  }

  /// The server broke the rules: says so, and is closed.
  void violated(int code, String detail) {
    if (closed) {
      return;
    }
    Outflow flow = outflow;
    if (flow != null) {
      Frame.writeGoAway(flow.frames(), code, detail);
      flow.flush();
    }
    closeNow();
    giveUp(Outcome.PROTOCOL_ERROR, detail, code);
  }

  @Override
  public void ended(Connection from) {
    lost(Outcome.CONNECTION_CLOSED, "closed by the server");
  }

  @Override
  public void failed(Connection from, Outcome how, String detail) {
    if (wire == null) {
      closeNow();
      boolean declined = detail.contains("no_application_protocol"); // RFC 7301 §3.2
      giveUp(how, declined ? "the server does not offer HTTP/2: " + detail : detail, -1);
    } else {
      lost(how, detail);
    }
  }

  /// The connection is gone. Of a kept one, streams of which the server cannot have known are sent
  /// again: nothing at all has come since they were begun.
  private void lost(Outcome how, String detail) {
    if (active() == 0) {
      closeNow();
      pool.closedIdle();
      tellReady(how, detail);
      return;
    }
    String said = farewell == null ? detail : detail + " after " + farewell;
    Http2Stream[] all = streams.above(0);
    Http2Stream[] never = early.toArray(Http2Stream[]::new);
    early.clear();
    closeNow();
    for (Http2Stream stream : all) {
      free(stream);
    }
    for (Http2Stream stream : never) {
      end(stream, how, said + " before its settings", farewellCode);
    }
    for (Http2Stream stream : all) {
      boolean crossed = farewell == null && stream.begunAt > 0 && stream.begunAt == reads;
      if (crossed && stream.resent < Http2Pool.RESENT_AT_MOST) {
        pool.resend(stream);
      } else {
        end(stream, how, said + " " + where(stream), farewellCode);
      }
    }
  }

  /// All streams fail, of a connection that is closed.
  private void giveUp(Outcome how, String detail, int code) {
    Http2Stream[] all = streams.above(0);
    for (Http2Stream stream : all) {
      free(stream);
    }
    Http2Stream[] never = early.toArray(Http2Stream[]::new);
    early.clear();
    tellReady(how, detail);
    for (Http2Stream stream : all) {
      end(stream, how, detail, code);
    }
    for (Http2Stream stream : never) {
      end(stream, how, detail, code);
    }
  }

  /// Somebody waits for the server to say what it allows, which it does not.
  private void silent() {
    if (!readiness.isEmpty() && !closed) {
      if (active() == 0) {
        closeNow();
      }
      tellReady(
          Outcome.CONNECT_TIMEOUT,
          "connected, but the server says nothing, as one that speaks HTTP/2 would");
    }
  }

  private void tellReady(Outcome outcome, String detail) {
    loop.disarm(patience);
    if (!readiness.isEmpty()) {
      ArrayList<Requester.@Nullable Readiness> told = readiness;
      readiness = new ArrayList<>(1);
      for (Requester.Readiness one : told) {
        if (one != null) {
          one.ready(outcome, detail);
        }
      }
    }
  }

  /// Says that it closes, and closes. Idempotent.
  void closeGently() {
    Outflow flow = outflow;
    if (!closed && flow != null) {
      Frame.writeGoAway(flow.frames(), ErrorCode.NO_ERROR, "");
      flow.flush();
    }
    closeNow();
  }

  private void closeNow() {
    if (closed) {
      return;
    }
    closed = true;
    reader.stop();
    if (attempt != null) {
      attempt.cancel();
      attempt = null;
    }
    if (wire != null) {
      wire.close();
    }
    draining = true;
    pool.gone(this);
  }
}
