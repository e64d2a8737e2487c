package io.crankfire.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;

class ProxyTestServerTest {
  private static RawClient to(ProxyTestServer proxy) throws IOException {
    return new RawClient(new Socket(proxy.address().getAddress(), proxy.port()));
  }

  private static String connect(String authority, String more) {
    return "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n" + more + "\r\n";
  }

  @Test
  void aTunnelCarriesBothWaysAndEndsWithEitherSide() throws Exception {
    try (HttpTestServer server = HttpTestServer.start();
        ProxyTestServer proxy =
            ProxyTestServer.start().resolve("far.example:80", server.address())) {
      try (RawClient client = to(proxy)) {
        assertThat(client.send(connect("far.example:80", "")).response())
            .startsWith("HTTP/1.1 200 ");
        for (int i = 0; i < 3; i++) {
          assertThat(client.send(RawClient.GET).response()).endsWith("\r\n\r\nok");
        }
        assertThat(proxy.tunnelsOpen()).isEqualTo(1);
      }
      server.await(counts -> counts.open() == 0);
      try (RawClient client = to(proxy)) {
        client.send(connect("127.0.0.1:" + server.port(), "")).response();
        server.otherwise(Script.begin().send("bye").cut());
        assertThat(client.send(RawClient.GET).rest()).isEqualTo(new RawClient.Rest("bye", "FIN"));
      }
      assertThat(proxy.tunnelsOpened()).isEqualTo(2);
      assertThat(proxy.violations()).isEmpty();
      assertThat(proxy.requests()).extracting(Request::target).first().isEqualTo("far.example:80");
    }
  }

  @Test
  void credentialsAreAskedForOnTheSameConnection() throws Exception {
    try (HttpTestServer server = HttpTestServer.start();
        ProxyTestServer proxy = ProxyTestServer.start().requireBasic("user", "secret");
        RawClient client = to(proxy)) {
      String authority = "127.0.0.1:" + server.port();
      assertThat(client.send(connect(authority, "")).response()).startsWith("HTTP/1.1 407 ");
      String right = "Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n";
      assertThat(client.send(connect(authority, right)).response()).startsWith("HTTP/1.1 200 ");
      assertThat(client.send(RawClient.GET).response()).endsWith("ok");
    }
  }

  @Test
  void aTunnelIsRefusedAsAskedFor() throws Exception {
    try (ProxyTestServer proxy = ProxyTestServer.start();
        DeadEnds nobody = DeadEnds.refusing()) {
      try (RawClient client = to(proxy)) {
        assertThat(client.send(connect("unknown.example:80", "")).response())
            .startsWith("HTTP/1.1 502 ");
        assertThat(client.send(connect("127.0.0.1:" + nobody.port(), "")).response())
            .startsWith("HTTP/1.1 502 ");
        proxy.refuse(Response.status(403));
        assertThat(client.send(connect("a.example:80", "")).response()).startsWith("HTTP/1.1 403 ");
        proxy.refuse(Script.begin().send("what?").cut());
        assertThat(client.send(connect("a.example:80", "")).rest().text()).isEqualTo("what?");
      }
      assertThat(proxy.tunnelsOpened()).isZero();
    }
  }
}
