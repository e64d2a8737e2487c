package io.crankfire.testkit.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.crankfire.testkit.Request;
import io.crankfire.testkit.Timer;
import io.crankfire.testkit.Wire;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The server's end of one WebSocket connection, in the hands of a [Talk]. Thread-safe: messages of
/// several threads do not mix.
public final class WebSocketWire {
  private final Request request;
  private final Wire wire;
  private final WebSocketLedger ledger;
  private final Timer timer;
  private final String subprotocol;
  private final @Nullable Deflate deflate;
  private @Nullable Message held;
  private long lastDue;
  private boolean closeSent;
  private volatile boolean ended;

  WebSocketWire(
      Request request,
      Wire wire,
      WebSocketLedger ledger,
      Timer timer,
      String subprotocol,
      @Nullable Deflate deflate) {
    this.request = request;
    this.wire = wire;
    this.ledger = ledger;
    this.timer = timer;
    this.subprotocol = subprotocol;
    this.deflate = deflate;
    lastDue = System.nanoTime();
  }

  /// The upgrade request.
  public Request request() {
    return request;
  }

  /// What was agreed on, or empty.
  public String subprotocol() {
    return subprotocol;
  }

  /// Whether messages are compressed.
  public boolean deflates() {
    return deflate != null;
  }

  /// For what is to be done later.
  public Timer timer() {
    return timer;
  }

  /// A message in answer to another.
  public void reply(Message to, boolean text, byte[] payload) throws IOException {
    send(to, text, payload);
  }

  /// A text in answer to a message.
  public void reply(Message to, String text) throws IOException {
    send(to, true, text.getBytes(UTF_8));
  }

  /// A message in answer to none.
  public void push(boolean text, byte[] payload) throws IOException {
    send(null, text, payload);
  }

  /// A text in answer to no message.
  public void push(String text) throws IOException {
    send(null, true, text.getBytes(UTF_8));
  }

  private synchronized void send(@Nullable Message to, boolean text, byte[] payload)
      throws IOException {
    if (closeSent || ended) {
      return;
    }
    int first = Frames.FIN | (text ? Frames.TEXT : Frames.BINARY);
    byte[] frame =
        deflate == null
            ? Frames.frame(first, payload)
            : Frames.frame(first | Frames.RSV1, deflate.deflate(payload));
    ledger.sent(payload.length);
    if (to != null) {
      ledger.replied(to.arrivedNanos());
    }
    wire.write(frame);
  }

  /// The payload as a compressed message has it.
  ///
  /// @throws IllegalStateException if compression was not agreed on
  public synchronized byte[] compressed(byte[] payload) {
    if (deflate == null) {
      throw new IllegalStateException("permessage-deflate was not agreed on");
    }
    return deflate.deflate(payload);
  }

  /// These bytes as they are.
  public synchronized void raw(byte[] bytes) throws IOException {
    wire.write(bytes);
  }

  /// Sends a close frame, unless one was sent; the connection ends when the client has answered.
  public void close(int code, String reason) throws IOException {
    closeWith(Frames.close(code, reason));
  }

  /// Sends these bytes as what is to be understood as a close.
  public synchronized void closeWith(byte[] frame) throws IOException {
    if (!closeSent && !ended) {
      closeSent = true;
      wire.write(frame);
    }
  }

  /// Ends the connection with FIN, or close_notify and FIN, without a close frame.
  public void cut() {
    ended = true;
    wire.cut();
  }

  /// Ends the connection with RST.
  public void reset() {
    ended = true;
    wire.reset();
  }

  /// Sends FIN and goes on reading.
  public synchronized void finish() throws IOException {
    ended = true;
    wire.finish();
  }

  /// Whether nothing more can be said.
  public boolean ended() {
    return ended;
  }

  synchronized boolean closeSent() {
    return closeSent;
  }

  void end() {
    ended = true;
  }

  /// The later of this time and the time the last caller got.
  synchronized long notBeforeTheLast(long due) {
    lastDue = lastDue - due > 0 ? lastDue : due;
    return lastDue;
  }

  /// Keeps the message, or gives the one that was kept and forgets it.
  synchronized @Nullable Message hold(Message message) {
    Message before = held;
    held = before == null ? message : null;
    return before;
  }
}
