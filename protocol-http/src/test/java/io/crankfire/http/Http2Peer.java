package io.crankfire.http;

import io.crankfire.protocol.Protocol;
import io.crankfire.testkit.contract.Deed;
import io.crankfire.testkit.contract.Peer;
import io.crankfire.testkit.http2.Http2Behavior;
import io.crankfire.testkit.http2.Http2Response;
import io.crankfire.testkit.http2.Http2TestServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/// The scripted server of HTTP/2, doing what the contract wants done. Thread-safe.
final class Http2Peer implements Peer {

  private static final byte[] HALF = new byte[5];

  private final Http2TestServer server;
  private final String version;

  /// @param version the steps' `http_version`
  Http2Peer(Http2TestServer server, String version) {
    this.server = server;
    this.version = version;
    Http2Response ok = Http2Response.text("ok");
    server
        .on("/ANSWERS", ok)
        .on("/DECLINES", Http2Response.status(503))
        .on(
            "/LEAVES",
            (request, wire) -> {
              wire.awaitRequest();
              wire.together(() -> {
                ok.answer(request, wire);
                wire.cut();
              });
            })
        .on("/IS_SILENT", (_, wire) -> wire.stall())
        .on("/STALLS", beginning((_, wire) -> wire.stall()))
        .on(
            "/FLOODS",
            beginning((_, wire) -> {
              byte[] flood = new byte[16_384];
              while (!wire.isBroken()) {
                wire.data(flood, false);
              }
            }))
        .on("/IS_LATE", Http2Response.status(500).after(Duration.ofMillis(Deed.LATENESS_MILLIS)))
        .on("/CLOSES", (_, wire) -> wire.cut())
        .on("/RESETS", (_, wire) -> wire.tear())
        .on("/CUTS", beginning((_, wire) -> wire.cut()))
        .on(
            "/TEARS",
            beginning((_, wire) -> {
              wire.pause(Duration.ofMillis(5));
              wire.tear();
            }))
        .on(
            "/BABBLES",
            (_, wire) -> {
              wire.raw("220 mail.example ESMTP\r\n".getBytes(StandardCharsets.US_ASCII));
              wire.cut();
            });
  }

  private static Http2Behavior beginning(Http2Behavior rest) {
    return (request, wire) -> {
      wire.head(200, false, "content-length", "1000000000");
      wire.data(HALF, false);
      rest.answer(request, wire);
    };
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
    return Map.of("target", url, "timeout", timeout.toMillis() + "ms", "http_version", version);
  }

  @Override
  public long received() {
    return server.counts().begun();
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
