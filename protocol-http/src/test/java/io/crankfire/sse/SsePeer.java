package io.crankfire.sse;

import io.crankfire.protocol.Protocol;
import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.Delay;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.Script;
import io.crankfire.testkit.contract.Deed;
import io.crankfire.testkit.contract.Peer;
import io.crankfire.testkit.sse.EventStream;
import io.crankfire.testkit.sse.SseTestServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// The scripted server of event streams, doing what the contract wants done. Thread-safe.
final class SsePeer implements Peer {

  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String EVENT = "9\r\ndata: a\n\n\r\n";

  final SseTestServer server;

  SsePeer(SseTestServer server) {
    this.server = server;
    Script begun = Script.begin().send(HEAD + EVENT);
    Behavior late = Response.status(500).after(Duration.ofMillis(Deed.LATENESS_MILLIS));
    server
        .on("/ANSWERS", EventStream.of(3))
        .on("/DECLINES", Response.status(503))
        .on("/LEAVES", begun.send("0\r\n\r\n").close())
        .on("/IS_SILENT", Script.begin().stall())
        .on("/STALLS", begun.stall())
        .on("/FLOODS", EventStream.endless(Delay.constant(Duration.ofNanos(100_000)), 1))
        .on("/IS_LATE", late)
        .on("/CLOSES", Script.begin().cut())
        .on("/RESETS", Script.begin().reset())
        .on("/CUTS", begun.cut())
        .on("/TEARS", begun.pause(Duration.ofMillis(5)).reset())
        .on("/BABBLES", Script.begin().send("220 mail.example ESMTP\r\n").cut());
  }

  @Override
  public Protocol protocol() {
    return new SseProtocol();
  }

  @Override
  public Map<String, String> step(Deed deed, Duration timeout) {
    Map<String, String> step = step(server.url("/" + deed).toString(), timeout);
    if (!deed.endsByItself()) { // else the end of its time is a stream's proper end
      step.put("sse.until", "[DONE]");
    }
    return step;
  }

  @Override
  public Map<String, String> stepTo(String host, int port, Duration timeout) {
    return step(server.url().getScheme() + "://" + host + ":" + port + "/", timeout);
  }

  private static Map<String, String> step(String url, Duration timeout) {
    String millis = timeout.toMillis() + "ms";
    return new HashMap<>(Map.of("target", url, "timeout", millis, "sse.read_timeout", millis));
  }

  @Override
  public long received() {
    return server.counts().received();
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
