package io.crankfire.websocket;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.crankfire.protocol.Protocol;
import io.crankfire.testkit.contract.Deed;
import io.crankfire.testkit.contract.Peer;
import io.crankfire.testkit.http2.Http2Behavior;
import io.crankfire.testkit.http2.Http2TestServer;
import io.crankfire.testkit.http2.Http2Wire;
import io.crankfire.testkit.websocket.Frames;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The scripted server of HTTP/2, doing what the contract wants done within a WebSocket.
/// Thread-safe.
final class WebSocketHttp2Peer implements Peer {

  /// What happens after the first message.
  private interface Turn {
    void take(Http2Wire wire, TunnelTalk talk) throws IOException, InterruptedException;
  }

  private final Http2TestServer server = Http2TestServer.start();

  /// Connections that were left: what comes over one of them crosses that.
  private final Set<Long> left = ConcurrentHashMap.newKeySet();

  private final AtomicLong crossed = new AtomicLong();

  WebSocketHttp2Peer() {
    byte[] half =
        Frames.join(Frames.head(Frames.FIN | Frames.TEXT, 300), "0123456789".getBytes(US_ASCII));
    byte[] begin = Frames.frame(Frames.TEXT, new byte[0]);
    byte[] flood = Frames.frame(Frames.CONTINUATION, "flood".repeat(2000).getBytes(US_ASCII));
    server
        .on(
            "/ANSWERS",
            (request, wire) -> {
              count(request.connection(), false);
              wire.head(200, false);
              new TunnelTalk(wire).echo();
            })
        .on("/DECLINES", (_, wire) -> wire.head(503, true))
        .on(
            "/LEAVES",
            (request, wire) -> {
              count(request.connection(), true);
              wire.head(200, false);
              new TunnelTalk(wire).echo();
              wire.cut();
            })
        .on("/IS_SILENT", after((_, talk) -> drain(talk)))
        .on(
            "/STALLS",
            after((wire, talk) -> {
              wire.data(half, false);
              drain(talk);
            }))
        .on(
            "/FLOODS",
            after((wire, _) -> {
              wire.data(begin, false);
              while (!wire.isBroken()) {
                wire.data(flood, false);
              }
            }))
        .on(
            "/IS_LATE",
            after((wire, talk) -> {
              wire.pause(Duration.ofMillis(Deed.LATENESS_MILLIS));
              talk.send(Frames.TEXT, "late".getBytes(US_ASCII));
              drain(talk);
            }))
        .on("/CLOSES", after((wire, _) -> wire.cut()))
        .on("/RESETS", after((wire, _) -> wire.tear()))
        .on(
            "/CUTS",
            after((wire, _) -> {
              wire.data(half, false);
              wire.cut();
            }))
        .on(
            "/TEARS",
            after((wire, _) -> {
              wire.data(half, false);
              wire.pause(Duration.ofMillis(5));
              wire.tear();
            }))
        .on(
            "/BABBLES",
            after((wire, talk) -> {
              wire.data("220 mail.example ESMTP\r\n".getBytes(US_ASCII), false);
              drain(talk);
            }));
  }

  private void count(long connection, boolean leaves) {
    if (leaves ? !left.add(connection) : left.contains(connection)) {
      crossed.incrementAndGet();
    }
  }

  private static Http2Behavior after(Turn turn) {
    return (_, wire) -> {
      wire.head(200, false);
      TunnelTalk talk = new TunnelTalk(wire);
      talk.read();
      turn.take(wire, talk);
      if (!wire.isBroken()) {
        wire.data(new byte[0], true);
      }
    };
  }

  private static void drain(TunnelTalk talk) throws IOException, InterruptedException {
    while (talk.read() != null) {
      // until the client has ended it
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
    return step("http://" + host + ":" + port + "/", timeout);
  }

  private static Map<String, String> step(String url, Duration timeout) {
    Map<String, String> step = new HashMap<>();
    step.put("target", url);
    step.put("http_version", "2");
    step.put("timeout", timeout.toMillis() + "ms");
    step.put("websocket.messages", "hello");
    return step;
  }

  @Override
  public long received() {
    return server.counts().begun() - crossed.get();
  }

  @Override
  public long accepted() {
    return server.counts().accepted();
  }

  @Override
  public int open() {
    return server.counts().open();
  }

  @Override
  public int peak() {
    return server.counts().peak();
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
