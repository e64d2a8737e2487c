package io.crankfire.testkit.http2;

import io.crankfire.testkit.Header;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// A client that sends whatever bytes a test wants, and says what comes back, a line for each
/// frame. Confined to the test's thread.
public final class RawHttp2 implements AutoCloseable {
  public static final byte[] PREFACE = Frames.join(Frames.PREFACE, Frames.settings());
  public static final byte[] GET =
      Frames.block(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "localhost");
  public static final byte[] POST =
      Frames.block(":method", "POST", ":scheme", "http", ":path", "/", ":authority", "localhost");

  private final Socket socket;
  private final OutputStream out;
  private final DataInputStream in;
  private final HpackDecoder decoder = new HpackDecoder();

  public RawHttp2(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    out = socket.getOutputStream();
    in = new DataInputStream(socket.getInputStream());
  }

  public RawHttp2 send(byte[]... frames) throws IOException {
    out.write(Frames.join(frames));
    return this;
  }

  /// The next frame; `END` at the end of the connection.
  public String next() throws Exception {
    int length;
    try {
      length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
    } catch (EOFException | SocketException _) {
      return "END";
    }
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt();
    ByteBuffer payload = ByteBuffer.wrap(in.readNBytes(length));
    String end = (flags & Frames.END_STREAM) != 0 ? " end" : "";
    return switch (type) {
      case Frames.DATA -> "DATA " + stream + " " + length + end;
      case Frames.HEADERS -> "HEADERS " + stream + " " + texts(payload.array()) + end;
      case Frames.RST_STREAM -> "RST_STREAM " + stream + " " + ErrorCode.of(payload.getInt());
      case Frames.SETTINGS -> (flags & Frames.ACK) != 0 ? "SETTINGS ack" : "SETTINGS";
      case Frames.PING -> "PING " + payload.getLong() + ((flags & Frames.ACK) != 0 ? " ack" : "");
      case Frames.GOAWAY -> "GOAWAY " + payload.getInt() + " " + ErrorCode.of(payload.getInt());
      case Frames.WINDOW_UPDATE -> "WINDOW_UPDATE " + stream + " " + payload.getInt();
      default -> "type " + type;
    };
  }

  private List<String> texts(byte[] block) throws BrokenRule {
    return decoder.decode(block).stream().map(RawHttp2::text).toList();
  }

  private static String text(Header field) {
    return field.name() + "=" + field.value();
  }

  /// The frames up to the first that begins so, which is the last of them.
  public List<String> until(String beginning) throws Exception {
    List<String> frames = new ArrayList<>();
    String frame;
    do {
      frame = next();
      frames.add(frame);
    } while (!frame.startsWith(beginning) && !frame.equals("END"));
    return frames;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
