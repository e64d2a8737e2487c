package io.crankfire.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.TlsOptions;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.tls.TestCertificates;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// WebSockets over HTTP/2 with Jetty, over plain connections and TLS.
class JettyHttp2Test {

  private static final Server SERVER = new Server();
  private static final Map<String, ServerConnector> CONNECTORS = new HashMap<>();

  /// Echoes; closes with the code that a text names.
  public static final class Echo extends Session.Listener.AbstractAutoDemanding {
    @Override
    public void onWebSocketText(String text) {
      if (text.startsWith("close ")) {
        getSession().close(Integer.parseInt(text.substring(6)), "as told", Callback.NOOP);
      } else {
        getSession().sendText(text, Callback.NOOP);
      }
    }
  }

  @BeforeAll
  static void start() throws Exception {
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setSslContext(TestCertificates.context(TestCertificates.server()));
    HttpConfiguration http = new HttpConfiguration();
    add("h2c", new ServerConnector(SERVER, 1, 1, new HTTP2CServerConnectionFactory(http)));
    add(
        "h2",
        new ServerConnector(
            SERVER,
            1,
            1,
            new SslConnectionFactory(tls, "alpn"),
            new ALPNServerConnectionFactory("h2", "http/1.1"),
            new HTTP2ServerConnectionFactory(http),
            new HttpConnectionFactory(http)));
    SERVER.setHandler(
        WebSocketUpgradeHandler.from(
            SERVER,
            container -> {
              container.setMaxTextMessageSize(1 << 20);
              container.addMapping("/echo", (_, _, _) -> new Echo());
              container.addMapping(
                  "/soap",
                  (_, response, _) -> {
                    response.setAcceptedSubProtocol("soap");
                    return new Echo();
                  });
            }));
    SERVER.start();
  }

  private static void add(String name, ServerConnector connector) {
    connector.setHost("127.0.0.1");
    SERVER.addConnector(connector);
    CONNECTORS.put(name, connector);
  }

  @AfterAll
  static void stop() throws Exception {
    SERVER.stop();
  }

  private static Call call(String to, String path, String message, String... keysAndValues) {
    int port = Objects.requireNonNull(CONNECTORS.get(to)).getLocalPort();
    Map<String, String> step = new HashMap<>();
    step.put("target", (to.equals("h2") ? "wss" : "ws") + "://localhost:" + port + path);
    step.put("http_version", "2");
    step.put("websocket.messages", message);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      step.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return Rig.compile(new WebSocketProtocol(), step);
  }

  private static void expect(Rig rig, String bucket, Call call) {
    Flight.Ending ending = rig.run(call);
    assertThat(ending.bucket()).as("%s", ending).isEqualTo(bucket);
  }

  @ParameterizedTest
  @ValueSource(strings = {"h2c", "h2"})
  void talksWithJetty(String to) {
    Connections trusting =
        new Connections(
            0,
            true,
            0,
            Duration.ofSeconds(10),
            Map.of(),
            null,
            null,
            new TlsOptions(null, null, null, null, true, null, List.of()));
    String text = "hello, hello, h\u00e9llo, hello";
    try (Rig rig = new Rig(Rig.transports().getLast(), new WebSocketProtocol(), trusting)) {
      expect(rig, "OK", call(to, "/echo", "hello"));
      expect(rig, "OK", call(to, "/echo", text.repeat(10_000)));
      Call compressed =
          call(to, "/echo", text, "websocket.compression", "true", "websocket.mode", "persistent");
      Flight flight = rig.flight();
      for (int i = 0; i < 100; i++) {
        assertThat(flight.send(compressed).await().bucket()).isEqualTo("OK");
      }
      expect(rig, "OK", call(to, "/soap", text, "websocket.subprotocols", "soap"));
      expect(rig, "1011", call(to, "/echo", "close 1011"));
      expect(rig, "HTTP_404", call(to, "/nowhere", text));
      expect(rig, "OK", call(to, "/echo", "hello"));
      assertThat(rig.metrics().connectionsOpened).isEqualTo(1);
    }
  }
}
