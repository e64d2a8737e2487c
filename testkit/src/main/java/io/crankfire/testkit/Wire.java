package io.crankfire.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The server's end of one connection, in the hands of a [Behavior]. Confined to that connection's
/// thread, except that one other thread at a time may write, reset, cut or finish.
///
/// Every write goes to the kernel at once (`TCP_NODELAY`; one TLS record when encrypted), and waits
/// while the server is frozen. After the connection ended, writing throws.
public final class Wire {
  private static final int BLOCK = 16 * 1024;

  private final Transport transport;
  private final RequestReader reader;
  private final Gate gate;
  private final Ledger ledger;
  private @Nullable Request request;
  private boolean ended;
  private boolean counted;
  private boolean broken;

  Wire(Transport transport, RequestReader reader, Gate gate, Ledger ledger) {
    this.transport = transport;
    this.reader = reader;
    this.gate = gate;
    this.ledger = ledger;
  }

  /// Writes the complete response in the form that suits the request (HEAD, close, HTTP/1.0), and
  /// closes when the client asked for that.
  public void send(Response response) throws IOException {
    Request current = current();
    gate.pass();
    counted = true;
    ledger.answered(current.arrivedNanos());
    try {
      transport.write(response.prepared(current.head()).duplicate());
    } catch (IOException e) {
      counted = false;
      broken = true;
      ledger.answerFailed();
      throw e;
    }
    if (!current.head().keepAlive()) {
      close();
    }
  }

  /// Writes the text, one byte a character.
  public void write(String text) throws IOException {
    write(text.getBytes(ISO_8859_1));
  }

  public void write(byte[] bytes) throws IOException {
    gate.pass();
    transport.write(bytes, 0, bytes.length);
  }

  /// Writes the text so many times, in blocks of about 16 KiB.
  public void repeat(String text, long times) throws IOException {
    int perBlock = Math.max(1, BLOCK / text.length());
    byte[] block = text.repeat(perBlock).getBytes(ISO_8859_1);
    long left = times;
    for (; left >= perBlock; left -= perBlock) {
      write(block);
    }
    if (left > 0) {
      write(text.repeat((int) left));
    }
  }

  /// Writes the text in pieces, with a gap between each two.
  public void drip(String text, int pieceBytes, Duration gap)
      throws IOException, InterruptedException {
    for (int i = 0; i < text.length(); i += pieceBytes) {
      if (i > 0) {
        pause(gap);
      }
      write(text.substring(i, Math.min(text.length(), i + pieceBytes)));
    }
  }

  /// Does nothing for a time.
  public void pause(Duration length) throws InterruptedException {
    pauseUntil(System.nanoTime() + length.toNanos());
  }

  /// Does nothing until [System#nanoTime()] reaches the value.
  public void pauseUntil(long nanos) throws InterruptedException {
    long left = nanos - System.nanoTime();
    while (left > 0) {
      LockSupport.parkNanos(this, left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      left = nanos - System.nanoTime();
    }
  }

  /// Reads and forgets until the client leaves, then ends.
  public void stall() throws IOException {
    broken = true;
    reader.drain();
    end();
  }

  /// Bytes from the client beyond the request, for what is no longer HTTP; -1 at the end.
  public int read(byte[] into) throws IOException {
    return reader.read(into, 0, into.length);
  }

  /// The same into a part of the array.
  public int read(byte[] into, int offset, int length) throws IOException {
    return reader.read(into, offset, length);
  }

  /// Sends FIN: nothing more is written, reading goes on.
  public void finish() throws IOException {
    transport.halfClose();
  }

  /// Ends the connection in good order. The response counts as complete.
  public void close() {
    if (!ended) {
      complete();
    }
    end();
  }

  /// Ends the connection in good order though the response is not complete.
  public void cut() {
    broken = true;
    end();
  }

  /// Ends the connection with RST. What was written before may not reach the client's program.
  public void reset() {
    if (!counted) {
      broken = true;
    }
    ended = true;
    transport.reset();
  }

  /// Sends FIN, then reads and forgets until the client leaves; says whether the response was
  /// complete.
  public void halfClose(boolean complete) throws IOException {
    if (complete) {
      complete();
    } else {
      broken = true;
    }
    transport.halfClose();
    reader.drain();
    end();
  }

  private void end() {
    ended = true;
    transport.close();
  }

  void begin(Request next) {
    request = next;
    counted = false;
    broken = false;
  }

  private void complete() {
    if (!counted && !broken) {
      counted = true;
      ledger.answered(current().arrivedNanos());
    }
  }

  /// Counts the answer if the behaviour returned and that was not done; says whether the request
  /// was answered.
  boolean settle(boolean returned) {
    if (returned) {
      complete();
    }
    return counted;
  }

  boolean ended() {
    return ended;
  }

  private Request current() {
    if (request == null) {
      throw new IllegalStateException("no request yet");
    }
    return request;
  }
}
