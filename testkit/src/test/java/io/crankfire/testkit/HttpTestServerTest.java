package io.crankfire.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTestServerTest {
  private static final String OK =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 2\r\n\r\nok";

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrderAndCountedBeforeTheirAnswersAreSeen() throws Exception {
    try (HttpTestServer server = HttpTestServer.start();
        RawClient client = RawClient.to(server)) {
      server
          .on("/a", Response.text("A"))
          .on("/b", Response.text("B"))
          .on("/c/*", Response.text("C"));
      client.send(get("/a") + get("/b?x=1") + get("/c/d") + get("/a") + get("/other"));
      StringBuilder bodies = new StringBuilder();
      for (int i = 1; i <= 5; i++) {
        String response = client.response();
        bodies.append(response.substring(response.indexOf("\r\n\r\n") + 4)).append(' ');
        assertThat(server.counts().answered()).isGreaterThanOrEqualTo(i);
      }
      assertThat(bodies.toString()).isEqualTo("A B C A ok ");
      assertThat(server.received("/a")).isEqualTo(2);
      assertThat(server.receivedByPath()).containsEntry("/b", 1L).containsEntry("/c/d", 1L);
      assertThat(server.counts()).isEqualTo(new Counts(5, 5, 0, 0, 1, 1, 1, 0, 0));
    }
  }

  @Test
  void bodiesOfAllFramingsArriveWhole() throws Exception {
    try (HttpTestServer server = HttpTestServer.start().otherwise(Behavior.echo());
        RawClient client = RawClient.to(server)) {
      server.recordRequests(2);
      String post = "POST /e HTTP/1.1\r\nHost: h\r\n";
      client.send(post + "Content-Length: 5\r\n\r\nhello");
      assertThat(client.response()).endsWith("\r\n\r\nhello").contains("X-Echo-Host: h");
      client.send(
          post + "Transfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n1\r\n!\r\n0\r\nT: t\r\n\r\n");
      assertThat(client.response()).endsWith("\r\n\r\nhello!");
      client.send(post + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
      assertThat(client.response()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      assertThat(client.send("hi").response()).endsWith("\r\n\r\nhi");
      assertThat(server.requests()).extracting(Request::bodyText).containsExactly("hello!", "hi");
      assertThat(server.requests()).extracting(Request::number).containsExactly(2, 3);
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void aBodyBeyondTheLimitIsCountedAndNotKept() throws Exception {
    try (HttpTestServer server = HttpTestServer.start(ServerSetup.plain().bodyLimit(10));
        RawClient client = RawClient.to(server)) {
      server.recordRequests(1);
      client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n" + "x".repeat(5000));
      assertThat(client.response()).isEqualTo(OK);
      assertThat(server.requests().getFirst().body()).hasSize(10);
      assertThat(server.requests().getFirst().bodyLength()).isEqualTo(5000);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        "GET nowhere HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\u00e4 HTTP/1.1\r\nHost: a\r\n\r\n",
        "G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\u0000\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\na\n0\n\n",
      })
  void aBrokenRequestIsRefusedAndNoted(String request) throws Exception {
    try (HttpTestServer server = HttpTestServer.start();
        RawClient client = RawClient.to(server)) {
      assertThat(client.send(request).response()).startsWith("HTTP/1.1 400 ");
      assertThat(server.violations()).hasSize(1);
      assertThat(server.counts().received()).isZero();
    }
  }

  @Test
  void aRequestLeftUnfinishedIsCountedAsCut() throws Exception {
    try (HttpTestServer server = HttpTestServer.start()) {
      try (RawClient client = RawClient.to(server)) {
        client.send("GET / HTTP/1.1\r\nHo");
      }
      assertThat(server.await(counts -> counts.accepted() == 1 && counts.open() == 0).cutRequests())
          .isEqualTo(1);
    }
  }

  @Test
  void theFormOfTheAnswerSuitsTheRequest() throws Exception {
    try (HttpTestServer server = HttpTestServer.start()) {
      try (RawClient client = RawClient.to(server)) {
        client.send(RawClient.GET.replace("GET", "HEAD"));
        client.send(RawClient.GET.replace("localhost", "localhost\r\nConnection: close"));
        String head = OK.substring(0, OK.length() - 2);
        String closing = head.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\nok");
        assertThat(client.rest()).isEqualTo(new RawClient.Rest(head + closing, "FIN"));
      }
      try (RawClient client = RawClient.to(server)) {
        client.send("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
        assertThat(client.response()).contains("Connection: keep-alive\r\n");
        client.send("GET / HTTP/1.0\r\n\r\n");
        assertThat(client.rest().end()).isEqualTo("FIN");
      }
    }
  }

  @Test
  void anEarlyAnswerComesBeforeTheBody() throws Exception {
    try (HttpTestServer server = HttpTestServer.start();
        RawClient client = RawClient.to(server)) {
      server.on("/upload", Response.status(413).beforeBody());
      client.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nonly this");
      assertThat(client.rest().text()).startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void pausedAnswersWaitAndCountersDoNot() throws Exception {
    try (HttpTestServer server = HttpTestServer.start().recordTimes(true)) {
      server.pause();
      List<RawClient> clients = new ArrayList<>();
      for (int i = 1; i <= 20; i++) {
        int received = i;
        clients.add(RawClient.to(server).send(get("/")));
        server.await(counts -> counts.received() == received);
      }
      assertThat(server.counts().answered()).isZero();
      server.resume();
      for (RawClient client : clients) {
        assertThat(client.response()).isEqualTo(OK);
        client.leave();
      }
      assertThat(server.counts().answered()).isEqualTo(20);
      assertThat(server.arrivalNanos()).hasSize(20).isSorted();
      assertThat(server.serviceNanos()).hasSize(20);
    }
  }

  @Test
  void aFreezeHoldsAnAnswerBackForAsLongAsItReallyLasted() throws Exception {
    try (HttpTestServer server = HttpTestServer.start().recordTimes(true);
        RawClient client = RawClient.to(server)) {
      server.freeze(Duration.ofMillis(30));
      assertThat(client.send(get("/")).response()).isEqualTo(OK);
      HttpTestServer.Freeze freeze = server.freezes().getFirst();
      assertThat(freeze.toNanos() - freeze.fromNanos()).isGreaterThanOrEqualTo(30_000_000);
      long answered = server.arrivalNanos()[0] + server.serviceNanos()[0];
      assertThat(answered).isGreaterThanOrEqualTo(freeze.toNanos());
    }
  }

  @Test
  void aDelayIsTakenAndRecordedAsItReallyWas() throws Exception {
    try (HttpTestServer server = HttpTestServer.start().recordTimes(true);
        RawClient client = RawClient.to(server)) {
      server.otherwise(
          Response.text("ok").after(Delay.uniform(Duration.ofMillis(2), Duration.ofMillis(4)), 7));
      for (int i = 0; i < 20; i++) {
        long before = System.nanoTime();
        client.send(get("/")).response();
        long seen = System.nanoTime() - before;
        assertThat(server.serviceNanos()[i]).isBetween(2_000_000L, seen);
      }
    }
  }

  @Test
  void anIdleConnectionIsClosedByTheServer() throws Exception {
    try (HttpTestServer server =
            HttpTestServer.start(ServerSetup.plain().idleClose(Duration.ofMillis(20)));
        RawClient client = RawClient.to(server)) {
      assertThat(client.send(get("/")).rest()).isEqualTo(new RawClient.Rest(OK, "FIN"));
    }
  }

  @Test
  void aConnectionIsClosedAfterItsNthRequestAnnouncedOrNot() throws Exception {
    try (HttpTestServer server = HttpTestServer.start()) {
      server.on("/a", Behavior.closingAfter(2, Response.text("ok")));
      server.on("/b", Behavior.closingSilentlyAfter(2, Response.text("ok")));
      try (RawClient client = RawClient.to(server)) {
        assertThat(client.send(get("/a")).response()).isEqualTo(OK);
        assertThat(client.send(get("/a")).rest().text()).contains("Connection: close\r\n");
      }
      try (RawClient client = RawClient.to(server)) {
        assertThat(client.send(get("/b")).response()).isEqualTo(OK);
        assertThat(client.send(get("/b")).rest()).isEqualTo(new RawClient.Rest(OK, "FIN"));
      }
    }
  }

  @Test
  void sequencesAndCyclesGoOnePerRequest() throws Exception {
    Response redirect = Response.redirect(302, "/b").withCookie("a=1");
    try (HttpTestServer server = HttpTestServer.start();
        RawClient client = RawClient.to(server)) {
      server.on("/s", Behavior.sequence(redirect, Response.status(503), Response.text("ok")));
      server.on("/c", Behavior.cycle(List.of(Response.status(201), Response.status(204))));
      server.on("/r", Behavior.by(request -> Response.text(request.query())));
      assertThat(client.send(get("/s")).response())
          .contains(" 302 ", "Location: /b\r\n", "Set-Cookie: a=1\r\n");
      assertThat(client.send(get("/s")).response()).contains(" 503 ");
      assertThat(client.send(get("/s")).response()).contains(" 200 ");
      assertThat(client.send(get("/s")).response()).contains(" 200 ");
      assertThat(client.send(get("/c")).response()).contains(" 201 ");
      assertThat(client.send(get("/c")).response()).isEqualTo("HTTP/1.1 204 No Content\r\n\r\n");
      assertThat(client.send(get("/c")).response()).contains(" 201 ");
      assertThat(client.send(get("/r?q=1")).response()).endsWith("\r\n\r\nq=1");
    }
  }

  @Test
  void aBugOfABehaviourIsKeptAndTheConnectionReset() throws Exception {
    try (HttpTestServer server = HttpTestServer.start();
        RawClient client = RawClient.to(server)) {
      server.otherwise((_, _) -> {
        throw new IllegalStateException("bug");
      });
      assertThat(client.send(get("/")).rest().end()).isEqualTo("RST");
      assertThat(server.failures()).singleElement().isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void allConnectionsCanBeEndedFromOutside() throws Exception {
    try (HttpTestServer server = HttpTestServer.start();
        RawClient one = RawClient.to(server);
        RawClient two = RawClient.to(server)) {
      one.send(get("/")).response();
      server.resetAll();
      assertThat(one.rest().end()).isEqualTo("RST");
      server.await(counts -> counts.accepted() == 2);
      server.closeAll();
      assertThat(two.rest().text()).isEmpty();
    }
  }

  @Test
  void closingEndsPausedStalledAndIdleConnections() throws Exception {
    HttpTestServer server = HttpTestServer.start().on("/stall", Script.begin().stall());
    server.on("/long", Response.text("late").after(Duration.ofHours(1)));
    try (RawClient stalled = RawClient.to(server).send(get("/stall"));
        RawClient delayed = RawClient.to(server).send(get("/long"));
        RawClient idle = RawClient.to(server)) {
      server.await(counts -> counts.received() == 2 && counts.accepted() == 3);
      server.pause();
      server.close();
      assertThat(server.counts().open()).isZero();
      assertThat(List.of(stalled.rest().text(), delayed.rest().text(), idle.rest().text()))
          .containsOnly("");
    }
  }

  @Test
  void itListensOnIpv6AndOnUnixDomainSockets(@TempDir Path folder) throws Exception {
    try (HttpTestServer server = HttpTestServer.start(ServerSetup.plain().ipv6());
        RawClient client = RawClient.to(server)) {
      assertThat(client.send(get("/")).response()).isEqualTo(OK);
      assertThat(server.url("/x").toString()).isEqualTo("http://[::1]:" + server.port() + "/x");
    }
    Path socket = folder.resolve("s");
    try (HttpTestServer server = HttpTestServer.start(ServerSetup.plain().unix(socket));
        SocketChannel channel = SocketChannel.open(server.address())) {
      channel.write(ByteBuffer.wrap(get("/").getBytes(ISO_8859_1)));
      ByteBuffer answer = ByteBuffer.allocate(OK.length());
      while (answer.hasRemaining() && channel.read(answer) >= 0) {
        // the rest of it
      }
      assertThat(new String(answer.array(), ISO_8859_1)).isEqualTo(OK);
    }
    assertThat(Files.exists(socket)).isFalse();
  }

  @Test
  void headsOfAnySizeAndAnySplitAreReadWhole() throws Exception {
    try (HttpTestServer server = HttpTestServer.start();
        RawClient client = RawClient.to(server)) {
      String long1 = "GET / HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(100_000) + "\r\n\r\n";
      assertThat(client.send(long1).response()).isEqualTo(OK);
      for (int i = 1; i < RawClient.GET.length(); i++) {
        client.send(RawClient.GET.substring(0, i));
        client.send(RawClient.GET.substring(i));
        assertThat(client.response()).isEqualTo(OK);
      }
      assertThat(server.violations()).isEmpty();
    }
  }
}
