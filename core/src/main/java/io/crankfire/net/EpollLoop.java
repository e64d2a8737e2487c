package io.crankfire.net;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Pacing;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The event loop for Linux on x86-64 and AArch64: epoll, recv and send by foreign-function calls.
/// Compared with [NioLoop] it spends fewer instructions per event and sleeps with the resolution of
/// the kernel's timers.
public final class EpollLoop extends Loop {

  private static final int EPOLLIN = 0x1;
  private static final int EPOLLOUT = 0x4;
  private static final int CTL_ADD = 1;
  private static final int CTL_MOD = 3;
  private static final int CLOEXEC = 0x80000;
  private static final int NONBLOCK = 0x800;

  /// Few, so that the schedule is looked at often while the loop is busy.
  private static final int MAX_EVENTS = 128;

  /// How long before an arrival the precise pacing begins to poll.
  private static final long POLL_BEFORE = 60_000;

  private static final ValueLayout.OfLong DATA = JAVA_LONG.withByteAlignment(4);
  private static final boolean PACKED = !System.getProperty("os.arch", "").equals("aarch64");
  private static final int EVENT_SIZE = PACKED ? 12 : 16;
  private static final int EVENT_DATA = PACKED ? 4 : 8;
  private static final long WAKEUP = -1;

  /// The niceness of a thread that keeps a schedule: three times the usual share, no monopoly.
  private static final int PREFERRED = -5;

  private static final int SCHED_SETATTR = PACKED ? 314 : 274;
  private static final int SCHED_ATTR_SIZE = 48;
  private static final long SLICE = 100_000;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment error = Libc.errorState(arena);
  private final MemorySegment events = arena.allocate((long) EVENT_SIZE * MAX_EVENTS, 8);
  private final MemorySegment event = arena.allocate(16, 8);
  private final MemorySegment timeout = arena.allocate(16, 8);
  private final MemorySegment scratch = arena.allocate(128, 8);
  private final byte[] received = new byte[BUFFER_SIZE];
  private final MemorySegment receivedSegment = MemorySegment.ofArray(received);
  private final byte[] sending = new byte[BUFFER_SIZE];
  private final MemorySegment sendingSegment = MemorySegment.ofArray(sending);
  private final MemorySegment wakeError = Libc.errorState(arena);
  private final MemorySegment wakeValue = arena.allocate(8, 8);
  private final int epoll;
  private final int wakeFd;
  private @Nullable EpollConnection[] byDescriptor = new @Nullable EpollConnection[256];
  private int generation;
  private @Nullable MemorySegment transfer;
  private boolean slackSet;
  private boolean closed;

  /// A loop with an epoll instance of its own.
  ///
  /// @throws IllegalStateException if the kernel refuses; see [#available()]
  public EpollLoop(Clock clock) {
    super(clock);
    epoll = Libc.intCall(Libc.EPOLL_CREATE1, error, CLOEXEC, 0, 0, 0, 0);
    wakeFd = Libc.intCall(Libc.EVENTFD, error, 0, CLOEXEC | NONBLOCK, 0, 0, 0);
    if (epoll < 0 || wakeFd < 0) {
      throw new IllegalStateException(
          "epoll is not to be had: " + Libc.message(error, Libc.errno(error)));
    }
    wakeValue.set(JAVA_LONG, 0, 1);
    control(CTL_ADD, wakeFd, EPOLLIN, WAKEUP);
  }

  /// Whether this loop works here.
  public static boolean available() {
    return Libc.usable();
  }

  @Override
  public String name() {
    return "epoll";
  }

  @Override
  public Connection connect(
      SocketAddress remote, @Nullable SocketAddress local, ConnectionHandler handler) {
    EpollConnection connection = new EpollConnection(handler);
    try {
      connection.open(remote, local);
    } catch (IllegalArgumentException e) { // an address that does not exist
      execute(() -> connection.broken(Outcome.CONNECT_FAILED, String.valueOf(e.getMessage())));
    }
    return connection;
  }

  @Override
  public void preferThread() {
    if (!sliced(PREFERRED)) {
      sliced(0);
    }
  }

  /// Gives this thread a niceness and the shortest slice of time: a waking thread takes the core
  /// from one whose slice is longer (Linux 6.12 and newer; sched(7), sched_setattr(2)).
  private boolean sliced(int niceness) {
    scratch.fill((byte) 0);
    scratch.set(JAVA_INT, 0, SCHED_ATTR_SIZE);
    scratch.set(JAVA_INT, 16, niceness);
    scratch.set(JAVA_LONG, 24, SLICE);
    return Libc.intCall(Libc.SYSCALL, error, SCHED_SETATTR, 0, scratch.address(), 0, 0) == 0;
  }

  @Override
  protected void poll(long untilNanos, Pacing pacing) {
    if (!slackSet) {
      slackSet = true;
      Libc.call(Libc.PRCTL, error, 29, 1, 0, 0, 0); // PR_SET_TIMERSLACK: wake when asked to
    }
    int count = await(untilNanos, pacing);
    waited(untilNanos);
    for (int i = 0; i < count; i++) {
      long at = (long) EVENT_SIZE * i;
      long data = events.get(DATA, at + EVENT_DATA);
      if (data == WAKEUP) {
        Libc.call(Libc.READ, error, wakeFd, scratch.address(), 8, 0, 0);
        continue;
      }
      EpollConnection connection = byDescriptor[(int) data];
      if (connection != null && connection.generation == (int) (data >>> 32)) {
        connection.ready(events.get(JAVA_INT, at));
      }
    }
  }

  private int await(long untilNanos, Pacing pacing) {
    if (untilNanos == Long.MAX_VALUE) {
      return epollWait(1_000);
    }
    long left = untilNanos - now();
    if (left <= 0) {
      return epollWait(0);
    }
    if (pacing == Pacing.ECONOMICAL || Libc.EPOLL_PWAIT2.address() == 0) {
      return epollWait((int) Math.min(1_000, (left + 999_999) / 1_000_000));
    }
    if (pacing == Pacing.DEFAULT) {
      return epollWaitNanos(left);
    }
    int count = left > POLL_BEFORE ? epollWaitNanos(left - POLL_BEFORE) : epollWait(0);
    while (count == 0 && readClock() < untilNanos) {
      Thread.onSpinWait();
      count = epollWait(0);
    }
    return count;
  }

  private int epollWait(int millis) {
    return Math.max(
        0, Libc.intCall(Libc.EPOLL_WAIT, error, epoll, events.address(), MAX_EVENTS, millis, 0));
  }

  private int epollWaitNanos(long nanos) {
    timeout.set(JAVA_LONG, 0, nanos / 1_000_000_000);
    timeout.set(JAVA_LONG, 8, nanos % 1_000_000_000);
    int count =
        Libc.intCall(
            Libc.EPOLL_PWAIT2, error, epoll, events.address(), MAX_EVENTS, timeout.address(), 0);
    return Math.max(0, count);
  }

  @Override
  protected synchronized void wakeup() {
    if (!closed) {
      Libc.call(Libc.WRITE, wakeError, wakeFd, wakeValue.address(), 8, 0, 0);
    }
  }

  /// Native memory for the calls that tell errno; made when one is first needed.
  private MemorySegment transferBuffer() {
    MemorySegment known = transfer;
    if (known == null) {
      known = arena.allocate(BUFFER_SIZE, 8);
      transfer = known;
    }
    return known;
  }

  private int control(int operation, int fd, int interest, long data) {
    event.set(JAVA_INT, 0, interest);
    event.set(DATA, EVENT_DATA, data);
    return Libc.intCall(Libc.EPOLL_CTL, error, epoll, operation, fd, event.address(), 0);
  }

  @Override
  public void close() {
    for (EpollConnection connection : byDescriptor) {
      if (connection != null) {
        connection.close();
      }
    }
    synchronized (this) {
      if (!closed) {
        closed = true;
        Libc.call(Libc.CLOSE, error, wakeFd, 0, 0, 0, 0);
        Libc.call(Libc.CLOSE, error, epoll, 0, 0, 0, 0);
        arena.close();
      }
    }
  }

  private final class EpollConnection extends Connection {
    private ConnectionHandler handler;
    private final PendingWrites pending = new PendingWrites();
    private final int generation = ++EpollLoop.this.generation;
    private int fd = -1;
    private int interest;
    private boolean connected;
    private boolean closed;
    private String remote = "";

    EpollConnection(ConnectionHandler handler) {
      this.handler = handler;
      connectionOpened();
    }

    void open(SocketAddress to, @Nullable SocketAddress from) {
      remote = SocketAddresses.text(to);
      int family = SocketAddresses.family(to);
      fd = Libc.intCall(Libc.SOCKET, error, family, 1 | CLOEXEC | NONBLOCK, 0, 0, 0); // SOCK_STREAM
      if (fd < 0) {
        refusedLater(Libc.errno(error));
        return;
      }
      if (family != SocketAddresses.UNIX) {
        scratch.set(JAVA_INT, 0, 1);
        Libc.call(Libc.SETSOCKOPT, error, fd, 6, 1, scratch.address(), 4); // TCP_NODELAY
      }
      if (from != null) {
        long size = SocketAddresses.write(from, scratch);
        if (Libc.intCall(Libc.BIND, error, fd, scratch.address(), size, 0, 0) < 0) {
          refusedLater(Libc.errno(error));
          return;
        }
      }
      long size = SocketAddresses.write(to, scratch);
      int result = Libc.intCall(Libc.CONNECT, error, fd, scratch.address(), size, 0, 0);
      int errno = result < 0 ? Libc.errno(error) : 0;
      if (errno != 0 && errno != Libc.EINPROGRESS) {
        refusedLater(errno);
        return;
      }
      if (fd >= byDescriptor.length) {
        byDescriptor = Arrays.copyOf(byDescriptor, Math.max(fd + 1, byDescriptor.length * 2));
      }
      byDescriptor[fd] = this;
      interest = EPOLLOUT; // writable means connected, also when it was so at once
      if (control(CTL_ADD, fd, interest, data()) < 0) {
        refusedLater(Libc.errno(error));
      }
    }

    private long data() {
      return ((long) generation << 32) | fd;
    }

    /// Told later, so that nobody hears of a connection he has not been given yet.
    private void refusedLater(int errno) {
      String message = Libc.message(error, errno);
      execute(() -> broken(connectOutcome(errno), remote + ": " + message));
    }

    void ready(int what) {
      if (!connected) {
        finishConnect();
        return;
      }
      if ((what & ~EPOLLOUT) != 0) {
        read(); // first, since what a peer said before it reset the connection can still be read
      }
      if ((what & EPOLLOUT) != 0 && !closed && !pending.isEmpty()) {
        flush();
      }
    }

    private void finishConnect() {
      readClock();
      scratch.set(JAVA_INT, 0, 0);
      scratch.set(JAVA_INT, 8, 4);
      long at = scratch.address();
      Libc.call(Libc.GETSOCKOPT, error, fd, 1, 4, at, at + 8); // SOL_SOCKET, SO_ERROR
      int errno = scratch.get(JAVA_INT, 0);
      if (errno != 0) {
        broken(connectOutcome(errno), remote + ": " + Libc.message(error, errno));
        return;
      }
      connected = true;
      interested(EPOLLIN);
      handler.connected(this);
    }

    private void interested(int in) {
      if (in != interest && !closed) {
        interest = in;
        control(CTL_MOD, fd, in, data());
      }
    }

    private void read() {
      long length = Libc.bytes(Libc.RECV, fd, receivedSegment, BUFFER_SIZE, 0);
      boolean failed = length < 0;
      if (failed) {
        length = receiveAgain();
      }
      if (length > 0) {
        readClock();
        handler.received(this, received, 0, (int) length);
        return;
      }
      int errno = length < 0 ? Libc.errno(error) : 0;
      if (errno == Libc.EAGAIN || errno == Libc.EINTR) {
        return;
      }
      readClock();
      if (length == 0 && !failed) {
        interested(interest & ~EPOLLIN);
        handler.ended(this);
      } else {
        broken(Outcome.CONNECTION_RESET, "connection reset by the peer");
      }
    }

    /// Receives after that has failed, now with errno. The kernel tells of a reset only once, and
    /// then of an end.
    private long receiveAgain() {
      MemorySegment copy = transferBuffer();
      long length = Libc.call(Libc.RECV, error, fd, copy.address(), copy.byteSize(), 0, 0);
      if (length > 0) {
        MemorySegment.copy(copy, 0, receivedSegment, 0, length);
      }
      return length;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      if (closed || !connected) {
        return;
      }
      int done = 0;
      while (pending.isEmpty() && done < length) {
        int part = send(bytes, offset + done, length - done);
        if (part < 0) {
          execute(this::unwritable); // later: the caller is in the middle of something
          return;
        }
        if (part == 0) {
          break;
        }
        done += part;
      }
      if (done < length) {
        pending.add(bytes, offset + done, length - done);
        interested(interest | EPOLLOUT);
      }
    }

    /// How many bytes went out: 0 when the kernel takes none now, negative when it never will.
    private int send(byte[] bytes, int offset, int length) {
      int size = Math.min(length, BUFFER_SIZE);
      System.arraycopy(bytes, offset, sending, 0, size);
      long sent = Libc.bytes(Libc.SEND, fd, sendingSegment, size, Libc.MSG_NOSIGNAL);
      if (sent < 0) { // again, now with errno
        MemorySegment copy = transferBuffer();
        MemorySegment.copy(sendingSegment, 0, copy, 0, size);
        sent = Libc.call(Libc.SEND, error, fd, copy.address(), size, Libc.MSG_NOSIGNAL, 0);
      }
      if (sent >= 0) {
        return (int) sent;
      }
      int errno = Libc.errno(error);
      return errno == Libc.EAGAIN || errno == Libc.EINTR ? 0 : -1;
    }

    private void flush() {
      while (!pending.isEmpty()) {
        int part = send(pending.head(), pending.offset(), pending.length());
        if (part == 0) {
          return;
        }
        if (part < 0) {
          unwritable();
          return;
        }
        pending.taken(part);
      }
      interested(interest & ~EPOLLOUT);
      handler.drained(this);
    }

    /// A write has failed: the peer's last words are heard, then the connection is broken.
    private void unwritable() {
      if (!closed) {
        read();
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
      pending.clear();
      if (fd >= 0) {
        if (fd < byDescriptor.length && byDescriptor[fd] == this) {
          byDescriptor[fd] = null;
        }
        Libc.call(Libc.CLOSE, error, fd, 0, 0, 0, 0); // leaves the epoll set by itself
        fd = -1;
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

  private static Outcome connectOutcome(int errno) {
    return switch (errno) {
      case 111 -> Outcome.CONNECT_REFUSED; // ECONNREFUSED
      case 110 -> Outcome.CONNECT_TIMEOUT; // ETIMEDOUT
      default -> Outcome.CONNECT_FAILED;
    };
  }
}
