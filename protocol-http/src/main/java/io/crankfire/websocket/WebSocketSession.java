package io.crankfire.websocket;

import io.crankfire.metrics.Measures;
import io.crankfire.metrics.Outcome;
import io.crankfire.net.Connection;
import io.crankfire.net.Loop;
import io.crankfire.net.Timer;
import io.crankfire.protocol.Exchange;
import io.crankfire.template.ByteSink;
import io.crankfire.template.Check;
import io.crankfire.template.Extractor;
import io.crankfire.template.ValuePath;
import io.crankfire.websocket.Handshake.Agreement;
import io.crankfire.websocket.Message.Correlation;
import io.crankfire.websocket.WebSocketCall.Options;
import io.crankfire.websocket.WebSocketCall.Receive;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a virtual user says over WebSockets: one exchange at a time, and the connections it keeps
/// from one to the next. Confined to its worker's event loop.
final class WebSocketSession {

  /*
   * Ending the exchange begins the next one in the same stack, so it is the last thing done in every case: first
   * the state, then the connection, then the exchange.
   */

  /// How long the server may take to close the connection after its close frame, which is its part
  /// (§7.1.1): then we do.
  private static final long LINGER_NANOS = 250_000_000;

  private static final byte[] NOTHING = {};
  private static final int MOST_PING = 125;

  private enum State {
    /// No exchange.
    IDLE,
    /// The handshake is under way.
    CONNECTING,
    /// The connection is there, and what came with the handshake is being looked at.
    OPENING,
    /// Messages that come unasked are awaited.
    GREETING,
    /// A reply is awaited.
    REPLY,
    /// A pong is awaited.
    PONG,
    /// The next message is not due yet.
    PAUSE,
    /// What was sent has not gone out yet.
    DRAINING,
    /// Whatever comes is welcome, for a time.
    WINDOW,
    /// The server's close is awaited.
    CLOSING,
    /// The server is to close the connection.
    LEAVING
  }

  private final WebSocketRequester requester;
  private final Loop loop;
  private final List<WebSocketConnection> kept = new ArrayList<>(1);
  private final Opening opening;
  private final Patience patience;
  private @Nullable Timer pause;
  private @Nullable Reply reply;

  private State state = State.IDLE;
  private @Nullable Exchange exchange;
  private @Nullable WebSocketCall call;
  private @Nullable WebSocketConnection active;
  private boolean fresh;
  private boolean heard;
  private int next;
  private int replies;
  private int greetings;
  private long due;
  private long asked;
  private byte[] wanted = NOTHING;

  WebSocketSession(WebSocketRequester requester) {
    this.requester = requester;
    loop = requester.loop();
    opening = new Opening(requester, this);
    patience = new Patience(loop, this::timeHasCome);
  }

  private Exchange exchange() {
    return Objects.requireNonNull(exchange);
  }

  private WebSocketCall call() {
    return Objects.requireNonNull(call);
  }

  private WebSocketConnection active() {
    return Objects.requireNonNull(active);
  }

  private Reply reply() {
    Reply mine = reply;
    if (mine == null) {
      mine = new Reply();
      reply = mine;
    }
    return mine;
  }

  /// Whether the exchange under way uses that connection.
  @SuppressWarnings("ReferenceEquality") // that one and no other
  boolean talksOver(WebSocketConnection connection) {
    return state != State.IDLE && active == connection;
  }

  /// Begins an exchange.
  void begin(Exchange begun) {
    long now = loop.now();
    WebSocketCall mine = (WebSocketCall) begun.call();
    exchange = begun;
    begun.carrier = this;
    call = mine;
    next = 0;
    replies = 0;
    heard = false;
    due = 0;
    if (mine.capture() > 0 || mine.conduct().looks()) {
      reply().begin();
    }
    WebSocketConnection known = mine.persistent() ? kept(mine) : null;
    if (known == null) {
      connect();
    } else {
      state = State.OPENING;
      fresh = false;
      active = known;
      known.use(begun.callIndex(), mine.capture());
      requester.worker().recorder().current().connectionsReused++;
      proceed(now);
    }
  }

  private @Nullable WebSocketConnection kept(WebSocketCall mine) {
    for (int i = 0; i < kept.size(); i++) {
      if (kept.get(i).serves(mine.link())) {
        return kept.get(i);
      }
    }
    return null;
  }

  /// A connection is closed.
  void forget(WebSocketConnection connection) {
    kept.remove(connection);
  }

  private void connect() {
    state = State.CONNECTING;
    fresh = true;
    active = null;
    patience.begin(call().options().handshakeNanos());
    opening.begin(exchange());
  }

  /// There is no WebSocket.
  void notOpened(Outcome outcome, String detail) {
    fail(outcome, detail);
  }

  /// There is a WebSocket.
  ///
  /// @param closed to be run when it is closed
  /// @param rest holds what came with the handshake, from `from` to `to`
  @SuppressWarnings("ReferenceEquality") // this connection, still in this exchange
  void opened(Connection wire, Runnable closed, Agreement agreed, byte[] rest, int from, int to) {
    long now = loop.now();
    int callIndex = exchange().callIndex();
    Options options = call().options();
    WebSocketConnection made =
        new WebSocketConnection(requester, this, call(), agreed, wire, closed);
    wire.handler(made);
    made.use(callIndex, call().capture());
    active = made;
    if (call().persistent()) {
      kept.add(made);
    }
    Measures measures = requester.measures(callIndex);
    measures.record(WebSocketMeasures.CONNECT, now - opening.began());
    if (!options.subProtocols().isEmpty()) {
      String chosen = agreed.subProtocol();
      measures.label(WebSocketMeasures.SUB_PROTOCOL, chosen == null ? "none" : chosen);
    }
    if (call().conduct().looks()) {
      reply().handshake(opening.answer());
    }
    greetings = options.greetings();
    state = greetings > 0 ? State.GREETING : State.OPENING;
    patience.begin(options.receiveNanos());
    if (to > from) {
      made.read(rest, from, to);
    }
    if (active == made && state == State.OPENING) {
      proceed(now);
    }
  }

  /// Sends messages until something has to be awaited, or all are sent.
  private void proceed(long now) {
    Options options = call().options();
    List<Message> messages = call().messages();
    while (next < messages.size()) {
      Message message = messages.get(next);
      if (!transmit(message, now)) {
        return;
      }
      next++;
      if (options.receive() == Receive.REPLY) {
        state = message.opcode() == Opcode.PING ? State.PONG : State.REPLY;
        patience.begin(options.receiveNanos());
        return;
      }
      if (pauses(now)) {
        return;
      }
      if (drains()) {
        return;
      }
    }
    if (options.receive() == Receive.WINDOW) {
      state = State.WINDOW;
      patience.begin(options.receiveNanos());
    } else if (options.receive() != Receive.NONE || !drains()) {
      finish();
    }
  }

  private boolean drains() {
    if (active().pending() == 0) {
      return false;
    }
    state = State.DRAINING;
    patience.end();
    return true;
  }

  /// Sends one message.
  ///
  /// @return false if the exchange has failed, since it cannot be sent
  private boolean transmit(Message message, long now) {
    Exchange mine = exchange();
    ByteSink payload = requester.writer().begin();
    Correlation correlation = message.correlation();
    if (correlation != null) {
      if (!writeCorrelated(message, correlation, payload)) {
        leave(Outcome.BAD_REQUEST_VALUE, "the message has no value that its reply is known by");
        return false;
      }
    } else {
      message.write(payload, mine.variables());
    }
    int length = requester.writer().payload();
    if (message.opcode() == Opcode.PING) {
      if (length > MOST_PING) {
        leave(Outcome.BAD_REQUEST_VALUE, "a ping has " + MOST_PING + " bytes at the most");
        return false;
      }
      int from = requester.writer().offset();
      wanted =
          message.template() == null
              ? message.constant()
              : Arrays.copyOfRange(payload.array(), from, from + length);
    } else {
      Measures measures = requester.measures(mine.callIndex());
      measures.count(WebSocketMeasures.SENT, 1);
      measures.count(WebSocketMeasures.BYTES_SENT, length);
    }
    asked = due == 0 ? now : due;
    due = 0;
    mine.bytesOut += active().send(message.opcode());
    return true;
  }

  /// Writes a message and keeps the value by which its reply will be known.
  ///
  /// @return false if there is none
  private boolean writeCorrelated(Message message, Correlation correlation, ByteSink payload) {
    var variables = exchange().variables();
    ByteSink scratch = requester.scratch();
    ValuePath sent = correlation.sent();
    byte @Nullable [] value = null;
    if (correlation.equal() != null) {
      scratch.clear();
      correlation.equal().write(scratch, variables);
      value = scratch.toBytes();
    }
    scratch.clear();
    message.write(scratch, variables);
    payload.write(scratch.array(), 0, scratch.size());
    if (sent != null) {
      value = sent.first(scratch.array(), scratch.size());
    }
    if (value != null) {
      wanted = value;
    }
    return value != null;
  }

  /// Whether the next message is to be sent later.
  private boolean pauses(long now) {
    long interval = call().options().intervalNanos();
    if (interval == 0 || next == call().messages().size()) {
      return false;
    }
    Timer mine = pause;
    if (mine == null) {
      mine = new Timer(this::pauseIsOver);
      pause = mine;
    }
    state = State.PAUSE;
    patience.end();
    due = now + interval;
    loop.arm(mine, due);
    return true;
  }

  private void pauseIsOver() {
    if (state == State.PAUSE) {
      proceed(loop.readClock());
    }
  }

  /// All was said: closes, or keeps the connection.
  private void finish() {
    WebSocketConnection connection = active();
    if (call().persistent() && !connection.worn()) {
      succeed();
      return;
    }
    exchange().bytesOut += connection.sendClose(CloseCode.NORMAL);
    long closeNanos = call().options().closeNanos();
    if (closeNanos == 0) {
      state = State.LEAVING;
      connection.close();
      succeed();
    } else {
      state = State.CLOSING;
      patience.begin(closeNanos);
    }
  }

  private void succeed() {
    long now = loop.now();
    Exchange mine = exchange();
    boolean looks = call().conduct().looks();
    over();
    if (looks) {
      Reply last = reply();
      last.took(now - mine.sent());
      mine.end(Outcome.OK, last, now);
    } else {
      mine.end(Outcome.OK, now);
    }
  }

  private void fail(Outcome outcome, String detail) {
    Exchange mine = exchange();
    over();
    mine.fail(outcome, detail, loop.now());
  }

  private void over() {
    if (state == State.PAUSE && pause != null) {
      loop.disarm(pause);
    }
    state = State.IDLE;
    patience.end();
    active = null;
  }

  /// Fails and closes: what may still come would be taken for an answer to something else.
  private void leave(Outcome outcome, String detail) {
    active().leave(CloseCode.GOING_AWAY);
    fail(outcome, detail);
  }

  private String progress() {
    int all = call().messages().size();
    return call().options().receive() == Receive.REPLY
        ? ", after " + replies + " of " + all + " replies"
        : ", after " + next + " of " + all + " messages";
  }

  /// Bytes of the exchange came.
  void received(int count) {
    Exchange mine = exchange();
    mine.bytesIn += count;
    mine.firstByte(loop.now());
  }

  /// Bytes of the exchange went out by themselves.
  void sent(int count) {
    exchange().bytesOut += count;
  }

  /// A message came.
  void message(byte[] bytes, int from, int to, long length) {
    heard = true;
    switch (state) {
      case REPLY -> answered(bytes, from, to, length);
      case GREETING -> {
        keep(bytes, from, to, length);
        if (--greetings == 0) {
          proceed(loop.now());
        }
      }
      default -> keep(bytes, from, to, length);
    }
  }

  private void keep(byte[] bytes, int from, int to, long length) {
    if (call().conduct().needsBody()) {
      reply().message(bytes, from, to, call().capture(), length, 0);
    }
  }

  @SuppressWarnings("ForLoopReplaceableByForEach") // by index, without an iterator
  private void answered(byte[] bytes, int from, int to, long length) {
    long now = loop.now();
    Message message = call().messages().get(next - 1);
    if (message.looks()) {
      Reply answer = reply();
      answer.message(bytes, from, to, call().capture(), length, now - asked);
      Correlation correlation = message.correlation();
      if (correlation != null
          && !correlation.reply().firstEquals(answer.body(), answer.bodyLength(), wanted)) {
        return; // something else that the server had to say
      }
      List<Extractor> extractors = message.extractors();
      for (int i = 0; i < extractors.size(); i++) {
        byte[] value = extractors.get(i).extract(answer);
        if (value != null) {
          exchange().variables().set(extractors.get(i).slot(), value);
        }
      }
      List<Check> expected = message.expected();
      for (int i = 0; i < expected.size(); i++) {
        if (!expected.get(i).holds(answer)) {
          answer.broke(message.firstExpected() + i);
        }
      }
    } else {
      keep(bytes, from, to, length);
    }
    requester.measures(exchange().callIndex()).record(WebSocketMeasures.ROUND_TRIP, now - asked);
    goOn(now);
  }

  private void goOn(long now) {
    replies++;
    if (!pauses(now)) {
      proceed(now);
    }
  }

  /// A pong came.
  void pong(byte[] bytes, int from, int to) {
    if (state == State.PONG && Arrays.equals(bytes, from, to, wanted, 0, wanted.length)) {
      heard = true;
      long now = loop.now();
      requester.measures(exchange().callIndex()).record(WebSocketMeasures.PING, now - asked);
      goOn(now);
    }
  }

  /// What was pending has gone out.
  void drained() {
    if (state == State.DRAINING) {
      proceed(loop.now());
    }
  }

  /// The server closes, and got its answer.
  void closing(int code, byte[] reason, int from, int to) {
    boolean normal = CloseCode.isNormal(code);
    if (state == State.CLOSING && normal) {
      state = State.LEAVING;
      patience.begin(LINGER_NANOS);
      return;
    }
    boolean done = state == State.WINDOW && normal;
    boolean stale = normal && isStale();
    active().close();
    if (done) {
      succeed();
    } else if (stale) {
      again();
    } else {
      String said = new String(reason, from, to - from, StandardCharsets.UTF_8);
      String meaning = CloseCode.meaning(code);
      fail(
          CloseCode.outcome(code),
          "closed by the server with "
              + code
              + (meaning == null ? "" : " (" + meaning + ")")
              + (said.isEmpty() ? "" : ": " + said)
              + progress());
    }
  }

  /// Whether the server may have closed a kept connection before it knew of this exchange.
  private boolean isStale() {
    return !fresh && !heard && next <= 1 && state != State.CLOSING;
  }

  /// Once more, over a new connection.
  private void again() {
    requester.worker().recorder().current().resent++;
    next = 0;
    due = 0;
    connect();
  }

  /// The connection is gone without a close.
  void gone(Outcome how, String detail) {
    if (state == State.LEAVING) {
      succeed();
    } else if (isStale()) {
      again();
    } else {
      boolean vanished =
          how.equals(Outcome.CONNECTION_CLOSED) || how.equals(Outcome.CONNECTION_RESET);
      fail(
          vanished ? CloseCode.outcome(CloseCode.ABNORMAL) : how,
          detail + (vanished ? ", without a close frame" : "") + progress());
    }
  }

  /// The server broke the rules; the connection is closed.
  void broken(Outcome outcome, String detail) {
    fail(outcome, detail + progress());
  }

  /// Gives the exchange up.
  void cancel(Outcome outcome, String detail) {
    if (state == State.CONNECTING) {
      opening.cancel(outcome, detail);
    } else {
      leave(outcome, detail + progress());
    }
  }

  private void timeHasCome() {
    Options options = call().options();
    switch (state) {
      case CONNECTING ->
          opening.expire("no open WebSocket within " + millis(options.handshakeNanos()));
      case GREETING, REPLY, PONG -> {
        String what =
            state == State.REPLY ? "no reply" : state == State.PONG ? "no pong" : "no greeting";
        leave(Outcome.TIMEOUT, what + " within " + millis(options.receiveNanos()) + progress());
      }
      case WINDOW -> finish();
      case CLOSING -> {
        String detail = "the server did not close within " + millis(options.closeNanos());
        active().close();
        fail(Outcome.TIMEOUT, detail + progress());
      }
      case LEAVING -> {
        active().close();
        succeed();
      }
      case IDLE, OPENING, PAUSE, DRAINING -> {
        // Nothing is awaited.
      }
    }
  }

  private static String millis(long nanos) {
    return nanos / 1_000_000 + " ms";
  }
}
