package io.crankfire.testkit.http2;

import io.crankfire.testkit.Header;
import io.crankfire.testkit.Transport;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A connection as its streams see it: what they write, in what order, and how much of it. All of
/// it, and all state of its streams, is guarded by [#lock].
final class Http2Link {
  private static final int CLOSED_KEPT = 1000;

  /// How a stream has ended.
  enum End {
    DONE,
    RESET_BY_CLIENT,
    RESET_BY_US
  }

  final ReentrantLock lock = new ReentrantLock();
  private final Condition answers = lock.newCondition();
  private final Transport transport;
  private final Http2Ledger ledger;
  private final Http2Setup setup;
  private final HpackEncoder encoder = new HpackEncoder();
  private final Map<Integer, Http2Wire> streams = new HashMap<>();
  private final Map<Integer, End> closed = new LinkedHashMap<>();
  private final Queue<int[]> unacknowledged = new ArrayDeque<>();
  private final Set<Long> pings = new HashSet<>();
  private final Map<Integer, Integer> announced = new HashMap<>();
  private long sendWindow = Http2Setup.DEFAULT_WINDOW;
  private long receiveWindow = Http2Setup.DEFAULT_WINDOW;
  private long owed;
  private int initialSend = Http2Setup.DEFAULT_WINDOW;
  private int largestFrame = 16_384;
  private int highest;
  private int goAwayAbove = Integer.MAX_VALUE;
  private long lastPing;
  private boolean byHand;
  private volatile boolean ended;

  Http2Link(Transport transport, Http2Ledger ledger, Http2Setup setup) {
    this.transport = transport;
    this.ledger = ledger;
    this.setup = setup;
  }

  Http2Setup setup() {
    return setup;
  }

  Http2Ledger ledger() {
    return ledger;
  }

  /// Says the settings and widens the connection's window.
  void begin() throws IOException {
    settings(setup.settingsAsArray());
    if (setup.connectionWindow() > Http2Setup.DEFAULT_WINDOW) {
      creditConnection(setup.connectionWindow() - Http2Setup.DEFAULT_WINDOW);
    }
  }

  // What is written.

  void raw(byte[] bytes) throws IOException {
    lock.lock();
    try {
      if (ended) {
        throw new IOException("the connection has ended");
      }
      transport.write(bytes, 0, bytes.length);
    } finally {
      lock.unlock();
    }
  }

  /// Writes what a behaviour has made by hand: what the client owes it is not known.
  void byHand(byte[] bytes) throws IOException {
    lock.lock();
    try {
      byHand = true;
      raw(bytes);
    } finally {
      lock.unlock();
    }
  }

  void settings(int... idsAndValues) throws IOException {
    lock.lock();
    try {
      unacknowledged.add(idsAndValues);
      for (int i = 0; i < idsAndValues.length; i += 2) {
        if (idsAndValues[i] == Frames.INITIAL_WINDOW_SIZE) {
          widen(idsAndValues[i + 1], true);
        }
      }
      raw(Frames.settings(idsAndValues));
    } finally {
      lock.unlock();
    }
  }

  void awaitSettings() throws IOException, InterruptedException {
    lock.lock();
    try {
      while (!unacknowledged.isEmpty()) {
        checkAlive();
        answers.await();
      }
    } finally {
      lock.unlock();
    }
  }

  void roundTrip() throws IOException, InterruptedException {
    lock.lock();
    try {
      lastPing++;
      long ping = lastPing;
      pings.add(ping);
      raw(Frames.ping(false, ping));
      while (pings.contains(ping)) {
        checkAlive();
        answers.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Only those above `last` have not been looked at.
  void goAway(int last, int code, String debug) throws IOException {
    lock.lock();
    try {
      goAwayAbove = Math.min(goAwayAbove, last);
      raw(Frames.goAway(last, code, debug));
    } finally {
      lock.unlock();
    }
  }

  void headers(Http2Wire wire, List<Header> fields, boolean last) throws IOException {
    lock.lock();
    try {
      wire.checkWritable();
      byte[] block = encoder.encode(fields);
      if (last) {
        endResponse(wire);
      }
      int type = Frames.HEADERS;
      int flags = last ? Frames.END_STREAM : 0;
      int from = 0;
      while (block.length - from > largestFrame) {
        byte[] part = Arrays.copyOfRange(block, from, from + largestFrame);
        raw(Frames.frame(type, flags, wire.stream(), part));
        from += largestFrame;
        type = Frames.CONTINUATION;
        flags = 0;
      }
      byte[] part = Arrays.copyOfRange(block, from, block.length);
      raw(Frames.frame(type, flags | Frames.END_HEADERS, wire.stream(), part));
    } finally {
      lock.unlock();
    }
  }

  /// When the last of it went to the kernel, by [System#nanoTime()].
  long data(Http2Wire wire, byte[] bytes, int frameBytes, boolean last)
      throws IOException, InterruptedException {
    lock.lock();
    try {
      int from = 0;
      long nanos;
      do {
        wire.checkWritable();
        while (from < bytes.length && Math.min(sendWindow, wire.sendWindow) <= 0) {
          wire.news.await();
          wire.checkWritable();
        }
        long room = Math.min(sendWindow, wire.sendWindow);
        int most = Math.min(Math.min(frameBytes, largestFrame), bytes.length - from);
        int count = (int) Math.min(room, most);
        count = Math.max(count, 0);
        byte[] frame = new byte[Frames.HEADER_BYTES + count];
        boolean end = last && from + count == bytes.length;
        Frames.header(frame, count, Frames.DATA, end ? Frames.END_STREAM : 0, wire.stream());
        System.arraycopy(bytes, from, frame, Frames.HEADER_BYTES, count);
        sendWindow -= count;
        wire.sendWindow -= count;
        from += count;
        if (end) {
          endResponse(wire);
        }
        nanos = System.nanoTime();
        raw(frame);
      } while (from < bytes.length);
      return nanos;
    } finally {
      lock.unlock();
    }
  }

  void reset(Http2Wire wire, int code) throws IOException {
    lock.lock();
    try {
      if (wire.isOpen()) {
        ledger.resetByUs.increment();
        close(wire, End.RESET_BY_US);
        raw(Frames.reset(wire.stream(), code));
      }
    } finally {
      lock.unlock();
    }
  }

  /// The end of its response goes out.
  void endResponse(Http2Wire wire) {
    ledger.answered.increment();
    wire.responseEnded = true;
    closeIfDone(wire);
  }

  void credit(Http2Wire wire, int bytes) throws IOException {
    lock.lock();
    try {
      if (wire.isOpen() && !wire.requestEnded && bytes > 0) {
        wire.receiveWindow += bytes;
        raw(Frames.windowUpdate(wire.stream(), bytes));
      }
    } finally {
      lock.unlock();
    }
  }

  void creditConnection(int bytes) throws IOException {
    lock.lock();
    try {
      receiveWindow += bytes;
      raw(Frames.windowUpdate(0, bytes));
    } finally {
      lock.unlock();
    }
  }

  // What is heard. The lock is held by the connection's thread for as long as it handles a frame.

  void acknowledged() throws BrokenRule {
    int[] settings = unacknowledged.poll();
    if (settings == null && byHand) {
      return;
    }
    if (settings == null) {
      throw BrokenRule.connection(
          ErrorCode.PROTOCOL_ERROR, "acknowledged settings that were not sent (§6.5)");
    }
    for (int i = 0; i < settings.length; i += 2) {
      if (settings[i] == Frames.INITIAL_WINDOW_SIZE) {
        widen(settings[i + 1], false);
      }
      announced.put(settings[i], settings[i + 1]);
    }
    answers.signalAll();
  }

  /// The client's streams have more room at once, and less once it has said that it knows.
  private void widen(int window, boolean before) {
    int old = announced(Frames.INITIAL_WINDOW_SIZE, Http2Setup.DEFAULT_WINDOW);
    if (!before || window > old) {
      announced.put(Frames.INITIAL_WINDOW_SIZE, window);
      streams.values().forEach(wire -> wire.receiveWindow += window - old);
    }
  }

  /// What holds of a setting in the strictest sense: of several values under way, the most lenient.
  int announced(int identifier, int otherwise) {
    return announced.getOrDefault(identifier, otherwise);
  }

  int mostLenient(int identifier, int otherwise) {
    int value = announced(identifier, otherwise);
    for (int[] settings : unacknowledged) {
      for (int i = 0; i < settings.length; i += 2) {
        value = settings[i] == identifier ? Math.max(value, settings[i + 1]) : value;
      }
    }
    return value;
  }

  void pong(long number) throws BrokenRule {
    if (!pings.remove(number) && !byHand) {
      throw BrokenRule.connection(
          ErrorCode.PROTOCOL_ERROR, "acknowledged a ping that was not sent (§6.7)");
    }
    answers.signalAll();
  }

  void clientSettings(int identifier, int value) throws BrokenRule {
    switch (identifier) {
      case Frames.HEADER_TABLE_SIZE -> encoder.limit(value < 0 ? Integer.MAX_VALUE : value);
      case Frames.ENABLE_PUSH -> require(value == 0 || value == 1, "ENABLE_PUSH " + value);
      case Frames.INITIAL_WINDOW_SIZE -> {
        if (value < 0) {
          throw BrokenRule.connection(
              ErrorCode.FLOW_CONTROL_ERROR, "INITIAL_WINDOW_SIZE above 2^31-1 (§6.5.2)");
        }
        int more = value - initialSend;
        initialSend = value;
        for (Http2Wire wire : streams.values()) {
          wire.sendWindow += more;
          wire.news.signalAll();
        }
      }
      case Frames.MAX_FRAME_SIZE -> {
        require(value >= 16_384 && value < 1 << 24, "MAX_FRAME_SIZE " + value);
        largestFrame = value;
      }
      default -> {} // of no consequence here, or unknown (§6.5.2)
    }
  }

  private static void require(boolean holds, String otherwise) throws BrokenRule {
    if (!holds) {
      throw BrokenRule.connection(ErrorCode.PROTOCOL_ERROR, otherwise + " (§6.5.2)");
    }
  }

  void room(int bytes) throws BrokenRule {
    sendWindow += bytes;
    if (sendWindow > Integer.MAX_VALUE) {
      throw BrokenRule.connection(ErrorCode.FLOW_CONTROL_ERROR, "window above 2^31-1 (§6.9.1)");
    }
    streams.values().forEach(wire -> wire.news.signalAll());
  }

  /// So many bytes came, padding included, for whatever stream.
  void took(int bytes) throws BrokenRule, IOException {
    receiveWindow -= bytes;
    if (receiveWindow < 0) {
      throw BrokenRule.connection(
          ErrorCode.FLOW_CONTROL_ERROR, -receiveWindow + " bytes beyond the connection's window");
    }
    if (setup.credit() == Http2Setup.Credit.AS_READ) {
      owed += bytes;
      if (owed >= setup.connectionWindow() / 2) {
        int credit = (int) owed;
        owed = 0;
        creditConnection(credit);
      }
    }
  }

  @Nullable Http2Wire stream(int id) {
    return streams.get(id);
  }

  @Nullable End end(int id) {
    return closed.get(id);
  }

  int highest() {
    return highest;
  }

  void seen(int id) {
    highest = id;
  }

  int goAwayAbove() {
    return goAwayAbove;
  }

  int openStreams() {
    return streams.size();
  }

  Collection<Http2Wire> streams() {
    return List.copyOf(streams.values());
  }

  void open(Http2Wire wire) {
    wire.sendWindow = initialSend;
    wire.receiveWindow = announced(Frames.INITIAL_WINDOW_SIZE, Http2Setup.DEFAULT_WINDOW);
    streams.put(wire.stream(), wire);
    ledger.streamOpened(streams.size());
  }

  void closeIfDone(Http2Wire wire) {
    if (wire.requestEnded && wire.responseEnded) {
      close(wire, End.DONE);
    }
  }

  void close(Http2Wire wire, End how) {
    if (streams.remove(wire.stream()) != null) {
      closed.put(wire.stream(), how);
      if (closed.size() > CLOSED_KEPT) {
        closed.remove(closed.keySet().iterator().next());
      }
      ledger.streamClosed();
      wire.closed(how != End.DONE);
    }
  }

  private void checkAlive() throws IOException {
    if (ended) {
      throw new IOException("the connection has ended");
    }
  }

  // The end.

  void halfClose() throws IOException {
    lock.lock();
    try {
      ended = true;
      transport.halfClose();
    } finally {
      lock.unlock();
    }
  }

  /// FIN; then nothing more is written. What still comes is read, since the kernel would send RST
  /// for what is not.
  void cut() {
    lock.lock();
    try {
      if (!ended) {
        ended = true;
        transport.halfClose();
      }
    } catch (IOException _) {
      transport.close();
    } finally {
      lock.unlock();
    }
  }

  /// Whether nothing more is written.
  boolean ended() {
    return ended;
  }

  /// RST, before anybody else can end the connection otherwise.
  void tear() {
    transport.reset();
    ended = true;
  }

  /// The connection is over for all who wait.
  void end() {
    lock.lock();
    try {
      ended = true;
      answers.signalAll();
      streams().forEach(wire -> close(wire, End.RESET_BY_CLIENT));
    } finally {
      lock.unlock();
    }
  }
}
