package io.crankfire.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.crankfire.testkit.contract.Flight;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls that send several messages, or get several, of a server on grpc-java.
class StreamingCallTest {

  private final GrpcRig rig = new GrpcRig();

  @AfterEach
  void stop() {
    rig.close();
  }

  private String answer(String method, String block) {
    Heard heard = new Heard();
    Flight.Ending ending = rig.rig.run(rig.call(heard.names, heard.conduct, method, block));
    assertThat(ending.bucket()).as(ending.toString()).isEqualTo("OK");
    return heard.body;
  }

  @Test
  void aServersMessagesAreAllReceived() {
    Flight.Ending ending = rig.run("Count", "message: {\"count\": 500, \"text\": \"x\"}");

    assertThat(ending.bucket()).as(ending.toString()).isEqualTo("OK");
    assertThat(rig.total(GrpcMeasures.SENT)).isEqualTo(1);
    assertThat(rig.total(GrpcMeasures.RECEIVED)).isEqualTo(500);
    assertThat(rig.histogram(GrpcMeasures.FIRST_MESSAGE).count()).isEqualTo(1);
    assertThat(rig.histogram(GrpcMeasures.GAP).count()).isEqualTo(499);
  }

  @Test
  void aStreamWithoutMessagesIsWhole() {
    assertThat(rig.run("Count", "message: {}").bucket()).isEqualTo("OK");
    assertThat(rig.total(GrpcMeasures.RECEIVED)).isZero();
  }

  @Test
  void aCallIsDoneWhenEnoughHasCome() {
    Flight.Ending ending =
        rig.run("Count", "message: {\"count\": 100000, \"gapUs\": 1000}\nmax_messages: 5");

    assertThat(ending.bucket()).as(ending.toString()).isEqualTo("OK");
    assertThat(rig.total(GrpcMeasures.RECEIVED)).isEqualTo(5);
    rig.rig.await(() -> rig.server.cancelled.get() == 1);
  }

  @Test
  void largeMessagesComeInManyPieces() {
    String payload = "A".repeat(400_000); // of base64: 300,000 bytes, more than the first window
    Flight.Ending ending =
        rig.run("Count", "message: {\"count\": 20, \"payload\": \"" + payload + "\"}");

    assertThat(ending.bucket()).as(ending.toString()).isEqualTo("OK");
    assertThat(rig.total(GrpcMeasures.RECEIVED)).isEqualTo(20);
    assertThat(rig.total(GrpcMeasures.BYTES_RECEIVED)).isGreaterThan(20 * 300_000);
  }

  @Test
  void aClientsMessagesAreSentInTurn() {
    String json =
        answer(
            "Collect",
            "messages: {\"text\": \"a\"};{\"text\": \"b\"};{\"text\": \"c\"}\nmessage_count: 7");

    assertThat(json).contains("\"text\":\"a,b,c,a,b,c,a\"", "\"number\":\"7\"");
    assertThat(rig.total(GrpcMeasures.SENT)).isEqualTo(7);
    assertThat(rig.total(GrpcMeasures.RECEIVED)).isEqualTo(1);
  }

  @Test
  void eachMessageIsSentOnceUnlessAskedOtherwise() {
    assertThat(answer("Collect", "messages: {\"text\": \"a\"};{\"text\": \"b\"}"))
        .contains("\"text\":\"a,b\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sent", "replies"})
  void anEmptyListIsAnEmptyStream(String halfClose) {
    assertThat(answer("Collect", "messages: none")).contains("\"number\":\"0\"");
    Flight.Ending chat = rig.run("Chat", "messages: none\nhalf_close: " + halfClose);

    assertThat(chat.bucket()).as(chat.toString()).isEqualTo("OK");
    assertThat(chat.isOrdered()).as(chat.toString()).isTrue();
    for (int call = 0; call < 2; call++) {
      assertThat(rig.measures(call).total(GrpcMeasures.SENT)).isZero();
      assertThat(rig.measures(call).total(GrpcMeasures.BYTES_SENT)).isZero();
    }
    assertThat(rig.measures(1).total(GrpcMeasures.RECEIVED)).isZero();
  }

  @Test
  void withoutMessagesOneEmptyMessageIsSent() {
    assertThat(answer("Collect", "half_close: sent")).contains("\"number\":\"1\"");
    assertThat(rig.total(GrpcMeasures.SENT)).isEqualTo(1);
  }

  @Test
  void nothingIsNotSentSeveralTimesNorToAMethodThatTakesOne() {
    assertThatThrownBy(() -> rig.call("Chat", "messages: none\nmessage_count: 3"))
        .hasMessageContaining("leave message_count out");
    assertThatThrownBy(() -> rig.call("Say", "messages: none"))
        .hasMessageContaining("takes one message, not 0");
  }

  @Test
  void manyMessagesGoOutWithoutHoldingTheLoopOrTheMemory() {
    String json =
        answer(
            "Collect",
            "message: {\"payload\": \"%s\"}\nmessage_count: 5000".formatted("A".repeat(4_000)));

    assertThat(json).contains("\"number\":\"5000\"");
    assertThat(rig.total(GrpcMeasures.BYTES_SENT)).isEqualTo(5000 * 3003);
  }

  @Test
  void messagesKeepTheirInterval() {
    Flight.Ending ending =
        rig.run("Collect", "message: {}\nmessage_count: 11\nmessage_interval: 10ms");

    assertThat(ending.bucket()).isEqualTo("OK");
    assertThat(ending.ended() - ending.sent()).isGreaterThanOrEqualTo(100_000_000);
  }

  @Test
  void aChatMeasuresEachRoundTrip() {
    Flight.Ending ending =
        rig.run(
            "Chat",
            """
            message: {"gapUs": 3000}
            message_count: 20
            await_replies: true
            half_close: replies
            """);

    assertThat(ending.bucket()).as(ending.toString()).isEqualTo("OK");
    assertThat(rig.total(GrpcMeasures.SENT)).isEqualTo(20);
    assertThat(rig.total(GrpcMeasures.RECEIVED)).isEqualTo(20);
    assertThat(rig.histogram(GrpcMeasures.ROUND_TRIP).count()).isEqualTo(20);
    assertThat(rig.histogram(GrpcMeasures.ROUND_TRIP).min()).isGreaterThanOrEqualTo(2_900_000);
    assertThat(ending.ended() - ending.sent()).isGreaterThanOrEqualTo(60_000_000);
  }

  @Test
  void roundTripsCountFromWhenAMessageWasDue() {
    Flight.Ending ending =
        rig.run(
            "Chat", "message: {}\nmessage_count: 10\nmessage_interval: 5ms\nhalf_close: replies");

    assertThat(ending.bucket()).as(ending.toString()).isEqualTo("OK");
    assertThat(rig.histogram(GrpcMeasures.ROUND_TRIP).count()).isEqualTo(10);
    assertThat(rig.total(GrpcMeasures.RECEIVED)).isEqualTo(10);
  }

  @Test
  void aChatThatIsNeverClosedIsDoneWhenEnoughHasCome() {
    Flight.Ending ending =
        rig.run("Chat", "message: {}\nmessage_count: 3\nhalf_close: never\nmax_messages: 3");

    assertThat(ending.bucket()).as(ending.toString()).isEqualTo("OK");
    assertThat(rig.total(GrpcMeasures.RECEIVED)).isEqualTo(3);
  }

  @Test
  void aServerMayEndAChatBeforeWeHave() {
    Flight.Ending ending =
        rig.run(
            "Chat", "messages: {};{\"status\": 9};{}\nmessage_interval: 20ms\nhalf_close: never");

    assertThat(ending.bucket()).as(ending.toString()).isEqualTo("FAILED_PRECONDITION");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Count", "Collect", "Chat"})
  void aStreamThatTakesTooLongIsGivenUp(String method) {
    String block =
        switch (method) {
          case "Count" -> "message: {\"count\": 1000, \"gapUs\": 10000}\ntimeout: 60ms";
          case "Collect" ->
              "message: {}\nmessage_count: 1000\nmessage_interval: 10ms\ntimeout: 60ms";
          default -> "message: {}\nhalf_close: never\ntimeout: 60ms";
        };

    assertThat(rig.run(method, block).bucket()).isEqualTo("DEADLINE_EXCEEDED");
  }

  @Test
  void aSessionsNextCallIsNotDisturbedByTheOneBefore() {
    Flight flight = rig.rig.flight();
    for (int i = 0; i < 5; i++) {
      assertThat(
              flight
                  .send(
                      rig.call("Count", "message: {\"count\": 9, \"gapUs\": 500}\nmax_messages: 4"))
                  .await()
                  .bucket())
          .isEqualTo("OK");
      assertThat(flight.send(rig.call("Say", "message: {\"text\": \"a\"}")).await().bucket())
          .isEqualTo("OK");
      assertThat(
              flight
                  .send(rig.call("Chat", "message: {}\nmessage_count: 3\nhalf_close: replies"))
                  .await()
                  .bucket())
          .isEqualTo("OK");
    }
    assertThat(rig.measures(0).total(GrpcMeasures.RECEIVED)).isCloseTo(4, within(0L));
  }
}
