package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crankfire.plan.Call;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.peer.CaddyServer;
import io.crankfire.testkit.peer.Peers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The requester and Caddy, where that is installed: HTTP/2 of Go, with prior knowledge and by
/// ALPN.
class CaddyTest {

  private static Call call(String url, String version, String method, int bodyBytes) {
    Map<String, String> step = new HashMap<>();
    step.put("target", url);
    step.put("http_version", version);
    step.put("method", method);
    if (bodyBytes > 0) {
      step.put("body", "b".repeat(bodyBytes));
    }
    return Rig.compile(new HttpProtocol(), step);
  }

  @Test
  void inPlainTextAndOverTls() {
    Optional<Path> program = Peers.find("caddy");
    assumeTrue(program.isPresent(), "caddy is not installed");
    try (CaddyServer caddy = CaddyServer.start(program.get())) {
      String plain = "http://127.0.0.1:" + caddy.port();
      String secure = "https://localhost:" + caddy.tlsPort();
      for (var transport : Rig.transports()) {
        for (String[] way :
            new String[][] {
              {plain, "1.1"},
              {plain, "2-prior-knowledge"},
              {secure, "1.1"},
              {secure, "2"},
              {secure, "auto"}
            }) {
          try (Rig rig = new Rig(transport, new HttpProtocol(), new Ways().connections())) {
            for (int i = 0; i < 3; i++) {
              expect(rig, call(way[0] + "/", way[1], "GET", 0), "200", 2);
              expect(rig, call(way[0] + "/file", way[1], "GET", 0), "200", 64 * 1024);
              expect(rig, call(way[0] + "/file", way[1], "HEAD", 0), "200", 0);
              expect(rig, call(way[0] + "/echo", way[1], "POST", 10_000), "200", 10_000);
              expect(rig, call(way[0] + "/nothing", way[1], "GET", 0), "404", 0);
            }
            assertThat(rig.metrics().connectionsOpened).as("%s", way[0]).isEqualTo(1);
          }
        }
        manyAtOnce(plain);
      }
    }
  }

  private static void expect(Rig rig, Call call, String bucket, int body) {
    Flight.Ending ending = rig.run(call);
    assertThat(ending.bucket()).as("%s", ending).isEqualTo(bucket);
    assertThat(ending.bytesIn()).as("%s", ending).isBetween(body + 10L, body + 1_000L);
  }

  private static void manyAtOnce(String url) {
    try (Rig rig =
        new Rig(Rig.transports().getLast(), new HttpProtocol(), new Ways().connections())) {
      Call call = call(url + "/file", "2-prior-knowledge", "GET", 0);
      List<Flight> flights = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        flights.add(rig.flight().send(call));
      }
      rig.await(() -> flights.stream().noneMatch(Flight::underWay));
      for (Flight flight : flights) {
        assertThat(flight.endings().getFirst().bucket()).isEqualTo("200");
      }
      assertThat(rig.metrics().connectionsOpened).isLessThanOrEqualTo(3);
    }
  }
}
