package io.crankfire.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.testkit.Script.Step;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What really appears on the wire for every named fault and oddity.
class SpecimenTest {
  private static final int ENOUGH = 1 << 20;

  static Stream<Specimen> all() {
    return Stream.concat(Faults.all().stream(), Oddities.all().stream());
  }

  @Test
  void namesAreUniqueAndFitForAPath() {
    List<String> names = all().map(Specimen::name).toList();
    assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.matches("[a-z0-9-]+"));
    assertThat(names).hasSizeGreaterThan(120);
  }

  @ParameterizedTest
  @MethodSource("all")
  void itsBytesAreOnTheWireAndItEndsAsItSays(Specimen specimen) throws Exception {
    Script script = (Script) specimen.behavior();
    try (HttpTestServer server = HttpTestServer.start();
        RawClient client = RawClient.to(server)) {
      server.otherwise(script);
      client.send(specimen.method() + " / HTTP/1.1\r\nHost: localhost\r\n\r\n");
      String expected = textOf(script);
      switch (script.steps().getLast()) {
        case Step.Reset _ -> {
          RawClient.Rest rest = client.rest();
          assertThat(rest.end()).isEqualTo("RST");
          assertThat(expected).startsWith(rest.text());
        }
        case Step.Close _, Step.Cut _, Step.HalfClose _ ->
            assertThat(client.rest()).isEqualTo(new RawClient.Rest(expected, "FIN"));
        case Step.Send _, Step.Repeat _, Step.Drip _, Step.Pause _, Step.Stall _ -> {
          assertThat(client.read(expected.length())).isEqualTo(expected);
          assertThat(server.await(counts -> counts.received() == 1).open()).isEqualTo(1);
        }
      }
      client.leave();
      Counts counts = server.await(now -> now.open() == 0);
      assertThat(counts.received()).isEqualTo(1);
      assertThat(counts.answered() + counts.unanswered()).isEqualTo(1);
      if (specimen.expect() == Specimen.Expect.RESPONSE) {
        assertThat(counts.answered()).isEqualTo(1);
      }
      assertThat(server.failures()).isEmpty();
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void aSplitResponseIsWholeAtEveryByteBoundary() throws Exception {
    String whole = Response.text("ok").wireText();
    List<Specimen> splits = Oddities.splits(whole, Duration.ofNanos(1));
    assertThat(splits).hasSize(whole.length() - 1);
    try (HttpTestServer server = HttpTestServer.start();
        RawClient client = RawClient.to(server)) {
      for (Specimen split : splits) {
        server.otherwise(split.behavior());
        assertThat(client.send(RawClient.GET).response()).isEqualTo(whole);
      }
    }
  }

  /// What a script writes, up to a limit when it has no end.
  private static String textOf(Script script) {
    StringBuilder text = new StringBuilder();
    for (Step step : script.steps()) {
      switch (step) {
        case Step.Send send -> text.append(send.text());
        case Step.Drip drip -> text.append(drip.text());
        case Step.Repeat repeat ->
            text.append(repeat.text().repeat((int) Math.min(repeat.times(), ENOUGH)));
        case Step.Pause _,
            Step.Stall _,
            Step.Close _,
            Step.Cut _,
            Step.Reset _,
            Step.HalfClose _ -> {}
      }
    }
    return text.toString();
  }
}
