package io.crankfire.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// A server on loopback with an ephemeral port: a thread per connection does what the test says,
/// and closes it then.
final class Server implements AutoCloseable {

  /// What to do with a connection.
  @FunctionalInterface
  interface Behaviour {
    void talk(Socket socket) throws Exception;
  }

  final AtomicInteger accepted = new AtomicInteger();
  private final ServerSocket listener;
  private final Collection<Socket> sockets = new ConcurrentLinkedQueue<>();

  Server(Behaviour behaviour) throws IOException {
    this("127.0.0.1", 0, behaviour);
  }

  Server(String address, int port, Behaviour behaviour) throws IOException {
    listener = new ServerSocket();
    listener.setReuseAddress(true);
    listener.setReceiveBufferSize(64 * 1024); // so that a client's data pile up at its side
    listener.bind(new InetSocketAddress(InetAddress.ofLiteral(address), port), 128);
    Thread.ofVirtual().start(() -> accept(behaviour));
  }

  private void accept(Behaviour behaviour) {
    try {
      while (true) {
        Socket socket = listener.accept();
        sockets.add(socket);
        accepted.incrementAndGet();
        Thread.ofVirtual().start(() -> talk(behaviour, socket));
      }
    } catch (IOException e) {
      // It has been closed.
    }
  }

  private static void talk(Behaviour behaviour, Socket socket) {
    try (socket) {
      behaviour.talk(socket);
    } catch (Exception e) {
      // The client's tests see what it meant for them.
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  /// Reads until the peer closes.
  static void swallow(Socket socket) throws IOException {
    byte[] bytes = new byte[64 * 1024];
    while (socket.getInputStream().read(bytes) >= 0) {
      // Nothing is done with it.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
