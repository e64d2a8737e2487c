package io.crankfire.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Listens on loopback, and gives each connection, encrypted if so asked, a virtual thread of its
/// own, whatever is spoken on it. Thread-safe. Closing ends all connections and waits for their
/// threads.
public final class Acceptor implements AutoCloseable {
  private static final int BACKLOG = 8192;
  private static final long ACCEPT_AGAIN_NANOS = 5_000_000;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// Who speaks on the connections.
  public interface Serving {
    /// A connection was accepted.
    void opened();

    /// A connection has ended.
    void closed();

    /// A TLS handshake did not succeed.
    void handshakeFailed();

    /// Something was thrown that is no [IOException] of a connection: a bug of a test, or too few
    /// file descriptors.
    void failure(Throwable failure);

    /// Serves a connection until one side ends it; it is closed afterwards.
    ///
    /// @param tls what was agreed on, if it is encrypted
    /// @param number the connection's, from 1
    void serve(Transport transport, Request.@Nullable TlsInfo tls, long number)
        throws IOException, InterruptedException;
  }

  private final ServerSetup setup;
  private final ServerSocketChannel listener;
  private final SocketAddress address;
  private final Serving serving;
  private final Map<Thread, SocketChannel> connections = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile boolean closed;

  private Acceptor(ServerSetup setup, ServerSocketChannel listener, Serving serving)
      throws IOException {
    this.setup = setup;
    this.listener = listener;
    this.serving = serving;
    this.address = listener.getLocalAddress();
    this.thread = Thread.ofVirtual().name("testkit-accept").unstarted(this::accept);
  }

  /// Begins to listen.
  ///
  /// @throws UncheckedIOException when the address cannot be had
  public static Acceptor start(ServerSetup setup, Serving serving) {
    try {
      ServerSocketChannel listener =
          setup.bind() instanceof UnixDomainSocketAddress
              ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
              : ServerSocketChannel.open();
      try {
        listener.bind(setup.bind(), BACKLOG);
        Acceptor acceptor = new Acceptor(setup, listener, serving);
        acceptor.thread.start();
        return acceptor;
      } catch (IOException e) {
        listener.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + setup.bind(), e);
    }
  }

  /// The URL of a path: `http://127.0.0.1:port/`, or `https` and `[::1]`; for a Unix domain socket
  /// `http://localhost/`.
  public URI url(String path) {
    String scheme = setup.tls() == null ? "http" : "https";
    if (address instanceof InetSocketAddress inet) {
      String host = inet.getAddress().getHostAddress();
      String literal = host.contains(":") ? "[::1]" : host;
      return URI.create(scheme + "://" + literal + ":" + inet.getPort() + path);
    }
    return URI.create(scheme + "://localhost" + path);
  }

  /// The TCP port.
  ///
  /// @throws IllegalStateException on a Unix domain socket
  public int port() {
    if (address instanceof InetSocketAddress inet) {
      return inet.getPort();
    }
    throw new IllegalStateException(address + " has no port");
  }

  /// Where it listens.
  public SocketAddress address() {
    return address;
  }

  /// Ends all open connections with RST; it goes on accepting.
  public void resetAll() {
    connections.values().forEach(Transport::abort);
  }

  /// Ends all open connections with FIN (no close_notify); it goes on accepting.
  public void closeAll() {
    connections.values().forEach(Transport::closeQuietly);
  }

  private void accept() {
    boolean tcp = Transport.isTcp(setup.bind());
    long accepted = 0;
    while (!closed) {
      try {
        SocketChannel channel = listener.accept();
        if (tcp) {
          channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
        accepted++;
        long number = accepted;
        Thread server =
            Thread.ofVirtual().name("testkit-", number).unstarted(() -> serve(channel, number));
        connections.put(server, channel);
        serving.opened();
        server.start();
      } catch (ClosedChannelException _) {
        return;
      } catch (IOException e) {
        // Out of file descriptors, most likely: some of them may come back.
        serving.failure(e);
        LockSupport.parkNanos(ACCEPT_AGAIN_NANOS);
      }
    }
  }

  private void serve(SocketChannel channel, long number) {
    Transport transport = new Transport.Plain(channel);
    try {
      Request.TlsInfo info = null;
      if (setup.tls() != null) {
        Handshake.Result agreed = Handshake.perform(channel, setup.tls());
        if (agreed == null) {
          serving.handshakeFailed();
          return;
        }
        transport = agreed.transport();
        info = agreed.info();
      }
      serving.serve(transport, info, number);
    } catch (IOException | InterruptedException _) {
      // the client left, or the server is being closed
    } catch (RuntimeException | Error bug) {
      serving.failure(bug);
      transport.reset();
    } finally {
      transport.close();
      connections.remove(Thread.currentThread());
      serving.closed();
    }
  }

  /// No more connections, the open ones closed, their threads gone.
  @Override
  public void close() {
    closed = true;
    try {
      listener.close();
      thread.join(PATIENCE);
      Set<Thread> threads = Set.copyOf(connections.keySet());
      for (Thread server : threads) {
        SocketChannel channel = connections.get(server);
        if (channel != null) {
          Transport.closeQuietly(channel);
        }
        server.interrupt();
      }
      for (Thread server : threads) {
        server.join(PATIENCE);
      }
      if (address instanceof UnixDomainSocketAddress unix) {
        Files.deleteIfExists(unix.getPath());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
