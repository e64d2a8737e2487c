package io.crankfire.sse;

import io.crankfire.http.HttpStream;
import io.crankfire.http.ResponseHead;
import io.crankfire.http.StreamListener;
import io.crankfire.metrics.Measures;
import io.crankfire.metrics.Outcome;
import io.crankfire.net.Connection;
import io.crankfire.net.Loop;
import io.crankfire.net.Timer;
import io.crankfire.protocol.Exchange;
import io.crankfire.protocol.WorkerContext;
import io.crankfire.template.ByteSink;
import io.crankfire.template.Check;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One session's event stream, from its request to its end, over as many connections as it takes.
/// Used again for the session's next one. Confined to its worker's event loop.
///
/// The step's timeout limits each opening: until the head of a stream has come, or the whole of a
/// response that is none. From the first head on the call's time for reading runs, reconnections
/// included.
final class SseStream implements StreamListener, EventStreamReader.Sink {

  /*
   * What ends a stream is found deep within a piece of it: there it is only noted (`verdict`), and done when the
   * reader has returned, since the end of an exchange begins the next one in the same stack, over this object.
   * One timer serves all: whatever limits the state that the stream is in.
   */

  private enum State {
    /// Nothing under way.
    IDLE,
    /// A request was sent.
    OPENING,
    /// The response is no stream: it is read to its end.
    REFUSED,
    /// Events come.
    OPEN,
    /// Waits before the next connection.
    WAITING
  }

  private static final Outcome OK = Outcome.ok("200");

  private static final int NO_CONTENT = 204;
  private static final Outcome[] REFUSALS = new Outcome[1000];
  private static final byte[] LAST_EVENT_ID = "Last-Event-ID: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CRLF = {'\r', '\n'};

  private final WorkerContext worker;
  private final Loop loop;
  private final Exchange exchange;
  private final HttpStream stream;
  private final Timer timer = new Timer(this::timeHasCome);
  private final EventStreamReader reader = new EventStreamReader(this);
  private final LastEvent last = new LastEvent();
  private final ByteSink extra = new ByteSink(0);

  private @Nullable SseCall call;
  private State state = State.IDLE;
  private @Nullable Outcome refusal;
  private long connectingSince;
  private long connectedAt;
  private boolean opened;
  private long openedAt;
  private long readUntil;
  private long reconnects;
  private long events;
  private long lastEventAt;
  private long tokens;
  private long firstTokenAt;
  private long lastTokenAt;
  private @Nullable Outcome verdict;

  SseStream(WorkerContext worker, Exchange exchange, HttpStream stream) {
    this.worker = worker;
    loop = worker.loop();
    this.exchange = exchange;
    this.stream = stream;
  }

  private SseCall call() {
    return Objects.requireNonNull(call);
  }

  private Measures measures() {
    return worker.recorder().call(exchange.callIndex()).measures;
  }

  /// Begins with the exchange, which has begun.
  void begin() {
    SseCall mine = (SseCall) exchange.call();
    call = mine;
    exchange.carrier = this;
    opened = false;
    reconnects = 0;
    events = 0;
    tokens = 0;
    last.begin();
    reader.begin(
        mine.needsData(),
        mine.untilType() != null,
        mine.reconnecting() != null,
        mine.maxEventSize());
    open();
  }

  private void open() {
    state = State.OPENING;
    verdict = null;
    refusal = null;
    long now = loop.now();
    connectingSince = now;
    long timeout = call().request().timeout().toNanos();
    alarm(timeout == 0 ? Long.MAX_VALUE : now + timeout);
    extra.clear();
    if (reader.lastIdLength() > 0) {
      extra.write(LAST_EVENT_ID);
      extra.write(reader.lastId(), 0, reader.lastIdLength());
      extra.write(CRLF);
    }
    stream.send(call().request(), extra.array(), extra.size(), this);
  }

  /// Sets the timer to a time, or to the end of reading if that comes first.
  private void alarm(long at) {
    long until = opened ? Math.min(at, readUntil) : at;
    if (until == Long.MAX_VALUE) {
      loop.disarm(timer);
    } else {
      loop.arm(timer, until);
    }
  }

  private void timeHasCome() {
    long now = loop.now();
    if (opened && now >= readUntil) {
      readingIsOver();
    } else if (state == State.WAITING) {
      open();
    } else {
      stream.fail(
          Outcome.TIMEOUT,
          "%s within %d ms"
              .formatted(
                  state == State.OPENING ? "no response head" : "no complete response",
                  call().request().timeout().toMillis()));
    }
  }

  private void readingIsOver() {
    if (call().hasEnd()) {
      end(
          Outcome.TIMEOUT,
          "no %s within %d ms".formatted(marker(), call().readNanos() / 1_000_000));
    } else {
      end(OK, "");
    }
  }

  /// The event that has to come, for a person.
  private String marker() {
    byte[] until = call().until();
    byte[] type = call().untilType();
    return until != null
        ? new String(until, StandardCharsets.UTF_8)
        : "event " + new String(Objects.requireNonNull(type), StandardCharsets.UTF_8);
  }

  @Override
  public void responded(ResponseHead head) {
    int status = head.status();
    if (status != 200) {
      boolean noMore = opened && status == NO_CONTENT;
      state = State.REFUSED;
      refusal = noMore ? OK : refusal(head.outcome(), status);
      if (!noMore) { // else the last event is what is looked at
        last.begin();
        last.begin(head);
      }
      return;
    }
    last.begin(head);
    String fault = fault(head);
    if (fault != null) {
      end(Outcome.PROTOCOL_ERROR, fault);
      return;
    }
    long now = loop.now();
    state = State.OPEN;
    connectedAt = now;
    measures().record(SseMeasures.CONNECT, now - connectingSince);
    if (!opened) {
      opened = true;
      openedAt = now;
      long length = call().readNanos();
      readUntil = length == 0 ? Long.MAX_VALUE : now + length;
    }
    reader.resume();
    alarm(Long.MAX_VALUE);
  }

  /// Why a response is no stream of events that can be read, or null.
  private static @Nullable String fault(ResponseHead head) {
    String type = head.header("Content-Type");
    String coding = head.header("Content-Encoding");
    if (type == null) {
      return "a response without Content-Type, not text/event-stream";
    }
    int end = type.indexOf(';');
    String essence = (end < 0 ? type : type.substring(0, end)).strip();
    if (!essence.equalsIgnoreCase("text/event-stream")) {
      return "a response of the type " + excerpt(type) + ", not text/event-stream";
    }
    if (coding != null && !coding.isBlank() && !coding.strip().equalsIgnoreCase("identity")) {
      return "a stream with the content coding " + excerpt(coding) + ", which was not asked for";
    }
    return null;
  }

  private static String excerpt(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }

  /// What a status other than 200 means: always a failure, since there are no events.
  private static Outcome refusal(Outcome ofHttp, int status) {
    if (!ofHttp.isOk()) {
      return ofHttp;
    }
    Outcome known = REFUSALS[status];
    if (known == null) {
      known = Outcome.failed(Integer.toString(status));
      REFUSALS[status] = known;
    }
    return known;
  }

  @Override
  public void body(byte[] bytes, int from, int to) {
    if (state == State.REFUSED) {
      if (call().keepsLast()) {
        last.more(bytes, from, to, call().conduct().captureLimit());
      }
      return;
    }
    measures().count(SseMeasures.BYTES, to - from);
    if (reader.read(bytes, from, to)) {
      return;
    }
    if (reader.tooLarge()) {
      end(Outcome.TOO_LARGE, "an event or a line above " + call().maxEventSize() + " bytes");
    } else {
      end(Objects.requireNonNull(verdict), "");
    }
  }

  @Override
  public boolean event(byte[] data, int from, int to) {
    long now = loop.now();
    SseCall mine = call();
    Measures measures = measures();
    measures.count(SseMeasures.EVENTS, 1);
    if (events++ == 0) {
      measures.record(SseMeasures.FIRST_EVENT, now - exchange.sent());
    } else {
      measures.record(SseMeasures.GAP, now - lastEventAt);
    }
    lastEventAt = now;
    if (mine.hasEnd() && isEnd(mine, data, from, to)) {
      verdict = OK;
      return false;
    }
    if (mine.keepsLast() || mine.looksAtEach()) {
      int limit = mine.looksAtEach() ? mine.maxEventSize() : mine.conduct().captureLimit();
      last.event(data, from, to, limit);
      if (mine.looksAtEach() && !look(mine, measures, now)) {
        return false;
      }
    }
    if (events == mine.maxEvents()) {
      verdict = OK;
      return false;
    }
    return true;
  }

  private boolean isEnd(SseCall mine, byte[] data, int from, int to) {
    byte[] until = mine.until();
    byte[] type = mine.untilType();
    return (until != null && Arrays.equals(data, from, to, until, 0, until.length))
        || (type != null
            && Arrays.equals(reader.type(), 0, reader.typeLength(), type, 0, type.length));
  }

  /// Looks for a token in the last event, and whether it is what it has to be.
  @SuppressWarnings("ForLoopReplaceableByForEach") // by index, without an iterator
  private boolean look(SseCall mine, Measures measures, long now) {
    if (mine.tokens() != null) {
      byte[] token = mine.tokens().first(last.body(), last.bodyLength());
      if (token != null && token.length > 0) {
        measures.count(SseMeasures.TOKENS, 1);
        if (tokens++ == 0) {
          firstTokenAt = now;
          measures.record(SseMeasures.FIRST_TOKEN, now - exchange.sent());
        }
        lastTokenAt = now;
      }
    }
    boolean asExpected = true;
    List<Check> expected = mine.expected();
    for (int i = 0; i < expected.size(); i++) {
      if (!expected.get(i).holds(last)) {
        last.unexpected(i);
        asExpected = false;
      }
    }
    if (!asExpected) {
      verdict = OK; // until the checks are looked at
    }
    return asExpected;
  }

  @Override
  public void switched(Connection wire, Runnable closed, byte[] rest, int from, int to) {
    throw new IllegalStateException("nobody asked to switch protocols");
  }

  @Override
  public void completed() {
    if (state == State.REFUSED) {
      end(Objects.requireNonNull(refusal), "", true);
      return;
    }
    disconnected();
    if (reconnects()) {
      return;
    }
    if (call().hasEnd()) {
      end(Outcome.CONNECTION_CLOSED, "the server ended the stream before " + marker());
    } else {
      end(OK, "");
    }
  }

  @Override
  public void failed(Outcome outcome, String detail) {
    boolean mayGoOn = state != State.REFUSED && isLoss(outcome);
    disconnected();
    if (!mayGoOn || !reconnects()) {
      end(outcome, detail);
    }
  }

  /// Whether a stream that ends so goes on over a new connection: the network failed, not the
  /// server's understanding of HTTP.
  private static boolean isLoss(Outcome outcome) {
    return outcome.equals(Outcome.CONNECTION_CLOSED)
        || outcome.equals(Outcome.CONNECTION_RESET)
        || outcome.equals(Outcome.CONNECT_REFUSED)
        || outcome.equals(Outcome.CONNECT_FAILED)
        || outcome.equals(Outcome.CONNECT_TIMEOUT)
        || outcome.equals(Outcome.DNS_FAILED)
        || outcome.bucket().startsWith("RST_"); // of HTTP/2: the stream is lost, as a connection is
  }

  /// What was open is over.
  private void disconnected() {
    if (state == State.OPEN) {
      state = State.OPENING;
      measures().record(SseMeasures.CONNECTION, loop.now() - connectedAt);
    }
  }

  /// Goes on over a new connection when its time has come, if the call wants it.
  private boolean reconnects() {
    SseCall.Reconnecting how = call().reconnecting();
    if (how == null || !opened || (how.most() > 0 && reconnects == how.most())) {
      return false;
    }
    reconnects++;
    measures().count(SseMeasures.RECONNECTS, 1);
    long asked = reader.retryMillis();
    state = State.WAITING;
    alarm(loop.now() + (asked >= 0 ? asked * 1_000_000 : how.delayNanos()));
    return true;
  }

  /// Gives it up.
  void cancel(Outcome outcome, String detail) {
    end(outcome, detail);
  }

  /// Ends it, and what is under way for it.
  ///
  /// @param detail what happened, if it is a failure
  private void end(Outcome outcome, String detail) {
    end(outcome, detail, outcome.isOk());
  }

  /// Ends it, and what is under way for it.
  ///
  /// @param looked whether extractors and checks look at it
  private void end(Outcome outcome, String detail, boolean looked) {
    stream.cancel();
    loop.disarm(timer);
    disconnected();
    state = State.IDLE;
    long now = loop.now();
    if (opened) {
      measures().record(SseMeasures.STREAM, now - openedAt);
    }
    if (tokens > 1 && lastTokenAt > firstTokenAt) {
      double seconds = (lastTokenAt - firstTokenAt) / 1e9;
      measures().record(SseMeasures.TOKEN_RATE, Math.round((tokens - 1) / seconds * 1000));
    }
    reader.end();
    if (looked) {
      last.complete(now - exchange.sent(), call().conduct().captureLimit());
      exchange.end(outcome, last, now);
    } else {
      exchange.fail(outcome, detail, now);
    }
    if (state == State.IDLE) { // the next one has not begun
      last.end();
    }
  }
}
