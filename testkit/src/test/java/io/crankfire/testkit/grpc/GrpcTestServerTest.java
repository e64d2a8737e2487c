package io.crankfire.testkit.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.testkit.Delay;
import io.crankfire.testkit.http2.Frames;
import io.crankfire.testkit.http2.RawHttp2;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The scripted server of gRPC, by raw frames.
class GrpcTestServerTest {
  private static final byte[] HELLO = GrpcMessages.framed(GrpcMessages.text("hello"));

  private static byte[] head(String method, String... more) {
    String[] usual = {
      ":method", "POST",
      ":scheme", "http",
      ":path", GrpcTestServer.ECHO + method,
      ":authority", "localhost",
      "content-type", "application/grpc",
      "te", "trailers"
    };
    List<String> fields = new ArrayList<>(List.of(usual));
    fields.addAll(List.of(more));
    return Frames.block(fields.toArray(String[]::new));
  }

  private static List<String> call(RawHttp2 client, int id, byte[] head, byte[]... body)
      throws Exception {
    client.send(Frames.headers(id, head, false));
    for (byte[] part : body) {
      client.send(Frames.data(id, part, false));
    }
    client.send(Frames.data(id, new byte[0], true));
    List<String> answers = new ArrayList<>();
    String frame;
    do {
      frame = client.next();
      if (frame.contains(" " + id + " ")) {
        answers.add(frame);
      }
    } while (!frame.endsWith(" end") && !frame.equals("END"));
    return answers;
  }

  @Test
  void everyKindOfCallIsAnswered() throws Exception {
    try (GrpcTestServer server = GrpcTestServer.start();
        RawHttp2 client = new RawHttp2(server.port())) {
      server.on("/late", GrpcBehavior.echo().after(Delay.constant(Duration.ofMillis(2)), 1));
      client.send(RawHttp2.PREFACE, Frames.settingsAck());
      String headers = "HEADERS %d [:status=200, content-type=application/grpc]";
      String ok = "HEADERS %d [grpc-status=0] end";
      int from = 3;
      assertThat(
              call(
                  client,
                  1,
                  head("Unary"),
                  Arrays.copyOf(HELLO, from),
                  Arrays.copyOfRange(HELLO, from, HELLO.length)))
          .containsExactly(headers.formatted(1), "DATA 1 12", ok.formatted(1));
      assertThat(call(client, 3, head("ServerStream"), HELLO))
          .containsExactly(
              headers.formatted(3), "DATA 3 16", "DATA 3 16", "DATA 3 16", ok.formatted(3));
      byte[] compressed = GrpcMessages.compressed(GrpcMessages.text("hello"));
      assertThat(call(client, 5, head("BidiStream", "grpc-encoding", "gzip"), HELLO, compressed))
          .containsExactly(headers.formatted(5), "DATA 5 12", "DATA 5 12", ok.formatted(5));
      assertThat(call(client, 7, head("ClientStream"), HELLO, HELLO, HELLO))
          .containsExactly(headers.formatted(7), "DATA 7 7", ok.formatted(7));
      assertThat(call(client, 9, head("None"), HELLO))
          .containsExactly(
              "HEADERS 9 [:status=200, content-type=application/grpc, grpc-status=12,"
                  + " grpc-message=no such method] end");
      assertThat(server.counts().messagesIn()).isEqualTo(8);
      assertThat(server.counts().compressedIn()).isEqualTo(1);
      assertThat(server.violations()).isEmpty();
      assertThat(server.failures()).isEmpty();
    }
  }

  @Test
  void whatAClientDoesWrongIsKept() throws Exception {
    try (GrpcTestServer server = GrpcTestServer.start();
        RawHttp2 client = new RawHttp2(server.port())) {
      client.send(RawHttp2.PREFACE, Frames.settingsAck());
      byte[] json =
          new String(head("Unary"), StandardCharsets.ISO_8859_1)
              .replace("application/grpc", "application/json")
              .getBytes(StandardCharsets.ISO_8859_1);
      call(client, 1, json, HELLO);
      call(client, 3, head("Unary", "grpc-timeout", "1second"), HELLO);
      call(client, 5, head("Unary"), Arrays.copyOf(HELLO, 9));
      call(client, 7, head("Unary"), GrpcMessages.framed(3, 1, new byte[1]));
      call(client, 9, head("Unary"), GrpcMessages.compressed(new byte[1]));
      assertThat(server.violations()).hasSize(5);
      assertThat(String.join("\n", server.violations()))
          .contains(
              "content-type application/json",
              "grpc-timeout 1second",
              "the request ends within a message",
              "flag 3, length 1",
              "without grpc-encoding");
    }
  }

  @Test
  void flowsTellTheirTimes() throws Exception {
    try (GrpcTestServer server = GrpcTestServer.start();
        RawHttp2 client = new RawHttp2(server.port())) {
      server.on(
          GrpcTestServer.ECHO + "Flow", GrpcFlow.of(5, Delay.constant(Duration.ofMillis(1)), 3));
      server.http2().recordTimes(true);
      client.send(RawHttp2.PREFACE, Frames.settingsAck());
      assertThat(call(client, 1, head("Flow"), HELLO)).hasSize(7);
      long[] firsts = server.http2().firstNanos();
      long[] gaps = server.http2().gapNanos();
      assertThat(firsts).hasSize(1);
      assertThat(gaps).hasSize(4);
      assertThat(firsts[0] + Arrays.stream(gaps).sum()).isGreaterThanOrEqualTo(4_000_000);
    }
  }

  @Test
  void specimensHaveNamesOfTheirOwnAndOutcomes() {
    Set<String> names = new HashSet<>();
    for (GrpcSpecimen specimen : GrpcSpecimens.all()) {
      assertThat(names.add(specimen.name())).as(specimen.name()).isTrue();
      assertThat(specimen.outcomes()).as(specimen.name()).isNotEmpty();
    }
    assertThat(names).hasSizeGreaterThan(120);
  }
}
