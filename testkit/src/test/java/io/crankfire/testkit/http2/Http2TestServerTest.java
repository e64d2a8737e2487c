package io.crankfire.testkit.http2;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.crankfire.testkit.Delay;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.tls.TestCertificates;
import io.crankfire.testkit.tls.TlsSetup;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The scripted server of HTTP/2, by the JDK's own client, which is nobody's here, and by raw
/// frames.
class Http2TestServerTest {
  private static final byte[] GET = RawHttp2.GET;
  private static final byte[] POST = RawHttp2.POST;

  private static Http2TestServer secure() {
    return Http2TestServer.start(
        ServerSetup.plain().with(TlsSetup.server().selecting("h2")), Http2Setup.usual());
  }

  private static HttpClient client() {
    return HttpClient.newBuilder().sslContext(TestCertificates.context(null)).build();
  }

  @Test
  void theJdksClientIsServed() throws Exception {
    try (Http2TestServer server = secure();
        HttpClient client = client()) {
      server
          .on("/echo", Http2Behavior.echo())
          .on("/large", Http2Response.zeros(3_000_000).inFrames(1_000).trailer("x", "y"))
          .on("/slow", Http2Response.text("slow").after(Delay.constant(Duration.ofMillis(3)), 1))
          .on("/events", Http2Flow.events(3));
      byte[] body = new byte[1_234_567];
      for (int i = 0; i < 2; i++) {
        HttpResponse<byte[]> echoed =
            client.send(
                HttpRequest.newBuilder(server.url("/echo"))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(echoed.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(echoed.body()).hasSize(body.length);
        assertThat(echoed.headers().firstValue("x-echo-method")).hasValue("POST");
      }
      assertThat(get(client, server, "/large").body()).hasSize(3_000_000);
      assertThat(get(client, server, "/slow").body()).isEqualTo("slow");
      assertThat(get(client, server, "/events").body()).startsWith("id: 1\ndata: event 1\n\n");
      List<CompletableFuture<HttpResponse<String>>> many = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        many.add(
            client.sendAsync(
                HttpRequest.newBuilder(server.url("/" + i)).build(),
                HttpResponse.BodyHandlers.ofString()));
      }
      for (CompletableFuture<HttpResponse<String>> one : many) {
        assertThat(one.get().body()).isEqualTo("ok");
      }
      Http2Counts counts = server.counts();
      assertThat(counts.received()).isEqualTo(55).isEqualTo(counts.answered());
      assertThat(counts.accepted()).isEqualTo(1);
      assertThat(counts.bodyBytes()).isEqualTo(2L * body.length);
      assertThat(server.violations()).isEmpty();
      assertThat(server.failures()).isEmpty();
    }
  }

  private static HttpResponse<String> get(HttpClient client, Http2TestServer server, String path)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(server.url(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void resetsAndGoodbyesAreWhatTheySay() throws Exception {
    try (Http2TestServer server = Http2TestServer.start();
        RawHttp2 client = new RawHttp2(server.port())) {
      server.on(
          "/",
          (request, wire) -> {
            wire.head(103, false);
            wire.goAway(wire.stream(), ErrorCode.ENHANCE_YOUR_CALM, "");
            wire.reset(ErrorCode.CONNECT_ERROR);
          });
      client.send(RawHttp2.PREFACE, Frames.headers(5, GET, true));
      assertThat(client.until("RST"))
          .containsExactly(
              "SETTINGS",
              "WINDOW_UPDATE 0 16711681",
              "SETTINGS ack",
              "HEADERS 5 [:status=103]",
              "GOAWAY 5 ENHANCE_YOUR_CALM",
              "RST_STREAM 5 CONNECT_ERROR");
      client.send(Frames.settingsAck(), Frames.headers(7, GET, true), Frames.ping(false, 9));
      assertThat(client.next()).isEqualTo("PING 9 ack");
      assertThat(server.counts().afterGoAway()).isEqualTo(1);
      assertThat(server.counts().openStreams()).isZero();
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void bodiesWaitForWindows() throws Exception {
    try (Http2TestServer server = Http2TestServer.start();
        RawHttp2 client = new RawHttp2(server.port())) {
      server.otherwise(Http2Response.zeros(100));
      client.send(
          RawHttp2.PREFACE,
          Frames.settings(Frames.INITIAL_WINDOW_SIZE, 30),
          Frames.headers(1, GET, true));
      assertThat(client.until("DATA")).contains("DATA 1 30");
      client.send(Frames.windowUpdate(1, 20));
      assertThat(client.next()).isEqualTo("DATA 1 20");
      client.send(Frames.settings(Frames.INITIAL_WINDOW_SIZE, 10));
      assertThat(client.next()).isEqualTo("SETTINGS ack");
      client.send(Frames.windowUpdate(1, 20), Frames.ping(false, 1), Frames.windowUpdate(1, 5));
      assertThat(client.until("DATA")).containsExactly("PING 1 ack", "DATA 1 5");
      client.send(Frames.settings(Frames.INITIAL_WINDOW_SIZE, 1_000));
      assertThat(client.until("DATA")).contains("DATA 1 45 end");
      assertThat(server.violations()).isEmpty();
    }
  }

  static Stream<Arguments> broken() {
    byte[] some = new byte[10];
    return Stream.of(
        arguments("no connection preface", "GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8)),
        arguments("not followed by settings", Frames.join(Frames.PREFACE, Frames.ping(false, 1))),
        after("frame of 20000 bytes", Frames.frame(0, 0, 1, new byte[20_000])),
        after("frame of type 0 of idle stream 1", Frames.data(1, some, true)),
        after("HEADERS of stream 2", Frames.headers(2, GET, true)),
        after("after 3", Frames.headers(3, GET, true), Frames.headers(1, GET, true)),
        after("HEADERS after the end", Frames.headers(1, GET, true), Frames.headers(1, GET, true)),
        after("DATA after the end", Frames.headers(1, GET, true), Frames.data(1, some, true)),
        after("trailers without an end", posting(Frames.headers(1, trailer("x"), false))),
        after("pseudo-header field :path in trailers", posting(headers(trailer(":path")))),
        after("within a header block", Frames.frame(1, 1, 1, GET), Frames.ping(false, 1)),
        after("frame of type 9", Frames.frame(9, 4, 1, GET)),
        after("frame of type 5", Frames.pushPromise(1, 2, GET)),
        after("more padding than frame", posting(Frames.frame(0, 8, 1, new byte[] {9, 0}))),
        after("WINDOW_UPDATE of 0", Frames.windowUpdate(0, 0)),
        after("window above", Frames.windowUpdate(0, 1 << 30), Frames.windowUpdate(0, 1 << 30)),
        after("acknowledged settings that", Frames.settingsAck(), Frames.settingsAck()),
        after("acknowledged a ping that", Frames.ping(true, 1)),
        after("frame of type 6 of 7 bytes", Frames.frame(6, 0, 0, new byte[7])),
        after("frame of type 6 of stream 3", Frames.frame(6, 0, 3, new byte[8])),
        after("SETTINGS of 5 bytes", Frames.frame(4, 0, 0, new byte[5])),
        after("ENABLE_PUSH 2", Frames.settings(Frames.ENABLE_PUSH, 2)),
        after("MAX_FRAME_SIZE 5", Frames.settings(Frames.MAX_FRAME_SIZE, 5)),
        // our window is smaller once it has been acknowledged
        after(
            "beyond its window",
            Frames.settingsAck(),
            posting(Frames.data(1, new byte[16_384], false))),
        after("index 99", Frames.headers(1, new byte[] {(byte) 0x80 | 99}, true)),
        after("body and content-length differ", length("5"), Frames.data(1, some, true)),
        after("RST_STREAM of stream 1 again", posting(rst(), rst())),
        request(":method is missing", ":scheme", "http", ":path", "/"),
        request(":scheme or :path", ":method", "GET", ":path", "/"),
        request(":path ``", ":method", "GET", ":scheme", "http", ":path", ""),
        request(":method twice", ":method", "GET", ":method", "GET"),
        request(":status", ":status", "200"),
        request("after others", "x", "y", ":method", "GET"),
        request("field name `X`", ":method", "GET", ":scheme", "http", ":path", "/", "X", "y"),
        request("value of x", ":method", "GET", ":scheme", "http", ":path", "/", "x", " y"),
        request("field te", ":method", "GET", ":scheme", "http", ":path", "/", "te", "gzip"),
        request(
            "field connection",
            ":method",
            "GET",
            ":scheme",
            "http",
            ":path",
            "/",
            "connection",
            ""),
        request("CONNECT without", ":method", "CONNECT"));
  }

  private static byte[] headers(byte[] block) {
    return Frames.headers(1, block, true);
  }

  private static byte[] trailer(String name) {
    return Frames.block(name, "y");
  }

  private static byte[] rst() {
    return Frames.reset(1, 8);
  }

  private static byte[] length(String value) {
    return Frames.headers(1, Frames.join(POST, Frames.block("content-length", value)), false);
  }

  private static byte[] posting(byte[]... frames) {
    return Frames.join(Frames.headers(1, POST, false), Frames.join(frames));
  }

  private static Arguments request(String violation, String... fields) {
    return after(violation, Frames.headers(1, Frames.block(fields), true));
  }

  private static Arguments after(String violation, byte[]... frames) {
    return arguments(violation, Frames.join(RawHttp2.PREFACE, Frames.join(frames)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("broken")
  void whatAClientDoesWrongIsKept(String violation, byte[] bytes) throws Exception {
    Http2Setup small = Http2Setup.sayingNothing().streamWindow(1_000).givingWhenTold();
    try (Http2TestServer server = Http2TestServer.start(ServerSetup.plain(), small);
        RawHttp2 client = new RawHttp2(server.port())) {
      server.otherwise(Http2Behavior.silence());
      client.send(bytes);
      List<String> frames = new ArrayList<>();
      String frame;
      do {
        frame = client.next();
        frames.add(frame);
      } while (!frame.startsWith("GOAWAY") && !frame.startsWith("RST") && !frame.equals("END"));
      assertThat(frames.getLast()).doesNotContain("END").doesNotContain("NO_ERROR");
      assertThat(server.violations()).hasSize(1);
      assertThat(server.violations().getFirst()).contains(violation);
    }
  }

  @Test
  void streamsBeyondTheLimitAreRefused() throws Exception {
    try (Http2TestServer server =
            Http2TestServer.start(ServerSetup.plain(), Http2Setup.usual().streams(2));
        RawHttp2 client = new RawHttp2(server.port())) {
      server.otherwise(Http2Behavior.silence());
      client.send(RawHttp2.PREFACE, Frames.settingsAck());
      for (int id = 1; id <= 5; id += 2) {
        client.send(Frames.headers(id, GET, true));
      }
      assertThat(client.until("RST")).endsWith("RST_STREAM 5 REFUSED_STREAM");
      client.send(Frames.reset(1, 8), Frames.headers(7, GET, true), Frames.ping(false, 3));
      assertThat(client.next()).isEqualTo("PING 3 ack");
      assertThat(server.violations()).hasSize(1);
      assertThat(server.counts().peakStreams()).isEqualTo(2);
    }
  }

  @Test
  void specimensHaveNamesOfTheirOwnAndOutcomes() {
    Set<String> names = new HashSet<>();
    List<Http2Specimen> all = new ArrayList<>(Http2Faults.all());
    all.addAll(Http2Oddities.all());
    for (Http2Specimen specimen : all) {
      assertThat(names.add(specimen.name())).as(specimen.name()).isTrue();
      assertThat(specimen.outcomes()).as(specimen.name()).isNotEmpty();
    }
    assertThat(all).hasSizeGreaterThan(250);
  }
}
