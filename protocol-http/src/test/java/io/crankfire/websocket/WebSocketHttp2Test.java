package io.crankfire.websocket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.template.Names;
import io.crankfire.template.Variables;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.http2.ErrorCode;
import io.crankfire.testkit.http2.Frames;
import io.crankfire.testkit.http2.Http2Behavior;
import io.crankfire.testkit.http2.Http2Request;
import io.crankfire.testkit.http2.Http2Response;
import io.crankfire.testkit.http2.Http2Setup;
import io.crankfire.testkit.http2.Http2TestServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// WebSockets that are streams of an HTTP/2 connection (RFC 8441), and how they end.
class WebSocketHttp2Test {

  private static final Http2Behavior ECHO =
      (_, wire) -> {
        wire.head(200, false);
        new TunnelTalk(wire).echo();
      };

  private final Http2TestServer server = Http2TestServer.start().recordRequests(10).on("/", ECHO);
  private final WebSocketProtocol protocol = new WebSocketProtocol();
  private final Rig rig = new Rig(Rig.transports().getLast(), protocol, Connections.DEFAULT);

  @AfterEach
  void stop() {
    rig.close();
    assertThat(server.violations()).isEmpty();
    assertThat(server.failures()).isEmpty();
    server.close();
  }

  private Call call(String path, String... keysAndValues) {
    Map<String, String> step = new HashMap<>();
    step.put("target", server.url(path).toString().replace("http:", "ws:"));
    step.put("http_version", "2");
    step.put("timeout", "10s");
    step.put("websocket.messages", "hello");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      step.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return Rig.compile(protocol, step);
  }

  private Flight.Ending expect(String bucket, Call call) {
    Flight.Ending ending = rig.run(call);
    assertThat(ending.bucket()).as("%s", ending).isEqualTo(bucket);
    return ending;
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "2-prior-knowledge"})
  void eachWebSocketIsAStreamOfOneConnection(String version) {
    Call call = call("/", "http_version", version, "headers.X-Room", "7");
    for (int i = 0; i < 50; i++) {
      assertThat(expect("OK", call).isOrdered()).isTrue();
    }

    Http2Request request = server.requests().getLast();
    assertThat(request.method()).isEqualTo("CONNECT");
    assertThat(request.protocol()).isEqualTo("websocket");
    assertThat(request.scheme()).isEqualTo("http");
    assertThat(request.path()).isEqualTo("/");
    assertThat(request.authority()).isEqualTo("127.0.0.1:" + server.port());
    assertThat(request.header("sec-websocket-version")).isEqualTo("13");
    assertThat(request.header("x-room")).isEqualTo("7");
    for (String http1 : List.of("sec-websocket-key", "upgrade", "connection", "host")) {
      assertThat(request.header(http1)).as(http1).isNull();
    }
    server.await(counts -> counts.received() == 50 && counts.openStreams() == 0);
    assertThat(server.counts().accepted()).isEqualTo(1);
    assertThat(server.resets()).isEmpty();
    assertThat(rig.metrics().calls[0].measures.total(WebSocketMeasures.RECEIVED)).isEqualTo(50);
  }

  @Test
  void manyAreOpenAtOnce() {
    Call call = call("/", "websocket.mode", "persistent");
    List<Flight> flights = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      flights.add(rig.flight());
    }
    for (int round = 0; round < 5; round++) {
      flights.forEach(flight -> flight.send(call));
      flights.forEach(flight -> assertThat(flight.await().bucket()).isEqualTo("OK"));
    }
    assertThat(server.counts().openStreams()).isEqualTo(60);
    assertThat(server.counts().begun()).isEqualTo(60);
    assertThat(server.counts().accepted()).isEqualTo(1);
  }

  @Test
  void messagesLargerThanTheServersWindowsGoAsItReads() {
    server.beginning(Http2Setup.usual().streamWindow(1_000).connectionWindow(65_535));
    String message = "0123456789".repeat(30_000);
    expect("OK", call("/", "websocket.messages", message));
    assertThat(rig.metrics().calls[0].measures.total(WebSocketMeasures.BYTES_RECEIVED))
        .isEqualTo(300_000);
  }

  @Test
  void aServerThatOffersNoneIsNamed() {
    server.beginning(Http2Setup.sayingNothing());
    Call call = call("/");
    for (int i = 0; i < 2; i++) { // before its settings have come, and after
      assertThat(expect("PROTOCOL_ERROR", call).detail())
          .contains("no WebSockets over HTTP/2", "ENABLE_CONNECT_PROTOCOL", "RFC 8441");
    }
    assertThat(server.counts().begun()).isZero();
    assertThat(server.counts().accepted()).isEqualTo(1);
  }

  @Test
  void aServerThatSaysNothingKeepsNobodyWaitingForEver() {
    server.beginning(Http2Setup.usual().opening(new Http2Setup.Opening.Silence()));
    assertThat(expect("CONNECT_TIMEOUT", call("/", "websocket.handshake_timeout", "50ms")).detail())
        .contains("no open WebSocket within 50 ms");
    server.beginning(Http2Setup.usual().opening(new Http2Setup.Opening.Bytes("", true)));
  }

  @Test
  void aServerThatLeavesBeforeItsSettingsIsNamed() {
    server.beginning(Http2Setup.usual().opening(new Http2Setup.Opening.Bytes("", true)));
    assertThat(rig.run(call("/")).bucket()).isIn("CONNECTION_CLOSED", "CONNECTION_RESET", "1006");
  }

  @Test
  void aRefusalIsCountedByItsStatus() {
    server.on("/no", Http2Response.text("keep out").with("x", "y"));
    server.on(
        "/403",
        (_, wire) -> {
          wire.head(403, false);
          wire.data("members only".getBytes(US_ASCII), true);
        });
    expect("HTTP_403", call("/403"));
    expect("OK", call("/"));
    assertThat(server.counts().accepted()).isEqualTo(1);
  }

  @Test
  void whatWasNotOfferedIsRefused() {
    server.on(
        "/soap",
        (_, wire) -> {
          wire.head(200, false, "sec-websocket-protocol", "soap");
          new TunnelTalk(wire).echo();
        });
    expect("OK", call("/soap", "websocket.subprotocols", "soap"));
    assertThat(expect("PROTOCOL_ERROR", call("/soap")).detail()).contains("soap");
    server.on(
        "/deflate",
        (_, wire) -> {
          wire.head(200, false, "sec-websocket-extensions", "permessage-deflate");
          new TunnelTalk(wire).echo();
        });
    assertThat(expect("PROTOCOL_ERROR", call("/deflate")).detail()).contains("extension");
    server.await(counts -> counts.openStreams() == 0);
  }

  @Test
  void aStreamThatIsResetIsNamedByItsCode() {
    server.on(
        "/reset",
        (_, wire) -> {
          wire.head(200, false);
          TunnelTalk talk = new TunnelTalk(wire);
          talk.read();
          wire.data(new byte[] {(byte) 0x81, 100, 'h'}, false); // of a frame the beginning
          wire.reset(ErrorCode.INTERNAL_ERROR);
        });
    assertThat(expect("RST_INTERNAL_ERROR", call("/reset")).detail()).contains("INTERNAL_ERROR");
    expect("OK", call("/"));
    assertThat(server.counts().accepted()).isEqualTo(1);
  }

  @Test
  void aStreamThatEndsWithoutACloseFrameHasTheCode1006() {
    server.on(
        "/ends",
        (_, wire) -> {
          wire.head(200, false);
          new TunnelTalk(wire).read();
          wire.data(new byte[0], true);
          wire.awaitRequest();
        });
    assertThat(expect("1006", call("/ends")).detail()).contains("without a close frame");
    server.await(counts -> counts.openStreams() == 0);
    assertThat(server.resets()).isEmpty();
  }

  @Test
  void aConnectionThatBreaksEndsAllOfThem() {
    server.on(
        "/cut",
        (_, wire) -> {
          wire.head(200, false);
          new TunnelTalk(wire).read();
          wire.cut();
        });
    List<Flight> flights = new ArrayList<>();
    Call silent = call("/silent");
    server.on(
        "/silent",
        (_, wire) -> {
          wire.head(200, false);
          wire.stall();
        });
    for (int i = 0; i < 3; i++) {
      flights.add(rig.flight().send(silent));
    }
    rig.await(() -> server.counts().openStreams() == 3);
    expect("1006", call("/cut"));
    flights.forEach(flight -> assertThat(flight.await().bucket()).isEqualTo("1006"));
    expect("OK", call("/"));
    assertThat(server.counts().accepted()).isEqualTo(2);
  }

  @Test
  void whatIsOpenWhenTheServerSaysGoodByeGoesOn() {
    server.on(
        "/going",
        (_, wire) -> {
          wire.head(200, false);
          TunnelTalk talk = new TunnelTalk(wire);
          TunnelTalk.Frame frame = Objects.requireNonNull(talk.read());
          wire.goAway(wire.stream(), ErrorCode.NO_ERROR, "");
          talk.send(frame.opcode(), frame.payload());
          talk.echo();
        });
    expect("OK", call("/going", "websocket.message_interval", "1ms"));
    expect("OK", call("/"));
    assertThat(server.counts().accepted()).isEqualTo(2);
  }

  @Test
  void aServerThatNeverEndsItsStreamIsResetAfterAWhile() {
    server.on(
        "/endless",
        (_, wire) -> {
          wire.head(200, false);
          TunnelTalk talk = new TunnelTalk(wire);
          for (TunnelTalk.Frame frame = talk.read(); frame != null; frame = talk.read()) {
            talk.send(frame.opcode(), frame.payload());
          }
          wire.stall(); // the client has ended its direction
        });
    expect("OK", call("/endless", "websocket.close_timeout", "0"));
    rig.await(() -> server.counts().openStreams() == 0);
    assertThat(server.resets()).containsExactly(Map.entry(ErrorCode.CANCEL, 1L));
  }

  @Test
  void aServerThatKeepsTalkingIsResetSoon() {
    byte[] noise = new byte[16_384];
    server.on(
        "/noise",
        (_, wire) -> {
          wire.head(200, false);
          TunnelTalk talk = new TunnelTalk(wire);
          TunnelTalk.Frame frame = Objects.requireNonNull(talk.read());
          talk.send(frame.opcode(), frame.payload());
          talk.read();
          for (int i = 0; i < 10_000 && !wire.isBroken(); i++) {
            wire.data(noise, false);
          }
        });
    expect("OK", call("/noise", "websocket.close_timeout", "0"));
    rig.await(() -> server.counts().openStreams() == 0);
    assertThat(server.resets()).containsExactly(Map.entry(ErrorCode.CANCEL, 1L));
    assertThat(server.failures()).isEmpty();
  }

  @Test
  void oneThatIsGivenUpSaysSo() {
    List<Integer> codes = java.util.Collections.synchronizedList(new ArrayList<>());
    AtomicInteger messages = new AtomicInteger();
    server.on(
        "/deaf",
        (_, wire) -> {
          wire.head(200, false);
          TunnelTalk talk = new TunnelTalk(wire);
          for (TunnelTalk.Frame frame = talk.read(); frame != null; frame = talk.read()) {
            if (frame.opcode() == 8) {
              codes.add((frame.payload()[0] & 0xff) << 8 | (frame.payload()[1] & 0xff));
            } else {
              messages.incrementAndGet();
            }
          }
          wire.data(new byte[0], true);
        });
    expect("TIMEOUT", call("/deaf", "websocket.receive_timeout", "20ms"));
    Flight flight = rig.flight().send(call("/deaf"));
    rig.await(() -> messages.get() == 2); // it is open, and waits for a reply
    flight.cancel(Outcome.INTERRUPTED);
    assertThat(flight.await().bucket()).isEqualTo("INTERRUPTED");
    rig.await(() -> server.counts().openStreams() == 0);
    assertThat(codes).allMatch(code -> code == 1001);
    assertThat(server.resets()).isEmpty();
    assertThat(server.counts().accepted()).isEqualTo(1);
  }

  @Test
  void aHandshakeThatIsNotAnsweredIsTakenBack() {
    server.on("/mute", Http2Behavior.silence());
    assertThat(expect("TIMEOUT", call("/mute", "websocket.handshake_timeout", "30ms")).detail())
        .contains("no open WebSocket within 30 ms");
    server.await(counts -> counts.resetByClient() == 1);
    assertThat(server.resets()).containsExactly(Map.entry(ErrorCode.CANCEL, 1L));
  }

  @Test
  void wrongFramesAreFaultsAsEver() {
    server.on(
        "/wrong",
        (_, wire) -> {
          wire.head(200, false);
          new TunnelTalk(wire).read();
          wire.data(new byte[] {(byte) 0xf1, 0}, false);
          wire.awaitRequest();
          wire.data(new byte[0], true);
        });
    expect("PROTOCOL_ERROR", call("/wrong"));
    expect("OK", call("/"));
    assertThat(server.counts().accepted()).isEqualTo(1);
  }

  @Test
  void theTunnelsBytesMayBeCutAnywhere() {
    server.on(
        "/bits",
        (_, wire) -> {
          wire.head(200, false);
          TunnelTalk talk = new TunnelTalk(wire);
          TunnelTalk.Frame frame = Objects.requireNonNull(talk.read());
          byte[] reply =
              io.crankfire.testkit.websocket.Frames.frame(frame.first(), frame.payload());
          for (byte b : reply) {
            wire.data(new byte[] {b}, false);
            wire.raw(Frames.data(wire.stream(), new byte[0], false));
          }
          talk.echo();
        });
    expect("OK", call("/bits"));
  }

  @Test
  void thePreviewShowsWhatIsAsked() {
    String preview = protocol.preview(call("/chat"), new Variables(new Names(), 1, () -> 0));
    assertThat(preview).startsWith("CONNECT /chat HTTP/2\r\n:protocol: websocket\r\n");
    assertThat(preview).doesNotContain("Upgrade").contains("Sec-WebSocket-Version: 13");
  }

  @Test
  void otherwiseItHasAConnectionOfItsOwn() {
    try (WebSocketRig one = new WebSocketRig()) {
      one.server.on("/", io.crankfire.testkit.websocket.Endpoint.echo());
      for (String version : List.of("auto", "1.1")) {
        Map<String, String> step = new HashMap<>();
        step.put("target", one.server.url("/").toString());
        step.put("http_version", version);
        step.put("websocket.messages", "hello");
        assertThat(one.rig.run(Rig.compile(protocol, step)).bucket()).isEqualTo("OK");
      }
    }
  }
}
