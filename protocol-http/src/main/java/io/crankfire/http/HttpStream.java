package io.crankfire.http;

import io.crankfire.metrics.Outcome;
import io.crankfire.net.Connection;
import io.crankfire.protocol.Exchange;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One session's request under way for a protocol on top of HTTP, and its response as it comes. It
/// keeps times and bytes of the exchange that it is a part of, until the response ends or the
/// server switches protocols. Used again for the next request. Confined to its worker's event loop.
public final class HttpStream {

  /*
   * The request is an exchange of its own, a part of the protocol's: pools, redirects, templates and all that is
   * known of connections work for it as they do for HTTP. Nobody but this class hears of its end.
   */

  private static final byte[] NOTHING = {};

  private final HttpRequester requester;
  private final Exchange whole;
  private final HttpSession session;
  private final ResponseHead head;
  private final Exchange part;
  private @Nullable StreamListener listener;
  private byte[] extra = NOTHING;
  private int extraLength;
  private boolean responding;
  private boolean complete;

  HttpStream(HttpRequester requester, Exchange whole) {
    this.requester = requester;
    this.whole = whole;
    session = HttpSession.of(whole);
    head = new ResponseHead(session.response);
    part = new Exchange(_ -> ended(), whole);
  }

  /// Sends a request.
  ///
  /// @param extraLines whole lines of the head besides those that were compiled, each with its line
  ///   break; not to be changed before the response
  /// @param heard hears of the response
  /// @throws IllegalStateException if one is under way: a bug
  public void send(StreamRequest request, byte[] extraLines, int length, StreamListener heard) {
    if (underWay()) {
      throw new IllegalStateException("a stream was begun twice");
    }
    listener = heard;
    extra = extraLines;
    extraLength = length;
    responding = false;
    complete = false;
    session.stream = this;
    part.begin(request.call(), whole.callIndex(), whole.scheduled(), requester.now());
    requester.send(part);
    whole.credential = part.credential;
  }

  /// Sends a request without further lines.
  public void send(StreamRequest request, StreamListener heard) {
    send(request, NOTHING, 0, heard);
  }

  /// Whether a request was sent whose response has not ended.
  public boolean underWay() {
    return part.underWay();
  }

  /// A field's value of the last response's head, of several the first; null if there is none.
  /// Holds until the session's next request.
  public @Nullable String header(String name) {
    return session.response.header(name);
  }

  /// Gives the request up and closes what it came over; the listener hears nothing more. Does
  /// nothing if none is under way.
  public void cancel() {
    listener = null;
    requester.cancel(part, Outcome.INTERRUPTED, "cancelled");
  }

  /// Gives the request up: the listener hears that it failed, and if there was no connection yet
  /// what that means for `outcome`. Does nothing if none is under way.
  public void fail(Outcome outcome, String detail) {
    requester.cancel(part, outcome, detail);
  }

  void writeExtra(io.crankfire.template.ByteSink to) {
    to.write(extra, 0, extraLength);
  }

  /// The head is here; what it says is in the session's response.
  void responded(Outcome outcome) {
    responding = true;
    whole.written(part.written());
    whole.firstByte(part.firstByte());
    whole.retryAfterNanos = part.retryAfterNanos;
    head.outcome(outcome);
    StreamListener heard = listener;
    if (heard != null) {
      heard.responded(head);
    }
  }

  void body(byte[] b, int from, int to) {
    StreamListener heard = listener;
    if (heard != null && responding) {
      heard.body(b, from, to);
    }
  }

  /// The response is here, all of it: its end is about to be told.
  void completes() {
    complete = true;
  }

  void switched(Connection wire, Runnable closed, byte[] rest, int from, int to) {
    StreamListener heard = Objects.requireNonNull(listener);
    listener = null;
    part.end(Outcome.OK, requester.now());
    heard.switched(wire, closed, rest, from, to);
  }

  private void ended() {
    StreamListener heard = listener;
    listener = null;
    session.stream = null;
    whole.bytesIn += part.bytesIn;
    whole.bytesOut += part.bytesOut;
    if (heard == null) {
      return;
    }
    if (complete) {
      heard.completed();
    } else {
      String detail = part.detail();
      heard.failed(part.outcome(), detail == null ? "" : detail);
    }
  }
}
