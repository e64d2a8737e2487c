package io.crankfire.testkit.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.crankfire.testkit.RawClient;
import java.io.IOException;
import java.util.Base64;
import java.util.SplittableRandom;

/// A WebSocket client that sends what it is told and shows each frame that comes.
final class RawWebSocket implements AutoCloseable {
  private static final SplittableRandom RANDOM = new SplittableRandom();

  private final RawClient raw;
  private final String key;

  private RawWebSocket(RawClient raw, String key) {
    this.raw = raw;
    this.key = key;
  }

  /// Sends a handshake with these further header lines.
  static RawWebSocket to(WebSocketTestServer server, String path, String... lines)
      throws IOException {
    byte[] nonce = new byte[16];
    RANDOM.nextBytes(nonce);
    RawWebSocket client =
        new RawWebSocket(RawClient.to(server.http()), Base64.getEncoder().encodeToString(nonce));
    StringBuilder head = new StringBuilder(client.head(path));
    for (String line : lines) {
      head.append(line).append("\r\n");
    }
    client.raw.send(head + "\r\n");
    return client;
  }

  /// As [#to], with the response read and found right.
  static RawWebSocket open(WebSocketTestServer server, String path, String... lines)
      throws IOException {
    RawWebSocket client = to(server, path, lines);
    String response = client.raw.response();
    if (!response.startsWith("HTTP/1.1 101 ") || !response.contains(Upgrade.accept(client.key))) {
      throw new IOException(response);
    }
    return client;
  }

  private String head(String path) {
    return "GET "
        + path
        + " HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
        + key
        + "\r\n";
  }

  RawClient raw() {
    return raw;
  }

  RawWebSocket send(int first, byte[] payload) throws IOException {
    raw.send(new String(Frames.masked(first, RANDOM.nextInt(1, 1 << 30), payload), ISO_8859_1));
    return this;
  }

  RawWebSocket text(String text) throws IOException {
    return send(Frames.FIN | Frames.TEXT, text.getBytes(UTF_8));
  }

  RawWebSocket close(int code) throws IOException {
    return send(Frames.FIN | Frames.CLOSE, Frames.closePayload(code, new byte[0]));
  }

  /// The next frame, unless the connection ends within it.
  FrameReader.Frame next() throws IOException {
    String head = raw.read(2);
    if (head.length() < 2) {
      throw new IOException("no frame");
    }
    int length = head.charAt(1);
    if (length >= 126) {
      String more = raw.read(length == 126 ? 2 : 8);
      length = 0;
      for (int i = 0; i < more.length(); i++) {
        length = (length << 8) | more.charAt(i);
      }
    }
    return new FrameReader.Frame(head.charAt(0), raw.read(length).getBytes(ISO_8859_1));
  }

  /// The payload of the next frame, a text in one piece.
  String nextText() throws IOException {
    FrameReader.Frame frame = next();
    if (frame.first() != (Frames.FIN | Frames.TEXT)) {
      throw new IOException("first byte " + frame.first());
    }
    return new String(frame.payload(), UTF_8);
  }

  /// The code of the next frame, a close.
  int nextClose() throws IOException {
    FrameReader.Frame frame = next();
    if (frame.first() != (Frames.FIN | Frames.CLOSE)) {
      throw new IOException("first byte " + frame.first());
    }
    byte[] payload = frame.payload();
    return payload.length < 2 ? 0 : ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
  }

  @Override
  public void close() throws IOException {
    raw.close();
  }
}
