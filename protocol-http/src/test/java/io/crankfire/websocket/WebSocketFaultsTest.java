package io.crankfire.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.testkit.Specimen;
import io.crankfire.testkit.Specimen.Expect;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.websocket.WebSocketFaults;
import io.crankfire.testkit.websocket.WebSocketOddities;
import io.crankfire.testkit.websocket.WebSocketTestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every way in which the scripted server is broken, or only odd, and the one outcome of each:
/// `specimens.csv` says which where it is no success.
class WebSocketFaultsTest {

  private static WebSocketTestServer server;

  @BeforeAll
  static void start() throws IOException {
    server = WebSocketTestServer.start();
    specimens().forEach(specimen -> server.on("/" + specimen.name(), specimen.behavior()));
  }

  @AfterAll
  static void stop() {
    assertThat(server.await(counts -> counts.open() == 0).refused()).isZero();
    assertThat(server.violations()).isEmpty();
    assertThat(server.failures()).isEmpty();
    server.close();
  }

  private static Map<String, String> outcomes() throws IOException {
    InputStream table =
        Objects.requireNonNull(WebSocketFaultsTest.class.getResourceAsStream("specimens.csv"));
    Map<String, String> outcomes = new HashMap<>();
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(table, UTF_8))) {
      reader
          .lines()
          .skip(1)
          .map(line -> line.split(",", -1))
          .forEach(cells -> outcomes.put(cells[0], cells[1]));
    }
    return outcomes;
  }

  static Stream<Specimen> specimens() throws IOException {
    List<Specimen> all = new ArrayList<>(WebSocketFaults.all());
    all.addAll(WebSocketFaults.deflated());
    all.addAll(WebSocketOddities.all());
    all.addAll(WebSocketOddities.deflated());
    Set<String> unknown = new HashSet<>(outcomes().keySet());
    all.forEach(specimen -> unknown.remove(specimen.name()));
    assertThat(unknown).as("in specimens.csv and not in the testkit").isEmpty();
    return all.stream();
  }

  private static Call call(String name, String timeout) {
    return Rig.compile(
        new WebSocketProtocol(),
        Map.of(
            "target",
            server.url("/" + name).toString(),
            "timeout",
            timeout,
            "websocket.messages",
            "hello",
            "websocket.close_timeout",
            "100ms",
            "websocket.compression",
            Boolean.toString(name.startsWith("deflate") && !name.equals("deflate-bad-window"))));
  }

  @ParameterizedTest
  @MethodSource("specimens")
  void itsOutcomeIs(Specimen specimen) throws IOException {
    String outcome = outcomes().getOrDefault(specimen.name(), "OK");
    assertThat(explains(specimen.expect(), outcome.equals("OK"))).as(outcome).isTrue();
    boolean timesOut = outcome.equals("TIMEOUT");
    for (var transport : Rig.transports()) {
      try (Rig rig = new Rig(transport, new WebSocketProtocol(), Connections.DEFAULT)) {
        if (timesOut) { // none of it for connecting
          assertThat(rig.prepare(call("echo", "10s")).isOk()).isTrue();
        }
        Flight.Ending ending = rig.run(call(specimen.name(), timesOut ? "200ms" : "10s"));
        assertThat(ending.bucket()).as("%s", ending).isEqualTo(outcome);
        assertThat(ending.isOrdered()).as("%s", ending).isTrue();
        assertThat(ending.detail() == null).as("%s", ending).isEqualTo(outcome.equals("OK"));
        assertThat(rig.run(call("echo", "10s")).bucket()).as("the next").isEqualTo("OK");
      }
    }
  }

  private static boolean explains(Expect expect, boolean ok) {
    return switch (expect) {
      case RESPONSE -> ok;
      case FAILURE, TIMEOUT -> !ok;
      case EITHER -> true;
    };
  }
}
