package io.crankfire.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// A proxy on loopback that makes tunnels (`CONNECT`, RFC 9110 §9.3.6), with or without basic
/// authentication, or refuses to. Thread-safe.
///
/// Names are looked up in its own table only, see [#resolve]; a literal loopback address needs no
/// entry.
public final class ProxyTestServer implements AutoCloseable {
  private static final int BUFFER = 16 * 1024;

  private final HttpTestServer server = HttpTestServer.start();
  private final Map<String, SocketAddress> table = new ConcurrentHashMap<>();
  private final Map<SocketChannel, Boolean> tunnels = new ConcurrentHashMap<>();
  private final LongAdder opened = new LongAdder();
  private volatile @Nullable String credentials;
  private volatile @Nullable Behavior refusal;

  private ProxyTestServer() {
    server.otherwise(((Behavior) this::connect).beforeBody());
    server.recordRequests(1000);
  }

  /// Starts a proxy that tunnels for everybody.
  public static ProxyTestServer start() {
    return new ProxyTestServer();
  }

  /// Leads tunnels to `host:port` to that address instead.
  public ProxyTestServer resolve(String authority, SocketAddress address) {
    table.put(authority, address);
    return this;
  }

  /// Answers `407` to all who do not bring these credentials.
  public ProxyTestServer requireBasic(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(UTF_8);
    credentials = "Basic " + Base64.getEncoder().encodeToString(pair);
    return this;
  }

  /// Answers every `CONNECT` like this instead of with a tunnel: `403`, garbage, a stall.
  public ProxyTestServer refuse(Behavior behavior) {
    refusal = behavior;
    return this;
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) server.address();
  }

  public int port() {
    return server.port();
  }

  /// How many tunnels were made.
  public long tunnelsOpened() {
    return opened.sum();
  }

  /// How many tunnels are there now.
  public int tunnelsOpen() {
    return tunnels.size();
  }

  /// The last 1000 requests to the proxy itself, oldest first.
  public List<Request> requests() {
    return server.requests();
  }

  /// How clients broke the protocol towards the proxy.
  public List<String> violations() {
    return server.violations();
  }

  /// Everything counted about connections to the proxy.
  public Counts counts() {
    return server.counts();
  }

  private void connect(Request request, Wire wire) throws IOException, InterruptedException {
    Behavior refusing = refusal;
    String wanted = credentials;
    if (!request.method().equals("CONNECT")) {
      wire.send(Response.status(405));
    } else if (refusing != null) {
      refusing.answer(request, wire);
    } else if (wanted != null && !wanted.equals(request.header("Proxy-Authorization"))) {
      wire.send(Response.status(407).with("Proxy-Authenticate", "Basic realm=\"testkit\""));
    } else {
      SocketAddress target = target(request.target());
      if (target == null) {
        wire.send(Response.status(502));
      } else {
        tunnel(target, wire);
      }
    }
  }

  private @Nullable SocketAddress target(String authority) {
    SocketAddress known = table.get(authority);
    if (known != null) {
      return known;
    }
    int colon = authority.lastIndexOf(':');
    try {
      InetAddress literal = InetAddress.ofLiteral(authority.substring(0, Math.max(0, colon)));
      int port = Integer.parseInt(authority.substring(colon + 1));
      return literal.isLoopbackAddress() ? new InetSocketAddress(literal, port) : null;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private void tunnel(SocketAddress target, Wire wire) throws IOException, InterruptedException {
    SocketChannel far;
    try {
      far = SocketChannel.open(target);
    } catch (IOException _) {
      wire.send(Response.status(502));
      return;
    }
    tunnels.put(far, true);
    opened.increment();
    Thread back = Thread.ofVirtual().unstarted(() -> pumpBack(far, wire));
    try (far) {
      if (Transport.isTcp(target)) {
        far.setOption(StandardSocketOptions.TCP_NODELAY, true);
      }
      wire.write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(ISO_8859_1));
      back.start();
      byte[] buffer = new byte[BUFFER];
      for (int count = wire.read(buffer); count >= 0; count = wire.read(buffer)) {
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
        while (bytes.hasRemaining()) {
          far.write(bytes);
        }
      }
      far.shutdownOutput();
      back.join();
    } finally {
      tunnels.remove(far);
      wire.close();
    }
  }

  /// Carries what the far side says to the client, and ends the client's connection as the far side
  /// ends its own.
  private static void pumpBack(SocketChannel far, Wire wire) {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    try {
      while (far.read(buffer) >= 0) {
        byte[] bytes = new byte[buffer.flip().remaining()];
        buffer.get(bytes).clear();
        wire.write(bytes);
      }
      wire.close();
    } catch (IOException _) {
      wire.reset();
    }
  }

  @Override
  public void close() {
    tunnels.keySet().forEach(Transport::closeQuietly);
    server.close();
  }
}
