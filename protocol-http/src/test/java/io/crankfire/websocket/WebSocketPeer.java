package io.crankfire.websocket;

import io.crankfire.protocol.Protocol;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.Script;
import io.crankfire.testkit.contract.Deed;
import io.crankfire.testkit.contract.Peer;
import io.crankfire.testkit.websocket.Endpoint;
import io.crankfire.testkit.websocket.Frames;
import io.crankfire.testkit.websocket.Talk;
import io.crankfire.testkit.websocket.WebSocketTestServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// The scripted WebSocket server, doing what the contract wants done. Thread-safe.
final class WebSocketPeer implements Peer {

  private static final String HALF = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n";

  final WebSocketTestServer server;

  WebSocketPeer(WebSocketTestServer server) {
    this.server = server;
    Script begun = Script.begin().send(HALF);
    byte[] part = Frames.join(Frames.head(Frames.FIN | Frames.TEXT, 300), Frames.bytes('a'));
    server
        .on("/ANSWERS", Endpoint.echo())
        .on("/DECLINES", Endpoint.of((wire, _) -> wire.close(1011, "no luck")))
        .on(
            "/LEAVES",
            Endpoint.of((wire, message) -> {
              wire.reply(message, "that was all");
              wire.close(1000, "");
            }))
        .on("/IS_SILENT", Script.begin().stall())
        .on("/STALLS", Endpoint.of(Talk.raw(part)))
        .on("/FLOODS", Endpoint.of(WebSocketPeer::flood))
        .on("/IS_LATE", Response.status(500).after(Duration.ofMillis(Deed.LATENESS_MILLIS)))
        .on("/CLOSES", Script.begin().cut())
        .on("/RESETS", Script.begin().reset())
        .on("/CUTS", begun.cut())
        .on("/TEARS", begun.pause(Duration.ofMillis(5)).reset());
    server.on("/BABBLES", Endpoint.of(Talk.raw(Frames.frame(Frames.FIN | 7, new byte[9]))));
  }

  private static void flood(
      io.crankfire.testkit.websocket.WebSocketWire wire,
      io.crankfire.testkit.websocket.Message message)
      throws java.io.IOException {
    byte[] block = Frames.frame(Frames.CONTINUATION, new byte[8_000]);
    wire.raw(Frames.frame(Frames.TEXT, new byte[8_000]));
    while (!wire.ended()) {
      wire.raw(block);
    }
  }

  @Override
  public Protocol protocol() {
    return new WebSocketProtocol();
  }

  @Override
  public Map<String, String> step(Deed deed, Duration timeout) {
    return step(server.url("/" + deed).toString(), timeout);
  }

  @Override
  public Map<String, String> stepTo(String host, int port, Duration timeout) {
    return step(server.url().getScheme() + "://" + host + ":" + port + "/", timeout);
  }

  private static Map<String, String> step(String url, Duration timeout) {
    return new HashMap<>(
        Map.of(
            "target",
            url,
            "timeout",
            timeout.toMillis() + "ms",
            "websocket.messages",
            "hello",
            "websocket.max_message_size",
            "1000000"));
  }

  @Override
  public long received() {
    return server.http().counts().received();
  }

  @Override
  public long accepted() {
    return server.http().counts().accepted();
  }

  @Override
  public int open() {
    return server.http().counts().open();
  }

  @Override
  public int peak() {
    return server.http().counts().peak();
  }

  @Override
  public String complaints() {
    return server.violations().isEmpty() && server.failures().isEmpty()
        ? ""
        : server.violations() + " " + server.failures();
  }

  @Override
  public void close() {
    server.close();
  }
}
