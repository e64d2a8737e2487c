package io.crankfire.grpc;

import io.crankfire.http2.FieldSection;
import io.crankfire.http2.Http2Pool;
import io.crankfire.http2.Http2Stream;
import io.crankfire.metrics.Measures;
import io.crankfire.metrics.Outcome;
import io.crankfire.protocol.Exchange;
import io.crankfire.template.ByteSink;
import io.crankfire.template.Check;
import io.crankfire.template.Credential;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One session's call, from its request to its status. Used again for the session's next one.
/// Confined to its worker's event loop.
final class GrpcStream extends Http2Stream implements MessageReader.Sink {

  /*
   * What ends a call is found deep within a piece of the response, or within the sending of a message: there it
   * is only noted (verdict), and the stream is given up when the piece has been read, since the end of an exchange
   * begins the next one in the same stack, over this object. Until then nothing more is looked at.
   */

  /// A larger buffer is not kept for the next call.
  private static final int KEPT = 64 * 1024;

  private static final String RESET = "RST_";

  private final GrpcRequester requester;
  private final MessageReader reader = new MessageReader(this);
  private final GrpcResponse response = new GrpcResponse();
  private ByteSink block = new ByteSink(0);
  private ByteSink frame = new ByteSink(0);
  private int blockEnd;
  private int frameSize;

  private @Nullable GrpcCall call;
  private @Nullable GrpcCall rendered;
  private @Nullable Exchange exchange;
  private @Nullable Sending sending;
  private @Nullable ResponseFields last;
  private @Nullable Outcome verdict;
  private String verdictDetail = "";
  private boolean counted;
  private long received;
  private long lastMessageAt;
  private long calls;
  private @Nullable Http2Pool pool;

  GrpcStream(GrpcRequester requester) {
    this.requester = requester;
  }

  /// Gives a call up in the next turn, if it is still the one under way.
  private record GivingUp(GrpcStream stream, long number) implements Runnable {
    @Override
    public void run() {
      if (stream.calls == number) {
        stream.giveUpIfDecided();
      }
    }
  }

  private GrpcCall call() {
    return Objects.requireNonNull(call);
  }

  private Exchange mine() {
    return Objects.requireNonNull(exchange);
  }

  Measures measures() {
    return requester.measures(mine().callIndex());
  }

  /// Makes the request ready to be sent. Of another attempt it is the one before, but for the
  /// credential.
  ///
  /// @param authority of a target that varies
  /// @param through the connections that it goes over
  /// @return why it cannot be sent, for a person; null if all went well
  @Nullable String prepare(
      Exchange newExchange, GrpcCall newCall, byte[] authority, Http2Pool through) {
    pool = through;
    exchange = newExchange;
    call = newCall;
    verdict = null;
    counted = false;
    Credential credential = newCall.head().credential();
    boolean again = newExchange.attempts() > 1 && isRendered(newCall);
    if (!again) {
      String fault = render(newExchange, newCall, authority);
      if (fault != null) {
        return fault;
      }
    }
    if (credential != null) {
      byte[] secret = credential.value();
      newExchange.credential = secret;
      block.truncate(blockEnd);
      newCall.head().writeCredential(block, secret);
    }
    return null;
  }

  @SuppressWarnings("ReferenceEquality") // compiled once
  private boolean isRendered(GrpcCall which) {
    return rendered == which;
  }

  private @Nullable String render(Exchange forWhich, GrpcCall which, byte[] authority) {
    rendered = null;
    if (!which.head().isConstant()) {
      block.clear();
      String fault =
          which.head().write(block, authority, requester.scratch(), forWhich.variables());
      if (fault != null) {
        return fault;
      }
      blockEnd = block.size();
    }
    if (!which.messages().isEmpty() && which.messages().getFirst().frame() == null) {
      if (frame.array().length > KEPT) {
        frame = new ByteSink(0);
      }
      frame.clear();
      String fault = requester.render(frame, which, 0, forWhich.variables());
      if (fault != null) {
        return fault;
      }
      frameSize = requester.renderedSize();
    }
    rendered = which;
    return null;
  }

  @Override
  protected void begin() {
    GrpcCall mine = call();
    last = null;
    received = 0;
    calls++;
    reader.begin(mine.options().mostBytes());
    if (mine.conduct().looks()) {
      response.begin(mine.answers().json(), mine.conduct().captureLimit());
    }
    if (!counted && !mine.kind().clientStreams()) { // else the server has not looked at it
      counted = true;
      Measures measures = measures();
      measures.count(GrpcMeasures.SENT, 1);
      measures.count(GrpcMeasures.BYTES_SENT, firstSize());
    }
    long number = calls;
    if (mine.head().isConstant()) {
      writeConstantHead(mine.head().constant(), false);
    } else {
      writeHead(block.array(), 0, block.size(), false);
    }
    if (number != calls) {
      return; // it has failed already
    }
    if (!mine.kind().clientStreams()) {
      writeFirst(true);
      return;
    }
    Sending many = sending;
    if (many == null) {
      many = new Sending(this, requester);
      sending = many;
    }
    many.begin(mine, mine());
    if (verdict != null) { // whoever sends does not expect the end before the next turn
      requester.loop().execute(new GivingUp(this, calls));
    }
  }

  /// Writes the first message, which is ready, and stays as it is until the call has ended.
  void writeFirst(boolean ends) {
    byte[] constant = call().messages().getFirst().frame();
    if (constant != null) {
      writeLasting(constant, 0, constant.length, ends);
    } else {
      writeLasting(frame.array(), 0, frame.size(), ends);
    }
  }

  /// How long the first message is, without prefix and compression.
  int firstSize() {
    Outgoing first = call().messages().getFirst();
    return first.frame() == null ? frameSize : first.size();
  }

  /// Writes a message, or the end of them.
  ///
  /// @param lasting whether the bytes never change
  void writeNext(byte[] bytes, int to, boolean lasting, boolean ends) {
    if (lasting) {
      writeLasting(bytes, 0, to, ends);
    } else {
      write(bytes, 0, to, ends);
    }
  }

  /// A message cannot be sent.
  void unsendable(String detail) {
    decide(Outcome.BAD_REQUEST_VALUE, detail);
  }

  /// How many messages have come.
  long received() {
    return received;
  }

  /// Which call is under way: another number, another call.
  long number() {
    return calls;
  }

  private void decide(Outcome outcome, String detail) {
    if (verdict == null) {
      verdict = outcome;
      verdictDetail = detail;
    }
  }

  private void decide(GrpcStatus status, String detail) {
    decide(status.outcome, detail);
  }

  /// Gives the stream up if it is decided how the call ends. Nothing is to be done after that.
  void giveUpIfDecided() {
    Outcome decided = verdict;
    Http2Pool ours = pool;
    if (decided != null && ours != null) {
      ours.cancel(this, decided, verdictDetail);
    }
  }

  /// Gives the call up. How far it had come decides what that means: see [#failed].
  void giveUp(Outcome outcome, String detail) {
    Http2Pool ours = pool;
    if (ours != null) {
      ours.cancel(this, outcome, detail);
    }
  }

  @Override
  protected void head(FieldSection section) {
    ResponseFields found = ResponseFields.of(section);
    if (call().conduct().looks()) {
      response.fields(section);
    }
    if (found.status() != null) {
      status(found, section); // trailers alone
    } else if (found.httpStatus() != 200) {
      decide(
          GrpcStatus.ofHttp(found.httpStatus()),
          "HTTP status " + found.httpStatus() + " without a status of gRPC");
    } else if (!found.typed()) {
      String type = found.type();
      decide(
          GrpcStatus.UNKNOWN,
          type == null
              ? "a response without content-type, not application/grpc"
              : "a response of the type " + Excerpt.of(type) + ", not application/grpc");
    } else {
      reader.coding(found.coding());
    }
  }

  @Override
  protected void data(byte[] bytes, int from, int to) {
    if (last != null) {
      decide(GrpcStatus.INTERNAL, "a message after the status");
    }
    if (verdict == null && !reader.read(bytes, from, to, requester.gzip())) {
      MessageReader.Fault fault = reader.fault();
      if (fault != MessageReader.Fault.NONE) {
        decide(fault.status, fault.detail);
      }
    }
    giveUpIfDecided();
  }

  @Override
  public boolean message(byte[] bytes, int from, int to) {
    GrpcCall mine = call();
    long now = requester.loop().now();
    Measures measures = measures();
    measures.count(GrpcMeasures.RECEIVED, 1);
    measures.count(GrpcMeasures.BYTES_RECEIVED, to - from);
    received++;
    if (mine.kind().serverStreams()) {
      if (received == 1) {
        measures.record(GrpcMeasures.FIRST_MESSAGE, now - mine().sent());
      } else {
        measures.record(GrpcMeasures.GAP, now - lastMessageAt);
      }
      lastMessageAt = now;
    } else if (received > 1) {
      decide(GrpcStatus.INTERNAL, "more than one message to a call that has one");
      return false;
    }
    if (!mine.answers().check().holds(bytes, from, to)) {
      decide(GrpcStatus.INTERNAL, "a message that is no " + mine.answers().json().typeName());
      return false;
    }
    if (mine.keepsMessages()) {
      response.message(bytes, from, to, now - mine().sent());
      if (!isAsExpected(mine)) {
        decide(Outcome.OK, ""); // until the checks are looked at
        return false;
      }
    }
    if (received == mine.options().mostReceived()) {
      decide(Outcome.OK, "");
      return false;
    }
    if (sending != null && mine.kind().clientStreams()) {
      sending.replied(now);
    }
    return verdict == null;
  }

  @SuppressWarnings("ForLoopReplaceableByForEach") // by index, without an iterator
  private boolean isAsExpected(GrpcCall mine) {
    boolean held = true;
    List<Check> expected = mine.expected();
    for (int i = 0; i < expected.size(); i++) {
      if (!expected.get(i).holds(response)) {
        response.broke(i);
        held = false;
      }
    }
    return held;
  }

  @Override
  protected void trailers(FieldSection section) {
    if (call().conduct().looks()) {
      response.fields(section);
    }
    status(ResponseFields.of(section), section);
  }

  private void status(ResponseFields found, FieldSection section) {
    last = found;
    GrpcStatus status = found.status();
    if (status != null && status != GrpcStatus.OK && verdict == null) {
      decide(status, StatusText.of(found, section));
    }
  }

  @Override
  protected void drained() {
    if (sending != null && call().kind().clientStreams()) {
      sending.more();
      giveUpIfDecided();
    }
  }

  @Override
  protected void ended() {
    ResponseFields end = last;
    if (verdict != null) {
      finish(verdict, verdictDetail, end == null ? null : end.status());
    } else if (end == null) {
      fail(GrpcStatus.INTERNAL, "the response ended without trailers");
    } else if (end.status() == null) {
      fail(GrpcStatus.UNKNOWN, "trailers without grpc-status");
    } else if (reader.isWithin()) {
      fail(GrpcStatus.INTERNAL, "the response ended within a message");
    } else if (received == 0 && !call().kind().serverStreams()) {
      fail(GrpcStatus.INTERNAL, "the status OK without a message");
    } else {
      finish(Outcome.OK, "", GrpcStatus.OK);
    }
  }

  private void fail(GrpcStatus status, String detail) {
    finish(status.outcome, detail, null);
  }

  @Override
  protected void failed(Outcome outcome, String detail) {
    if (verdict != null) {
      boolean ours = verdict.isOk();
      finish(verdict, verdictDetail, ours ? GrpcStatus.OK : null);
    } else if (outcome.bucket().startsWith(RESET)) {
      GrpcStatus status = GrpcStatus.ofReset(errorCode());
      // A server that keeps the deadline may be the first to notice, and resets the stream.
      boolean late = status == GrpcStatus.CANCELLED && isLate();
      finish((late ? GrpcStatus.DEADLINE_EXCEEDED : status).outcome, detail, null);
    } else if (outcome.equals(Outcome.TIMEOUT)) {
      finish(GrpcStatus.DEADLINE_EXCEEDED.outcome, detail, null);
    } else {
      finish(outcome, detail, null);
    }
  }

  /// Whether the deadline is over, to a millisecond, which is how servers are told.
  private boolean isLate() {
    long timeout = call().timeout().toNanos();
    return timeout > 0 && requester.loop().now() - mine().sent() >= timeout - 1_000_000;
  }

  /// Ends the exchange.
  ///
  /// @param how the status that the server gave, or that we are content with; null if there is no
  ///   response to look at
  private void finish(Outcome outcome, String detail, @Nullable GrpcStatus how) {
    Exchange done = mine();
    GrpcCall mine = call();
    calls++; // what was meant for this one comes too late
    if (sending != null) {
      sending.end();
    }
    long now = requester.loop().now();
    if (GrpcStatus.isOne(outcome)) {
      measures().label(GrpcMeasures.STATUS, outcome.bucket());
    }
    ResponseFields end = last;
    if (end != null && end.pushbackNanos() >= 0) {
      done.retryAfterNanos = end.pushbackNanos();
    }
    if (block.array().length > KEPT) {
      block = new ByteSink(0);
      rendered = null;
    }
    if (how != null && mine.conduct().looks()) {
      response.complete(how, now - done.sent());
      done.end(outcome, detail, response, now);
    } else if (outcome.isOk()) {
      done.end(outcome, now);
    } else {
      done.fail(outcome, detail, now);
    }
  }
}
