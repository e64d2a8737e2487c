package io.crankfire.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crankfire.metrics.Measures;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Transport;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.peer.NodeWs;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The requester and Node's library `ws`, where that is installed.
class NodeWsTest {
  private static final int TIMES = 200;

  private boolean over2;

  private Call call(NodeWs node, String path, String message, String... keysAndValues) {
    Map<String, String> step = new HashMap<>();
    step.put("target", (over2 ? node.http2Url(path) : node.url(path)).toString());
    step.put("http_version", over2 ? "2" : "auto");
    step.put("websocket.messages", message);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      step.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return Rig.compile(new WebSocketProtocol(), step);
  }

  @Test
  void echoesCompressesNegotiatesAndCloses() {
    Optional<NodeWs> started = NodeWs.start();
    assumeTrue(started.isPresent(), "Node or its library ws is not installed");
    try (NodeWs node = started.get()) {
      for (Transport transport : Rig.transports()) {
        talk(node, transport);
      }
      assertThat(node.counts()).contains("\"errors\":[]");
    }
  }

  private void talk(NodeWs node, Transport transport) {
    try (Rig rig = new Rig(transport, new WebSocketProtocol(), Connections.DEFAULT)) {
      String text = "hello, hello, h\u00e9llo, hello";
      expect(rig, call(node, "/echo", "hello"), "OK", "");
      expect(rig, call(node, "/echo", text.repeat(50_000)), "OK", "");
      expect(rig, call(node, "/pinging", "hello"), "OK", "");
      expect(rig, call(node, "/nowhere", "hello"), "HTTP_404", "404");
      for (String path : new String[] {"/echo", "/deflate", "/deflate-alone"}) {
        Call compressed =
            call(node, path, text, "websocket.compression", "true", "websocket.mode", "persistent");
        String before = node.counts();
        Flight flight = rig.flight();
        for (int i = 0; i < TIMES; i++) {
          Flight.Ending ending = flight.send(compressed).await();
          assertThat(ending.bucket()).as("%s: %s", path, ending).isEqualTo("OK");
        }
        assertThat(number(node.counts(), "connections"))
            .as("connections")
            .isEqualTo(number(before, "connections") + 1);
        assertThat(number(node.counts(), "deflated"))
            .as("compressed connections")
            .isEqualTo(number(before, "deflated") + (path.equals("/echo") ? 0 : 1));
        assertThat(number(node.counts(), "bytes"))
            .as("bytes")
            .isEqualTo(number(before, "bytes") + TIMES * (text.length() + 1L));
      }
      Call offering = call(node, "/subprotocol", text, "websocket.subprotocols", "soap");
      expect(rig, offering, "OK", "");
      Call refused = call(node, "/subprotocol", text, "websocket.subprotocols", "chat");
      assertThat(rig.run(refused).bucket()).isIn("OK", "PROTOCOL_ERROR");
      expect(rig, call(node, "/close?code=1011&reason=no%20luck", text), "1011", "no luck");
      expect(rig, call(node, "/close?code=1001", text), "1001", "1001");
      expect(rig, call(node, "/close?code=4999", text), "4999", "4999");
      if (over2) {
        expect(rig, call(node, "/terminate", text), "RST_NO_ERROR", "NO_ERROR");
      } else {
        expect(rig, call(node, "/terminate", text), "1006", "without a close");
      }
    }
  }

  private static long number(String json, String name) {
    int at = json.indexOf("\"" + name + "\":") + name.length() + 3;
    return Long.parseLong(json.substring(at).split("[^0-9]", 2)[0]);
  }

  private static void expect(Rig rig, Call call, String bucket, String detail) {
    Flight.Ending ending = rig.run(call);
    assertThat(ending.bucket()).as("%s", ending).isEqualTo(bucket);
    assertThat(String.valueOf(ending.detail())).contains(bucket.equals("OK") ? "null" : detail);
  }

  @Test
  void doesAllThatOverHttp2() {
    Optional<NodeWs> started = NodeWs.start();
    assumeTrue(started.isPresent(), "Node or its library ws is not installed");
    over2 = true;
    try (NodeWs node = started.get()) {
      for (Transport transport : Rig.transports()) {
        talk(node, transport);
      }
      assertThat(node.counts()).contains("\"errors\":[]", "\"resets\":[]");
      assertThat(number(node.counts(), "sessions")).isEqualTo(Rig.transports().size());
      assertThat(number(node.counts(), "streams")).isGreaterThan(10);
    }
  }

  @Test
  void whatIsMeasuredIsWhatNodeSaw() {
    Optional<NodeWs> started = NodeWs.start();
    assumeTrue(started.isPresent(), "Node or its library ws is not installed");
    try (NodeWs node = started.get();
        Rig rig =
            new Rig(Rig.transports().getLast(), new WebSocketProtocol(), Connections.DEFAULT)) {
      Call call = call(node, "/echo", "h\u00e9llo");
      for (int i = 0; i < TIMES; i++) {
        assertThat(rig.run(call).bucket()).isEqualTo("OK");
      }
      Measures measures = rig.metrics().calls[0].measures;
      String counts = node.counts();
      assertThat(number(counts, "connections")).isEqualTo(TIMES);
      assertThat(number(counts, "messages"))
          .isEqualTo(TIMES)
          .isEqualTo(measures.total(WebSocketMeasures.SENT))
          .isEqualTo(measures.total(WebSocketMeasures.RECEIVED));
      assertThat(number(counts, "bytes"))
          .isEqualTo(6 * TIMES)
          .isEqualTo(measures.total(WebSocketMeasures.BYTES_SENT));
      assertThat(counts).contains("\"closes\":{\"1000\":" + TIMES + "}", "\"errors\":[]");
    }
  }
}
