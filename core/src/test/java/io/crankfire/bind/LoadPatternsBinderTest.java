package io.crankfire.bind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.crankfire.plan.Arrivals;
import io.crankfire.plan.LoadCurve;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Phase;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class LoadPatternsBinderTest {

  private static final long SECOND = 1_000_000_000;

  /// The integral at a time, by the closed formula of each shape.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{type: constant, rps: 50, duration: 2s} | 1 | 50",
        "{type: constant, rps: 50, duration: 2s} | 2 | 100",
        "{type: Spike, rps: 2.5, duration: 10s} | 4 | 10",
        // W5: a ramp from 0 is r·t²/2d from the first moment on
        "{type: ramp, from_rps: 0, to_rps: 10, duration: 20s} | 0.1 | 0.0025",
        "{type: ramp, from_rps: 0, to_rps: 10, duration: 20s} | 20 | 100",
        "{type: ramp, to_rps: 10, duration: 20} | 10 | 25",
        "{type: ramp, from_rps: 10, duration: 20s} | 10 | 75",
        "{type: ramp, from-rps: 10, toRps: 30, duration: 10s} | 5 | 75",
        "{type: step, steps: [{rps: 100, duration: 2s}, {rps: 1, duration: 2s}, {rps: 50, duration:"
            + " 2s}]} | 3 | 201",
        "{type: step, steps: [{rps: 100, duration: 2s}, {rps: 1, duration: 2s}, {rps: 50, duration:"
            + " 2s}]} | 4.5 | 227",
        // W5: rate 0 is silence
        "{type: step, steps: [{rps: 0, duration: 5s}, {rps: 10, duration: 1s}]} | 5 | 0",
        "{type: step, steps: [{rps: 0, duration: 5s}, {rps: 10, duration: 1s}]} | 6 | 10",
        "{type: repeat, times: 3, patterns: [{type: ramp, to_rps: 10, duration: 2s}, {type:"
            + " constant, rps: 5, duration: 2s}]} | 12 | 60",
        "{type: repeat, times: 3, patterns: [{type: ramp, to_rps: 10, duration: 2s}, {type:"
            + " constant, rps: 5, duration: 2s}]} | 9 | 42.5",
        "{type: repeat, times: 2, patterns: [{type: repeat, times: 2, patterns: [{type: constant,"
            + " rps: 3, duration: 1s}]}]} | 4 | 12",
        "{type: constant, rps: 1, duration: 1s}, {type: constant, rps: 2, duration: 1s} | 2 | 3",
      })
  void arrivalsAreTheIntegralOfThePattern(String patterns, double seconds, double expected) {
    LoadCurve curve = curve(Specimen.plan(run(patterns)));

    assertThat(curve.cumulative((long) (seconds * SECOND))).isCloseTo(expected, within(1e-9));
  }

  @Test
  void aPlanOfAConstantPatternEndsTheRun() { // W6
    LoadPlan plan = Specimen.plan(run("{type: constant, rps: 50, duration: 2s}"));

    assertThat(plan.loadNanos()).isEqualTo(2 * SECOND);
    assertThat(curve(plan).total()).isEqualTo(100);
    assertThat(plan.growing()).isTrue();
    assertThat(plan.phases()).containsExactly(new Phase("constant 1", 0, 2 * SECOND, false));
  }

  @Test
  void eachPatternIsAPhaseWithoutGaps() {
    LoadPlan plan =
        Specimen.plan(
            run(
                """
                {name: hello, type: constant, rps: 1, duration: 10s, warmup: true},
                {type: step, steps: [{rps: 1, duration: 1s}, {rps: 2, duration: 1s}]},
                {name: Hello, type: ramp, from_rps: 1, to_rps: 2, duration: 1m},
                {type: repeat, times: 2, patterns: [{type: spike, rps: 9, duration: 500ms}]}
                """));

    assertThat(plan.phases())
        .containsExactly(
            new Phase("hello", 0, 10 * SECOND, true),
            new Phase("step 2", 10 * SECOND, 12 * SECOND, false),
            new Phase("Hello #2", 12 * SECOND, 72 * SECOND, false),
            new Phase("repeat 4", 72 * SECOND, 73 * SECOND, false));
  }

  @Test
  void namesWithinARepeatMakePhasesOfTheirOwn() {
    LoadPlan plan =
        Specimen.plan(
            run(
                """
                {type: repeat, times: 2, patterns: [
                  {name: up, type: ramp, to_rps: 9, duration: 1s},
                  {type: constant, rps: 1, duration: 1s}]}
                """));

    assertThat(plan.phases())
        .extracting(Phase::name)
        .containsExactly("up 1", "constant 2 1", "up 2", "constant 2 2");
  }

  @Test
  void aDurationCutsTheTimeline() {
    Specimen specimen =
        new Specimen(
            "target: http://h/, rate: 7, duration: 5s, load_patterns: [{type: ramp, to_rps: 10,"
                + " duration: 10s}, {type: constant, rps: 1, duration: 1s}]");
    LoadPlan plan = specimen.plan();

    assertThat(curve(plan).total()).isCloseTo(12.5, within(1e-9));
    assertThat(plan.loadNanos()).isEqualTo(5 * SECOND);
    assertThat(plan.phases()).containsExactly(new Phase("ramp 1", 0, 5 * SECOND, false));
    assertThat(specimen.warnings())
        .containsExactly(
            "load.yml:1:26: rate is not used: load_patterns say what arrives when",
            "load.yml:1:39: the run ends before the phase \"constant 2\" begins");
  }

  @Test
  void usersAreSessionsThatGoAgain() {
    LoadPlan plan =
        Specimen.plan(
            run(
                "{type: users, from: 0, to: 10, duration: 10s}, {type: users, from: 10, to: 5,"
                    + " duration: 1s}"));

    LoadCurve users = Objects.requireNonNull(((Arrivals.Closed) plan.arrivals()).users());
    assertThat(users.rateAt(5 * SECOND)).isEqualTo(5);
    assertThat(plan.sessions()).isEqualTo(10);
    assertThat(plan.growing()).isFalse();
    assertThat(plan.loadNanos()).isEqualTo(11 * SECOND);
  }

  @Test
  void thousandsOfPiecesAreStillExact() {
    LoadCurve curve =
        curve(
            Specimen.plan(
                run(
                    "{type: repeat, times: 5000, patterns: [{type: constant, rps: 0, duration: 1s},"
                        + " {type: constant, rps: 2, duration: 1s}]}")));

    assertThat(curve.total()).isEqualTo(10_000);
    for (int n = 0; n < 10_000; n++) {
      long second = n / 2 * 2L + 1;
      long exact = second * SECOND + (n % 2 == 0 ? SECOND / 4 : 3 * SECOND / 4);
      assertThat(curve.inverse(n + 0.5)).isBetween(exact, exact + 1);
    }
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault(
            "a pattern has a type",
            "{rps: 1, duration: 1s}",
            "1: a load pattern needs a type: constant, ramp, step, spike, users, repeat"),
        fault(
            "a type is known",
            "{type: rmap, duration: 1s}",
            "8: \"rmap\" is none of constant, ramp, step, spike, users, repeat; did you mean"
                + " ramp?"),
        fault(
            "a key is known",
            "{type: constant, rpm: 1, rps: 1, duration: 1s}",
            "23: unknown key \"rpm\"; did you mean rps?"),
        fault(
            "a constant has a rate",
            "{type: constant, duration: 1s}",
            "1: a constant pattern needs rps; 0 is silence"),
        fault(
            "a spike has a duration",
            "{type: spike, rps: 1}",
            "1: a spike pattern needs a duration"),
        fault(
            "a duration is positive", "{type: spike, rps: 1, duration: 0}", "33: must be above 0"),
        fault(
            "a rate is not negative",
            "{type: spike, rps: -1, duration: 1s}",
            "20: must be at least 0, not -1"),
        fault(
            "a rate is within reason",
            "{type: spike, rps: 1e10, duration: 1s}",
            "20: must be at most 1000000000, not 1e10"),
        fault(
            "a ramp goes somewhere",
            "{type: ramp, duration: 1s}",
            "1: a ramp pattern needs from_rps and to_rps"),
        fault(
            "a step pattern has steps",
            "{type: step}",
            "1: a step pattern needs steps, each with rps and duration"),
        fault(
            "a step has a rate",
            "{type: step, steps: [{duration: 1s}]}",
            "22: a step pattern needs rps; 0 is silence"),
        fault(
            "a step's key is known",
            "{type: step, steps: [{rps: 1, duration: 1s, name: a}]}",
            "51: unknown key \"name\""),
        fault(
            "users have both ends",
            "{type: users, to: 5, duration: 1s}",
            "1: a users pattern needs from and to, equal for a constant number"),
        fault(
            "users are whole",
            "{type: users, from: 0, to: few, duration: 1s}",
            "28: \"few\" is not a whole number"),
        fault(
            "a repeat says how often",
            "{type: repeat, patterns: [{type: spike, rps: 1, duration: 1s}]}",
            "1: a repeat pattern needs times: how often"),
        fault(
            "a repeat has patterns",
            "{type: repeat, times: 2, patterns: []}",
            "36: a repeat pattern needs patterns to repeat"),
        fault(
            "a repeat is bounded",
            "{type: repeat, times: 9999, patterns: [{type: repeat, times: 2, patterns: [{type:"
                + " spike, rps: 1, duration: 1s}]}]}",
            "23: comes to 19998 pieces, and a repeat has 10000 at the most"),
        fault(
            "phases are bounded",
            "{type: repeat, times: 201, patterns: [{name: a, type: spike, rps: 1, duration: 1s}]}",
            "23: comes to 201 phases, and a repeat has 200 at the most: leave out the names"
                + " inside"),
        fault(
            "users and rates do not mix",
            "{type: users, from: 1, to: 1, duration: 1s}, {type: spike, rps: 1, duration: 1s}",
            "1: users cannot be mixed with patterns of requests a second (load.yml:2:46): users go"
                + " again as soon as they are done, requests arrive by a schedule"),
        fault(
            "something arrives",
            "{type: constant, rps: 0, duration: 1s}",
            "0: nothing ever arrives: every rate is 0"),
        fault(
            "the whole is not too long",
            "{type: repeat, times: 3, patterns: [{type: spike, rps: 1, duration: 1000000h}]}",
            "0: the load patterns last longer than 292 years"),
        fault(
            "a pattern is no text", "ramp", "1: a load pattern has a type and what belongs to it"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultOfAPatternIsNamedWithItsPlace(String patterns, String expected) {
    Specimen specimen = new Specimen("target: http://h/, load_patterns:[\n" + patterns + "]");
    int column = Integer.parseInt(expected.substring(0, expected.indexOf(':')));
    String place = column == 0 ? "load.yml:1:34" : "load.yml:2:" + column;

    assertThat(specimen.faults())
        .containsExactly(place + expected.substring(expected.indexOf(':')));
  }

  @Test
  void usersAndAConcurrencyContradictEachOther() {
    Specimen specimen =
        new Specimen("concurrency: 5, " + run("{type: users, from: 0, to: 10, duration: 10s}"));

    assertThat(specimen.faults())
        .containsExactly(
            "load.yml:1:14: the users patterns say how many sessions there are: give one or the"
                + " other");
  }

  @Test
  void aKeyThatATypeDoesNotUseIsWarnedAbout() {
    Specimen specimen = new Specimen(run("{type: ramp, to_rps: 5, rps: 3, duration: 1s}"));

    assertThat(specimen.plan().phases()).hasSize(1);
    assertThat(specimen.warnings())
        .containsExactly("load.yml:2:30: rps is not used by a pattern of type ramp");
  }

  @Test
  void aRateBeyondReasonIsAFaultAndNoBug() {
    assertThat(new Specimen("target: http://h/, total: 1, rate: 1e308").faults())
        .containsExactly("load.yml:1:36: must be at most 1000000000, not 1e308");
  }

  private static String run(String patterns) {
    return "target: http://h/, load_patterns: [\n" + patterns + "]";
  }

  private static LoadCurve curve(LoadPlan plan) {
    return ((Arrivals.Open) plan.arrivals()).curve();
  }

  private static Arguments fault(String sentence, String text, String expected) {
    return Arguments.of(Named.of(sentence, text), expected);
  }
}
