package io.crankfire.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/// Loopback ports on which no connection is ever made. The port is held until [#close()], so nobody
/// else gets it.
public final class DeadEnds implements AutoCloseable {
  private static final int MOST_ATTEMPTS = 64;

  private final InetSocketAddress address;
  private final List<AutoCloseable> held;

  private DeadEnds(InetSocketAddress address, List<AutoCloseable> held) {
    this.address = address;
    this.held = List.copyOf(held);
  }

  /// A port that refuses: it is bound and nobody listens, so connecting ends with `ECONNREFUSED`.
  public static DeadEnds refusing() {
    try {
      Socket bound = new Socket();
      bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return new DeadEnds((InetSocketAddress) bound.getLocalSocketAddress(), List.of(bound));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A port that is silent: its backlog is full and nobody accepts, so connecting goes on until the
  /// client gives up. Relies on Linux, which drops what does not fit.
  ///
  /// @throws IllegalStateException where the kernel accepts all the same
  public static DeadEnds silent() {
    List<AutoCloseable> held = new ArrayList<>();
    try {
      ServerSocketChannel listener = ServerSocketChannel.open();
      held.add(listener);
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
      InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
      for (int i = 0; i < MOST_ATTEMPTS; i++) {
        SocketChannel filler = SocketChannel.open();
        held.add(filler);
        filler.configureBlocking(false);
        if (!filler.connect(address) && !filler.finishConnect()) {
          return new DeadEnds(address, held);
        }
      }
      throw new IllegalStateException("the backlog does not fill up on this system");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public InetSocketAddress address() {
    return address;
  }

  public int port() {
    return address.getPort();
  }

  @Override
  public void close() {
    for (AutoCloseable one : held) {
      try {
        one.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
