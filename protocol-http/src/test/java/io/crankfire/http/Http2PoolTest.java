package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Outcome;
import io.crankfire.metrics.Phase;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.http2.ErrorCode;
import io.crankfire.testkit.http2.Frames;
import io.crankfire.testkit.http2.Http2Behavior;
import io.crankfire.testkit.http2.Http2Request;
import io.crankfire.testkit.http2.Http2Response;
import io.crankfire.testkit.http2.Http2Setup;
import io.crankfire.testkit.http2.Http2TestServer;
import io.crankfire.testkit.tls.TlsSetup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which connection a request over HTTP/2 goes over, when it waits, and when it is sent again.
class Http2PoolTest {

  private static final Http2Response OK = Http2Response.text("ok");
  private final HttpProtocol http = new HttpProtocol();

  private static Connections ways(int limit, boolean keepAlive, int maxRequests, int maxStreams) {
    Connections c = new Ways().connections();
    return new Connections(
        limit,
        keepAlive,
        maxRequests,
        c.connectTimeout(),
        c.resolve(),
        null,
        null,
        c.tls(),
        maxStreams);
  }

  private Rig rig(int limit, int maxStreams) {
    return rig(ways(limit, true, 0, maxStreams));
  }

  private Rig rig(Connections connections) {
    return new Rig(Rig.transports().getLast(), http, connections);
  }

  private Call call(Http2TestServer server, String path, String... more) {
    Map<String, String> step = new HashMap<>();
    step.put("target", server.url(path).toString());
    step.put("http_version", "2");
    for (int i = 0; i < more.length; i += 2) {
      step.put(more[i], more[i + 1]);
    }
    return Rig.compile(http, step);
  }

  private static List<Flight> send(Rig rig, Call call, int count) {
    List<Flight> flights = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      flights.add(rig.flight().send(call));
    }
    return flights;
  }

  private static void allAnswered(Rig rig, List<Flight> flights) {
    rig.await(() -> flights.stream().noneMatch(Flight::underWay));
    assertThat(flights)
        .allSatisfy(
            f -> assertThat(f.endings()).singleElement().matches(e -> e.bucket().equals("200")));
  }

  @Test
  void aStreamForWhichNoConnectionHasRoomWaits() {
    CountDownLatch together = new CountDownLatch(5);
    Http2Behavior whenFive =
        (request, wire) -> {
          together.countDown();
          together.await();
          OK.answer(request, wire);
        };
    try (Http2TestServer server = Http2TestServer.start().otherwise(whenFive);
        Rig rig = rig(1, 5)) {
      allAnswered(rig, send(rig, call(server, "/"), 20));
      assertThat(server.counts().peakStreams()).isEqualTo(5);
      assertThat(rig.metrics().connectionsOpened).isEqualTo(1);
      assertThat(rig.metrics().connectionsReused).isEqualTo(19);
      assertThat(rig.metrics().total().phase(Phase.BLOCKED).count()).isEqualTo(15);
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void withoutALimitAnotherConnectionIsMadeWhenAllAreFull() {
    CountDownLatch together = new CountDownLatch(10);
    Http2Behavior whenTen =
        (request, wire) -> {
          together.countDown();
          together.await();
          OK.answer(request, wire);
        };
    Http2Setup three = Http2Setup.usual().streams(3);
    try (Http2TestServer server =
            Http2TestServer.start(ServerSetup.plain(), three).otherwise(whenTen);
        Rig rig = rig(0, 0)) {
      Call call = call(server, "/");
      assertThat(rig.prepare(call)).isEqualTo(Outcome.OK);
      allAnswered(rig, send(rig, call, 10));
      assertThat(rig.metrics().connectionsOpened).isEqualTo(4);
      assertThat(server.counts().peakStreams()).isEqualTo(3);
      assertThat(rig.metrics().resent).isZero();
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void connectionsThatWereAskedForAreUsedEvenly() {
    CountDownLatch together = new CountDownLatch(12);
    Http2Behavior whenTwelve =
        (request, wire) -> {
          together.countDown();
          together.await();
          OK.answer(request, wire);
        };
    try (Http2TestServer server = Http2TestServer.start().otherwise(whenTwelve);
        Rig rig = rig(4, 0)) {
      allAnswered(rig, send(rig, call(server, "/"), 12));
      assertThat(server.counts().peak()).isEqualTo(4);
      assertThat(server.counts().peakStreams()).isEqualTo(3);
    }
  }

  @Test
  void aRefusedStreamIsSentAgain() {
    try (Http2TestServer server =
            Http2TestServer.start()
                .on(
                    "/",
                    Http2Behavior.sequence(
                        (_, wire) -> wire.reset(ErrorCode.REFUSED_STREAM),
                        (_, wire) -> wire.reset(ErrorCode.REFUSED_STREAM),
                        OK))
                .on("/never", (_, wire) -> wire.reset(ErrorCode.REFUSED_STREAM));
        Rig rig = rig(0, 0)) {
      assertThat(rig.run(call(server, "/")).bucket()).isEqualTo("200");
      assertThat(rig.metrics().resent).isEqualTo(2);
      Flight.Ending ending = rig.run(call(server, "/never"));
      assertThat(ending.bucket()).isEqualTo("RST_REFUSED_STREAM");
      assertThat(rig.metrics().resent).isEqualTo(7);
      assertThat(rig.metrics().connectionsOpened).isEqualTo(1);
    }
  }

  @Test
  void streamsThatAServerWhoLeavesHasNotSeenGoElsewhere() {
    Http2Behavior leaving =
        (request, wire) -> {
          if (request.connection() == 1) {
            wire.goAway(1, ErrorCode.NO_ERROR, "");
          }
          OK.answer(request, wire);
        };
    try (Http2TestServer server = Http2TestServer.start().otherwise(leaving);
        Rig rig = rig(1, 0)) {
      Call call = call(server, "/");
      allAnswered(rig, send(rig, call, 4));
      allAnswered(rig, send(rig, call, 4));
      assertThat(rig.metrics().connectionsOpened).isEqualTo(2);
      assertThat(rig.metrics().resent).isEqualTo(3);
    }
  }

  @Test
  void connectionsThatAreNotKept() {
    try (Http2TestServer server = Http2TestServer.start()) {
      try (Rig rig = rig(ways(0, false, 0, 0))) {
        Call call = call(server, "/");
        assertThat(rig.prepare(call)).isEqualTo(Outcome.OK);
        for (int i = 0; i < 3; i++) {
          assertThat(rig.run(call).bucket()).isEqualTo("200");
        }
        assertThat(rig.metrics().connectionsOpened).isEqualTo(4);
        assertThat(rig.metrics().connectionsReused).isZero();
        assertThat(rig.loop().openConnections()).isZero();
      }
      try (Rig rig = rig(ways(0, true, 3, 0))) {
        allAnswered(rig, send(rig, call(server, "/"), 7));
        assertThat(rig.metrics().connectionsOpened).isEqualTo(3);
      }
      server.await(counts -> counts.open() == 0);
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void aCancelledStreamLeavesItsConnection() {
    try (Http2TestServer server = Http2TestServer.start().on("/silent", (_, wire) -> wire.stall());
        Rig rig = rig(1, 0)) {
      Flight flight = rig.flight().send(call(server, "/silent"));
      rig.await(() -> server.counts().begun() == 1);
      flight.cancel(Outcome.TIMEOUT);
      assertThat(flight.endings()).singleElement().matches(e -> e.bucket().equals("TIMEOUT"));
      assertThat(rig.run(call(server, "/")).bucket()).isEqualTo("200");
      assertThat(rig.metrics().connectionsOpened).isEqualTo(1);
      assertThat(server.resets()).isEqualTo(Map.of(ErrorCode.CANCEL, 1L));
    }
  }

  @Test
  void aServerMayAllowFewerStreamsInTheMiddleOfARun() {
    Http2Behavior lowering =
        (request, wire) -> {
          wire.settings(Frames.MAX_CONCURRENT_STREAMS, 2);
          wire.awaitSettings();
          OK.answer(request, wire);
        };
    try (Http2TestServer server = Http2TestServer.start().on("/lower", lowering);
        Rig rig = rig(1, 0)) {
      assertThat(rig.run(call(server, "/lower")).bucket()).isEqualTo("200");
      allAnswered(rig, send(rig, call(server, "/"), 20));
      assertThat(server.counts().peakStreams()).isLessThanOrEqualTo(2);
      assertThat(server.violations()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aServerThatAllowsNoStreamsAndLeavesIsAskedAgain(int limit) {
    Http2Behavior leaving =
        (_, wire) -> {
          wire.settings(Frames.MAX_CONCURRENT_STREAMS, 0);
          wire.awaitSettings();
          wire.head(200, true);
          wire.cut();
        };
    try (Http2TestServer server = Http2TestServer.start().on("/leave", leaving);
        Rig rig = rig(limit, 0)) {
      List<Flight> flights = new ArrayList<>(send(rig, call(server, "/leave"), 1));
      rig.await(() -> !flights.getFirst().underWay());
      flights.addAll(send(rig, call(server, "/"), 3));
      allAnswered(rig, flights);
      assertThat(rig.metrics().connectionsOpened).isEqualTo(2);
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void anIdleConnectionThatIsClosedIsNoFailure() {
    try (Http2TestServer server = Http2TestServer.start();
        Rig rig = rig(1, 0)) {
      Call call = call(server, "/");
      assertThat(rig.run(call).bucket()).isEqualTo("200");
      server.closeAll();
      rig.await(() -> rig.metrics().connectionsClosedIdle == 1);
      assertThat(rig.run(call).bucket()).isEqualTo("200");
      assertThat(rig.metrics().connectionsOpened).isEqualTo(2);
    }
  }

  @Test
  void theFirstConnectionTellsWhatTheServerChooses() {
    ServerSetup secure = ServerSetup.plain().with(TlsSetup.server().selecting("h2"));
    try (Http2TestServer server = Http2TestServer.start(secure, Http2Setup.usual());
        Rig rig = rig(0, 0)) {
      allAnswered(rig, send(rig, call(server, "/", "http_version", "auto"), 10));
      assertThat(rig.metrics().connectionsOpened).isEqualTo(1);
      assertThat(server.counts().received()).isEqualTo(10);
    }
  }

  @Test
  void aServerWithoutHttp2IsAFailureThatSaysSo() {
    ServerSetup secure = ServerSetup.plain().with(TlsSetup.server());
    try (HttpTestServer plain = HttpTestServer.start();
        HttpTestServer encrypted = HttpTestServer.start(secure);
        Rig rig = rig(0, 0)) {
      for (HttpTestServer server : List.of(plain, encrypted)) {
        Call call =
            Rig.compile(http, Map.of("target", server.url().toString(), "http_version", "2"));
        // One that knows ALPN says so itself, by an alert.
        Outcome outcome = server == plain ? Outcome.PROTOCOL_ERROR : Outcome.TLS_FAILED;
        assertThat(rig.prepare(call)).isEqualTo(outcome);
        Flight.Ending ending = rig.run(call);
        assertThat(ending.outcome()).isEqualTo(outcome);
        assertThat(ending.detail()).contains("does not").contains("HTTP/2");
      }
    }
  }

  @Test
  void whatIsAboutAConnectionOfHttp1IsLeftAway() {
    try (Http2TestServer server = Http2TestServer.start().recordRequests(1);
        Rig rig = rig(0, 0)) {
      Call call =
          call(
              server,
              "/a?b=c",
              "method",
              "POST",
              "body",
              "hello",
              "headers",
              "X-One: two\nHost: elsewhere\nConnection: close\nTE: trailers\nKeep-Alive: 5");
      assertThat(rig.run(call).bucket()).isEqualTo("200");
      Http2Request request = server.requests().getFirst();
      assertThat(request.fields().stream().map(f -> f.name() + "=" + f.value()))
          .containsExactly(
              ":method=POST",
              ":scheme=http",
              ":authority=elsewhere",
              ":path=/a?b=c",
              "user-agent=crankfire",
              "accept=*/*",
              "content-length=5",
              "x-one=two",
              "te=trailers");
      assertThat(server.violations()).isEmpty();
    }
  }
}
