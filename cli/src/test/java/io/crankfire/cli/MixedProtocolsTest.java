package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.http2.Http2Request;
import io.crankfire.testkit.http2.Http2Response;
import io.crankfire.testkit.http2.Http2TestServer;
import io.crankfire.testkit.sse.EventStream;
import io.crankfire.testkit.sse.SseTestServer;
import io.crankfire.testkit.websocket.Endpoint;
import io.crankfire.testkit.websocket.WebSocketTestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// One scenario over every protocol: what one step finds, the next one sends, whatever it speaks.
class MixedProtocolsTest {

  private static final String CONFIG =
      """
      seed: 11
      total: 12
      concurrency: 3
      feeder: {path: people.csv, type: csv}
      auth: {type: bearer, token: open-sesame}
      endpoints:
        - name: order
          target: HTTPorders
          method: POST
          body: {person: "{{name}}"}
          extractors: [{jsonpath: $.id, var: order}]
        - name: look
          target: HTTP2orders/{{order}}
          http_version: 2-prior-knowledge
          headers: {traceparent: "00-0000000000000000000000000000{{order}}-00f067aa0ba902b7-01"}
          extractors: [{header: X-Region, var: region}]
        - name: call
          target: grpc://GRPC
          grpc:
            proto_file: users.proto
            method: UserService/UpdateUser
            message: {id: "{{order}}", name: "{{name}} of {{region}}"}
            metadata: {traceparent: "00-0000000000000000000000000000{{order}}-00f067aa0ba902b7-01"}
          extractors: [{jsonpath: $.name, var: said}]
          checks: [{name: same order, jsonpath: $.id, equals: "4711"}]
        - name: talk
          target: SOCKET
          websocket:
            messages: ["{{said}}"]
        - name: listen
          target: EVENTS
          protocol: sse
          sse: {max_events: 2}
          headers: {X-Said: "{{said}}"}
      scenarios:
        - name: everything
          steps: [order, look, call, talk, listen]
      """;

  @TempDir Path folder;

  @Test
  void whatOneStepFindsTheNextOneSends() throws IOException {
    try (GrpcRun run = new GrpcRun(folder);
        HttpTestServer http = HttpTestServer.start();
        Http2TestServer http2 = Http2TestServer.start();
        WebSocketTestServer socket = WebSocketTestServer.start();
        SseTestServer events = SseTestServer.start()) {
      http.on("/orders", Response.text("{\"id\": 4711}"));
      http2.otherwise(Http2Response.text("found").with("x-region", "north"));
      http2.recordRequests(100);
      socket.on("/", Endpoint.echo());
      events.on("/", EventStream.of(2));
      run.write("people.csv", "name\nanna\nbert\n");

      int exit =
          run.config(
              CONFIG
                  .replace("HTTP2", http2.url().toString())
                  .replace("HTTP", http.url().toString())
                  .replace("GRPC", "TARGET")
                  .replace("SOCKET", socket.url().toString())
                  .replace("EVENTS", events.url().toString()));

      assertThat(exit).as(run.told()).isEqualTo(ExitCode.OK);
      JsonNode endpoints = run.report().path("endpoints");
      for (String step : List.of("order", "look", "call", "talk", "listen")) {
        assertThat(endpoints.path(step).path("successes").asLong()).as(step).isEqualTo(12);
      }
      assertThat(http2.requests())
          .hasSize(12)
          .allMatch(MixedProtocolsTest::isAboutTheOrder)
          .allMatch(request -> "Bearer open-sesame".equals(request.header("authorization")));
      assertThat(run.users.names).hasSize(12).containsOnly("anna of north", "bert of north");
      assertThat(run.users.calls)
          .allMatch(said -> said.header("traceparent").contains("4711-00f067aa0ba902b7"))
          .allMatch(said -> said.header("authorization").equals("Bearer open-sesame"));
      assertThat(http2.violations()).isEmpty();
      assertThat(events.events()).isEqualTo(24);
      assertThat(socket.counts().messagesIn()).isEqualTo(12);
    }
  }

  private static boolean isAboutTheOrder(Http2Request request) {
    return "/orders/4711".equals(request.path())
        && String.valueOf(request.header("traceparent")).contains("4711-00f067aa0ba902b7");
  }
}
