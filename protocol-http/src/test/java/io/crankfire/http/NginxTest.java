package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crankfire.plan.Call;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.peer.NginxServer;
import io.crankfire.testkit.peer.Peers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The requester and nginx, where that is installed: HTTP/1.1, and over TLS HTTP/2 too.
class NginxTest {

  private static Call call(String url, String... keysAndValues) {
    Map<String, String> step = new HashMap<>();
    step.put("target", url);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      step.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return Rig.compile(new HttpProtocol(), step);
  }

  @Test
  void overTcpTlsAndAUnixSocket() {
    Optional<Path> program = Peers.find("nginx");
    assumeTrue(program.isPresent(), "nginx is not installed");
    try (NginxServer nginx = NginxServer.start(program.get())) {
      List<String[]> ways =
          List.of(
              new String[] {"http://127.0.0.1:" + nginx.port()},
              new String[] {"https://localhost:" + nginx.tlsPort(), "http_version", "1.1"},
              new String[] {"https://localhost:" + nginx.tlsPort(), "http_version", "2"},
              new String[] {"https://localhost:" + nginx.tlsPort(), "http_version", "auto"},
              new String[] {"http://localhost", "unix", nginx.unixSocket().toString()});
      for (var transport : Rig.transports()) {
        for (String[] way : ways) {
          try (Rig rig = new Rig(transport, new HttpProtocol(), new Ways().connections())) {
            for (int i = 0; i < 3; i++) {
              expect(rig, way, "/", "GET", "200", 2);
              expect(rig, way, "/file", "GET", "200", 64 * 1024);
              expect(rig, way, "/file", "HEAD", "200", 0);
              expect(rig, way, "/nothing", "GET", "404", 10);
              expect(rig, way, "/file", "DELETE", "405", 10);
            }
            assertThat(rig.metrics().connectionsOpened).isEqualTo(1);
          }
        }
      }
    }
  }

  @Test
  void manyAtOnceShareAConnection() {
    Optional<Path> program = Peers.find("nginx");
    assumeTrue(program.isPresent(), "nginx is not installed");
    try (NginxServer nginx = NginxServer.start(program.get());
        Rig rig =
            new Rig(Rig.transports().getLast(), new HttpProtocol(), new Ways().connections())) {
      String url = "https://localhost:" + nginx.tlsPort() + "/file";
      Call call = call(url, "http_version", "2");
      // nginx allows 128 streams at once: what is above waits, or has a connection of its own
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

  private static void expect(
      Rig rig, String[] way, String path, String method, String bucket, int body) {
    Call call =
        way.length == 1
            ? call(way[0] + path, "method", method)
            : call(way[0] + path, "method", method, way[1], way[2]);
    Flight.Ending ending = rig.run(call);
    assertThat(ending.bucket()).as("%s %s: %s", method, path, ending).isEqualTo(bucket);
    assertThat(ending.bytesIn()).isBetween(body + 50L, body + 1_000L);
  }
}
