package io.crankfire.testkit.http2;

import io.crankfire.testkit.Header;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The server's end of one stream, in the hands of an [Http2Behavior], and of its connection.
/// Thread-safe. Once the stream or the connection has ended, what concerns it throws.
public final class Http2Wire {
  private static final int BLOCK = 16 * 1024;

  /*
   * The fields without an access modifier are the link's, guarded by its lock.
   */
  final Condition news;
  long sendWindow;
  long receiveWindow;
  boolean requestEnded;
  boolean responseEnded;
  private final Http2Link link;
  private final int stream;
  private final Queue<byte[]> pieces = new ArrayDeque<>();
  private List<Header> requestTrailers = List.of();
  private @Nullable Thread thread;
  private long requestNanos;
  private int owed;
  private boolean discards;
  private volatile boolean over;
  private volatile boolean broken;

  Http2Wire(Http2Link link, int stream) {
    this.link = link;
    this.stream = stream;
    this.news = link.lock.newCondition();
  }

  /// The stream's identifier.
  public int stream() {
    return stream;
  }

  /// The highest identifier the client has used.
  public int lastStream() {
    link.lock.lock();
    try {
      return link.highest();
    } finally {
      link.lock.unlock();
    }
  }

  /// Says how long it took from the piece before, or from the request's end to the first.
  public void recordPiece(boolean isFirst, long nanos) {
    link.ledger().piece(isFirst, nanos);
  }

  // The request.

  /// The next piece of the request's body, not empty; null at its end.
  public byte @Nullable [] read() throws IOException, InterruptedException {
    byte[] piece;
    link.lock.lock();
    try {
      while (pieces.isEmpty() && !requestEnded) {
        check();
        news.await();
      }
      piece = pieces.poll();
      if (piece == null) {
        return null;
      }
    } finally {
      link.lock.unlock();
    }
    took(piece.length);
    return piece;
  }

  /// The whole body, or what is left of it.
  public byte[] body() throws IOException, InterruptedException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] piece = read(); piece != null; piece = read()) {
      body.writeBytes(piece);
    }
    return body.toByteArray();
  }

  /// Waits until the whole request is there; its body is forgotten.
  public void awaitRequest() throws IOException, InterruptedException {
    while (read() != null) {
      // forgotten
    }
  }

  /// When the request was complete, by [System#nanoTime()]; 0 before.
  public long requestNanos() {
    link.lock.lock();
    try {
      return requestNanos;
    } finally {
      link.lock.unlock();
    }
  }

  /// The request's trailers, once it is complete.
  public List<Header> requestTrailers() {
    link.lock.lock();
    try {
      return requestTrailers;
    } finally {
      link.lock.unlock();
    }
  }

  private void took(int bytes) throws IOException {
    if (link.setup().credit() == Http2Setup.Credit.AS_READ) {
      link.lock.lock();
      try {
        owed += bytes;
        int window = link.announced(Frames.INITIAL_WINDOW_SIZE, Http2Setup.DEFAULT_WINDOW);
        if (owed >= window / 2 || receiveWindow <= 0) {
          int credit = owed;
          owed = 0;
          link.credit(this, credit);
        }
      } finally {
        link.lock.unlock();
      }
    }
  }

  // The response.

  /// Sends a head, at once compressed and split as the client wants it.
  ///
  /// @param fields without `:status`
  public void head(int status, List<Header> fields, boolean last) throws IOException {
    List<Header> all = new ArrayList<>(fields.size() + 1);
    all.add(new Header(":status", Integer.toString(status)));
    all.addAll(fields);
    link.headers(this, all, last);
  }

  /// The same; a name, its value, and so on.
  public void head(int status, boolean last, String... namesAndValues) throws IOException {
    head(status, fields(namesAndValues), last);
  }

  /// A field of each name and its value.
  public static List<Header> fields(String... namesAndValues) {
    List<Header> fields = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.add(new Header(namesAndValues[i], namesAndValues[i + 1]));
    }
    return fields;
  }

  /// Sends a part of the body as the client's windows allow, in frames as large as it allows.
  public void data(byte[] bytes, boolean last) throws IOException, InterruptedException {
    data(bytes, Integer.MAX_VALUE, last);
  }

  /// The same in frames of so many bytes at the most. The moment at which the last of them went to
  /// the kernel, by [System#nanoTime()].
  public long data(byte[] bytes, int frameBytes, boolean last)
      throws IOException, InterruptedException {
    return link.data(this, bytes, Math.max(frameBytes, 1), last);
  }

  /// Sends trailers and so ends the response.
  public void trailers(List<Header> fields) throws IOException {
    link.headers(this, fields, true);
  }

  /// Ends the stream with that code.
  public void reset(ErrorCode code) throws IOException {
    reset(code.code());
  }

  /// Ends the stream with any code.
  public void reset(int code) throws IOException {
    link.reset(this, code);
  }

  // Room for the request.

  /// Gives the stream so many bytes of room.
  public void credit(int bytes) throws IOException {
    link.credit(this, bytes);
  }

  /// Gives the connection so many bytes of room.
  public void creditConnection(int bytes) throws IOException {
    link.creditConnection(bytes);
  }

  // The connection.

  /// Announces settings; what they allow is checked once the client has acknowledged them.
  public void settings(int... idsAndValues) throws IOException {
    link.settings(idsAndValues);
  }

  /// Waits until the client has acknowledged all settings.
  public void awaitSettings() throws IOException, InterruptedException {
    link.awaitSettings();
  }

  /// Waits until the client has read everything that was written: sends a PING and waits for its
  /// acknowledgement.
  public void roundTrip() throws IOException, InterruptedException {
    link.roundTrip();
  }

  /// Announces the end of the connection; streams above `last` are not looked at.
  public void goAway(int last, ErrorCode code, String debug) throws IOException {
    link.goAway(last, code.code(), debug);
  }

  /// Writes any bytes to the connection. What they mean for a stream is not looked at: see
  /// [#endedByHand()].
  public void raw(byte[]... parts) throws IOException {
    link.byHand(Frames.join(parts));
  }

  /// Writes the bytes again and again, so many times or until the client leaves.
  public void repeat(byte[] bytes, long times) throws IOException {
    int perBlock = Math.max(1, BLOCK / bytes.length);
    byte[] block = new byte[perBlock * bytes.length];
    for (int i = 0; i < perBlock; i++) {
      System.arraycopy(bytes, 0, block, i * bytes.length, bytes.length);
    }
    long left = times;
    for (; left >= perBlock; left -= perBlock) {
      raw(block);
    }
    if (left > 0) {
      raw(Arrays.copyOf(block, (int) left * bytes.length));
    }
  }

  /// What was written with [#raw] has ended the response.
  public void endedByHand() {
    link.lock.lock();
    try {
      if (isOpen()) {
        link.endResponse(this);
      }
    } finally {
      link.lock.unlock();
    }
  }

  /// What is done at a stretch.
  @FunctionalInterface
  public interface Together {
    /// Does it.
    void run() throws IOException, InterruptedException;
  }

  /// Does this with nothing of another stream between: what is written may not have to wait.
  public void together(Together what) throws IOException, InterruptedException {
    link.lock.lock();
    try {
      what.run();
    } finally {
      link.lock.unlock();
    }
  }

  /// Ends the connection with FIN, wherever it is.
  public void cut() {
    link.cut();
  }

  /// Ends the connection with RST.
  public void tear() {
    link.tear();
  }

  // Time.

  /// Does nothing for a time.
  public void pause(Duration length) throws IOException, InterruptedException {
    pauseUntil(System.nanoTime() + length.toNanos());
  }

  /// Does nothing until [System#nanoTime()] reaches the value; throws if the client ends the stream
  /// or the connection before.
  public void pauseUntil(long nanos) throws IOException, InterruptedException {
    long left = nanos - System.nanoTime();
    while (left > 0) {
      if (broken) {
        throw new IOException("the stream has ended");
      }
      LockSupport.parkNanos(this, left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      left = nanos - System.nanoTime();
    }
  }

  /// Does nothing until the client ends the stream or the connection.
  public void stall() throws InterruptedException {
    link.lock.lock();
    try {
      while (!over) {
        news.await();
      }
    } finally {
      link.lock.unlock();
    }
  }

  /// Whether the client has reset the stream or left.
  public boolean isBroken() {
    return broken;
  }

  // What the link says, with its lock.

  boolean isOpen() {
    return !over;
  }

  void checkWritable() throws IOException {
    check();
    if (responseEnded) {
      throw new IllegalStateException("stream " + stream + ": the response has ended");
    }
  }

  private void check() throws IOException {
    if (broken || (over && !requestEnded)) {
      throw new IOException("stream " + stream + " has ended");
    }
  }

  void start(Thread newThread) {
    thread = newThread;
    newThread.start();
  }

  void piece(byte[] bytes) throws IOException {
    if (bytes.length > 0) {
      if (discards) {
        took(bytes.length);
      } else {
        pieces.add(bytes);
        news.signalAll();
      }
    }
  }

  /// Nobody reads any more.
  void discard() throws IOException {
    link.lock.lock();
    try {
      discards = true;
      int bytes = pieces.stream().mapToInt(piece -> piece.length).sum();
      pieces.clear();
      if (bytes > 0 && !over) {
        took(bytes);
      }
    } finally {
      link.lock.unlock();
    }
  }

  void endRequest(List<Header> trailers, long nanos) {
    requestEnded = true;
    requestTrailers = trailers;
    requestNanos = nanos;
    news.signalAll();
    link.closeIfDone(this);
  }

  /// @param early whether not by the ends of request and response
  void closed(boolean early) {
    broken = early;
    over = true;
    news.signalAll();
    LockSupport.unpark(thread);
  }
}
