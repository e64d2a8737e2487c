package io.crankfire.sse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Outcome;
import io.crankfire.plan.Call;
import io.crankfire.plan.Connections;
import io.crankfire.testkit.Specimen.Expect;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import io.crankfire.testkit.sse.SseSpecimen;
import io.crankfire.testkit.sse.SseSpecimen.Event;
import io.crankfire.testkit.sse.SseSpecimens;
import io.crankfire.testkit.sse.SseTestServer;
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

/// Every way in which the scripted server streams, and the one outcome of each: `specimens.csv`
/// says which where it is no success.
class SseFaultsTest {

  private static final int MOST_EVENTS = 5;
  private static SseTestServer server;

  @BeforeAll
  static void start() {
    server = SseTestServer.start();
    for (SseSpecimen specimen : SseSpecimens.all()) {
      server.on("/" + specimen.name(), specimen.behavior());
    }
  }

  @AfterAll
  static void stop() {
    assertThat(server.await(counts -> counts.open() == 0).violations()).isZero();
    assertThat(server.failures()).isEmpty();
    server.close();
  }

  private static Call call(String name, Map<String, String> more) {
    Map<String, String> step = new HashMap<>(more);
    step.put("target", server.url("/" + name).toString());
    return Rig.compile(new SseProtocol(), step);
  }

  /// What the table says of specimens that do not end well.
  private static Map<String, String> outcomes() throws IOException {
    InputStream table =
        Objects.requireNonNull(SseFaultsTest.class.getResourceAsStream("specimens.csv"));
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

  static Stream<SseSpecimen> specimens() throws IOException {
    Set<String> unknown = new HashSet<>(outcomes().keySet());
    List<SseSpecimen> all = SseSpecimens.all();
    all.forEach(specimen -> unknown.remove(specimen.name()));
    assertThat(unknown).as("in specimens.csv and not in the testkit").isEmpty();
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("specimens")
  void itsEventsAndItsOutcomeAre(SseSpecimen specimen) throws IOException {
    String outcome = outcomes().getOrDefault(specimen.name(), "200");
    assertThat(explains(specimen.expect(), outcome.equals("200"))).as(outcome).isTrue();
    boolean timesOut = specimen.expect() == Expect.TIMEOUT;
    Map<String, String> step =
        timesOut
            ? Map.of("timeout", "100ms", "sse.read_timeout", "100ms", "sse.until", "never")
            : Map.of("timeout", "10s", "sse.read_timeout", "10s");
    for (var transport : Rig.transports()) {
      try (Rig rig = new Rig(transport, new SseProtocol(), Connections.DEFAULT)) {
        Call good = call("", Map.of());
        if (timesOut) { // none of it for connecting
          assertThat(rig.prepare(good)).isEqualTo(Outcome.OK);
        }
        Flight.Ending ending = rig.run(call(specimen.name(), step));
        assertThat(ending.bucket()).as("%s", ending).isEqualTo(outcome);
        assertThat(ending.isOrdered()).as("%s", ending).isTrue();
        assertThat(ending.detail() == null).as("%s", ending).isEqualTo(outcome.matches("\\d+"));
        if (specimen.expect() != Expect.EITHER || outcome.equals("200")) {
          assertThat(events(rig, 0)).isEqualTo(specimen.events().size());
        }
        assertThat(rig.run(good).bucket()).as("the next").isEqualTo("200");
        assertThat(events(rig, 1)).isEqualTo(3);
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

  private static long events(Rig rig, int call) {
    return rig.metrics().calls[call].measures.total(SseMeasures.EVENTS);
  }

  @ParameterizedTest
  @MethodSource("specimens")
  void itsEventsSayWhatTheySay(SseSpecimen specimen) {
    if (specimen.expect() != Expect.RESPONSE) {
      return;
    }
    List<String> texts = specimen.events().stream().map(Event::data).toList();
    try (Rig rig = new Rig(Rig.transports().getLast(), new SseProtocol(), Connections.DEFAULT)) {
      int calls = 0;
      for (String text : texts.stream().distinct().limit(MOST_EVENTS).toList()) {
        if (!text.isBlank() && text.indexOf('\ufffd') < 0) { // until is compared with the bytes
          Flight.Ending ending = rig.run(call(specimen.name(), Map.of("sse.until", text)));
          assertThat(ending.bucket()).as("until %s: %s", text, ending).isEqualTo("200");
          assertThat(events(rig, calls)).isEqualTo(texts.indexOf(text) + 1);
          calls++;
        }
      }
    }
  }
}
