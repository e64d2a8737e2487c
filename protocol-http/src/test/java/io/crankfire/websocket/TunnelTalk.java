package io.crankfire.websocket;

import io.crankfire.testkit.http2.Http2Wire;
import io.crankfire.testkit.websocket.Frames;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The server's end of a WebSocket over HTTP/2, in the hands of a behaviour. Confined to its
/// thread.
final class TunnelTalk {

  /// @param first of its octets, FIN and opcode
  /// @param payload without its mask
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Frame(int first, byte[] payload) {
    int opcode() {
      return first & 15;
    }
  }

  private final Http2Wire wire;
  private byte[] bytes = {};

  TunnelTalk(Http2Wire wire) {
    this.wire = wire;
  }

  /// The next frame of the client; null at the end of its stream.
  @Nullable Frame read() throws IOException, InterruptedException {
    while (true) {
      int header = bytes.length < 2 ? 0 : (bytes[1] & 127) < 126 ? 6 : (bytes[1] & 1) == 0 ? 8 : 14;
      if (header > 0 && bytes.length >= header) {
        long length = 0;
        for (int i = 2; i < header - 4; i++) {
          length = length << 8 | (bytes[i] & 0xff);
        }
        int end = header + (int) (header == 6 ? bytes[1] & 127 : length);
        if (bytes.length >= end) {
          byte[] payload = Arrays.copyOfRange(bytes, header, end);
          for (int i = 0; i < payload.length; i++) {
            payload[i] ^= bytes[header - 4 + i % 4];
          }
          int first = bytes[0] & 0xff;
          bytes = Arrays.copyOfRange(bytes, end, bytes.length);
          return new Frame(first, payload);
        }
      }
      byte[] more = wire.read();
      if (more == null) {
        return null;
      }
      bytes = Frames.join(bytes, more);
    }
  }

  void send(int opcode, byte[] payload) throws IOException, InterruptedException {
    wire.data(Frames.frame(Frames.FIN | opcode, payload), false);
  }

  /// Echoes until the client closes, closes with the same code, and ends the stream.
  void echo() throws IOException, InterruptedException {
    for (Frame frame = read(); frame != null; frame = read()) {
      send(frame.opcode(), frame.payload());
      if (frame.opcode() == Frames.CLOSE) {
        break;
      }
    }
    wire.data(new byte[0], true);
  }
}
