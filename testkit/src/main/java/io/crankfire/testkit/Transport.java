package io.crankfire.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLSocket;

/// The bytes of one accepted connection, plain or encrypted. One thread reads and writes; any
/// thread may close.
public sealed interface Transport {

  /// As [InputStream#read(byte[], int, int)].
  int read(byte[] into, int offset, int length) throws IOException;

  /// Writes them all.
  void write(byte[] bytes, int offset, int length) throws IOException;

  /// Writes all that remains of the buffer.
  void write(ByteBuffer bytes) throws IOException;

  /// Says that nothing more will be written; reading goes on.
  void halfClose() throws IOException;

  /// Ends in good order: FIN, and before it close_notify when encrypted.
  void close();

  /// Ends with RST where the kernel has one (TCP); a Unix domain socket is just closed.
  void reset();

  /// Ends a connection with RST where the kernel has one.
  static void abort(SocketChannel channel) {
    try {
      if (!(channel.getLocalAddress() instanceof UnixDomainSocketAddress)) {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
    } catch (IOException _) {
      // already gone, which is what is wanted
    }
    closeQuietly(channel);
  }

  /// Ends a connection with FIN.
  static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException _) {
      // the kernel's side is released all the same
    }
  }

  /// Whether an address is one of TCP.
  static boolean isTcp(SocketAddress address) {
    return !(address instanceof UnixDomainSocketAddress);
  }

  /// A socket as it is.
  record Plain(SocketChannel channel) implements Transport {
    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return channel.read(ByteBuffer.wrap(into, offset, length));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      write(ByteBuffer.wrap(bytes, offset, length));
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      do {
        channel.write(bytes);
      } while (bytes.hasRemaining());
    }

    @Override
    public void halfClose() throws IOException {
      channel.shutdownOutput();
    }

    @Override
    public void close() {
      closeQuietly(channel);
    }

    @Override
    public void reset() {
      abort(channel);
    }
  }

  /// TLS over a socket; without `closeNotify` the end is a bare FIN, as a truncation attack would
  /// make it.
  record Encrypted(
      SocketChannel channel,
      SSLSocket socket,
      InputStream in,
      OutputStream out,
      boolean closeNotify)
      implements Transport {
    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return in.read(into, offset, length);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      out.write(copy);
    }

    @Override
    public void halfClose() throws IOException {
      if (closeNotify) {
        socket.shutdownOutput();
      } else {
        channel.shutdownOutput();
      }
    }

    @Override
    public void close() {
      if (closeNotify) {
        try {
          socket.close();
        } catch (IOException _) {
          // close_notify could not be sent; the socket is closed below
        }
      }
      closeQuietly(channel);
    }

    @Override
    public void reset() {
      abort(channel);
    }
  }
}
