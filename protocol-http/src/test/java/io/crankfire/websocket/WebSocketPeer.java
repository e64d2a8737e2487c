package io.crankfire.websocket;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.crankfire.protocol.Protocol;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.contract.Deed;
import io.crankfire.testkit.contract.Peer;
import io.crankfire.testkit.websocket.Endpoint;
import io.crankfire.testkit.websocket.Frames;
import io.crankfire.testkit.websocket.Talk;
import io.crankfire.testkit.websocket.WebSocketTestServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// The scripted WebSocket server, doing what the contract wants done after a handshake.
/// Thread-safe.
final class WebSocketPeer implements Peer {

  private static final long SOON_NANOS = 5_000_000;

  final WebSocketTestServer server;

  WebSocketPeer(WebSocketTestServer server) {
    this.server = server;
    byte[] half =
        Frames.join(Frames.head(Frames.FIN | Frames.TEXT, 300), "0123456789".getBytes(US_ASCII));
    byte[] begin = Frames.frame(Frames.TEXT, new byte[0]);
    byte[] flood =
        Frames.fragments(Frames.CONTINUATION, "flood".repeat(2000).getBytes(US_ASCII), 100);
    flood[flood.length - 102] &= 0x7f; // none of them is the last
    server
        .on("/ANSWERS", Endpoint.echo())
        .on("/DECLINES", Response.status(503))
        .on(
            "/LEAVES",
            Endpoint.of((wire, message) -> {
              wire.reply(message, "ok");
              wire.close(1000, "");
            }))
        .on("/IS_SILENT", Endpoint.of(Talk.silent()))
        .on("/STALLS", Endpoint.of(Talk.raw(half)))
        .on(
            "/FLOODS",
            Endpoint.of((wire, _) -> {
              wire.raw(begin);
              while (!wire.ended()) {
                wire.raw(flood);
              }
            }))
        .on(
            "/IS_LATE",
            Endpoint.of(Talk.replying("late").after(Duration.ofMillis(Deed.LATENESS_MILLIS))))
        .on("/CLOSES", Endpoint.of((wire, _) -> wire.cut()))
        .on("/RESETS", Endpoint.of((wire, _) -> wire.reset()))
        .on(
            "/CUTS",
            Endpoint.of((wire, _) -> {
              wire.raw(half);
              wire.cut();
            }))
        .on(
            "/TEARS",
            Endpoint.of((wire, _) -> {
              wire.raw(half);
              wire.timer().at(System.nanoTime() + SOON_NANOS, wire::reset);
            }))
        .on("/BABBLES", Endpoint.of(Talk.raw("220 mail.example ESMTP\r\n".getBytes(US_ASCII))));
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
    Map<String, String> step = new HashMap<>();
    step.put("target", url);
    step.put("timeout", timeout.toMillis() + "ms");
    step.put("websocket.messages", "hello");
    return step;
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
    String all = "";
    if (!server.violations().isEmpty()) {
      all += server.violations();
    }
    if (!server.failures().isEmpty()) {
      all += server.failures();
    }
    return all;
  }

  @Override
  public void close() {
    server.close();
  }
}
