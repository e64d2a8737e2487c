package io.crankfire.http;

import io.crankfire.metrics.Outcome;
import io.crankfire.net.Connection;
import io.crankfire.net.ConnectionHandler;
import io.crankfire.net.Connector;
import io.crankfire.net.Loop;
import io.crankfire.net.PhaseListener;
import io.crankfire.protocol.Exchange;
import io.crankfire.protocol.Requester;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection: sends one request at a time, reads its response to the end (RFC 9112).
/// Confined to its event loop.
final class Http1Connection implements ConnectionHandler {

  /*
   * An exchange under way belongs to exactly one connection, and the connection to it. Whoever ends it
   * takes it off the connection first, gives the connection back or closes it, and only then tells the
   * exchange: telling it sends the next request in the same stack, over this very connection.
   */

  /// Interim responses (1xx) above this number are an error.
  private static final int MAX_INTERIM = 100;

  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int REQUEST_TIMEOUT = 408;

  private enum State {
    IDLE,
    HEAD,
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE
  }

  private static final byte[] NOTHING = new byte[0];
  private static final byte[] START = {'H', 'T', 'T', 'P', '/', '1', '.'};

  private final Pool pool;
  private final Loop loop;
  private final Head head;
  private @Nullable Connection connection;
  private Connector.@Nullable Attempt attempt;
  private final Transaction transaction = new Transaction();
  private State state = State.IDLE;
  private long left;
  private boolean keepAlive;
  private boolean anyByte;
  private int interim;
  private int requests;
  private boolean kept;
  private boolean last;
  private byte[] partial = NOTHING;
  private int partialSize;
  private @Nullable ChunkReader chunks;
  private Requester.@Nullable Readiness readiness;
  private boolean closed;

  Http1Connection(Pool pool, Loop loop, Head head) {
    this.pool = pool;
    this.loop = loop;
    this.head = head;
  }

  /// Makes the connection and sends nothing.
  void prepare(Connector connector, PhaseListener phases, Requester.Readiness whenMade) {
    readiness = whenMade;
    attempt = connector.open(pool.target(), pool.protocols(), this, phases);
  }

  /// Sends over the new connection as soon as it is made.
  void open(Connector connector, Exchange first, Outgoing what, int redirectsSoFar) {
    take(first, what, redirectsSoFar);
    PhaseListener phases = pool.phases(first.callIndex());
    attempt = connector.open(pool.target(), pool.protocols(), this, phases);
  }

  /// Takes a connection that was made elsewhere.
  void adopt(Connection made) {
    connection = made;
    made.handler(this);
    pool.opened();
  }

  /// Sends over the connection, which was made for it.
  void sendFirst(Exchange first, Outgoing what, int redirectsSoFar) {
    take(first, what, redirectsSoFar);
    write(what);
  }

  /// Sends over the connection, which is idle.
  void send(Exchange next, Outgoing what, int redirectsSoFar) {
    kept = true;
    take(next, what, redirectsSoFar);
    write(what);
  }

  private void take(Exchange next, Outgoing what, int redirectsSoFar) {
    transaction.begin(next, what, redirectsSoFar);
    next.carrier = this;
    interim = 0;
    anyByte = false;
  }

  private void write(Outgoing what) {
    Connection wire = connection;
    Exchange mine = transaction.exchange;
    if (wire == null || mine == null) {
      return;
    }
    state = State.HEAD;
    last = !pool.keeps(++requests);
    mine.bytesOut += what.write(wire, last);
  }

  /// Ends the exchange and closes the connection, since an answer may still come.
  void cancel(Outcome how, String detail) {
    boolean connecting = connection == null;
    Outcome said = connecting && how.equals(Outcome.TIMEOUT) ? Outcome.CONNECT_TIMEOUT : how;
    fail(said, connecting ? "no connection yet: " + detail : detail);
  }

  boolean usable() {
    return !closed;
  }

  /// Whether it has carried a request.
  boolean used() {
    return requests > 0;
  }

  @Override
  public void connected(Connection made) {
    attempt = null;
    connection = made;
    pool.opened();
    Exchange mine = transaction.exchange;
    Outgoing what = transaction.request;
    if (mine != null && what != null) {
      mine.written(loop.now());
      write(what);
    }
    Requester.Readiness whenMade = readiness;
    if (whenMade != null) {
      readiness = null;
      pool.prepared(this);
      whenMade.ready(Outcome.OK, "");
    }
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // the same exchange, still on this connection
  public void received(Connection from, byte[] buffer, int offset, int length) {
    Exchange mine = transaction.exchange;
    if (mine == null) {
      close(); // nobody asked: whatever it is, it cannot be an answer
      pool.closedIdle();
      return;
    }
    mine.bytesIn += length;
    mine.firstByte(loop.now());
    anyByte = true;
    int to = offset + length;
    int at = offset;
    while (at < to && transaction.exchange == mine) {
      switch (state) {
        case HEAD -> at = readHead(buffer, at, to);
        case LENGTH -> {
          long take = Math.min(left, to - at);
          transaction.body(buffer, at, at + (int) take);
          at += (int) take;
          left -= take;
          if (left == 0) {
            complete(at == to);
            return;
          }
        }
        case CHUNKED -> {
          ChunkReader reader = chunkReader();
          at = reader.read(buffer, at, to, this);
          String fault = reader.fault();
          if (fault != null) {
            fail(reader.tooLarge() ? Outcome.TOO_LARGE : Outcome.PROTOCOL_ERROR, fault);
            return;
          }
          if (reader.done()) {
            complete(at == to);
            return;
          }
        }
        case UNTIL_CLOSE -> {
          transaction.body(buffer, at, to);
          at = to;
        }
        case IDLE -> throw new IllegalStateException("bytes for no exchange");
      }
    }
  }

  /// A piece of the body; nobody's if its exchange was given up meanwhile.
  void body(byte[] buffer, int from, int to) {
    transaction.body(buffer, from, to);
  }

  private int readHead(byte[] buffer, int from, int to) {
    if (partialSize == 0) {
      if (head.same(buffer, from, to)) {
        transaction.watch(head, buffer, from, from + head.size());
        return afterHead(buffer, from + head.size(), to);
      }
      int end = Head.end(buffer, from, to, from);
      if (end >= 0) {
        return parseHead(buffer, from, end) ? afterHead(buffer, end, to) : to;
      }
    }
    return gather(buffer, from, to);
  }

  /// The head is not complete: keeps what is there.
  private int gather(byte[] buffer, int from, int to) {
    int known = partialSize;
    // No more than the limit is ever kept, however much comes at once.
    int count = Math.min(to - from, Head.LIMIT + 1 - known);
    if (known + count > partial.length) {
      partial = Arrays.copyOf(partial, Math.max(known + count, Math.max(512, 2 * known)));
    }
    System.arraycopy(buffer, from, partial, known, count);
    partialSize = known + count;
    for (int i = 0; i < Math.min(START.length, partialSize); i++) {
      if (partial[i] != START[i]) {
        fail(
            Outcome.PROTOCOL_ERROR,
            "not an HTTP/1 status line: " + Head.excerpt(partial, 0, partialSize));
        return to;
      }
    }
    int end = Head.end(partial, 0, partialSize, known);
    if (end < 0 || end > Head.LIMIT) {
      if (partialSize > Head.LIMIT) {
        fail(Outcome.TOO_LARGE, "a response head above " + Head.LIMIT + " bytes");
      }
      return to;
    }
    partialSize = 0;
    boolean good = parseHead(partial, 0, end);
    partial = NOTHING; // idle connections stay small
    return good ? afterHead(buffer, from + end - known, to) : to;
  }

  private boolean parseHead(byte[] buffer, int from, int end) {
    if (end - from > Head.LIMIT) {
      fail(Outcome.TOO_LARGE, "a response head above " + Head.LIMIT + " bytes");
      return false;
    }
    String fault = head.read(buffer, from, end);
    if (fault != null) {
      fail(Outcome.PROTOCOL_ERROR, fault);
      return false;
    }
    transaction.watch(head, buffer, from, end);
    return true;
  }

  private int afterHead(byte[] buffer, int at, int to) {
    int status = head.status();
    if (status < 200) {
      if (status == SWITCHING_PROTOCOLS) {
        return switched(buffer, at, to);
      } else if (++interim > MAX_INTERIM) {
        fail(Outcome.PROTOCOL_ERROR, "more than " + MAX_INTERIM + " interim responses");
      }
      return at; // the final head follows
    }
    keepAlive = head.keepAlive();
    if (!transaction.responded(head)) {
      return to;
    }
    Outgoing what = transaction.request;
    Head.Framing framing = what != null && what.head() ? Head.Framing.NONE : head.framing();
    switch (framing) {
      case NONE -> {
        complete(at == to);
        return to;
      }
      case LENGTH -> {
        left = head.length();
        state = State.LENGTH;
      }
      case CHUNKED -> {
        chunkReader().reset();
        state = State.CHUNKED;
      }
      case UNTIL_CLOSE -> state = State.UNTIL_CLOSE;
    }
    return at;
  }

  /// The server switches protocols: if that was asked for, the connection is somebody else's now.
  @SuppressWarnings("ReferenceEquality") // the same exchange, still on this connection
  private int switched(byte[] buffer, int at, int to) {
    Exchange mine = transaction.exchange;
    Connection wire = connection;
    HttpSession session = transaction.watching;
    HttpStream stream = session == null ? null : session.stream;
    if (mine == null || wire == null || stream == null || !((HttpCall) mine.call()).upgrades()) {
      fail(Outcome.PROTOCOL_ERROR, "the server switches protocols unasked");
      return to;
    }
    stream.responded(head.outcome());
    if (transaction.exchange == mine) {
      transaction.clear();
      closed = true;
      state = State.IDLE;
      stream.switched(wire, pool::gone, buffer, at, to);
    }
    return to;
  }

  private ChunkReader chunkReader() {
    ChunkReader reader = chunks;
    if (reader == null) {
      reader = new ChunkReader();
      chunks = reader;
    }
    return reader;
  }

  /// The response is here, all of it.
  ///
  /// @param exactly whether nothing came after it
  private void complete(boolean exactly) {
    Exchange mine = transaction.exchange;
    Outgoing what = transaction.request;
    Connection wire = connection;
    if (mine == null || what == null || wire == null) {
      return;
    }
    // Giving the connection back may begin the next here.
    HttpSession session = transaction.watching;
    int redirects = transaction.redirects;
    int status = transaction.status;
    String location = transaction.location;
    Outcome outcome = transaction.outcome;
    transaction.clear();
    state = State.IDLE;
    // What has not gone out yet of a request that is answered already would go before the next.
    boolean reusable = keepAlive && exactly && !last && !closed && wire.pending() == 0;
    // After a refused upgrade, too: the next one gets a connection of its own, and this would be
    // left over.
    reusable &= !((HttpCall) mine.call()).upgrades();
    if (reusable) {
      pool.release(this);
    } else {
      close();
    }
    boolean heard = session != null && session.stream != null;
    if (status == REQUEST_TIMEOUT && kept && !reusable && !heard) {
      pool.resend(mine, what, redirects);
    } else {
      Transaction.complete(
          pool, mine, what, session, redirects, status, location, outcome, loop.now());
    }
  }

  @Override
  public void ended(Connection from) {
    if (transaction.exchange == null) {
      close();
      pool.closedIdle();
    } else if (state == State.UNTIL_CLOSE) {
      complete(false);
    } else {
      lost(Outcome.CONNECTION_CLOSED, "closed by the server " + where());
    }
  }

  @Override
  public void failed(Connection from, Outcome how, String detail) {
    Requester.Readiness whenMade = readiness;
    if (whenMade != null) {
      readiness = null;
      close();
      whenMade.ready(how, detail);
    } else if (transaction.exchange == null) {
      close();
      pool.closedIdle();
    } else if (connection == null) {
      fail(how, detail);
    } else {
      lost(how, detail + " " + where());
    }
  }

  private String where() {
    if (!anyByte) {
      return "before the response";
    }
    return state == State.HEAD ? "within the response's head" : "within the response's body";
  }

  /// The connection is gone in the middle of an exchange. If it had been kept, and not one byte of
  /// an answer came, the server had closed it while it was idle and could not know of the request:
  /// it is sent again over a new connection, as browsers do (RFC 9112 §9.3.1). Some servers say 408
  /// as they close an idle connection, which means the same.
  private void lost(Outcome how, String detail) {
    Exchange mine = transaction.exchange;
    Outgoing what = transaction.request;
    if (kept && !anyByte && mine != null && what != null) {
      int redirects = transaction.redirects;
      transaction.clear();
      close();
      pool.resend(mine, what, redirects);
    } else {
      fail(how, detail);
    }
  }

  private void fail(Outcome how, String detail) {
    Exchange mine = transaction.exchange;
    transaction.clear();
    close();
    if (mine != null) {
      mine.fail(how, detail, loop.now());
    }
  }

  /// Closes it. Idempotent.
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    state = State.IDLE;
    partial = NOTHING;
    partialSize = 0;
    if (attempt != null) {
      attempt.cancel();
      attempt = null;
    }
    if (connection != null) {
      connection.close();
    }
    pool.gone();
  }
}
