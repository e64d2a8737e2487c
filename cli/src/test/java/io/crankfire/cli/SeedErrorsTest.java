package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.DeadEnds;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.Script;
import io.crankfire.testkit.sse.EventStream;
import io.crankfire.testkit.websocket.Endpoint;
import io.crankfire.testkit.websocket.Talk;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The section "Error Categorization" of the document in which the Go tool's protocols are laid
/// down: status codes of HTTP, close codes of WebSockets, statuses of event streams; and what they
/// have in common below the protocols. Each test is named by the line that it stands for, and
/// judges whole runs by the report.
class SeedErrorsTest {

  @TempDir Path folder;
  private StreamRun run;

  @BeforeEach
  void start() {
    run = new StreamRun(folder);
  }

  @AfterEach
  void stop() {
    run.close();
  }

  private int talk(Talk talk) throws IOException {
    run.sockets.on("/", Endpoint.of(talk));
    return run.config("{target: SOCKETS/, total: 3, websocket: {messages: [hello]}}");
  }

  @ParameterizedTest
  @DisplayName("HTTP: \"Status code in status buckets\": 500, 503, 429")
  @ValueSource(ints = {500, 503, 429})
  void theStatusIsTheBucketOfHttp(int status) throws IOException {
    run.events.on("/", Response.status(status));

    assertThat(run.flags("--target", "EVENTS/", "-t", "4")).isEqualTo(ExitCode.FAILED);
    assertThat(run.bucket("http", Integer.toString(status))).isEqualTo(4);
    assertThat(run.report().path("failures").asLong()).isEqualTo(4);
    assertThat(run.told()).contains(Integer.toString(status));
  }

  @Test
  @DisplayName("WebSocket: \"1006 // Abnormal closure\", by FIN")
  void anEndWithoutACloseFrameIsAbnormal() throws IOException {
    assertThat(talk((wire, _) -> wire.cut())).isEqualTo(ExitCode.FAILED);
    assertThat(run.bucket("websocket", "1006")).as(run.told()).isEqualTo(3);
  }

  @Test
  @DisplayName("WebSocket: \"1006 // Abnormal closure\", by RST")
  void aResetIsAbnormal() throws IOException {
    assertThat(talk((wire, _) -> wire.reset())).isEqualTo(ExitCode.FAILED);
    assertThat(run.bucket("websocket", "1006")).as(run.told()).isEqualTo(3);
  }

  @ParameterizedTest
  @DisplayName("WebSocket: \"Close code in status buckets\"")
  @ValueSource(ints = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1011, 1012, 1013, 3000, 4999})
  void theServersCloseCodeInsteadOfAReplyIsTheBucket(int code) throws IOException {
    assertThat(talk((wire, _) -> wire.close(code, "because"))).isEqualTo(ExitCode.FAILED);
    assertThat(run.bucket("websocket", Integer.toString(code))).as(run.told()).isEqualTo(3);
    assertThat(run.errors()).contains("because");
    JsonNode codes = run.measure("websocket", "close_code").path("labels");
    assertThat(codes.path(Integer.toString(code)).asLong()).isEqualTo(3);
  }

  @ParameterizedTest
  @DisplayName("WebSocket: the handshake's status, which has no close code")
  @ValueSource(ints = {401, 403, 404, 502})
  void theStatusOfARefusedHandshakeIsTheBucket(int status) throws IOException {
    run.sockets.on("/", Response.status(status));
    run.config("{target: SOCKETS/, total: 2, websocket: {messages: [hello]}}");

    assertThat(run.bucket("websocket", "HTTP_" + status)).as(run.told()).isEqualTo(2);
  }

  @ParameterizedTest
  @DisplayName("SSE: \"HTTP status for connection errors\": 502")
  @ValueSource(ints = {502, 401, 404, 500})
  void theStatusIsTheBucketOfStreams(int status) throws IOException {
    run.events.on("/", Response.status(status));

    assertThat(run.flags("--target", "EVENTS/", "--protocol", "sse", "-t", "3"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(run.bucket("sse", Integer.toString(status))).as(run.told()).isEqualTo(3);
  }

  @Test
  @DisplayName("\"meta.Protocol\", \"meta.StatusCode\"")
  void failuresOfARunAreToldApartByProtocolAndStatus() throws IOException {
    run.events.on("/page", Response.status(503));
    run.events.on("/feed", Response.status(502));
    run.sockets.on("/", Endpoint.of((wire, _) -> wire.cut()));
    int exit =
        run.config(
            """
            target: EVENTS/
            total: 2
            scenarios:
              - name: all
                steps:
                  - {name: page, path: /page}
                  - {name: feed, path: /feed, protocol: sse}
                  - {name: talk, url: SOCKETS/, websocket: {messages: [hello]}}
            """);

    assertThat(exit).isEqualTo(ExitCode.FAILED);
    JsonNode buckets = run.report().path("status_buckets");
    assertThat(buckets.propertyNames()).containsExactlyInAnyOrder("http", "sse", "websocket");
    assertThat(run.bucket("http", "503")).isEqualTo(2);
    assertThat(run.bucket("sse", "502")).isEqualTo(2);
    assertThat(run.bucket("websocket", "1006")).isEqualTo(2);
    assertThat(run.told()).contains("503", "502", "1006");
  }

  @ParameterizedTest
  @DisplayName("Below the protocols, failures have the same names in all of them")
  @CsvSource({"http", "sse", "websocket"})
  void nobodyListening(String protocol) throws IOException {
    try (DeadEnds nobody = DeadEnds.refusing()) {
      run.config(mixed(protocol, "127.0.0.1:" + nobody.port()));
    }

    assertThat(run.bucket(protocol, "CONNECT_REFUSED")).as(run.told()).isEqualTo(2);
  }

  @ParameterizedTest
  @DisplayName("Nothing hangs: an answer that does not come is a TIMEOUT in all protocols")
  @CsvSource({"http", "sse", "websocket"})
  void noAnswer(String protocol) throws IOException {
    Behavior silence = Script.begin().stall();
    run.events.on("/", silence);
    run.config(mixed(protocol, "127.0.0.1:" + run.events.url().getPort()));

    assertThat(run.bucket(protocol, "TIMEOUT")).as(run.told()).isEqualTo(2);
  }

  @ParameterizedTest
  @DisplayName("An answer that is none is a PROTOCOL_ERROR in all protocols")
  @CsvSource({"http", "sse", "websocket"})
  void garbage(String protocol) throws IOException {
    run.events.on("/", Script.begin().send("220 mail.example ESMTP\r\n\r\n").close());
    run.config(mixed(protocol, "127.0.0.1:" + run.events.url().getPort()));

    assertThat(run.bucket(protocol, "PROTOCOL_ERROR")).as(run.told()).isEqualTo(2);
  }

  /// A first step that succeeds, and one that is spoken in the protocol to the address.
  private static String mixed(String protocol, String address) {
    return """
    target: EVENTS/
    total: 2
    concurrency: 1
    timeout: 100ms
    scenarios:
      - name: all
        steps:
          - {name: well, path: /well, protocol: sse}
          - name: badly
            url: http://ADDRESS/
            protocol: PROTOCOL
    """
            .replace("ADDRESS", address)
            .replace("PROTOCOL", protocol)
        + (protocol.equals("websocket") ? "        websocket: {messages: [hello]}\n" : "");
  }

  @Test
  @DisplayName("SSE: a stream that is cut off after its status is no success")
  void aStreamThatBreaksOffHasFailed() throws IOException {
    run.events.on("/", EventStream.of(2).ending(EventStream.Ending.CUT));
    int exit = run.flags("--target", "EVENTS/", "--protocol", "sse", "-t", "3");

    assertThat(exit).as(run.told()).isEqualTo(ExitCode.FAILED);
    assertThat(run.bucket("sse", "CONNECTION_CLOSED")).isEqualTo(3);
    assertThat(run.metric("sse", "events_received")).isEqualTo(6);
  }
}
