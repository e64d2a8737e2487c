package io.crankfire.testkit.sse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.testkit.Delay;
import io.crankfire.testkit.RawClient;
import io.crankfire.testkit.Specimen.Expect;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SseTestServerTest {

  private static String get(String path, String... lines) {
    StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: a\r\n");
    for (String line : lines) {
      head.append(line).append("\r\n");
    }
    return head + "\r\n";
  }

  /// The body of a chunked response, read to its last chunk.
  private static String chunked(RawClient client) throws IOException {
    assertThat(client.response()).contains("\r\nContent-Type: text/event-stream\r\n");
    StringBuilder body = new StringBuilder();
    while (true) {
      int length = length(client);
      body.append(client.read(length));
      assertThat(client.read(2)).isEqualTo("\r\n");
      if (length == 0) {
        return body.toString();
      }
    }
  }

  private static int length(RawClient client) throws IOException {
    StringBuilder line = new StringBuilder();
    while (line.indexOf("\r\n") < 0) {
      line.append(client.read(1));
    }
    return Integer.parseInt(line.toString().strip(), 16);
  }

  @Test
  void streamsOfEveryFramingAreWholeAndTheConnectionIsKept() throws Exception {
    String expected = "id: 1\ndata: event 1\n\nid: 2\ndata: event 2\n\n";
    try (SseTestServer server = SseTestServer.start();
        RawClient client = RawClient.to(server.http())) {
      for (EventStream.Framing framing : EventStream.Framing.values()) {
        server.on("/" + framing, EventStream.of(2).framed(framing));
      }
      assertThat(chunked(client.send(get("/CHUNKED")))).isEqualTo(expected);
      assertThat(chunked(client.send(get("/CHUNKED_BY_BYTE")))).isEqualTo(expected);
      RawClient.Rest rest = client.send(get("/CLOSE")).rest();
      assertThat(rest.text()).endsWith("\r\n\r\n" + expected);
      assertThat(rest.end()).isEqualTo("FIN");
      assertThat(server.streams()).isEqualTo(3);
      assertThat(server.events()).isEqualTo(6);
      assertThat(server.counts().answered()).isEqualTo(3);
      assertThat(server.failures()).isEmpty();
    }
  }

  @Test
  void aStreamIsResumedAfterTheLastIdTheClientSaw() throws Exception {
    try (SseTestServer server = SseTestServer.start();
        RawClient client = RawClient.to(server.http())) {
      server.otherwise(EventStream.of(5).atMostAtOnce(2));
      assertThat(chunked(client.send(get("/"))))
          .contains("event 1", "event 2\n")
          .doesNotContain("3");
      assertThat(chunked(client.send(get("/", "Last-Event-ID: 2")))).contains("event 3", "event 4");
      assertThat(chunked(client.send(get("/", "Last-Event-ID: 4"))))
          .isEqualTo("id: 5\ndata: event 5\n\n");
      assertThat(chunked(client.send(get("/", "Last-Event-ID: 5")))).isEmpty();
      assertThat(server.lastEventIds()).containsExactly("", "2", "4", "5");
    }
  }

  @Test
  void gapsAreTakenAndRecordedAsTheyReallyWere() throws Exception {
    try (SseTestServer server = SseTestServer.start().recordTimes(true);
        RawClient client = RawClient.to(server.http())) {
      Delay gap = Delay.uniform(Duration.ofMillis(1), Duration.ofMillis(3));
      server.otherwise(
          EventStream.of(20).firstAfter(Delay.constant(Duration.ofMillis(5))).every(gap, 3));
      long before = System.nanoTime();
      chunked(client.send(get("/")));
      long seen = System.nanoTime() - before;
      assertThat(server.firstNanos()).hasSize(1);
      assertThat(server.firstNanos()[0]).isBetween(5_000_000L, seen);
      assertThat(server.gapNanos()).hasSize(19);
      long sum = server.firstNanos()[0];
      for (long nanos : server.gapNanos()) {
        sum += nanos;
      }
      assertThat(sum).isBetween(5_000_000L + 19 * 1_000_000, seen);
    }
  }

  @Test
  void endlessStreamsFlowUntilTheirClientsLeave() throws Exception {
    try (SseTestServer server = SseTestServer.start()) {
      server.otherwise(EventStream.endless(Delay.constant(Duration.ofMillis(2)), 1));
      server.on("/held", EventStream.of(1).ending(EventStream.Ending.OPEN));
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        clients.add(RawClient.to(server.http()).send(get(i % 2 == 0 ? "/" : "/held")));
      }
      for (RawClient client : clients) {
        client.response();
        int length = length(client);
        assertThat(client.read(length)).isEqualTo("id: 1\ndata: event 1\n\n");
      }
      assertThat(server.counts().open()).isEqualTo(100);
      for (RawClient client : clients) {
        client.leave();
      }
      assertThat(server.await(counts -> counts.open() == 0).unanswered()).isEqualTo(100);
      assertThat(server.streams()).isEqualTo(100);
      assertThat(server.failures()).isEmpty();
    }
  }

  @Test
  void aBodyComesBackAsTokens() throws Exception {
    Delay none = Delay.constant(Duration.ZERO);
    try (SseTestServer server = SseTestServer.start();
        RawClient client = RawClient.to(server.http())) {
      server.otherwise(new TokenStream(none, none, 1));
      String body = "say \"h\u00e9\" now";
      byte[] bytes = body.getBytes(UTF_8);
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: "
              + bytes.length
              + "\r\n\r\n"
              + new String(bytes, ISO_8859_1));
      String stream = chunked(client);
      assertThat(new String(stream.getBytes(ISO_8859_1), UTF_8))
          .isEqualTo(
              """
              data: {"choices":[{"delta":{"content":"say "}}]}

              data: {"choices":[{"delta":{"content":"\\"h\u00e9\\" "}}]}

              data: {"choices":[{"delta":{"content":"now"}}]}

              data: [DONE]

              """);
      assertThat(server.events()).isEqualTo(3);
    }
  }

  @Test
  void namesOfSpecimensAreUniqueAndFitForAPath() {
    List<String> names = SseSpecimens.all().stream().map(SseSpecimen::name).toList();
    assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.matches("[a-z0-9-]+"));
    assertThat(names).hasSizeGreaterThan(75);
  }

  @ParameterizedTest
  @MethodSource("io.crankfire.testkit.sse.SseSpecimens#all")
  void noSpecimenIsABugOrKeepsAConnection(SseSpecimen specimen) throws Exception {
    try (SseTestServer server = SseTestServer.start().otherwise(specimen.behavior())) {
      try (RawClient client = RawClient.to(server.http()).send(get("/"))) {
        if (specimen.expect() != Expect.TIMEOUT) {
          assertThat(client.read(12).length()).isBetween(0, 12);
        }
      } catch (SocketException e) {
        assertThat(e).hasMessageContaining("reset");
      }
      server.await(counts -> counts.received() == 1 && counts.open() == 0);
      assertThat(server.failures()).isEmpty();
      assertThat(server.violations()).isEmpty();
    }
  }
}
