package io.crankfire.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Measures;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Transport;
import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.websocket.Endpoint;
import io.crankfire.testkit.websocket.Talk;
import io.crankfire.testkit.websocket.WebSocketCounts;
import io.crankfire.testkit.websocket.WebSocketTestServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Servers that close normally, never answer, answer garbage or vanish, towards connections that
/// are new and connections that are kept.
class WebSocketEndsTest {

  private final WebSocketTestServer server = WebSocketTestServer.start();

  @AfterEach
  void close() {
    server.http().await(counts -> counts.open() == 0);
    assertThat(server.violations()).isEmpty();
    assertThat(server.failures()).isEmpty();
    server.close();
  }

  private static Rig rig() {
    return new Rig(Rig.transports().getLast(), new WebSocketProtocol(), Connections.DEFAULT);
  }

  private Call call(String mode, String... keysAndValues) {
    Map<String, String> step = new HashMap<>();
    step.put("target", server.url().toString());
    step.put("websocket.messages", "hello");
    step.put("websocket.mode", mode);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      step.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return Rig.compile(new WebSocketProtocol(), step);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void aThousandUsesOfOneConnectionWork(Transport transport) {
    if (!Rig.transports().contains(transport)) {
      return;
    }
    try (Rig rig = new Rig(transport, new WebSocketProtocol(), Connections.DEFAULT)) {
      Call call = call("persistent");
      Flight flight = rig.flight();
      for (int i = 0; i < 1000; i++) {
        Flight.Ending ending = flight.send(call).await();
        assertThat(ending.bucket()).as("use %d: %s", i, ending).isEqualTo("OK");
        assertThat(ending.bytesOut()).isEqualTo(i == 0 ? ending.bytesOut() : 11);
      }
      Measures measures = rig.metrics().calls[0].measures;
      assertThat(measures.histogram(WebSocketMeasures.ROUND_TRIP).count()).isEqualTo(1000);
      assertThat(measures.histogram(WebSocketMeasures.CONNECT).count()).isEqualTo(1);
    }
    WebSocketCounts counts = server.await(now -> now.open() == 0);
    assertThat(counts.handshakes()).isEqualTo(1);
    assertThat(counts.messagesIn()).isEqualTo(1000);
    assertThat(counts.bytesIn()).isEqualTo(5000);
    assertThat(server.closeCodes()).containsOnlyKeys(1000);
  }

  @Test
  void aThousandMessagesInOneExchangeWork() {
    server.otherwise(
        Endpoint.of((wire, message) -> {
          for (int i = 0; i < 1000; i++) {
            wire.push("push " + i);
          }
          wire.close(1000, "done");
        }));
    try (Rig rig = rig()) {
      Flight.Ending ending =
          rig.run(
              call("session", "websocket.receive", "window", "websocket.receive_timeout", "10s"));
      assertThat(ending.bucket()).as("%s", ending).isEqualTo("OK");
      assertThat(rig.metrics().calls[0].measures.total(WebSocketMeasures.RECEIVED)).isEqualTo(1000);
    }
    server.await(counts -> counts.closed() == 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001})
  void aServerThatClosesNormallyWhileNothingIsOwedIsNoFailure(int code) {
    server.otherwise(Endpoint.of((wire, _) -> wire.close(code, "")));
    try (Rig rig = rig()) {
      Flight.Ending ending =
          rig.run(
              call("session", "websocket.receive", "window", "websocket.receive_timeout", "10s"));
      assertThat(ending.bucket()).as("%s", ending).isEqualTo("OK");
      Flight.Ending owed = rig.run(call("session"));
      assertThat(owed.bucket()).as("%s", owed).isEqualTo(String.valueOf(code));
      assertThat(owed.outcome().isOk()).isFalse();
    }
  }

  @Test
  void aServerThatNeverAnswersIsATimeoutWhenItsTimeIsOver() {
    server.otherwise(Endpoint.of(Talk.silent()));
    try (Rig rig = rig()) {
      Call call = call("persistent", "websocket.receive_timeout", "30ms");
      Flight flight = rig.flight();
      for (int i = 0; i < 5; i++) {
        Flight.Ending ending = flight.send(call).await();
        assertThat(ending.bucket()).as("%s", ending).isEqualTo("TIMEOUT");
        assertThat(ending.ended() - ending.written()).isGreaterThanOrEqualTo(29_000_000);
        assertThat(rig.loop().openConnections()).isZero();
      }
    }
  }

  @Test
  void aServerThatNeverAnswersTheCloseIsATimeoutWhenItsTimeIsOver() {
    server.otherwise(Endpoint.echo().closing(Endpoint.Closing.IS_SILENT));
    try (Rig rig = rig()) {
      Flight.Ending ending = rig.run(call("session", "websocket.close_timeout", "30ms"));
      assertThat(ending.bucket()).as("%s", ending).isEqualTo("TIMEOUT");
      assertThat(rig.loop().openConnections()).isZero();
    }
  }

  @Test
  void aReplyThatComesTooLateIsNeverTakenForAnother() {
    Talk late = Talk.replying("late").after(Duration.ofMillis(60));
    server.otherwise(Endpoint.of(Talk.sequence(late, Talk.replying("early"))));
    try (Rig rig = rig()) {
      Call call = call("persistent", "websocket.receive_timeout", "30ms");
      Flight flight = rig.flight();
      assertThat(flight.send(call).await().bucket()).isEqualTo("TIMEOUT");
      assertThat(flight.send(call).await().bucket()).isEqualTo("TIMEOUT");
      rig.turnFor(100);
      assertThat(flight.endings()).hasSize(2);
    }
    assertThat(server.counts().handshakes()).isEqualTo(2);
  }

  @Test
  void aServerThatAnswersGarbageIsAProtocolErrorAndLosesItsConnection() {
    Talk garbage = Talk.raw("220 mail.example ESMTP\r\n".getBytes(StandardCharsets.US_ASCII));
    server.otherwise(
        Behavior.sequence(Endpoint.of(Talk.sequence(Talk.echo(), garbage)), Endpoint.echo()));
    try (Rig rig = rig()) {
      Call call = call("persistent");
      Flight flight = rig.flight();
      assertThat(flight.send(call).await().bucket()).isEqualTo("OK");
      assertThat(flight.send(call).await().bucket()).isEqualTo("PROTOCOL_ERROR");
      assertThat(flight.send(call).await().bucket()).isEqualTo("OK");
      assertThat(rig.loop().openConnections()).isEqualTo(1);
    }
    assertThat(server.counts().handshakes()).isEqualTo(2);
  }

  @Test
  void aServerThatVanishesBetweenTwoUsesOfAConnectionIsNoFailure() {
    try (Rig rig = rig()) {
      Call call = call("persistent");
      Flight flight = rig.flight();
      for (int i = 1; i <= 5; i++) {
        assertThat(flight.send(call).await().bucket()).isEqualTo("OK");
        server.resetAll();
        server.http().await(counts -> counts.open() == 0);
        rig.turn();
      }
      assertThat(rig.loop().openConnections()).isZero();
    }
    assertThat(server.counts().messagesIn()).isEqualTo(5);
    assertThat(server.counts().cut()).isEqualTo(5);
  }

  @Test
  void aServerThatVanishesInsteadOfAReplyIsAFailure() {
    server.otherwise(Endpoint.of(Talk.sequence(Talk.echo(), (wire, _) -> wire.cut())));
    try (Rig rig = rig()) {
      Call two = call("session");
      assertThat(rig.run(two).bucket()).isEqualTo("OK");
      server.otherwise(Endpoint.of((wire, _) -> wire.reset()));
      Flight.Ending ending = rig.run(two);
      assertThat(ending.bucket()).as("%s", ending).isEqualTo("1006");
    }
  }

  @Test
  void nothingGrowsOverManyFaults() {
    List<Behavior> bad =
        List.of(
            Endpoint.of((wire, _) -> wire.cut()),
            Endpoint.of((wire, _) -> wire.reset()),
            Endpoint.of((wire, _) -> wire.close(1011, "")),
            Endpoint.of(Talk.raw(new byte[] {3, 0})),
            Endpoint.echo());
    server.otherwise(Behavior.cycle(bad));
    try (Rig rig = rig()) {
      Flight flight = rig.flight();
      Call call = call("session");
      for (int i = 0; i < 1000; i++) {
        flight.send(call).await();
        assertThat(rig.loop().openConnections()).isLessThanOrEqualTo(1);
      }
      assertThat(flight.endings()).hasSize(1000);
    }
  }

  @Test
  void refusedHandshakesDoNotPileUpConnections() {
    server.otherwise(Response.status(503));
    try (Rig rig = rig()) {
      Call call = call("session");
      for (int i = 0; i < 50; i++) {
        assertThat(rig.run(call).bucket()).isEqualTo("HTTP_503");
        assertThat(rig.loop().openConnections()).isZero();
      }
    }
  }
}
