package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Transport;
import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.Delay;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.Script;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// How connections are kept, given up and waited for.
class ConnectionsTest {

  static List<Transport> transports() {
    return Rig.transports();
  }

  private static Call get(HttpTestServer server, String path) {
    return call(server, path, Map.of());
  }

  private static Call call(HttpTestServer server, String path, Map<String, String> more) {
    Map<String, String> step = new HashMap<>(more);
    step.put("target", server.url(path).toString());
    step.putIfAbsent("timeout", "10s");
    return Rig.compile(new HttpProtocol(), step);
  }

  private static Rig rig(Transport transport, Ways ways) {
    return new Rig(transport, new HttpProtocol(), ways.connections());
  }

  @ParameterizedTest
  @MethodSource("transports")
  void anIdleConnectionThatTheServerClosedIsReplacedWithoutAFailure(Transport transport) {
    ServerSetup closing = ServerSetup.plain().idleClose(Duration.ofMillis(20));
    try (HttpTestServer server = HttpTestServer.start(closing);
        Rig rig = rig(transport, new Ways())) {
      Call get = get(server, "/");
      assertThat(rig.run(get).bucket()).isEqualTo("200");
      rig.await(() -> rig.metrics().connectionsClosedIdle == 1);
      assertThat(rig.loop().openConnections()).isZero();
      assertThat(rig.run(get).bucket()).isEqualTo("200");
      assertThat(rig.metrics().resent).isZero();
      assertThat(rig.metrics().connectionsOpened).isEqualTo(2);
      assertThat(server.counts().received()).isEqualTo(2);
    }
  }

  /// The close crosses the request: the connection is closed while nobody looks.
  @ParameterizedTest
  @MethodSource("transports")
  void aRequestThatCrossesTheCloseIsSentAgain(Transport transport) {
    for (boolean used : new boolean[] {true, false}) {
      for (boolean reset : new boolean[] {true, false}) {
        try (HttpTestServer server = HttpTestServer.start();
            Rig rig = rig(transport, new Ways())) {
          Call post = call(server, "/", Map.of("method", "POST", "body", "x"));
          if (used) {
            assertThat(rig.run(post).bucket()).isEqualTo("200");
          } else {
            assertThat(rig.prepare(post)).isEqualTo(Outcome.OK);
            server.await(counts -> counts.open() == 1);
          }
          long before = server.counts().received();
          if (reset) {
            server.resetAll();
          } else {
            server.closeAll();
          }
          server.await(counts -> counts.open() == 0); // and the loop has not turned
          Flight.Ending ending = rig.run(post);
          assertThat(ending.bucket()).as("%s", ending).isEqualTo("200");
          assertThat(ending.isOrdered()).as("%s", ending).isTrue();
          assertThat(rig.metrics().resent).isEqualTo(1);
          assertThat(server.counts().received() - before).isEqualTo(1);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aServerThatTakesRequestsAndClosesIsSeenAfterOneRetry(Transport transport) {
    try (HttpTestServer server = HttpTestServer.start();
        Rig rig = rig(transport, new Ways())) {
      server.on("/cut", Script.begin().cut());
      assertThat(rig.run(get(server, "/")).bucket()).isEqualTo("200");
      assertThat(rig.run(get(server, "/cut")).bucket()).isEqualTo("CONNECTION_CLOSED");
      assertThat(server.received("/cut")).isEqualTo(1 + rig.metrics().resent).isEqualTo(2);
    }
  }

  /// Some servers say 408 as they close an idle connection; no browser shows it.
  @ParameterizedTest
  @MethodSource("transports")
  void aGoodbyeBy408IsNoAnswer(Transport transport) {
    Script goodbye =
        Script.begin()
            .send("HTTP/1.1 408 Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            .close();
    try (HttpTestServer server = HttpTestServer.start();
        Rig rig = rig(transport, new Ways())) {
      server.on("/once", Behavior.sequence(goodbye, Response.text("ok")));
      server.on("/always", goodbye);
      rig.run(get(server, "/"));
      assertThat(rig.run(get(server, "/once")).bucket()).isEqualTo("200");
      assertThat(rig.metrics().resent).isEqualTo(1);
      assertThat(rig.run(get(server, "/always")).bucket()).isEqualTo("408");
      assertThat(rig.metrics().resent).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void bytesOnAnIdleConnectionEndIt(Transport transport) {
    Script late =
        Script.begin()
            .send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            .pause(Duration.ofMillis(20))
            .send("HTTP/1.1 500 Surprise\r\nContent-Length: 0\r\n\r\n");
    try (HttpTestServer server = HttpTestServer.start();
        Rig rig = rig(transport, new Ways())) {
      server.on("/late", late);
      assertThat(rig.run(get(server, "/late")).bucket()).isEqualTo("200");
      rig.await(() -> rig.loop().openConnections() == 0);
      assertThat(rig.run(get(server, "/")).bucket()).isEqualTo("200");
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void theServersAndOurOwnLastRequestEndAConnection(Transport transport) {
    try (HttpTestServer server = HttpTestServer.start();
        Rig rig = rig(transport, new Ways().maxRequests(2))) {
      server.recordRequests(10);
      server.on("/closing", Behavior.closingAfter(1, Response.text("bye")));
      for (int i = 0; i < 5; i++) {
        assertThat(rig.run(get(server, "/")).bucket()).isEqualTo("200");
      }
      List<Boolean> closing =
          server.requests().stream().map(r -> "close".equals(r.header("Connection"))).toList();
      assertThat(closing).containsExactly(false, true, false, true, false);
      assertThat(server.counts().accepted()).isEqualTo(3);
      assertThat(rig.run(get(server, "/closing")).bucket()).isEqualTo("200");
      assertThat(rig.run(get(server, "/closing")).bucket()).isEqualTo("200");
      assertThat(server.counts().accepted()).isEqualTo(4);
      assertThat(rig.metrics().resent).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void whoeverWaitsForAConnectionIsServedInOrderAndTimedFromThen(Transport transport) {
    try (HttpTestServer server = HttpTestServer.start();
        Rig rig = rig(transport, new Ways().limit(1))) {
      server.recordRequests(10);
      server.on("/slow/*", Response.text("ok").after(Delay.constant(Duration.ofMillis(10)), 1));
      List<Flight> flights = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        flights.add(rig.flight().send(get(server, "/slow/" + i)));
      }
      rig.await(() -> flights.stream().noneMatch(Flight::underWay));
      assertThat(server.requests().stream().map(r -> r.path()).toList())
          .containsExactly("/slow/0", "/slow/1", "/slow/2", "/slow/3", "/slow/4");
      for (int i = 1; i < 5; i++) {
        Flight.Ending ending = flights.get(i).endings().getFirst();
        Flight.Ending before = flights.get(i - 1).endings().getFirst();
        assertThat(ending.sent()).isGreaterThanOrEqualTo(before.ended());
        assertThat(ending.scheduled()).isLessThan(before.ended());
      }
      assertThat(server.counts().peak()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void givingUpAllThatWaitOpensNothing(Transport transport) {
    try (HttpTestServer server = HttpTestServer.start();
        Rig rig = rig(transport, new Ways().limit(2))) {
      server.otherwise(Script.begin().stall());
      List<Flight> flights = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        flights.add(rig.flight().send(get(server, "/")));
      }
      rig.await(() -> server.counts().received() == 2);
      flights.forEach(flight -> flight.cancel(Outcome.INTERRUPTED));
      rig.turnFor(10);
      assertThat(rig.loop().openConnections()).isZero();
      assertThat(server.counts().accepted()).isEqualTo(2);
    }
  }

  /// An answer that comes before the request is out leaves the rest of it on the connection.
  @ParameterizedTest
  @MethodSource("transports")
  void aConnectionAnsweredTooEarlyIsNotKept(Transport transport, @TempDir Path folder)
      throws Exception {
    Path file = Files.write(folder.resolve("body"), new byte[16 << 20]);
    try (HttpTestServer server = HttpTestServer.start();
        Rig rig = rig(transport, new Ways())) {
      Behavior early = (request, wire) -> wire.send(Response.status(413));
      server.on("/early", early.beforeBody());
      Call upload = call(server, "/early", Map.of("method", "PUT", "body_file", file.toString()));
      Flight.Ending ending = rig.run(upload);
      assertThat(ending.bucket()).as("%s", ending).isEqualTo("413");
      assertThat(rig.run(get(server, "/")).bucket()).isEqualTo("200");
      assertThat(rig.metrics().connectionsOpened).isEqualTo(2);
    }
  }

  /// Here the server's kernel resets the connection, since nobody has read what came. The answer,
  /// which came before, is heard all the same.
  @ParameterizedTest
  @MethodSource("transports")
  void theAnswerToAnUploadThatTheServerDoesNotWantIsHeard(Transport transport, @TempDir Path folder)
      throws Exception {
    Path file = Files.write(folder.resolve("body"), new byte[16 << 20]);
    try (HttpTestServer server = HttpTestServer.start();
        Rig rig = rig(transport, new Ways())) {
      Behavior leaving =
          (request, wire) -> {
            wire.send(Response.status(413).with("Connection", "close"));
            wire.close();
          };
      server.on("/leaving", leaving.beforeBody());
      Call upload = call(server, "/leaving", Map.of("method", "PUT", "body_file", file.toString()));
      for (int i = 0; i < 5; i++) {
        Flight.Ending ending = rig.run(upload);
        assertThat(ending.bucket()).as("%s", ending).isEqualTo("413");
      }
      assertThat(rig.run(get(server, "/")).bucket()).isEqualTo("200");
    }
  }

  @Test
  void withoutKeepAliveTheRequestSaysSo() {
    Connections each = new Ways().keepAlive(false).connections();
    try (HttpTestServer server = HttpTestServer.start();
        Rig rig = new Rig(Transport.NIO, new HttpProtocol(), each)) {
      server.recordRequests(1);
      assertThat(rig.run(get(server, "/")).bucket()).isEqualTo("200");
      assertThat(server.requests().getFirst().header("Connection")).isEqualTo("close");
    }
  }
}
