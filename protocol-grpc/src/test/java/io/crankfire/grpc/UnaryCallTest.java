package io.crankfire.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.template.Conduct;
import io.crankfire.template.Names;
import io.crankfire.template.Variables;
import io.crankfire.testkit.DeadEnds;
import io.crankfire.testkit.contract.Flight;
import io.grpc.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Unary calls of a server on grpc-java.
class UnaryCallTest {

  private final GrpcRig rig = new GrpcRig();

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void aCallSendsItsMessageAndGetsOne() {
    Flight.Ending ending = rig.run("Say", "message: {\"text\": \"hello\", \"count\": 3}");

    assertThat(ending.bucket()).as(ending.toString()).isEqualTo("OK");
    assertThat(ending.isOrdered()).isTrue();
    assertThat(rig.total(GrpcMeasures.SENT)).isEqualTo(1);
    assertThat(rig.total(GrpcMeasures.RECEIVED)).isEqualTo(1);
    assertThat(rig.total(GrpcMeasures.BYTES_SENT)).isEqualTo(9);
    assertThat(rig.total(GrpcMeasures.BYTES_RECEIVED)).isEqualTo(9);
    assertThat(rig.measures(0).labels(GrpcMeasures.STATUS).toMap()).containsEntry("OK", 1L);
  }

  @ParameterizedTest
  @CsvSource({
    "1,CANCELLED",
    "2,UNKNOWN",
    "3,INVALID_ARGUMENT",
    "4,DEADLINE_EXCEEDED",
    "5,NOT_FOUND",
    "6,ALREADY_EXISTS",
    "7,PERMISSION_DENIED",
    "8,RESOURCE_EXHAUSTED",
    "9,FAILED_PRECONDITION",
    "10,ABORTED",
    "11,OUT_OF_RANGE",
    "12,UNIMPLEMENTED",
    "13,INTERNAL",
    "14,UNAVAILABLE",
    "15,DATA_LOSS",
    "16,UNAUTHENTICATED"
  })
  void theStatusIsTheBucket(int code, String name) {
    Flight.Ending ending = rig.run("Say", "message: {\"status\": " + code + "}");

    assertThat(ending.bucket()).isEqualTo(name);
    assertThat(ending.detail()).isEqualTo("status " + code + ", 100 % as asked: ä");
    assertThat(rig.measures(0).labels(GrpcMeasures.STATUS).toMap()).containsEntry(name, 1L);
  }

  @Test
  void aCallThatTakesTooLongIsGivenUp() {
    Flight.Ending ending = rig.run("Say", "message: {\"gapUs\": 5000000}\ntimeout: 50ms");

    assertThat(ending.bucket()).isEqualTo("DEADLINE_EXCEEDED");
    assertThat(rig.server.calls.element().get(EchoServer.key("grpc-timeout"))).isEqualTo("50m");
    rig.rig.await(() -> rig.server.cancelled.get() == 1);
  }

  @Test
  void metadataGoesAlong() {
    rig.run("Say", "metadata: x-user = anna, X-Id-Bin = AAEC/w, x-user = bea");

    Metadata metadata = rig.server.calls.element();
    assertThat(metadata.getAll(EchoServer.key("x-user"))).containsExactly("anna", "bea");
    assertThat(metadata.get(EchoServer.binaryKey("x-id-bin"))).containsExactly(0, 1, 2, -1);
    assertThat(metadata.get(EchoServer.key("grpc-timeout"))).isEqualTo("30S");
    assertThat(metadata.get(EchoServer.key("user-agent"))).contains("crankfire");
    assertThat(rig.server.authorities.element()).isEqualTo(rig.server.target());
  }

  @Test
  void metadataMayVary() {
    Heard heard = new Heard();
    int slot = heard.names.variable("who");
    Call call =
        rig.call(
            heard.names,
            heard.conduct,
            "Say",
            "metadata: x-user = {{who}}, x-raw-bin = {{who:base64}}\nauthority: {{who}}.example\n"
                + "message: {\"text\": \"{{who}}\"}");
    for (String who : List.of("anna", "bea")) {
      Variables variables = new Variables(heard.names, 0, () -> 0);
      variables.set(slot, who.getBytes(StandardCharsets.UTF_8));
      assertThat(rig.rig.flight(variables).send(call).await().bucket()).isEqualTo("OK");
      assertThat(heard.body).contains("\"text\":\"" + who + "\"");
      Metadata metadata = rig.server.calls.remove();
      assertThat(metadata.get(EchoServer.key("x-user"))).isEqualTo(who);
      assertThat(metadata.get(EchoServer.binaryKey("x-raw-bin")))
          .isEqualTo(who.getBytes(StandardCharsets.UTF_8));
      assertThat(rig.server.authorities.remove()).isEqualTo(who + ".example");
    }
  }

  @Test
  void aValueThatNoMetadataMayHaveIsNotSent() {
    Names names = new Names();
    names.variable("who");
    Call call = rig.call(names, Conduct.PLAIN, "Say", "metadata: x-user = {{who}}");
    Variables variables = new Variables(names, 0, () -> 0);
    variables.set(0, "a\nb".getBytes(StandardCharsets.UTF_8));
    Flight.Ending ending = rig.rig.flight(variables).send(call).await();

    assertThat(ending.bucket()).isEqualTo("BAD_REQUEST_VALUE");
    assertThat(ending.detail()).contains("x-user");
    assertThat(rig.server.calls).isEmpty();
  }

  @Test
  void aTargetMayVary() {
    Names names = new Names();
    names.variable("where");
    Call call = rig.call(names, Conduct.PLAIN, "Say", "", "target", "dns:///{{where}}");
    Variables variables = new Variables(names, 0, () -> 0);
    variables.set(0, rig.server.target().getBytes(StandardCharsets.UTF_8));

    assertThat(rig.rig.prepare(call)).isEqualTo(Outcome.OK);
    assertThat(rig.rig.flight(variables).send(call).await().bucket()).isEqualTo("OK");
    assertThat(rig.server.authorities.element()).isEqualTo(rig.server.target());
    variables.set(0, "no port:x".getBytes(StandardCharsets.UTF_8));
    assertThat(rig.rig.flight(variables).send(call).await().bucket())
        .isEqualTo("BAD_REQUEST_VALUE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity", "gzip"})
  void messagesMayBeCompressedBothWays(String answers) {
    Heard heard = new Heard();
    String text = "compress me ".repeat(10_000);
    Call call =
        rig.call(
            heard.names,
            heard.conduct,
            "Say",
            "compression: gzip\nmetadata: want = "
                + answers
                + "\nmessage: {\"text\": \""
                + text
                + "\"}");
    Flight.Ending ending = rig.rig.run(call);

    assertThat(ending.bucket()).as(ending.toString()).isEqualTo("OK");
    assertThat(heard.body).contains(text);
    assertThat(ending.bytesOut()).isLessThan(2_000);
    assertThat(ending.bytesIn() < 2_000).isEqualTo(answers.equals("gzip"));
    assertThat(rig.total(GrpcMeasures.BYTES_SENT)).isEqualTo(text.length() + 4);
    assertThat(rig.total(GrpcMeasures.BYTES_RECEIVED)).isEqualTo(text.length() + 4);
  }

  @Test
  void anAnswerAboveItsLimitIsRefused() {
    Flight.Ending ending =
        rig.run("Say", "message: {\"text\": \"0123456789\"}\nmax_message_size: 11");

    assertThat(ending.bucket()).isEqualTo("RESOURCE_EXHAUSTED");
    assertThat(rig.run("Say", "message: {\"text\": \"0123456789\"}\nmax_message_size: 12").bucket())
        .isEqualTo("OK");
  }

  @Test
  void checksSeeTheStatusTheMessageAndTheMetadata() {
    Heard heard = new Heard("x-trailer", null);
    rig.server.failing.put(EchoServer.key("x-trailer"), "at the end");

    assertThat(
            rig.rig
                .run(rig.call(heard.names, heard.conduct, "Say", "message: {\"count\": 5}"))
                .bucket())
        .isEqualTo("OK");
    assertThat(heard.status).isZero();
    assertThat(heard.body)
        .isEqualTo("{\"text\":\"\",\"number\":\"5\",\"payload\":\"\",\"metadata\":[]}");
    Flight.Ending failed =
        rig.rig.run(rig.call(heard.names, heard.conduct, "Say", "message: {\"status\": 5}"));
    assertThat(failed.bucket()).isEqualTo("NOT_FOUND");
    assertThat(failed.detail()).contains("[x-trailer: at the end]");
    assertThat(heard.status).isEqualTo(5);
    assertThat(heard.body).isEmpty();
    assertThat(heard.header).isEqualTo("at the end");
  }

  @Test
  void theDetailsOfAStatusAreTold() throws Exception {
    Status rich =
        Status.newBuilder()
            .setCode(3)
            .setMessage("bad")
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setReason("STOCKOUT")
                        .setDomain("shop")
                        .putMetadata("sku", "7")
                        .build()))
            .addDetails(
                Any.pack(
                    BadRequest.newBuilder()
                        .addFieldViolations(
                            BadRequest.FieldViolation.newBuilder()
                                .setField("count")
                                .setDescription("too many"))
                        .build()))
            .addDetails(Any.pack(Protos.ASK.toProto()))
            .build();
    rig.server.failing.put(EchoServer.binaryKey("grpc-status-details-bin"), rich.toByteArray());
    Flight.Ending ending = rig.run("Say", "message: {\"status\": 3}");

    assertThat(ending.bucket()).isEqualTo("INVALID_ARGUMENT");
    assertThat(ending.detail())
        .contains(
            "ErrorInfo {\"reason\":\"STOCKOUT\",\"domain\":\"shop\",\"metadata\":{\"sku\":\"7\"}}",
            "BadRequest {\"fieldViolations\":[{\"field\":\"count\",\"description\":\"too many\"}]}",
            "google.protobuf.DescriptorProto");
  }

  @Test
  void aMethodThatTheServerDoesNotHaveIsUnimplemented() {
    assertThat(rig.run("Say", "service: test.v1.Other").bucket()).isEqualTo("UNIMPLEMENTED");
  }

  @Test
  void nobodyListeningIsNoStatus() {
    try (DeadEnds nobody = DeadEnds.refusing()) {
      Flight.Ending ending = rig.run("Say", "", "target", "127.0.0.1:" + nobody.port());

      assertThat(ending.bucket()).as(ending.toString()).isEqualTo("CONNECT_REFUSED");
    }
  }
}
