package io.crankfire.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Transport;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.Specimen;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.tls.TlsSetup;
import io.crankfire.testkit.websocket.WebSocketFaults;
import io.crankfire.testkit.websocket.WebSocketOddities;
import io.crankfire.testkit.websocket.WebSocketTestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
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

/// Every way in which the scripted server talks, and the one outcome of each: `specimens.csv` says
/// which where it is no success. None hangs, harms the next exchange, or leaves a connection open.
class WebSocketFaultsTest {

  private static WebSocketTestServer plain;
  private static WebSocketTestServer secure;

  @BeforeAll
  static void start() throws IOException {
    plain = WebSocketTestServer.start();
    secure = WebSocketTestServer.start(ServerSetup.plain().with(TlsSetup.server()));
    specimens()
        .forEach(specimen -> {
          plain.on("/" + specimen.name(), specimen.behavior());
          secure.on("/" + specimen.name(), specimen.behavior());
        });
  }

  @AfterAll
  static void stop() {
    for (WebSocketTestServer server : List.of(plain, secure)) {
      server.http().await(counts -> counts.open() == 0);
      assertThat(server.violations()).isEmpty();
      assertThat(server.failures()).isEmpty();
      server.close();
    }
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
    List<Specimen> all =
        Stream.of(
                WebSocketFaults.all(),
                WebSocketFaults.deflated(),
                WebSocketOddities.all(),
                WebSocketOddities.deflated())
            .flatMap(List::stream)
            .toList();
    Set<String> unknown = new HashSet<>(outcomes().keySet());
    all.forEach(specimen -> unknown.remove(specimen.name()));
    assertThat(unknown).as("in specimens.csv and not in the testkit").isEmpty();
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("specimens")
  void itsOutcomeIs(Specimen specimen) throws IOException {
    String outcome = outcomes().getOrDefault(specimen.name(), "OK");
    boolean ok = outcome.equals("OK");
    assertThat(
            switch (specimen.expect()) {
              case RESPONSE -> ok;
              case FAILURE -> !ok && !outcome.equals("TIMEOUT");
              case TIMEOUT -> outcome.equals("TIMEOUT");
              case EITHER -> true;
            })
        .as(outcome)
        .isTrue();
    List<Transport> transports = Rig.transports();
    check(plain, transports.getFirst(), specimen, outcome);
    check(plain, transports.getLast(), specimen, outcome);
    check(secure, transports.getLast(), specimen, outcome);
  }

  private static Call call(WebSocketTestServer server, String path, boolean soon) {
    Map<String, String> step = new HashMap<>();
    step.put("target", server.url(path).toString());
    step.put("timeout", soon ? "200ms" : "10s");
    step.put("websocket.close_timeout", soon ? "100ms" : "10s");
    step.put("websocket.messages", "hello");
    step.put("websocket.compression", String.valueOf(path.startsWith("/deflate")));
    return Rig.compile(new WebSocketProtocol(), step);
  }

  private static void check(
      WebSocketTestServer server, Transport transport, Specimen specimen, String outcome) {
    Connections options = new WebSocketTlsContractTest().connections(0, true, 0);
    try (Rig rig = new Rig(transport, new WebSocketProtocol(), options)) {
      Call good = call(server, "/", false);
      Call call = call(server, "/" + specimen.name(), outcome.equals("TIMEOUT"));
      String where = transport + ", " + server.url();
      Flight.Ending ending = rig.run(call);
      assertThat(ending.bucket()).as("%s: %s", where, ending).isEqualTo(outcome);
      assertThat(ending.isOrdered()).as("%s: %s", where, ending).isTrue();
      assertThat(ending.detail() == null).as("%s", ending).isEqualTo(ending.outcome().isOk());
      Flight.Ending next = rig.run(good);
      assertThat(next.outcome()).as("%s, the next: %s", where, next).isEqualTo(Outcome.OK);
      rig.await(() -> rig.loop().openConnections() == 0);
    }
  }
}
