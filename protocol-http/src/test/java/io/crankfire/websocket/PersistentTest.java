package io.crankfire.websocket;

import static io.crankfire.websocket.WebSocketRig.keys;
import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.websocket.Endpoint;
import io.crankfire.testkit.websocket.Frames;
import io.crankfire.testkit.websocket.Talk;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A session keeps its connection from one exchange to the next.
class PersistentTest {

  private final WebSocketRig rig = new WebSocketRig();

  @AfterEach
  void stop() {
    assertThat(rig.server.violations()).isEmpty();
    assertThat(rig.server.failures()).isEmpty();
    rig.close();
  }

  private Call persistent(String path, Object... block) {
    Object[] all = java.util.Arrays.copyOf(block, block.length + 2);
    all[block.length] = "mode";
    all[block.length + 1] = "persistent";
    return rig.call(path, all);
  }

  @Test
  void aThousandExchangesUseOneConnection() {
    Flight flight = rig.rig.flight();
    Call call = persistent("/", "messages", List.of("a", "b"));
    for (int i = 0; i < 1_000; i++) {
      assertThat(flight.send(call).await().bucket()).isEqualTo("OK");
    }

    assertThat(rig.server.counts().handshakes()).isEqualTo(1);
    assertThat(rig.server.counts().messagesIn()).isEqualTo(2_000);
    assertThat(rig.total(WebSocketMeasures.ROUND_TRIP)).isEqualTo(2_000);
    assertThat(rig.total(WebSocketMeasures.CONNECT)).isEqualTo(1);
    assertThat(rig.total(WebSocketMeasures.DURATION)).isZero();
    assertThat(rig.rig.metrics().connectionsReused).isEqualTo(999);
    rig.rig.requester().close();
    assertThat(rig.total(WebSocketMeasures.DURATION)).isEqualTo(1);
    assertThat(rig.server.await(now -> now.open() == 0).closed()).isEqualTo(1);
  }

  @Test
  void eachSessionHasItsOwnAndStepsOfOneSessionShareIt() {
    Call one = persistent("/", "messages", "a");
    Call other = persistent("/", "messages", "b");
    Call elsewhere = persistent("/other", "messages", "b");
    for (int i = 0; i < 3; i++) {
      Flight flight = rig.rig.flight();
      assertThat(flight.send(one).await().bucket()).isEqualTo("OK");
      assertThat(flight.send(other).await().bucket()).isEqualTo("OK");
      assertThat(flight.send(elsewhere).await().bucket()).isEqualTo("OK");
      assertThat(flight.send(one).await().bucket()).isEqualTo("OK");
    }

    assertThat(rig.server.counts().handshakes()).isEqualTo(6);
  }

  @Test
  void aConnectionThatTheServerClosedMeanwhileIsOpenedAnewAndIsNoFailure() {
    rig.server.on(
        "/leaves",
        Endpoint.of((wire, message) -> {
          wire.reply(message, "bye");
          wire.close(1001, "restarting");
        }));
    Flight flight = rig.rig.flight();
    Call call = persistent("/leaves", "messages", "a");
    for (int i = 0; i < 20; i++) {
      Flight.Ending ending = flight.send(call).await();
      assertThat(ending.bucket()).as("%s", ending).isEqualTo("OK");
    }

    assertThat(rig.server.counts().handshakes()).isEqualTo(20);
    assertThat(rig.total(WebSocketMeasures.CONNECT)).isEqualTo(20);
    var metrics = rig.rig.metrics();
    rig.rig.await(() -> metrics.connectionsClosedIdle + metrics.resent == 20);
  }

  @Test
  void aConnectionOnWhichAReplyIsMissingIsNotUsedAgain() {
    rig.server.on("/once", Endpoint.of(Talk.sequence(Talk.echo(), Talk.silent())));
    Flight flight = rig.rig.flight();
    Call call = persistent("/once", "messages", "a", "receive_timeout", "50ms");

    assertThat(flight.send(call).await().bucket()).isEqualTo("OK");
    assertThat(flight.send(call).await().outcome()).isEqualTo(Outcome.TIMEOUT);
    assertThat(flight.send(call).await().bucket()).isEqualTo("OK");
    assertThat(rig.server.counts().handshakes()).isEqualTo(2);
  }

  @Test
  void pingsBetweenExchangesAreAnsweredAndMessagesCounted() {
    rig.server.on(
        "/",
        Endpoint.of((wire, message) -> {
          wire.reply(message, "a");
          wire.push("news");
          wire.raw(Frames.frame(Frames.FIN | Frames.PING, new byte[] {1}));
        }));
    Flight flight = rig.rig.flight();
    flight.send(persistent("/", "messages", "a")).await();
    rig.rig.await(() -> rig.server.counts().pongs() == 1);

    assertThat(rig.total(WebSocketMeasures.RECEIVED)).isEqualTo(2);
    assertThat(rig.total(WebSocketMeasures.ROUND_TRIP)).isEqualTo(1);
  }

  @Test
  void noConnectionCarriesMoreExchangesThanAllowed() {
    rig.connections(
        new Connections(
            0,
            true,
            3,
            Connections.DEFAULT.connectTimeout(),
            Map.of(),
            null,
            null,
            Connections.DEFAULT.tls()));
    Flight flight = rig.rig.flight();
    Call call = persistent("/", "messages", "a");
    for (int i = 0; i < 7; i++) {
      assertThat(flight.send(call).await().bucket()).isEqualTo("OK");
    }

    assertThat(rig.server.counts().handshakes()).isEqualTo(3);
  }

  @Test
  void exchangesMayBeginFromWithinTheEndOfTheOneBefore() {
    for (var transport : Rig.transports()) {
      try (Rig own = new Rig(transport, new WebSocketProtocol(), Connections.DEFAULT)) {
        Call call =
            persistent("/", "messages", List.of("a", keys("ping", "p")), "compression", "true");
        Flight flight = own.flight();
        flight.afterwards(() -> {
          if (flight.endings().size() < 500) {
            flight.send(call);
          }
        });
        flight.send(call);
        own.await(() -> !flight.underWay());
        assertThat(flight.endings()).hasSize(500).allMatch(end -> end.outcome().isOk());
      }
    }
  }
}
