package io.crankfire.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;

/// A socket that says exactly what it is told and shows exactly what comes. A read waits ten
/// seconds at most.
public final class RawClient implements AutoCloseable {
  public static final String GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

  private final Socket socket;
  private final InputStream in;

  /// Over that socket.
  public RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(10_000);
    this.in = socket.getInputStream();
  }

  /// To that server.
  public static RawClient to(HttpTestServer server) throws IOException {
    InetSocketAddress address = (InetSocketAddress) server.address();
    return new RawClient(new Socket(address.getAddress(), address.getPort()));
  }

  /// Sends the text, one character a byte.
  public RawClient send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    return this;
  }

  /// Sends FIN.
  public void finish() throws IOException {
    socket.shutdownOutput();
  }

  /// So many bytes, or fewer at the end.
  public String read(int bytes) throws IOException {
    return new String(in.readNBytes(bytes), ISO_8859_1);
  }

  /// The bytes of one response with a Content-Length or none.
  public String response() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return head.toString();
      }
      head.append((char) next);
    }
    int at = head.indexOf("Content-Length: ");
    if (at < 0) {
      return head.toString();
    }
    int length = Integer.parseInt(head.substring(at + 16, head.indexOf("\r\n", at)));
    return head + read(length);
  }

  /// All that comes until the end, and how it ended.
  public Rest rest() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    try {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        bytes.write(buffer, 0, count);
      }
      return new Rest(bytes.toString(ISO_8859_1), "FIN");
    } catch (SocketException e) {
      return new Rest(bytes.toString(ISO_8859_1), "RST");
    } catch (IOException e) {
      return new Rest(bytes.toString(ISO_8859_1), e.toString());
    }
  }

  /// What came last, and `FIN`, `RST` or what else happened.
  public record Rest(String text, String end) {}

  /// Goes away at once.
  public void leave() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
