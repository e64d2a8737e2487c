package io.crankfire.http2;

import io.crankfire.metrics.Outcome;
import io.crankfire.net.Connection;
import io.crankfire.net.ConnectionHandler;
import io.crankfire.net.Timer;
import io.crankfire.protocol.Exchange;
import org.jspecify.annotations.Nullable;

/// A stream that asks to become a connection of its own, bytes each way inside an HTTP/2 connection
/// (extended CONNECT, RFC 8441 §4, §5). It begins only when the server has said that it does that;
/// otherwise it fails. Used once. Confined to its event loop.
public abstract class Http2Tunnel extends Http2Stream {

  /*
   * Closing it ends our direction with END_STREAM, as TCP's FIN would (RFC 8441 §5). The server then ends
   * its own; till then the stream stays, unheard, but neither for long nor for much: a RST_STREAM with
   * CANCEL ends what goes on. It is not sent at once, since servers may drop what came right before it.
   *
   * The exchange that it was begun for ends when it is established, and is used again for others, so
   * that what is counted from then on goes to one of its own, which nobody looks at.
   */

  private static final long PATIENCE_NANOS = 1_000_000_000;
  private static final int MOST_UNHEARD = 1 << 20;

  private static final byte[] NOTHING = {};

  /// The tunnel from its user's side.
  private final class Wire extends Connection {
    @Override
    public void write(byte[] bytes, int offset, int length) {
      if (open && carrier() != null) {
        Http2Tunnel.this.write(bytes, offset, offset + length, false);
      }
    }

    @Override
    public long pending() {
      return open ? unsent() : 0;
    }

    @Override
    public void close() {
      leave();
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void handler(ConnectionHandler handler) {
      listener = handler;
    }

    @Override
    public String applicationProtocol() {
      return "h2";
    }
  }

  private final Http2Pool pool;
  private final Wire wire = new Wire();
  private @Nullable ConnectionHandler listener;
  private @Nullable Timer patience;
  private boolean established;
  private boolean open;
  private int unheard;

  /// One that is to be sent over that pool.
  protected Http2Tunnel(Http2Pool pool) {
    this.pool = pool;
  }

  @Override
  final boolean tunnels() {
    return true;
  }

  /// The server agrees, as [#head] was told: from now on nothing is heard but by the connection's
  /// handler. The exchange may end.
  ///
  /// @return what has to get a handler at once, and to be closed in the end
  protected final Connection establish() {
    Exchange opening = exchange();
    Exchange own = new Exchange(_ -> {}, opening);
    own.begin(opening.call(), opening.callIndex(), opening.scheduled(), pool.loop().now());
    under(own, carrier());
    expected = -1; // a Content-Length means nothing here (RFC 9110 §9.3.6)
    established = true;
    open = true;
    return wire;
  }

  /// A piece of the body of an answer that is none came.
  protected abstract void refusal(byte[] bytes, int from, int to);

  /// An answer that is none has come, all of it.
  protected abstract void refused();

  /// There is no answer, or no whole one.
  protected abstract void unanswered(Outcome outcome, String detail);

  @Override
  protected final void data(byte[] bytes, int from, int to) {
    ConnectionHandler hears = listener;
    if (!established) {
      refusal(bytes, from, to);
    } else if (open && hears != null) {
      if (to > from) {
        hears.received(wire, bytes, from, to - from);
      }
    } else {
      unheard += to - from;
      if (unheard > MOST_UNHEARD) {
        cancel();
      }
    }
  }

  @Override
  protected final void trailers(FieldSection fields) {
    // They say nothing: bytes end with the stream.
  }

  @Override
  protected final void drained() {
    ConnectionHandler hears = listener;
    if (open && hears != null) {
      hears.drained(wire);
    }
  }

  @Override
  protected final void ended() {
    disarm();
    ConnectionHandler hears = listener;
    if (!established) {
      refused();
    } else if (open && hears != null) {
      hears.ended(wire);
    }
  }

  @Override
  protected final void failed(Outcome outcome, String detail) {
    disarm();
    boolean heard = open;
    open = false;
    ConnectionHandler hears = listener;
    if (!established) {
      unanswered(outcome, detail);
    } else if (heard && hears != null) {
      hears.failed(wire, outcome, detail);
    }
  }

  /// Nobody listens any more.
  private void leave() {
    if (!open) {
      return;
    }
    open = false;
    if (carrier() == null) {
      return;
    }
    if (unsent() > 0) {
      cancel();
      return;
    }
    write(NOTHING, 0, 0, true);
    Timer timer = new Timer(this::cancel);
    patience = timer;
    pool.loop().arm(timer, pool.loop().now() + PATIENCE_NANOS);
  }

  private void disarm() {
    if (patience != null) {
      pool.loop().disarm(patience);
    }
  }

  private void cancel() {
    pool.cancel(this, Outcome.INTERRUPTED, "closed");
  }
}
