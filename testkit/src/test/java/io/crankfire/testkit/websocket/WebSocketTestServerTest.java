package io.crankfire.testkit.websocket;

import static io.crankfire.testkit.websocket.Frames.BINARY;
import static io.crankfire.testkit.websocket.Frames.CLOSE;
import static io.crankfire.testkit.websocket.Frames.CONTINUATION;
import static io.crankfire.testkit.websocket.Frames.FIN;
import static io.crankfire.testkit.websocket.Frames.PING;
import static io.crankfire.testkit.websocket.Frames.PONG;
import static io.crankfire.testkit.websocket.Frames.RSV1;
import static io.crankfire.testkit.websocket.Frames.TEXT;
import static io.crankfire.testkit.websocket.Frames.bytes;
import static io.crankfire.testkit.websocket.Frames.closePayload;
import static io.crankfire.testkit.websocket.Frames.frame;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.Delay;
import io.crankfire.testkit.RawClient;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.Specimen;
import io.crankfire.testkit.tls.TestCertificates;
import io.crankfire.testkit.tls.TlsSetup;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketTestServerTest {
  private static final byte[] HELLO = "hello".getBytes(UTF_8);

  /// Writes down what the JDK's client is told.
  private static final class Heard implements WebSocket.Listener {
    final BlockingQueue<String> all = new LinkedBlockingQueue<>();
    private final StringBuilder parts = new StringBuilder();

    String next() throws InterruptedException {
      String next = all.poll(10, TimeUnit.SECONDS);
      return next == null ? "nothing" : next;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      parts.append(data);
      if (last) {
        all.add(parts.toString());
        parts.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      all.add(data.remaining() + " bytes");
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
      all.add("pong of " + message.remaining());
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      all.add("close " + code + " " + reason);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      all.add(error.toString());
    }
  }

  static Stream<ServerSetup> setups() {
    return Stream.of(ServerSetup.plain(), ServerSetup.plain().with(TlsSetup.server()));
  }

  private static WebSocket connect(HttpClient http, URI url, Heard heard, String... subprotocols) {
    WebSocket.Builder builder = http.newWebSocketBuilder();
    if (subprotocols.length > 0) {
      builder.subprotocols(
          subprotocols[0], Arrays.copyOfRange(subprotocols, 1, subprotocols.length));
    }
    return builder.buildAsync(url, heard).join();
  }

  private static HttpClient http() {
    return HttpClient.newBuilder().sslContext(TestCertificates.context(null)).build();
  }

  @ParameterizedTest
  @MethodSource("setups")
  void theClientOfTheJdkTalksWithIt(ServerSetup setup) throws Exception {
    try (HttpClient http = http();
        WebSocketTestServer server = WebSocketTestServer.start(setup)) {
      server.otherwise(Endpoint.echo().speaking("chat", "soap"));
      Heard heard = new Heard();
      WebSocket socket = connect(http, server.url("/a"), heard, "none", "soap", "chat");
      assertThat(socket.getSubprotocol()).isEqualTo("soap");
      socket.sendText("h\u00e9llo", true).join();
      assertThat(heard.next()).isEqualTo("h\u00e9llo");
      socket.sendText("two ", false).join();
      socket.sendText("parts", true).join();
      assertThat(heard.next()).isEqualTo("two parts");
      socket.sendBinary(ByteBuffer.allocate(300), true).join();
      assertThat(heard.next()).isEqualTo("300 bytes");
      socket.sendText("x".repeat(70_000), true).join();
      assertThat(heard.next()).hasSize(70_000);
      socket.sendPing(ByteBuffer.allocate(7)).join();
      assertThat(heard.next()).isEqualTo("pong of 7");
      socket.sendClose(4000, "bye").join();
      assertThat(heard.next()).isEqualTo("close 4000 bye");
      assertThat(server.await(counts -> counts.open() == 0))
          .isEqualTo(
              new WebSocketCounts(1, 0, 0, 1, 4, 4, 6 + 9 + 300 + 70_000, 70_315, 1, 0, 1, 0));
      assertThat(server.closeCodes()).containsOnlyKeys(4000);
      assertThat(server.violations()).isEmpty();
      assertThat(server.failures()).isEmpty();
    }
  }

  @Test
  void aThousandMessagesAndConnectionsAreCounted() throws Exception {
    try (WebSocketTestServer server = WebSocketTestServer.start();
        RawWebSocket one = RawWebSocket.open(server, "/")) {
      for (int i = 0; i < 1000; i++) {
        assertThat(one.text("m" + i).nextText()).isEqualTo("m" + i);
      }
      List<RawWebSocket> others = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        others.add(RawWebSocket.open(server, "/"));
      }
      assertThat(server.counts().open()).isEqualTo(101);
      for (RawWebSocket other : others) {
        assertThat(other.close(1000).nextClose()).isEqualTo(1000);
        assertThat(other.raw().rest()).isEqualTo(new RawClient.Rest("", "FIN"));
      }
      one.raw().leave();
      WebSocketCounts counts = server.await(now -> now.open() == 0);
      assertThat(counts.messagesIn()).isEqualTo(1000);
      assertThat(counts.closed()).isEqualTo(100);
      assertThat(counts.cut()).isEqualTo(1);
      assertThat(counts.peak()).isEqualTo(101);
      assertThat(server.violations()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Upgrade: websocket|Upgrade: other",
        "Connection: Upgrade|Connection: keep-alive",
        "Version: 13|Version: 8",
        "Key: |Key: x",
        "Key: |Nokey: ",
        "GET |POST ",
        "Host: a|Host: a\r\nSec-WebSocket-Protocol: a,b,a",
        "Host: a|Host: a\r\nSec-WebSocket-Protocol: a,,b",
        "Host: a|Host: a\r\nSec-WebSocket-Extensions: permessage-deflate; x",
        "Host: a|Host: a\r\nSec-WebSocket-Extensions: permessage-deflate; server_max_window_bits",
      })
  void aBrokenHandshakeIsRefusedAndNoted(String change) throws Exception {
    String good =
        """
        GET / HTTP/1.1
        Host: a
        Upgrade: websocket
        Connection: Upgrade
        Sec-WebSocket-Version: 13
        Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==

        """
            .replace("\n", "\r\n");
    int bar = change.indexOf('|');
    try (WebSocketTestServer server = WebSocketTestServer.start();
        RawClient client = RawClient.to(server.http())) {
      client.send(good.replace(change.substring(0, bar), change.substring(bar + 1)));
      assertThat(client.response()).startsWith("HTTP/1.1 400 ");
      assertThat(server.violations()).hasSize(1);
      assertThat(server.counts().refused()).isEqualTo(1);
      assertThat(client.send(good).response()).contains(" 101 ");
      assertThat(server.counts().handshakes()).isEqualTo(1);
    }
  }

  @Test
  void theAcceptIsThatOfTheRfc() {
    assertThat(Upgrade.accept("dGhlIHNhbXBsZSBub25jZQ=="))
        .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  }

  /// A way to break a rule, and the code that is answered.
  static final class Broken {
    final int code;
    final byte[] bytes;

    Broken(int code, byte[]... frames) {
      this.code = code;
      bytes = Frames.join(frames);
    }

    @Override
    public String toString() {
      return code + " for " + Arrays.toString(Arrays.copyOf(bytes, Math.min(16, bytes.length)));
    }
  }

  static Stream<Broken> broken() {
    int key = 0x12345678;
    byte[] euro = "\u20ac".getBytes(UTF_8);
    return Stream.of(
        new Broken(1002, frame(FIN | TEXT, HELLO)),
        new Broken(1002, Frames.masked(FIN | TEXT, 0, HELLO)),
        new Broken(
            1002, Frames.masked(FIN | TEXT, key, HELLO), Frames.masked(FIN | TEXT, key, HELLO)),
        new Broken(1002, Frames.masked(FIN | RSV1 | TEXT, key, HELLO)),
        new Broken(1002, Frames.masked(FIN | 0x20 | TEXT, key, HELLO)),
        new Broken(1002, Frames.masked(FIN | 3, key, HELLO)),
        new Broken(1002, Frames.masked(FIN | 11, key, HELLO)),
        new Broken(1002, Frames.masked(PING, key, HELLO)),
        new Broken(1002, Frames.masked(FIN | PING, key, new byte[126])),
        new Broken(1002, Frames.masked(FIN | CONTINUATION, key, HELLO)),
        new Broken(
            1002, Frames.masked(TEXT, key, HELLO), Frames.masked(FIN | TEXT, key + 1, HELLO)),
        new Broken(1002, bytes(FIN | TEXT, 0xfe, 0, 5, 1, 2, 3, 4)),
        new Broken(1002, bytes(FIN | TEXT, 0xff, 0, 0, 0, 0, 0, 0, 1, 0, 1, 2, 3, 4)),
        new Broken(1002, bytes(FIN | TEXT, 0xff, 0x80, 0, 0, 0, 0, 0, 1, 0, 1, 2, 3, 4)),
        new Broken(1002, Frames.masked(FIN | CLOSE, key, bytes(3))),
        new Broken(1002, Frames.masked(FIN | CLOSE, key, closePayload(1005, bytes()))),
        new Broken(1002, Frames.masked(FIN | CLOSE, key, closePayload(2000, bytes()))),
        new Broken(1007, Frames.masked(FIN | CLOSE, key, closePayload(1000, bytes(0xff)))),
        new Broken(1007, Frames.masked(FIN | TEXT, key, bytes('a', 0xff))),
        new Broken(
            1007,
            Frames.masked(TEXT, key, bytes(euro[0])),
            Frames.masked(FIN | CONTINUATION, key + 1, bytes(euro[1]))));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void aBrokenRuleIsAnsweredWithACloseAndNoted(Broken broken) throws Exception {
    try (WebSocketTestServer server =
            WebSocketTestServer.start().otherwise(Endpoint.of(Talk.silent()));
        RawWebSocket client = RawWebSocket.open(server, "/")) {
      client.raw().send(new String(broken.bytes, ISO_8859_1));
      assertThat(client.nextClose()).isEqualTo(broken.code);
      assertThat(client.raw().rest()).isEqualTo(new RawClient.Rest("", "FIN"));
      assertThat(server.violations()).hasSize(1);
    }
  }

  @Test
  void aMessageAboveTheLimitIsNoViolation() throws Exception {
    try (WebSocketTestServer server = WebSocketTestServer.start()) {
      server.otherwise(Endpoint.echo().messageLimit(10));
      for (int first : new int[] {FIN | BINARY, BINARY}) {
        try (RawWebSocket client = RawWebSocket.open(server, "/")) {
          client.send(first, new byte[first == BINARY ? 10 : 11]);
          if (first == BINARY) {
            client.send(FIN | CONTINUATION, new byte[1]);
          }
          assertThat(client.nextClose()).isEqualTo(1009);
        }
      }
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void delaysAreTakenAndRecordedAsTheyReallyWere() throws Exception {
    try (WebSocketTestServer server = WebSocketTestServer.start().recordTimes(true)) {
      Delay delay = Delay.uniform(Duration.ofMillis(1), Duration.ofMillis(3));
      server.otherwise(
          Endpoint.of(
              Talk.echo()
                  .after(delay, 7)
                  .pushing("push", Delay.constant(Duration.ofMillis(1)), 1)));
      try (RawWebSocket client = RawWebSocket.open(server, "/")) {
        int pushes = 0;
        for (int i = 0; i < 50; i++) {
          long before = System.nanoTime();
          client.text("m" + i);
          String next = client.nextText();
          for (; next.equals("push"); next = client.nextText()) {
            pushes++;
          }
          long seen = System.nanoTime() - before;
          assertThat(next).isEqualTo("m" + i);
          assertThat(server.serviceNanos()[i]).isBetween(1_000_000L, seen);
        }
        assertThat(pushes).isPositive();
        assertThat(server.serviceNanos()).hasSize(50);
      }
      assertThat(server.failures()).isEmpty();
    }
  }

  @Test
  void repliesOvertakeSwapOrKeepTheirOrder() throws Exception {
    try (WebSocketTestServer server = WebSocketTestServer.start()) {
      Delay delay = Delay.empirical(List.of(Duration.ZERO, Duration.ofMillis(100)));
      long falling = seedOf(delay);
      server
          .on("/swap", Endpoint.of(Talk.echo().swapping()))
          .on("/overtake", Endpoint.of(Talk.echo().after(delay, falling)))
          .on("/in-order", Endpoint.of(Talk.echo().afterInOrder(delay, falling)))
          .on("/ids", Endpoint.of(Talk.replyingToIds()))
          .on("/sequence", Endpoint.of(Talk.sequence(Talk.replying("1"), Talk.replying("2"))))
          .on("/greeting", Endpoint.of(Talk.echo().greeting("hi")));
      assertThat(answers(server, "/swap", "a", "b", "c", "d")).containsExactly("b", "a", "d", "c");
      assertThat(answers(server, "/overtake", "long", "short")).containsExactly("short", "long");
      assertThat(answers(server, "/in-order", "long", "short")).containsExactly("long", "short");
      assertThat(answers(server, "/ids", "{\"id\": 7}", "{\"x\":1,\"id\":\"b\"}"))
          .containsExactly("{\"id\":7,\"reply\":1}", "{\"id\":\"b\",\"reply\":2}");
      assertThat(answers(server, "/sequence", "a", "b", "c")).containsExactly("1", "2", "2");
      assertThat(answers(server, "/greeting", "a")).containsExactly("hi");
      assertThat(server.violations()).isEmpty();
      assertThat(server.failures()).isEmpty();
    }
  }

  /// A seed by which the first delay is longer than the second.
  private static long seedOf(Delay delay) {
    for (long seed = 0; seed < 100; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      long first = delay.sample(random);
      if (first > delay.sample(random)) {
        return seed;
      }
    }
    throw new AssertionError("none found");
  }

  private static List<String> answers(WebSocketTestServer server, String path, String... messages)
      throws Exception {
    try (RawWebSocket client = RawWebSocket.open(server, path)) {
      for (String message : messages) {
        client.text(message);
      }
      List<String> answers = new ArrayList<>();
      for (int i = 0; i < messages.length; i++) {
        answers.add(client.nextText());
      }
      return answers;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TAKEOVER", "NO_TAKEOVER", "NO_SERVER_TAKEOVER", "NO_CLIENT_TAKEOVER"})
  void compressedMessagesAreEchoedCompressed(Endpoint.Deflating how) throws Exception {
    try (WebSocketTestServer server =
            WebSocketTestServer.start().otherwise(Endpoint.echo().deflating(how));
        RawWebSocket client =
            RawWebSocket.open(
                server,
                "/",
                "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits")) {
      boolean clientKeeps =
          how == Endpoint.Deflating.TAKEOVER || how == Endpoint.Deflating.NO_SERVER_TAKEOVER;
      boolean serverKeeps =
          how == Endpoint.Deflating.TAKEOVER || how == Endpoint.Deflating.NO_CLIENT_TAKEOVER;
      int last = 0;
      try (Deflate deflate = new Deflate(serverKeeps, clientKeeps)) {
        for (int i = 0; i < 5; i++) {
          byte[] payload =
              i == 3 ? bytes() : "all work and no play 1234567890".repeat(3).getBytes(UTF_8);
          client.send(FIN | RSV1 | TEXT, deflate.deflate(payload));
          FrameReader.Frame frame = client.next();
          assertThat(frame.first()).isEqualTo(FIN | RSV1 | TEXT);
          assertThat(deflate.inflate(frame.payload(), 1000)).isEqualTo(payload);
          if (i == 1) {
            assertThat(frame.payload().length < last).isEqualTo(serverKeeps);
          }
          last = frame.payload().length;
        }
      }
      assertThat(client.text("plain").next().compressed()).isTrue();
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void brokenCompressionIsNoted() throws Exception {
    try (WebSocketTestServer server =
            WebSocketTestServer.start()
                .otherwise(Endpoint.echo().deflating(Endpoint.Deflating.TAKEOVER));
        RawWebSocket client =
            RawWebSocket.open(server, "/", "Sec-WebSocket-Extensions: permessage-deflate")) {
      client.send(FIN | RSV1 | TEXT, bytes(0xff, 0xff, 0xff));
      assertThat(client.nextClose()).isEqualTo(1007);
      assertThat(server.violations()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ANSWERS 1000 FIN",
        "ANSWERS_EMPTY 0 FIN",
        "ANSWERS_OTHERWISE 1011 FIN",
        "LINGERS 1000 -",
        "IS_SILENT - -",
        "CUTS - FIN",
        "RESETS - RST"
      })
  void aCloseIsAnsweredAsItWasAskedFor(String line) throws Exception {
    String[] words = line.split(" ", -1);
    try (WebSocketTestServer server = WebSocketTestServer.start()) {
      server.otherwise(Endpoint.echo().closing(Endpoint.Closing.valueOf(words[0])));
      try (RawWebSocket client = RawWebSocket.open(server, "/")) {
        client.close(1000);
        if (!words[1].equals("-")) {
          assertThat(client.nextClose()).isEqualTo(Integer.parseInt(words[1]));
        }
        if (words[2].equals("-")) {
          assertThat(server.counts().open()).isEqualTo(1);
        } else {
          assertThat(client.raw().rest()).isEqualTo(new RawClient.Rest("", words[2]));
        }
      }
      WebSocketCounts counts = server.await(now -> now.open() == 0);
      assertThat(counts.closed()).isEqualTo(words[1].equals("-") ? 0 : 1);
      assertThat(server.closeCodes()).containsOnlyKeys(1000);
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void handshakesCanBeRefusedAndBehavioursNested() throws Exception {
    try (WebSocketTestServer server = WebSocketTestServer.start()) {
      server.on("/no", Response.status(403));
      server.on("/twice", Behavior.sequence(Response.status(503), Endpoint.echo()));
      try (RawWebSocket client = RawWebSocket.to(server, "/no")) {
        assertThat(client.raw().response()).startsWith("HTTP/1.1 403 ");
      }
      try (RawWebSocket client = RawWebSocket.to(server, "/twice")) {
        assertThat(client.raw().response()).startsWith("HTTP/1.1 503 ");
      }
      try (RawWebSocket client = RawWebSocket.open(server, "/twice")) {
        assertThat(client.text("a").nextText()).isEqualTo("a");
        assertThat(client.send(FIN | PING, HELLO).next().first()).isEqualTo(FIN | PONG);
      }
    }
  }

  static Stream<Specimen> specimens() {
    return Stream.of(
            WebSocketFaults.all(),
            WebSocketFaults.deflated(),
            WebSocketOddities.all(),
            WebSocketOddities.deflated())
        .flatMap(List::stream);
  }

  @Test
  void namesOfSpecimensAreUniqueAndFitForAPath() {
    List<String> names = specimens().map(Specimen::name).toList();
    assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.matches("[a-z0-9-]+"));
    assertThat(names).hasSizeGreaterThan(150);
  }

  @ParameterizedTest
  @MethodSource("specimens")
  void noSpecimenIsABugOrKeepsAConnection(Specimen specimen) throws Exception {
    try (WebSocketTestServer server = WebSocketTestServer.start().otherwise(specimen.behavior())) {
      try (RawWebSocket client =
          RawWebSocket.to(server, "/", "Sec-WebSocket-Extensions: permessage-deflate")) {
        if (specimen.behavior() instanceof Endpoint) {
          client.text("hello");
        }
        if (specimen.expect() != Specimen.Expect.TIMEOUT) {
          assertThat(client.raw().read(1)).as("a byte, or the end").hasSizeLessThan(2);
        }
      } catch (SocketException e) {
        assertThat(e).hasMessageContaining("reset");
      }
      server.http().await(counts -> counts.open() == 0);
      assertThat(server.counts().open()).isZero();
      assertThat(server.failures()).isEmpty();
      assertThat(server.violations()).isEmpty();
    }
  }
}
