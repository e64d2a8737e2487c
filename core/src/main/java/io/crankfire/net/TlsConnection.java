package io.crankfire.net;

import io.crankfire.metrics.Outcome;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// TLS (RFC 8446, RFC 5246) over another connection, whose handler it becomes. Confined to its
/// event loop.
///
/// Its handler hears `connected` when the handshake is done. After a `close_notify` it hears
/// `ended`. A stream that ends without one may have been cut off by anybody (RFC 8446 §6.1), so it
/// hears `failed` with [Outcome#CONNECTION_CLOSED] instead: that matters only to a message whose
/// end is the end of the stream, since a message that carries its length is complete by then, and
/// an idle connection is just gone.
final class TlsConnection extends Connection implements ConnectionHandler {

  /*
   * Plaintext and ciphertext pass through buffers that all connections of a loop share; a connection
   * owns bytes only while a record is incomplete, or while the kernel takes no more. All records of
   * one read are handed on as one piece of plaintext; all records of one write (up to three), and
   * of one flight of the handshake, go out in one write.
   *
   * The engine decrypts in place, that is in the loop's receive buffer. Nobody reads that again.
   *
   * The engine's tasks (certificate checks, key agreement) run right here: with one loop per core
   * another thread would only take turns with this one. A handshake holds up the loop for a
   * millisecond or so, which is reported as lateness like everything that the generator does not
   * manage in time.
   */

  /// The largest record with its header, TLS 1.2's being larger than 1.3's (RFC 5246 §6.2.3).
  private static final int RECORD_LIMIT = 5 + 16_384 + 2_048;

  private static final int HEADER = 5;
  private static final int RECORDS_PER_WRITE = 3;
  private static final int SMALL = 4_096;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /// What the connections of one loop share.
  static final class Buffers {
    private final byte[] plainBytes = new byte[Loop.BUFFER_SIZE + RECORD_LIMIT];
    private final ByteBuffer plain = ByteBuffer.wrap(plainBytes);
    private final ByteBuffer small = ByteBuffer.allocate(SMALL);
    private byte[] outBytes = new byte[0];
    private ByteBuffer out = NOTHING;
    private byte[] sourceBytes = new byte[0];
    private ByteBuffer source = NOTHING;
    private @Nullable ByteBuffer spare;

    /// Room for whole records.
    private ByteBuffer out(int packetSize) {
      if (outBytes.length < RECORDS_PER_WRITE * packetSize) {
        outBytes = new byte[RECORDS_PER_WRITE * packetSize];
        out = ByteBuffer.wrap(outBytes);
      }
      return out.clear();
    }

    /// Sends what was put into the output. Should some of it have to wait, it keeps the array, and
    /// the next one gets another.
    private void send(Connection to) {
      int length = out.position();
      if (length > 0) {
        to.write(outBytes, 0, length);
        if (to.pending() > 0) {
          outBytes = new byte[0];
        }
      }
    }

    /// The bytes as a buffer: mostly the same array, so mostly the same buffer.
    @SuppressWarnings("ReferenceEquality")
    private ByteBuffer source(byte[] bytes, int offset, int length) {
      if (sourceBytes != bytes) {
        sourceBytes = bytes;
        source = ByteBuffer.wrap(bytes);
      }
      return source.limit(offset + length).position(offset);
    }

    private ByteBuffer record() {
      ByteBuffer record = spare;
      spare = null;
      return record == null ? ByteBuffer.allocate(RECORD_LIMIT) : record.clear();
    }
  }

  private final Connection raw;
  private final SSLEngine engine;
  private final Buffers buffers;
  private final Executor later;
  private ConnectionHandler handler;

  /// Plaintext that was written and could not be encrypted yet.
  private final PendingWrites queued = new PendingWrites();

  /// The beginning of a record.
  private @Nullable ByteBuffer partial;

  private boolean greeted;
  private boolean established;
  private boolean ended;
  private boolean closed;

  /// @param raw open; hears from now on nobody else
  /// @param engine new, in client mode
  /// @param later runs tasks on the loop after the current one
  TlsConnection(
      Connection raw,
      SSLEngine engine,
      Buffers buffers,
      Executor later,
      ConnectionHandler handler) {
    this.raw = raw;
    this.engine = engine;
    this.buffers = buffers;
    this.later = later;
    this.handler = handler;
  }

  /// Begins the handshake.
  void start() {
    raw.handler(this);
    try {
      engine.beginHandshake();
      proceed(engine.getHandshakeStatus());
    } catch (SSLException e) {
      broken(e);
    }
  }

  // What is written.

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (closed || length == 0) {
      return;
    }
    int done = 0;
    if (established && queued.isEmpty()) {
      try {
        done = encrypt(bytes, offset, length);
      } catch (SSLException e) {
        later.execute(() -> broken(e)); // the caller is in the middle of something
        return;
      }
    }
    if (done < length) {
      queued.add(bytes, offset + done, length - done);
    }
  }

  /// Encrypts and sends as much as the kernel takes; tells how much.
  private int encrypt(byte[] bytes, int offset, int length) throws SSLException {
    int done = 0;
    while (done < length && raw.pending() == 0 && raw.isOpen()) {
      ByteBuffer source;
      if (length - done <= SMALL) {
        source = buffers.small.clear().put(bytes, offset + done, length - done).flip();
      } else {
        source = ByteBuffer.wrap(bytes, offset + done, length - done);
      }
      int before = source.remaining();
      wrap(source);
      if (source.remaining() == before) {
        break; // a handshake has to be completed by the peer before
      }
      done += before - source.remaining();
    }
    return done;
  }

  private void encryptQueued() throws SSLException {
    while (!queued.isEmpty()) {
      int done = encrypt(queued.head(), queued.offset(), queued.length());
      if (done == 0) {
        return;
      }
      queued.taken(done);
    }
  }

  /// Fills the output with records, of the source's bytes or of the handshake, and sends it.
  private HandshakeStatus wrap(ByteBuffer source) throws SSLException {
    int packet = engine.getSession().getPacketBufferSize();
    ByteBuffer out = buffers.out(packet);
    HandshakeStatus status;
    do {
      SSLEngineResult result = engine.wrap(source, out);
      status = afterTasks(result.getHandshakeStatus());
      if (status == HandshakeStatus.FINISHED
          || status == HandshakeStatus.NEED_UNWRAP
          || result.getStatus() == Status.CLOSED
          || (result.bytesConsumed() == 0 && result.bytesProduced() == 0)) {
        break;
      }
    } while (out.remaining() >= packet
        && (source.hasRemaining() || status == HandshakeStatus.NEED_WRAP));
    buffers.send(raw);
    return status;
  }

  private HandshakeStatus afterTasks(HandshakeStatus status) {
    if (status != HandshakeStatus.NEED_TASK) {
      return status;
    }
    Runnable task;
    while ((task = engine.getDelegatedTask()) != null) {
      task.run();
    }
    return engine.getHandshakeStatus();
  }

  @Override
  public void drained(Connection drained) {
    try {
      encryptQueued();
    } catch (SSLException e) {
      broken(e);
      return;
    }
    if (!closed && pending() == 0) {
      handler.drained(this);
    }
  }

  // What comes.

  @Override
  public void received(Connection from, byte[] buffer, int offset, int length) {
    if (closed || ended) {
      return;
    }
    buffers.plain.clear();
    try {
      if (!greeted) {
        greet(buffer, offset, length);
      }
      read(buffer, offset, length);
      deliver();
    } catch (SSLException e) {
      deliver();
      broken(e);
    }
    if (ended && !closed) {
      end();
    }
  }

  /// Looks at the first byte: it is a record of the handshake or an alert, or this is no TLS.
  private void greet(byte[] buffer, int offset, int length) throws SSLException {
    greeted = true;
    if (buffer[offset] != 22 && buffer[offset] != 21) {
      int line = offset;
      while (line < offset + length && buffer[line] != '\r' && buffer[line] != '\n') {
        line++;
      }
      throw new SSLException(
          "the server does not speak TLS, it answers \""
              + ProxyAnswer.printable(buffer, offset, line)
              + "\"");
    }
  }

  private void read(byte[] buffer, int offset, int length) throws SSLException {
    int from = offset;
    int to = offset + length;
    ByteBuffer begun = partial;
    if (begun != null) {
      from = fill(begun, HEADER, buffer, from, to);
      if (begun.position() >= HEADER) {
        from = fill(begun, size(begun, 0), buffer, from, to);
      }
      if (begun.position() < HEADER || begun.position() < size(begun, 0)) {
        return;
      }
      partial = null;
      decrypt(begun.flip());
      buffers.spare = begun;
    }
    if (from < to && !closed && !ended) {
      ByteBuffer source = buffers.source(buffer, from, to - from);
      decrypt(source);
      if (source.hasRemaining() && !closed && !ended) {
        partial = buffers.record().put(source);
      }
    }
  }

  /// Takes bytes until there are `wanted` of them; tells where it stopped.
  private static int fill(ByteBuffer record, int wanted, byte[] buffer, int from, int to) {
    int count = Math.clamp(wanted - record.position(), 0, to - from);
    record.put(buffer, from, count);
    return from + count;
  }

  /// The size of a record, from its header.
  private static int size(ByteBuffer record, int at) throws SSLException {
    int size = HEADER + ((record.get(at + 3) & 0xff) << 8 | (record.get(at + 4) & 0xff));
    if (size > RECORD_LIMIT || record.get(at + 1) != 3) {
      throw new SSLException("not a TLS record, or one that is too long");
    }
    return size;
  }

  /// Decrypts the records that are complete.
  private void decrypt(ByteBuffer source) throws SSLException {
    while (!closed
        && !ended
        && source.remaining() >= HEADER
        && source.remaining() >= size(source, source.position())) {
      int before = source.remaining();
      SSLEngineResult result = engine.unwrap(source, buffers.plain);
      if (result.getStatus() == Status.BUFFER_OVERFLOW && buffers.plain.position() > 0) {
        deliver();
        continue;
      }
      ended = result.getStatus() == Status.CLOSED;
      HandshakeStatus status = result.getHandshakeStatus();
      if (status != HandshakeStatus.NOT_HANDSHAKING && !ended) {
        proceed(status);
      } else if (source.remaining() == before && !ended) {
        throw new SSLException("the TLS engine does not go on: " + result.getStatus());
      }
    }
  }

  /// Does what the handshake wants next until it wants to hear from the peer.
  private void proceed(HandshakeStatus asked) throws SSLException {
    HandshakeStatus status = afterTasks(asked);
    while (status == HandshakeStatus.NEED_WRAP && !closed) {
      status = wrap(NOTHING);
    }
    if (status == HandshakeStatus.FINISHED && !closed) {
      if (!established) {
        established = true;
        handler.connected(this);
      }
      status = HandshakeStatus.NOT_HANDSHAKING;
    }
    if (status == HandshakeStatus.NOT_HANDSHAKING && established && !closed) {
      encryptQueued();
    }
  }

  private void deliver() {
    ByteBuffer plain = buffers.plain;
    int length = plain.position();
    plain.clear();
    if (length > 0 && !closed) {
      handler.received(this, buffers.plainBytes, 0, length);
    }
  }

  private void end() {
    if (established) {
      handler.ended(this);
    } else {
      broken(new SSLException("the server closed the connection during the TLS handshake"));
    }
  }

  @Override
  public void connected(Connection connection) {
    throw new IllegalStateException("it was connected before");
  }

  @Override
  public void ended(Connection connection) {
    if (closed || ended) {
      return;
    }
    if (established) {
      closeNow();
      handler.failed(
          this, Outcome.CONNECTION_CLOSED, "closed without TLS close_notify, perhaps cut off");
    } else {
      ended = true;
      end();
    }
  }

  @Override
  public void failed(Connection connection, Outcome outcome, String detail) {
    if (closed) {
      return;
    }
    closeNow();
    if (established) {
      handler.failed(this, outcome, detail);
    } else {
      handler.failed(this, Outcome.TLS_FAILED, detail + " during the TLS handshake");
    }
  }

  /// Tells the server by an alert, and the handler by `failed`.
  private void broken(SSLException e) {
    if (closed) {
      return;
    }
    sayGoodbye();
    closeNow();
    handler.failed(this, Outcome.TLS_FAILED, TlsFaults.text(e));
  }

  // The end.

  @Override
  public void close() {
    if (closed) {
      return;
    }
    if (established) {
      sayGoodbye();
    }
    closeNow();
  }

  /// Sends the alert that the engine has ready, or a close_notify, if the kernel takes it at once.
  private void sayGoodbye() {
    if (!raw.isOpen() || raw.pending() > 0) {
      return;
    }
    engine.closeOutbound();
    ByteBuffer out = buffers.out(engine.getSession().getPacketBufferSize());
    for (int i = 0; i < 4 && !engine.isOutboundDone(); i++) {
      try {
        SSLEngineResult result = engine.wrap(NOTHING, out);
        if (result.bytesProduced() == 0) {
          break;
        }
      } catch (SSLException e) {
        // The fault that brought us here; its alert comes with the next call.
      }
    }
    buffers.send(raw);
  }

  private void closeNow() {
    closed = true;
    queued.clear();
    partial = null;
    raw.close();
  }

  @Override
  public long pending() {
    return raw.pending() + queued.total();
  }

  @Override
  public boolean isOpen() {
    return !closed && raw.isOpen();
  }

  @Override
  public void handler(ConnectionHandler handler) {
    this.handler = handler;
  }

  @Override
  public String applicationProtocol() {
    String protocol = engine.getApplicationProtocol();
    return protocol == null ? "" : protocol;
  }

  /// What was negotiated.
  SSLSession session() {
    return engine.getSession();
  }
}
