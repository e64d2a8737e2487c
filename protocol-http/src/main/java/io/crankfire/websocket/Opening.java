package io.crankfire.websocket;

import io.crankfire.http.HttpStream;
import io.crankfire.http.ResponseHead;
import io.crankfire.http.StreamListener;
import io.crankfire.metrics.Outcome;
import io.crankfire.net.Connection;
import io.crankfire.protocol.Exchange;
import io.crankfire.websocket.Handshake.Agreement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A session's opening handshakes, one after the other: the request that asks for a WebSocket, and
/// what becomes of it (RFC 6455 §4.1, over HTTP/2 RFC 8441 §5). Confined to its worker's event
/// loop.
final class Opening implements StreamListener {

  private static final int SWITCHING = 101;
  private static final byte[] NOTHING = {};

  private final WebSocketRequester requester;
  private final WebSocketSession session;
  private @Nullable HttpStream stream;
  private @Nullable WebSocketCall call;
  private byte[] keyLine = NOTHING;
  private @Nullable Agreement agreement;
  private @Nullable String refusal;
  private @Nullable Outcome refused;
  private long began;
  private boolean over2;

  Opening(WebSocketRequester requester, WebSocketSession session) {
    this.requester = requester;
    this.session = session;
  }

  /// Asks for a WebSocket; the session hears of the end, not before this has returned.
  ///
  /// @param exchange that needs it
  void begin(Exchange exchange) {
    WebSocketCall asked = (WebSocketCall) exchange.call();
    call = asked;
    agreement = null;
    refusal = null;
    refused = null;
    began = requester.loop().now();
    over2 = asked.request().isOverHttp2();
    keyLine = over2 ? NOTHING : requester.handshake().keyLine();
    HttpStream mine = stream;
    if (mine == null) {
      mine = requester.streams().stream(exchange);
      stream = mine;
    }
    mine.send(asked.request(), keyLine, keyLine.length, this);
  }

  /// When it began.
  long began() {
    return began;
  }

  /// The answer, as long as the session has sent nothing else.
  HttpStream answer() {
    return Objects.requireNonNull(stream);
  }

  /// Gives it up, whatever has come of it so far.
  void cancel(Outcome outcome, String detail) {
    refused = null;
    answer().fail(outcome, detail);
  }

  /// It took too long: a refusal that has been heard remains one.
  void expire(String detail) {
    answer().fail(Outcome.TIMEOUT, detail);
  }

  @Override
  public void responded(ResponseHead head) {
    WebSocketCall.Options options = Objects.requireNonNull(call).options();
    if (over2 ? head.status() / 100 != 2 : head.status() != SWITCHING) {
      refused = Outcome.failed("HTTP_" + head.status());
      return;
    }
    try {
      if (!over2) {
        requester.handshake().check(head, keyLine);
      }
      agreement = Handshake.agreement(head, options.subProtocols(), options.compression());
    } catch (Handshake.Refusal e) {
      refusal = e.getMessage();
    }
  }

  @Override
  public void body(byte[] bytes, int from, int to) {
    // Of an answer that is a refusal; it has been counted.
  }

  @Override
  public void completed() {
    Outcome why = refused == null ? Outcome.PROTOCOL_ERROR : refused;
    session.notOpened(why, "the server refused the WebSocket: " + why.bucket());
  }

  @Override
  public void failed(Outcome outcome, String detail) {
    if (refused == null) {
      session.notOpened(outcome, detail);
    } else {
      completed();
    }
  }

  @Override
  public void switched(Connection wire, Runnable closed, byte[] rest, int from, int to) {
    Agreement agreed = agreement;
    if (agreed == null) {
      wire.close();
      closed.run();
      session.notOpened(
          Outcome.PROTOCOL_ERROR, refusal == null ? "no answer to the handshake" : refusal);
    } else {
      session.opened(wire, closed, agreed, rest, from, to);
    }
  }
}
