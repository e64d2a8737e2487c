package io.crankfire.net;

import io.crankfire.metrics.Outcome;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/// Has TLS connections talk to servers in memory: small requests and answers, then handshakes, over
/// and over. Interpreted, a record costs a hundred times what it costs compiled, and a run's first
/// second would measure that.
///
/// The server's certificate is made on the spot and trusted by nobody else.
final class TlsWarmUp {

  private static final String NAME = "warm-up.invalid";
  private static final int REQUEST = 400;
  private static final int RESPONSE = 1_200;

  /// Exchanges of a connection that is made for the handshake's sake.
  private static final int FEW = 5;

  /// Exchanges of a connection that is used until time is up; products with it stay in range.
  private static final int MANY = 10_000_000;

  private final TlsContext client;
  private final SSLContext server;
  private final TlsConnection.Buffers buffers = new TlsConnection.Buffers();

  private TlsWarmUp() throws GeneralSecurityException {
    Instant now = Instant.EPOCH;
    Instant later = Instant.parse("2099-12-31T00:00:00Z");
    Identity identity = Identity.issue(null, "warm-up", now, later, List.of(NAME));
    client = TlsContext.trusting(identity.chain());
    server = SSLContext.getInstance("TLS");
    server.init(new KeyManager[] {identity.keyManager()}, null, null);
  }

  /// Warms up for as long as `budget`.
  static void run(Clock clock, Duration budget) {
    /*
     * First the exchanges, on one connection, since a handshake is so much work that the compiler
     * would be busy with it all the time, and would not get to what is done most. In the end
     * exchanges again, while it works off its queue.
     */
    long start = clock.nanoTime();
    long step = budget.toNanos() / 5;
    try {
      TlsWarmUp warmUp = new TlsWarmUp();
      warmUp.talk(0, MANY, clock, start + 2 * step);
      for (int round = 1; clock.nanoTime() - start < 4 * step; round++) {
        warmUp.talk(round, FEW, clock, start + 4 * step);
      }
      warmUp.talk(0, MANY, clock, start + 5 * step);
    } catch (GeneralSecurityException | SSLException e) {
      throw new IllegalStateException("TLS does not work here: " + e.getMessage(), e);
    }
  }

  private void talk(int round, int exchanges, Clock clock, long end) throws SSLException {
    SSLEngine serverEngine = server.createSSLEngine();
    serverEngine.setUseClientMode(false);
    Wire wire = new Wire(serverEngine);
    Client handler = new Client();
    // Another port is another session to the client, so most handshakes are full ones.
    SSLEngine engine = client.engine(NAME, 1 + round % 60_000, List.of());
    TlsConnection connection = new TlsConnection(wire, engine, buffers, Runnable::run, handler);
    connection.start();
    wire.pump(connection);
    byte[] request = new byte[REQUEST];
    for (int i = 0; i < exchanges && connection.isOpen() && clock.nanoTime() < end; i++) {
      // Sizes of every remainder, or code compiled for one of them would be thrown away later.
      wire.answerWith(1 + i * 37 % RESPONSE);
      connection.write(request, 0, 1 + i * 13 % REQUEST);
      wire.pump(connection);
    }
    connection.close();
    if (!handler.connected) {
      throw new SSLException("the warm-up's handshake failed: " + handler.fault);
    }
  }

  private static final class Client implements ConnectionHandler {
    private boolean connected;
    private String fault = "";

    @Override
    public void connected(Connection connection) {
      connected = true;
    }

    @Override
    public void received(Connection connection, byte[] buffer, int offset, int length) {}

    @Override
    public void ended(Connection connection) {}

    @Override
    public void failed(Connection connection, Outcome outcome, String detail) {
      fault = detail;
    }
  }

  /// A connection whose other end is a server's engine that answers every request.
  private static final class Wire extends Connection {
    private final SSLEngine engine;
    private final ByteBuffer in = ByteBuffer.allocate(64 * 1024);
    private final ByteBuffer plain = ByteBuffer.allocate(32 * 1024);
    private final byte[] outBytes = new byte[64 * 1024];
    private final ByteBuffer out = ByteBuffer.wrap(outBytes);
    private final ByteBuffer response = ByteBuffer.allocate(RESPONSE);
    private int answer = 1;
    private boolean open = true;

    Wire(SSLEngine engine) {
      this.engine = engine;
    }

    /// Lets the server work until it waits for the client, and the client until it waits for the
    /// server.
    void pump(TlsConnection client) throws SSLException {
      while (open && in.position() > 0) {
        serve();
        if (out.position() > 0) {
          int length = out.position();
          out.clear();
          client.received(this, outBytes, 0, length);
        }
      }
    }

    void answerWith(int length) {
      answer = length;
    }

    private void serve() throws SSLException {
      in.flip();
      boolean more = true;
      while (more) {
        SSLEngineResult read = engine.unwrap(in, plain.clear());
        boolean asked = read.bytesProduced() > 0;
        HandshakeStatus status = afterTasks(read.getHandshakeStatus());
        while (status == HandshakeStatus.NEED_WRAP) {
          status = afterTasks(engine.wrap(plain.clear().limit(0), out).getHandshakeStatus());
        }
        if (asked) {
          engine.wrap(response.clear().limit(answer), out);
        }
        more = in.hasRemaining() && read.bytesConsumed() > 0 && !engine.isInboundDone();
      }
      in.compact();
    }

    private HandshakeStatus afterTasks(HandshakeStatus status) {
      Runnable task = status == HandshakeStatus.NEED_TASK ? engine.getDelegatedTask() : null;
      if (task == null) {
        return status;
      }
      for (; task != null; task = engine.getDelegatedTask()) {
        task.run();
      }
      return engine.getHandshakeStatus();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      in.put(bytes, offset, length);
    }

    @Override
    public long pending() {
      return 0;
    }

    @Override
    public void close() {
      open = false;
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void handler(ConnectionHandler handler) {}
  }
}
