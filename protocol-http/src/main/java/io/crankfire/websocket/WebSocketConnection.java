package io.crankfire.websocket;

import io.crankfire.metrics.Measures;
import io.crankfire.metrics.Outcome;
import io.crankfire.net.Connection;
import io.crankfire.net.ConnectionHandler;
import io.crankfire.template.ByteSink;
import io.crankfire.websocket.Handshake.Agreement;
import io.crankfire.websocket.WebSocketCall.Link;
import org.jspecify.annotations.Nullable;

/// One open WebSocket of a session: frames out, frames in, its own measures. Answers pings and
/// closes by itself, whether or not an exchange is under way. Confined to its event loop.
final class WebSocketConnection implements ConnectionHandler, FrameReader.Listener {

  /*
   * Whoever hears of something may send the next message in the same stack, or close the connection; the reader
   * goes on with what is left of the bytes, or stops.
   */

  /// Above so many bytes that the server does not take, its pings are not answered (§5.5.3 asks for
  /// the answer to the last one only).
  private static final int MOST_PENDING = 64 * 1024;

  private final WebSocketRequester requester;
  private final WebSocketSession owner;
  private final Link link;
  private final Connection wire;
  private final Runnable released;
  private final FrameReader reader;
  private final @Nullable Inflating inflating;
  private final @Nullable Deflating deflating;
  private final long opened;
  private int place;
  private int callIndex;
  private int uses;
  private boolean closeSent;
  private boolean closeReceived;
  private boolean closed;

  WebSocketConnection(
      WebSocketRequester requester,
      WebSocketSession owner,
      WebSocketCall call,
      Agreement agreement,
      Connection wire,
      Runnable released) {
    this.requester = requester;
    this.owner = owner;
    this.wire = wire;
    this.released = released;
    link = call.link();
    inflating =
        agreement.compressed()
            ? new Inflating(agreement.serverForgets(), requester.inflated())
            : null;
    deflating = agreement.compressed() ? new Deflating(agreement.clientForgets()) : null;
    reader = new FrameReader(this, call.options().mostBytes(), inflating);
    opened = requester.loop().now();
    place = requester.opened(this);
  }

  /// Its place among all of its worker.
  void place(int now) {
    place = now;
  }

  /// An exchange begins to use it.
  void use(int forCall, int capture) {
    uses++;
    callIndex = forCall;
    reader.capture(capture);
  }

  /// Whether it has carried as many exchanges as it may.
  boolean worn() {
    return uses >= requester.mostUses();
  }

  /// Whether it can carry another exchange of that kind.
  boolean serves(Link wanted) {
    return !closed && !closeReceived && link.equals(wanted);
  }

  /// How many bytes the kernel has not taken yet.
  long pending() {
    return wire.pending();
  }

  /// Sends what was written since [FrameWriter#begin] as one frame.
  ///
  /// @return how many bytes went out
  int send(int opcode) {
    return requester.writer().send(wire, opcode, opcode == Opcode.PING ? null : deflating);
  }

  /// Says that we will send no more. Idempotent.
  ///
  /// @return how many bytes went out
  int sendClose(int code) {
    if (closeSent || closed) {
      return 0;
    }
    closeSent = true;
    ByteSink payload = requester.writer().begin();
    payload.write(code >>> 8);
    payload.write(code);
    return requester.writer().send(wire, Opcode.CLOSE, null);
  }

  /// Says so and closes.
  void leave(int code) {
    sendClose(code);
    close();
  }

  /// Closes at once. Idempotent.
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    reader.stop();
    measures().record(WebSocketMeasures.DURATION, requester.loop().now() - opened);
    wire.close();
    if (inflating != null) {
      inflating.close();
    }
    if (deflating != null) {
      deflating.close();
    }
    requester.closed(place);
    owner.forget(this);
    released.run();
  }

  private Measures measures() {
    return requester.measures(callIndex);
  }

  /// Bytes came that were counted already.
  void read(byte[] bytes, int from, int to) {
    reader.read(bytes, from, to);
    String fault = reader.fault();
    if (fault != null && !closed) {
      boolean used = owner.talksOver(this);
      sendClose(reader.closeCode());
      close();
      if (used) {
        owner.broken(reader.outcome(), fault);
      }
    }
  }

  @Override
  public void received(Connection from, byte[] buffer, int offset, int length) {
    if (owner.talksOver(this)) {
      owner.received(length);
    }
    read(buffer, offset, offset + length);
  }

  @Override
  public void message(boolean text, byte[] bytes, int from, int to, long length) {
    Measures measures = measures();
    measures.count(WebSocketMeasures.RECEIVED, 1);
    measures.count(WebSocketMeasures.BYTES_RECEIVED, length);
    if (owner.talksOver(this)) {
      owner.message(bytes, from, to, length);
    }
  }

  @Override
  public void ping(byte[] bytes, int from, int to) {
    if (!closeSent && wire.pending() <= MOST_PENDING) {
      requester.writer().begin().write(bytes, from, to - from);
      int count = requester.writer().send(wire, Opcode.PONG, null);
      if (owner.talksOver(this)) {
        owner.sent(count);
      }
    }
  }

  @Override
  public void pong(byte[] bytes, int from, int to) {
    if (owner.talksOver(this)) {
      owner.pong(bytes, from, to);
    }
  }

  @Override
  public void closing(int code, byte[] reason, int from, int to) {
    closeReceived = true;
    measures().label(WebSocketMeasures.CLOSE_CODE, CloseCode.label(code));
    boolean used = owner.talksOver(this);
    sendClose(code == CloseCode.NONE ? CloseCode.NORMAL : code);
    if (used) {
      owner.closing(code, reason, from, to);
    } else {
      requester.worker().recorder().current().connectionsClosedIdle++;
      close();
    }
  }

  @Override
  public void connected(Connection connection) {
    // It was when it was handed over.
  }

  @Override
  public void drained(Connection connection) {
    if (owner.talksOver(this)) {
      owner.drained();
    }
  }

  @Override
  public void ended(Connection connection) {
    gone(Outcome.CONNECTION_CLOSED, "closed by the server");
  }

  @Override
  public void failed(Connection connection, Outcome outcome, String detail) {
    gone(outcome, detail);
  }

  private void gone(Outcome how, String detail) {
    boolean used = owner.talksOver(this);
    if (!closeReceived) {
      measures().label(WebSocketMeasures.CLOSE_CODE, CloseCode.label(CloseCode.ABNORMAL));
    }
    close();
    if (used) {
      owner.gone(how, detail);
    } else {
      requester.worker().recorder().current().connectionsClosedIdle++;
    }
  }
}
