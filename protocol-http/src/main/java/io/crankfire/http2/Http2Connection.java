package io.crankfire.http2;

import io.crankfire.metrics.Outcome;
import io.crankfire.net.Connection;
import io.crankfire.net.ConnectionHandler;
import io.crankfire.net.Connector;
import io.crankfire.net.Loop;
import io.crankfire.net.PhaseListener;
import io.crankfire.net.Timer;
import io.crankfire.protocol.Exchange;
import io.crankfire.protocol.Requester;
import io.crankfire.template.ByteSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// One HTTP/2 connection (RFC 9113), the client's end. Confined to its event loop.
final class Http2Connection
    implements ConnectionHandler, FrameReader.Listener, Http2Stream.Carrier {

  /*
   * A stream belongs to its connection from take() until it is freed: taken out of the table, its slot given to
   * whoever waits, and only then told of its end, since telling it begins the next in the same stack, mostly
   * over this connection. Nothing here is made for a stream: what is known of it stands in the stream itself.
   *
   * Frames gather while a read is handled, and go out when it has been; frames of what is begun at another time go
   * out when the loop is about to wait.
   */

  /// Interim heads (1xx) of one response above this number are an error.
  private static final int MAX_INTERIM = 100;

  /// Our windows: so large that they never hold a server up, made wider when half of one is used.
  private static final int WINDOW = 1 << 30;

  /// Frames that nothing comes of, at once; and how many more a second.
  private static final int IDLE_FRAMES = 10_000;

  private static final long NANOS_PER_IDLE_FRAME = 10_000_000;

  /// What may gather for a server that reads nothing.
  private static final int BACKLOG = 1 << 20;

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
  private final FieldReader fields;
  private final FrameReader reader = new FrameReader(this, FieldReader.LIMIT);
  private final PeerSettings peer = new PeerSettings();
  private final StreamTable streams = new StreamTable();
  private final ResetIds resets = new ResetIds();
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
  private long received;
  private int idleFrames;
  private long idleSince;
  private @Nullable String farewell;
  private int farewellCode = -1;

  // The DATA frame that is coming:
  private @Nullable Http2Stream receiving;

  /// @param firstId of the first stream: 1
  Http2Connection(Http2Pool pool, Loop loop, FieldMemo memo, int firstId) {
    this.pool = pool;
    this.loop = loop;
    fields = new FieldReader(memo);
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
  @SuppressWarnings("ReferenceEquality") // that stream and no other
  private void free(Http2Stream stream) {
    Outflow flow = outflow;
    if (flow != null) {
      flow.forget(stream);
    }
    if (receiving == stream) {
      receiving = null;
    }
    streams.remove(stream.id);
    stream.id = 0;
  }

  private void fail(Http2Stream stream, Outcome outcome, String detail, int code) {
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
  private void released() {
    if (draining) {
      if (active() == 0 && !closed) {
        closeGently();
      }
    } else if (wire != null) {
      pool.released(this);
    }
  }

  /// The rules were broken within a stream, of which only it is the victim.
  private void streamError(Http2Stream stream, Outcome outcome, int code, String detail) {
    reset(stream, code);
    fail(stream, outcome, detail, code);
  }

  /// The response is here, all of it.
  private void complete(Http2Stream stream) {
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
    idleSince = now;
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

  /// A stream that frames come for; null if they are for none, which is a fault or is passed over.
  private @Nullable Http2Stream find(int id, int type) {
    Http2Stream stream = streams.get(id);
    if (stream == null) {
      if ((id & 1) == 0 || id >= nextId) {
        violated(
            ErrorCode.PROTOCOL_ERROR,
            "a " + Frame.name(type) + " frame for stream " + id + ", which was never begun");
      } else if (!resets.mayHave(id)) {
        violated(
            ErrorCode.STREAM_CLOSED,
            "a " + Frame.name(type) + " frame for stream " + id + ", which has ended");
      }
    }
    return stream;
  }

  @Override
  public void headers(int id, byte[] b, int from, int to, int bytes, boolean last) {
    Http2Stream stream = find(id, Frame.HEADERS);
    if (closed) {
      return;
    }
    boolean trailers = stream != null && stream.responding;
    FieldSection section = fields.read(b, from, to, trailers);
    if (section == null && fields.isCompressionError()) {
      violated(ErrorCode.COMPRESSION_ERROR, String.valueOf(fields.fault()));
    } else if (stream == null) {
      nothing(); // an answer that nobody waits for any more
    } else {
      Exchange exchange = stream.exchange();
      exchange.bytesIn += bytes;
      exchange.firstByte(loop.now());
      idleFrames = Math.max(0, idleFrames - 4);
      if (section == null) {
        boolean large = fields.isTooLarge();
        streamError(
            stream,
            large ? Outcome.TOO_LARGE : Outcome.PROTOCOL_ERROR,
            large ? ErrorCode.CANCEL : ErrorCode.PROTOCOL_ERROR,
            String.valueOf(fields.fault()));
      } else if (trailers) {
        trailers(stream, section, last);
      } else {
        head(stream, section, last);
      }
    }
  }

  @Override
  public void headersTooLarge(int id, int bytes) {
    Http2Stream stream = find(id, Frame.HEADERS);
    if (stream != null) {
      stream.exchange().bytesIn += bytes;
      streamError(
          stream,
          Outcome.TOO_LARGE,
          ErrorCode.CANCEL,
          "header fields above " + FieldReader.LIMIT + " bytes");
    }
  }

  private void head(Http2Stream stream, FieldSection section, boolean last) {
    int status = section.status();
    if (status < 200) {
      if (last || ++stream.interim > MAX_INTERIM) {
        streamError(
            stream,
            Outcome.PROTOCOL_ERROR,
            ErrorCode.PROTOCOL_ERROR,
            last
                ? "a response that ends with status " + status
                : "more than " + MAX_INTERIM + " interim responses");
      }
      return;
    }
    stream.responding = true;
    long length = section.contentLength();
    if (length == FieldSection.BAD_LENGTH) {
      streamError(
          stream,
          Outcome.PROTOCOL_ERROR,
          ErrorCode.PROTOCOL_ERROR,
          "a Content-Length that is none, or two of them");
      return;
    }
    boolean empty = status == 204 || status == 304 || stream.bodiless();
    stream.expected = empty ? 0 : length;
    int id = stream.id;
    stream.head(section);
    if (last && isUnderWay(stream, id)) {
      complete(stream);
    }
  }

  /// Whether it is still the same that it was before somebody heard of something.
  private boolean isUnderWay(Http2Stream stream, int id) {
    return stream.id == id && stream.carrier() == this;
  }

  private void trailers(Http2Stream stream, FieldSection section, boolean last) {
    if (!last) {
      streamError(
          stream,
          Outcome.PROTOCOL_ERROR,
          ErrorCode.PROTOCOL_ERROR,
          "a second head, or trailers that do not end the response");
      return;
    }
    if (stream.expected <= 0) {
      int id = stream.id;
      stream.trailers(section);
      if (!isUnderWay(stream, id)) {
        return;
      }
    }
    complete(stream);
  }

  @Override
  public void dataBegins(int id, int length) {
    received += length;
    if (received > WINDOW) {
      violated(ErrorCode.FLOW_CONTROL_ERROR, "more data than the connection's window allows");
      return;
    }
    Http2Stream stream = find(id, Frame.DATA);
    Outflow flow = outflow;
    if (closed || flow == null) {
      return;
    }
    if (received > WINDOW / 2) {
      Frame.writeNumber(flow.frames(), Frame.WINDOW_UPDATE, 0, (int) received);
      received = 0;
    }
    if (stream == null) {
      if (length == 0) {
        nothing();
      }
      return;
    }
    Exchange exchange = stream.exchange();
    exchange.bytesIn += Frame.HEADER + length;
    if (!stream.responding) {
      exchange.firstByte(loop.now());
      streamError(
          stream, Outcome.PROTOCOL_ERROR, ErrorCode.PROTOCOL_ERROR, "a body before its head");
      return;
    }
    stream.received += length;
    if (stream.received > WINDOW) {
      streamError(
          stream,
          Outcome.PROTOCOL_ERROR,
          ErrorCode.FLOW_CONTROL_ERROR,
          "more data than the stream's window allows");
      return;
    }
    if (stream.received > WINDOW / 2) {
      Frame.writeNumber(flow.frames(), Frame.WINDOW_UPDATE, id, (int) stream.received);
      stream.received = 0;
    }
    receiving = stream;
    if (length == 0) {
      nothing();
    }
  }

  @Override
  public void data(byte[] b, int from, int to) {
    Http2Stream stream = receiving;
    if (stream == null) {
      return;
    }
    if (stream.expected >= 0) {
      stream.expected -= to - from;
      if (stream.expected < 0) {
        streamError(
            stream,
            Outcome.PROTOCOL_ERROR,
            ErrorCode.PROTOCOL_ERROR,
            "a body that is longer than its Content-Length, or where none may be");
        return;
      }
    }
    stream.data(b, from, to);
  }

  @Override
  public void dataEnds(boolean last) {
    Http2Stream stream = receiving;
    receiving = null;
    if (stream != null && last) {
      complete(stream);
    }
  }

  @Override
  public void settings(byte[] b, int from, int to) {
    boolean first = !peer.known();
    int before = peer.initialWindow();
    String fault = peer.read(b, from, to);
    Outflow flow = outflow;
    if (fault != null || flow == null) {
      violated(peer.faultCode(), String.valueOf(fault));
      return;
    }
    if (!first) {
      nothing();
    }
    Frame.begin(flow.frames(), 0, Frame.SETTINGS, Frame.ACK, 0);
    if (isFlooded(flow)) {
      return;
    }
    flow.frameLimit(peer.maxFrame());
    long more = (long) peer.initialWindow() - before;
    if (more != 0 && !adjust(flow, more)) {
      violated(
          ErrorCode.FLOW_CONTROL_ERROR, "an INITIAL_WINDOW_SIZE that makes a window too large");
      return;
    }
    pool.settled(peer);
    if (first) {
      tellReady(Outcome.OK, "");
      beginTunnels();
    }
    if (!closed) {
      released();
    }
  }

  /// What a stream may send first has changed: so has what those may send that are under way.
  private boolean adjust(Outflow flow, long more) {
    for (Http2Stream stream : streams.above(0)) {
      stream.window += more;
      if (stream.window > Outflow.LARGEST_WINDOW) {
        return false;
      }
      flow.widened(stream);
    }
    flow.goOn();
    return true;
  }

  @Override
  public void settingsAcknowledged() {
    fields.acknowledged(0);
    nothing();
  }

  @Override
  public void ping(byte[] b, int from) {
    nothing();
    Outflow flow = outflow;
    if (flow != null && !closed) {
      Frame.write(flow.frames(), Frame.PING, Frame.ACK, 0, b, from, from + 8);
      isFlooded(flow);
    }
  }

  private boolean isFlooded(Outflow flow) {
    boolean flooded = flow.backlog() > BACKLOG;
    if (flooded) {
      violated(ErrorCode.ENHANCE_YOUR_CALM, "the server asks without reading what it is answered");
    }
    return flooded;
  }

  @Override
  public void reset(int id, int code) {
    Http2Stream stream = streams.get(id);
    if (stream == null) {
      if ((id & 1) == 0 || id >= nextId) {
        find(id, Frame.RST_STREAM);
      } else {
        nothing();
      }
      return;
    }
    stream.exchange().bytesIn += Frame.HEADER + 4;
    if (code == ErrorCode.REFUSED_STREAM && stream.resent < Http2Pool.RESENT_AT_MOST) {
      free(stream);
      pool.resend(stream);
      released();
    } else {
      stream.exchange().firstByte(loop.now());
      fail(
          stream,
          ErrorCode.reset(code),
          "the server reset the stream with " + ErrorCode.name(code) + " " + where(stream),
          code);
    }
  }

  private static String where(Http2Stream stream) {
    return stream.responding ? "within the response" : "before the response";
  }

  @Override
  public void goAway(int last, int code, byte[] b, int from, int to) {
    String text = new String(b, from, Math.min(to, from + 200) - from, StandardCharsets.UTF_8);
    StringBuilder said = new StringBuilder("GOAWAY ").append(ErrorCode.name(code));
    if (!text.isEmpty()) {
      said.append(" \"");
      text.chars().forEach(c -> said.append(c < ' ' || c == 127 ? '?' : (char) c));
      said.append('"');
    }
    farewell = said.toString();
    farewellCode = code;
    nothing();
    if (closed) {
      return;
    }
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

  @Override
  public void windowUpdate(int id, int increment) {
    Outflow flow = outflow;
    if (flow == null) {
      return;
    }
    if (id == 0) {
      if (increment == 0) {
        violated(ErrorCode.PROTOCOL_ERROR, "a WINDOW_UPDATE of 0");
      } else if (flow.widen(increment)) {
        nothing();
        flow.goOn();
      } else {
        violated(ErrorCode.FLOW_CONTROL_ERROR, "a window of the connection above 2^31-1");
      }
      return;
    }
    Http2Stream stream = streams.get(id);
    if (stream == null) {
      if ((id & 1) == 0 || id >= nextId) {
        find(id, Frame.WINDOW_UPDATE);
      } else {
        nothing();
      }
    } else if (increment == 0) {
      streamError(stream, Outcome.PROTOCOL_ERROR, ErrorCode.PROTOCOL_ERROR, "a WINDOW_UPDATE of 0");
    } else {
      stream.exchange().bytesIn += Frame.HEADER + 4;
      stream.window += increment;
      if (stream.window > Outflow.LARGEST_WINDOW) {
        streamError(
            stream,
            Outcome.PROTOCOL_ERROR,
            ErrorCode.FLOW_CONTROL_ERROR,
            "a window of the stream above 2^31-1");
      } else if (stream.unsent.isEmpty()) {
        nothing();
      } else {
        flow.widened(stream);
        flow.goOn();
      }
    }
  }

  @Override
  public void nothing() {
    if (++idleFrames <= IDLE_FRAMES) {
      return;
    }
    long now = loop.now();
    long forgiven = (now - idleSince) / NANOS_PER_IDLE_FRAME;
    if (outflow != null) {
      forgiven += outflow.dataFramesSinceAsked(); // for each of which windows may be updated
    }
    idleSince = now;
    idleFrames -= (int) Math.min(forgiven, idleFrames);
    if (idleFrames > IDLE_FRAMES) {
      violated(
          ErrorCode.ENHANCE_YOUR_CALM,
          "more than " + IDLE_FRAMES + " frames that nothing follows from");
    }
  }

  // The end

  @Override
  public void violated(int code, String detail) {
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
