package io.crankfire.net;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Pacing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The portable event loop, over the JDK's selector. It sleeps in whole milliseconds; the finer
/// pacings wait the rest in small steps ([Pacing#DEFAULT]) or by polling ([Pacing#PRECISE]).
public final class NioLoop extends Loop {

  private static final long MILLI = 1_000_000;

  /// Steps of the default pacing's last two milliseconds: their error is one kernel timer slack.
  private static final long STEP = 50_000;

  /// How long before an arrival the precise pacing begins to poll.
  private static final long POLL_BEFORE = 60_000;

  private final Selector selector;
  private final ByteBuffer received = ByteBuffer.allocateDirect(BUFFER_SIZE);
  private final byte[] buffer = new byte[BUFFER_SIZE];
  private final ByteBuffer sending = ByteBuffer.allocateDirect(BUFFER_SIZE);
  private final Consumer<SelectionKey> onSelected = this::selected;
  private long waitingUntil;
  private boolean waiting;
  private volatile boolean closed;

  /// A loop with a selector of its own.
  ///
  /// @throws UncheckedIOException if the platform has no more file descriptors
  public NioLoop(Clock clock) {
    super(clock);
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return "nio";
  }

  @Override
  public Connection connect(
      SocketAddress remote, @Nullable SocketAddress local, ConnectionHandler handler) {
    NioConnection connection = new NioConnection(remote, handler);
    connection.open(local);
    return connection;
  }

  @Override
  protected void poll(long untilNanos, Pacing pacing) {
    waitingUntil = untilNanos;
    waiting = true;
    try {
      select(untilNanos, pacing);
      waitOver();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The first event, or the end, of a wait. The selector hands out events before it returns.
  private void waitOver() {
    if (waiting) {
      waiting = false;
      waited(waitingUntil);
    }
  }

  private void select(long untilNanos, Pacing pacing) throws IOException {
    while (true) {
      long left = untilNanos == Long.MAX_VALUE ? Long.MAX_VALUE : untilNanos - readClock();
      int events;
      if (left <= 0) {
        selector.selectNow(onSelected);
        return;
      } else if (left == Long.MAX_VALUE) {
        selector.select(onSelected, 1_000);
        return;
      } else if (pacing == Pacing.ECONOMICAL) {
        selector.select(onSelected, Math.min(1_000, (left + MILLI - 1) / MILLI));
        return;
      } else if (left >= 2 * MILLI) {
        events = selector.select(onSelected, Math.min(1_000, left / MILLI - 1));
      } else {
        if (pacing == Pacing.DEFAULT || left > POLL_BEFORE + STEP) {
          LockSupport.parkNanos(Math.min(left, STEP));
        } else {
          Thread.onSpinWait();
        }
        events = selector.selectNow(onSelected);
      }
      if (events > 0 || closed || wokenUp()) {
        return;
      }
    }
  }

  @Override
  protected void wakeup() {
    selector.wakeup();
  }

  private void selected(SelectionKey key) {
    waitOver();
    if (key.attachment() instanceof NioConnection connection) {
      connection.ready(key);
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      if (selector.isOpen()) {
        for (SelectionKey key : selector.keys()) {
          if (key.attachment() instanceof NioConnection connection) {
            connection.close();
          }
        }
        selector.selectNow();
        selector.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class NioConnection extends Connection {
    private final SocketAddress remote;
    private ConnectionHandler handler;
    private final PendingWrites pending = new PendingWrites();
    private @Nullable SocketChannel channel;
    private @Nullable SelectionKey key;
    private boolean connected;

    private boolean closed;

    NioConnection(SocketAddress remote, ConnectionHandler handler) {
      this.remote = remote;
      this.handler = handler;
      connectionOpened();
    }

    void open(@Nullable SocketAddress local) {
      try {
        boolean unix = remote instanceof UnixDomainSocketAddress;
        SocketChannel socket =
            unix ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
        channel = socket;
        socket.configureBlocking(false);
        if (!unix) {
          socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        if (local != null) {
          socket.bind(local);
        }
        boolean done = socket.connect(remote);
        key =
            socket.register(selector, done ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
        if (done) {
          execute(this::nowConnected);
        }
      } catch (IOException | RuntimeException e) {
        // Told later, so that nobody hears of a connection he has not been given yet.
        execute(() -> broken(connectOutcome(e), connectDetail(remote, e)));
      }
    }

    private void nowConnected() {
      if (isOpen()) {
        connected = true;
        handler.connected(this);
      }
    }

    void ready(SelectionKey selected) {
      SocketChannel socket = channel;
      if (socket == null || !selected.isValid()) {
        return;
      }
      int ops = selected.readyOps();
      if ((ops & SelectionKey.OP_CONNECT) != 0) {
        try {
          socket.finishConnect();
        } catch (IOException e) {
          broken(connectOutcome(e), connectDetail(remote, e));
          return;
        }
        selected.interestOps(SelectionKey.OP_READ);
        readClock();
        nowConnected();
        return;
      }
      if ((ops & SelectionKey.OP_READ) != 0) {
        read(socket); // first, since what a peer said before it reset the connection can be read
      }
      if ((ops & SelectionKey.OP_WRITE) != 0 && isOpen()) {
        flush(socket, selected);
      }
    }

    private void read(SocketChannel socket) {
      int length;
      try {
        received.clear();
        length = socket.read(received);
      } catch (IOException e) {
        readClock();
        broken(Outcome.CONNECTION_RESET, "connection reset by the peer");
        return;
      }
      readClock();
      if (length > 0) {
        received.get(0, buffer, 0, length);
        handler.received(this, buffer, 0, length);
      } else if (length < 0) {
        if (key != null) {
          key.interestOps(key.interestOps() & ~SelectionKey.OP_READ);
        }
        handler.ended(this);
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      SocketChannel socket = channel;
      SelectionKey selected = key;
      if (socket == null || selected == null || !connected) {
        return;
      }
      int done = 0;
      try {
        while (pending.isEmpty() && done < length) {
          int part = send(socket, bytes, offset + done, length - done);
          if (part == 0) {
            break;
          }
          done += part;
        }
      } catch (IOException e) {
        execute(this::unwritable); // later: the caller is in the middle of something
        return;
      }
      if (done < length) {
        pending.add(bytes, offset + done, length - done);
        selected.interestOps(selected.interestOps() | SelectionKey.OP_WRITE);
      }
    }

    private int send(SocketChannel socket, byte[] bytes, int offset, int length)
        throws IOException {
      sending.clear();
      sending.put(bytes, offset, Math.min(length, BUFFER_SIZE));
      sending.flip();
      return socket.write(sending);
    }

    private void flush(SocketChannel socket, SelectionKey selected) {
      try {
        while (!pending.isEmpty()) {
          int part = send(socket, pending.head(), pending.offset(), pending.length());
          if (part == 0) {
            return;
          }
          pending.taken(part);
        }
        selected.interestOps(selected.interestOps() & ~SelectionKey.OP_WRITE);
        handler.drained(this);
      } catch (IOException e) {
        unwritable();
      }
    }

    /// A write has failed: the peer's last words are heard, then the connection is broken.
    private void unwritable() {
      SocketChannel socket = channel;
      if (socket != null) {
        read(socket);
      }
      broken(Outcome.CONNECTION_RESET, "connection reset by the peer");
    }

    private void broken(Outcome outcome, String detail) {
      if (!closed) {
        close();
        handler.failed(this, outcome, detail);
      }
    }

    @Override
    public long pending() {
      return pending.total();
    }

    @Override
    public void close() {
      if (closed) {
        return;
      }
      closed = true;
      connectionClosed();
      SocketChannel socket = channel;
      channel = null;
      key = null;
      connected = false;
      pending.clear();
      if (socket != null) {
        try {
          socket.close();
        } catch (IOException e) {
          // Nothing is left to be done with it.
        }
      }
    }

    @Override
    public boolean isOpen() {
      return !closed;
    }

    @Override
    public void handler(ConnectionHandler handler) {
      this.handler = handler;
    }
  }

  private static Outcome connectOutcome(Exception e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("refused")) {
      return Outcome.CONNECT_REFUSED;
    }
    return message.contains("timed out") ? Outcome.CONNECT_TIMEOUT : Outcome.CONNECT_FAILED;
  }

  private static String connectDetail(SocketAddress remote, Exception e) {
    return SocketAddresses.text(remote) + ": " + e.getMessage();
  }
}
