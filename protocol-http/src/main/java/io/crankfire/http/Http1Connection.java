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
  private @Nullable Exchange exchange;
  private @Nullable Outgoing request;
  private @Nullable HttpSession watching;
  private State state = State.IDLE;
  private long left;
  private boolean keepAlive;
  private boolean anyByte;
  private int interim;
  private int redirects;
  private int requests;
  private boolean kept;
  private boolean last;
  private Outcome outcome = Outcome.OK;
  private @Nullable String location;
  private int status;
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
    attempt = connector.open(pool.target(), this, phases);
  }

  /// Sends over the new connection as soon as it is made.
  void open(Connector connector, Exchange first, Outgoing what, int redirectsSoFar) {
    take(first, what, redirectsSoFar);
    attempt = connector.open(pool.target(), this, pool.phases(first.callIndex()));
  }

  /// Sends over the connection, which is idle.
  void send(Exchange next, Outgoing what, int redirectsSoFar) {
    kept = true;
    take(next, what, redirectsSoFar);
    write(what);
  }

  private void take(Exchange next, Outgoing what, int redirectsSoFar) {
    exchange = next;
    next.carrier = this;
    request = what;
    watching = ((HttpCall) next.call()).watched() ? HttpSession.of(next) : null;
    redirects = redirectsSoFar;
    interim = 0;
    anyByte = false;
  }

  private void write(Outgoing what) {
    Connection wire = connection;
    Exchange mine = exchange;
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
    Exchange mine = exchange;
    Outgoing what = request;
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
    Exchange mine = exchange;
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
    while (at < to && exchange == mine) {
      switch (state) {
        case HEAD -> at = readHead(buffer, at, to);
        case LENGTH -> {
          long take = Math.min(left, to - at);
          body(buffer, at, at + (int) take);
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
          body(buffer, at, to);
          at = to;
        }
        case IDLE -> throw new IllegalStateException("bytes for no exchange");
      }
    }
  }

  /// A piece of the body; nobody's if its exchange was given up meanwhile.
  void body(byte[] buffer, int from, int to) {
    HttpSession session = watching;
    if (session != null) {
      session.body(buffer, from, to);
    }
  }

  private int readHead(byte[] buffer, int from, int to) {
    if (partialSize == 0) {
      if (head.same(buffer, from, to)) {
        if (watching != null) {
          watch(buffer, from, from + head.size());
        }
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
    if (watching != null) {
      watch(buffer, from, end);
    }
    return true;
  }

  /// Keeps the head, and the cookies that it sets.
  private void watch(byte[] buffer, int from, int end) {
    HttpSession session = watching;
    Exchange mine = exchange;
    Outgoing what = request;
    boolean interim = head.status() < 200 && head.status() != SWITCHING_PROTOCOLS;
    if (session == null || mine == null || what == null || interim) {
      return;
    }
    HttpCall call = (HttpCall) mine.call();
    session.response.begin(buffer, from, end, call.capture());
    session.response.found(head.status(), head.coding());
    if (call.cookies() && head.setsCookies()) {
      session.jar.take(buffer, from, end, what.url(), mine.variables().epochMillis());
    }
  }

  @SuppressWarnings("ReferenceEquality") // the same exchange, still on this connection
  private int afterHead(byte[] buffer, int at, int to) {
    status = head.status();
    if (status < 200) {
      if (status == SWITCHING_PROTOCOLS) {
        return switched(buffer, at, to);
      } else if (++interim > MAX_INTERIM) {
        fail(Outcome.PROTOCOL_ERROR, "more than " + MAX_INTERIM + " interim responses");
      }
      return at; // the final head follows
    }
    keepAlive = head.keepAlive();
    outcome = head.outcome();
    location = head.location();
    if (status >= 400 && exchange != null) {
      exchange.retryAfterNanos = head.retryAfterNanos(exchange.variables());
    }
    Outgoing what = request;
    if (watching != null && watching.stream != null) {
      Exchange mine = exchange;
      if (what != null && isFollowed(what)) {
        watching = null; // nobody wants to hear of a redirect
      } else {
        watching.stream.responded(outcome);
        if (exchange != mine) {
          return to;
        }
      }
    }
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
    Exchange mine = exchange;
    Connection wire = connection;
    HttpStream stream = watching == null ? null : watching.stream;
    if (mine == null || wire == null || stream == null || !((HttpCall) mine.call()).upgrades()) {
      fail(Outcome.PROTOCOL_ERROR, "the server switches protocols unasked");
      return to;
    }
    stream.responded(head.outcome());
    if (exchange == mine) {
      exchange = null;
      request = null;
      watching = null;
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
    Exchange mine = exchange;
    Outgoing what = request;
    Connection wire = connection;
    if (mine == null || what == null || wire == null) {
      return;
    }
    HttpSession session = watching;
    exchange = null;
    request = null;
    watching = null;
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
    HttpStream stream = session == null ? null : session.stream;
    if (status == REQUEST_TIMEOUT && kept && !reusable && stream == null) {
      pool.resend(mine, what, redirects);
    } else if (location != null && isFollowed(what)) {
      pool.redirect(mine, what, status, location, redirects);
    } else if (stream != null) {
      stream.completes();
      mine.end(outcome, loop.now());
    } else if (session != null) {
      end(mine, session.response);
    } else {
      mine.end(outcome, loop.now());
    }
  }

  private void end(Exchange mine, HttpResponse response) {
    long now = loop.now();
    response.complete(pool.decoder(), now - mine.sent());
    long number = response.number();
    mine.end(outcome, response, now);
    response.done(number);
  }

  /// Whether the response is a redirect that is followed.
  private boolean isFollowed(Outgoing what) {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> location != null && what.maxRedirects() > 0;
      default -> false;
    };
  }

  @Override
  public void ended(Connection from) {
    if (exchange == null) {
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
    } else if (exchange == null) {
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
    Exchange mine = exchange;
    Outgoing what = request;
    if (kept && !anyByte && mine != null && what != null) {
      exchange = null;
      request = null;
      watching = null;
      close();
      pool.resend(mine, what, redirects);
    } else {
      fail(how, detail);
    }
  }

  private void fail(Outcome how, String detail) {
    Exchange mine = exchange;
    exchange = null;
    request = null;
    watching = null;
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
