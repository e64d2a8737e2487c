package io.crankfire.http2;

import io.crankfire.metrics.Outcome;
import io.crankfire.protocol.Exchange;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One exchange's request and response over HTTP/2, whatever they mean. A protocol extends it and
/// uses it again for its session's next exchange, once it has heard [#ended] or [#failed]: these
/// come last, exactly one of them, with the stream's slot already free, and a protocol may send
/// again from within them. Confined to its event loop.
///
/// Times and bytes of the exchange are kept by the connection: sent, written and first byte, bytes
/// with all framing.
public abstract class Http2Stream {

  /// What a stream asks of its connection.
  interface Carrier {
    /// Sends the head.
    void writeHead(Http2Stream stream, byte[] block, int from, int to, boolean last);

    /// Sends a head whose bytes never change.
    void writeConstantHead(Http2Stream stream, byte[] block, boolean last);

    /// Sends a part of the body.
    ///
    /// @param lasting whether the bytes stay as they are until the stream has ended
    void write(Http2Stream stream, byte[] bytes, int from, int to, boolean lasting, boolean last);
  }

  private @Nullable Exchange exchange;
  private @Nullable Carrier carrier;

  /*
   * What its connection and its pool know of it stands here, so that nothing is made for a stream.
   */

  /// Its number on its connection; 0 before it has one.
  int id;

  /// How many bytes of the body may still be sent; less than 0 if the server has taken back what it
  /// allowed (RFC 9113 §6.9.2).
  long window;

  /// What waits for the windows.
  final Unsent unsent = new Unsent();

  /// Whether it is among those that wait for the connection's window.
  boolean queued;

  /// Whether the request has gone out to its end.
  boolean requested;

  /// Whether the final head of the response is here.
  boolean responding;

  /// How many bytes the response's body has to have yet; less than 0 if nobody knows.
  long expected;

  /// Bytes of the response's body since its window was last made wider.
  long received;

  /// How many interim heads came.
  int interim;

  /// How often its connection had been read when it was begun.
  long begunAt;

  /// How often it was sent again.
  int resent;

  /// Since when it waits for a connection, by the loop's clock.
  long waitingSince;

  /// Whether it has been begun before.
  boolean again;

  /// The code of what ended it; -1 if there is none.
  private int errorCode = -1;

  /// Not under way.
  protected Http2Stream() {}

  /// What it belongs to while it is under way.
  ///
  /// @throws NullPointerException if it is not: a bug
  protected final Exchange exchange() {
    return Objects.requireNonNull(exchange, "not under way");
  }

  /// Is under way, and where; ends with nulls.
  final void under(@Nullable Exchange newExchange, @Nullable Carrier newCarrier) {
    exchange = newExchange;
    carrier = newCarrier;
  }

  /// Whose it is and over what it goes, if it is under way; for those who know that it may not be.
  final @Nullable Carrier carrier() {
    return carrier;
  }

  /// Bytes went out for it, framing included.
  final void sent(int bytes) {
    exchange().bytesOut += bytes;
  }

  final void errorCode(int code) {
    errorCode = code;
  }

  /// The error code by which the server, or this end, reset the stream or its connection (RFC 9113
  /// §7), of one that failed; -1 if none was given.
  public final int errorCode() {
    return errorCode;
  }

  /// How many bytes of the body wait for the server's windows.
  public final long unsent() {
    return unsent.size();
  }

  /// Sends the head of the request, first of all.
  ///
  /// @param block the fields, compressed without reference to a dynamic table (RFC 7541 §6.2.2,
  ///   §6.2.3): the same for every connection
  /// @param last whether no body follows
  protected final void writeHead(byte[] block, int from, int to, boolean last) {
    Objects.requireNonNull(carrier, "not under way").writeHead(this, block, from, to, last);
  }

  /// Sends the head of the request, first of all, if it is the same for many requests: the server's
  /// table makes it short.
  ///
  /// @param block the same array each time, never changed
  protected final void writeConstantHead(byte[] block, boolean last) {
    Objects.requireNonNull(carrier, "not under way").writeConstantHead(this, block, last);
  }

  /// Sends a part of the body, as much of it as the server's windows allow; the rest is copied and
  /// goes out as soon as they allow it. The bytes may be changed afterwards.
  ///
  /// @param last whether nothing follows; an empty part may say so, too
  protected final void write(byte[] bytes, int from, int to, boolean last) {
    Objects.requireNonNull(carrier, "not under way").write(this, bytes, from, to, false, last);
  }

  /// Sends a part of the body like [#write], and copies nothing: the bytes have to stay as they are
  /// until the stream has ended.
  protected final void writeLasting(byte[] bytes, int from, int to, boolean last) {
    Objects.requireNonNull(carrier, "not under way").write(this, bytes, from, to, true, last);
  }

  /// Whether the response has no body whatever its head says, as that of a HEAD request has none
  /// (RFC 9110 §6.4.1).
  protected boolean bodiless() {
    return false;
  }

  /// Whether it asks the server to make it a tunnel (RFC 8441), and so has to wait until the server
  /// has said that it does that.
  boolean tunnels() {
    return false;
  }

  /// There is room for it: writes the head, and as much of the body as there is, by [#writeHead]
  /// and [#write]. Comes again, from the beginning, if the server has not looked at it and it goes
  /// over another connection (RFC 9113 §6.8, §8.7).
  protected abstract void begin();

  /// The final head of the response; interim ones are passed over.
  protected abstract void head(FieldSection head);

  /// A piece of the body came, without framing.
  ///
  /// @param bytes the loop's: valid during the call, not to be changed
  protected abstract void data(byte[] bytes, int from, int to);

  /// The trailers; at most once, [#ended] follows.
  protected abstract void trailers(FieldSection fields);

  /// What was written and had to wait for the server's windows has gone out.
  protected void drained() {}

  /// The response is here, all of it, whether or not the request had gone out to its end.
  protected abstract void ended();

  /// There is no response, or no whole one.
  ///
  /// @param detail what happened, for a person
  protected abstract void failed(Outcome outcome, String detail);
}
