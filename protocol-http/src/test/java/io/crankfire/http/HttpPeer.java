package io.crankfire.http;

import io.crankfire.protocol.Protocol;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.Script;
import io.crankfire.testkit.contract.Deed;
import io.crankfire.testkit.contract.Peer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// The scripted server, doing what the contract wants done. Thread-safe.
final class HttpPeer implements Peer {

  private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";

  final HttpTestServer server;
  private final Map<String, String> more;

  /// @param more what each step says besides
  HttpPeer(HttpTestServer server, Map<String, String> more) {
    this.server = server;
    this.more = more;
    Response ok = Response.text("ok");
    server
        .on("/ANSWERS", ok)
        .on("/DECLINES", Response.status(503))
        .on("/LEAVES", Script.begin().send(HEAD + "0123456789").close())
        .on("/IS_SILENT", Script.begin().stall())
        .on("/STALLS", Script.begin().send(HEAD + "01234").stall())
        .on("/FLOODS", Script.begin().send("HTTP/1.1 200 OK\r\n\r\n").forever("flood"))
        .on("/IS_LATE", Response.status(500).after(Duration.ofMillis(Deed.LATENESS_MILLIS)))
        .on("/CLOSES", Script.begin().cut())
        .on("/RESETS", Script.begin().reset())
        .on("/CUTS", Script.begin().send(HEAD + "01234").cut())
        .on("/TEARS", Script.begin().send(HEAD + "01234").pause(Duration.ofMillis(5)).reset())
        .on("/BABBLES", Script.begin().send("220 mail.example ESMTP\r\n").cut());
  }

  @Override
  public Protocol protocol() {
    return new HttpProtocol();
  }

  @Override
  public Map<String, String> step(Deed deed, Duration timeout) {
    return step(server.url("/" + deed).toString(), timeout);
  }

  @Override
  public Map<String, String> stepTo(String host, int port, Duration timeout) {
    return step(server.url().getScheme() + "://" + host + ":" + port + "/", timeout);
  }

  private Map<String, String> step(String url, Duration timeout) {
    Map<String, String> step = new HashMap<>(more);
    step.put("target", url);
    step.put("timeout", timeout.toMillis() + "ms");
    return step;
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
