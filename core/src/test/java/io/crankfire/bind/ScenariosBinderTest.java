package io.crankfire.bind;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.plan.Call;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Scenario;
import io.crankfire.plan.Step;
import io.crankfire.plan.ThinkTime;
import io.crankfire.template.Feeder;
import io.crankfire.template.Names;
import io.crankfire.template.Variables;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ScenariosBinderTest {

  private static final String ENDPOINTS =
      "target: http://h/, total: 1, endpoints: [{name: login}, {name: list}, {name: out}],\n";

  @Test
  void aStepNamesAnEndpointOrIsOne() {
    LoadPlan plan =
        Specimen.plan(
            ENDPOINTS
                + """
                scenarios: [
                  {name: buy, weight: 3, steps: [
                    OUT,
                    {endpoint: login, think_time: 1s..3s, repeat: 2},
                    {name: cart, path: /cart, method: POST, think_time: {exponential: 2}}]},
                  {steps: [login, list]}]
                """);

    assertThat(plan.calls()).extracting(Call::name).containsExactly("login", "list", "out", "cart");
    Scenario buy = plan.workload().scenarios().getFirst();
    assertThat(buy.name()).isEqualTo("buy");
    assertThat(buy.weight()).isEqualTo(3);
    assertThat(buy.steps())
        .containsExactly(
            Step.of(2),
            new Step(
                0, new ThinkTime(ThinkTime.Kind.UNIFORM, 1_000_000_000, 3_000_000_000L), 2, null),
            new Step(3, new ThinkTime(ThinkTime.Kind.EXPONENTIAL, 0, 2_000_000_000), 1, null));
    Scenario second = plan.workload().scenarios().getLast();
    assertThat(second.name()).isEqualTo("scenario 2");
    assertThat(second.weight()).isEqualTo(1);
    assertThat(second.steps()).containsExactly(Step.of(0), Step.of(1));
  }

  @Test
  void anEndpointThatNoScenarioUsesIsNotCalled() {
    Specimen specimen = new Specimen(ENDPOINTS + "scenarios: [{steps: [out, login]}]");

    assertThat(specimen.plan().calls()).extracting(Call::name).containsExactly("login", "out");
    assertThat(specimen.plan().workload().scenarios().getFirst().steps())
        .containsExactly(Step.of(1), Step.of(0));
    assertThat(specimen.warnings())
        .containsExactly(
            "load.yml:1:57: the endpoint \"list\" is in no scenario and will not be called");
  }

  @Test
  void scenariosNeedNoEndpointsBeside() {
    LoadPlan plan = Specimen.plan("total: 1, scenarios: [{steps: [{url: http://a/}]}]");

    assertThat(plan.calls()).extracting(Call::name).containsExactly("http://a/");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1500ms | CONSTANT | 1500000000 | 1500000000",
        "2 | CONSTANT | 2000000000 | 2000000000",
        "0 | NONE | 0 | 0",
        "1s..3s | UNIFORM | 1000000000 | 3000000000",
        "1 .. 3 | UNIFORM | 1000000000 | 3000000000",
        "{uniform: [0, 1s]} | UNIFORM | 0 | 1000000000",
        "{exponential: 2s} | EXPONENTIAL | 0 | 2000000000",
        "{constant: 1s} | CONSTANT | 1000000000 | 1000000000",
      })
  void thinkTimesAreWrittenInSeveralWays(
      String written, ThinkTime.Kind kind, long least, long most) {
    LoadPlan plan =
        Specimen.plan(
            "target: http://h/, total: 1, scenarios: [{steps: [{think_time: " + written + "}]}]");

    assertThat(plan.workload().scenarios().getFirst().steps().getFirst().think())
        .isEqualTo(new ThinkTime(kind, least, most));
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault(
            "a step's endpoint exists",
            "{steps: [lgin]}",
            "load.yml:2:22: there is no endpoint \"lgin\"; did you mean login?"),
        fault(
            "a scenario has steps", "{name: a}", "load.yml:2:13: the scenario \"a\" has no steps"),
        fault(
            "a scenario's key is known",
            "{step: [login], steps: [login]}",
            "load.yml:2:20: unknown key \"step\"; did you mean steps?"),
        fault(
            "names of scenarios differ",
            "{name: a, steps: [out]}, {name: A, steps: [out]}",
            "load.yml:2:45: another scenario is called \"A\""),
        fault(
            "a scenario's weight is positive",
            "{weight: 0, steps: [out]}",
            "load.yml:2:22: a weight is above 0, not 0"),
        fault(
            "a step has no weight",
            "{steps: [{weight: 2, path: /x}]}",
            "load.yml:2:31: a step has no weight: the scenario has"),
        fault(
            "a named endpoint is not changed by a step",
            "{steps: [{endpoint: login, method: GET}]}",
            "load.yml:2:48: method belongs to the endpoint: write it at \"login\", or write the"
                + " endpoint into this step"),
        fault(
            "a step's key is known",
            "{steps: [{endpoint: login, repeet: 2}]}",
            "load.yml:2:48: unknown key \"repeet\"; did you mean repeat?"),
        fault(
            "a step is repeated at least once",
            "{steps: [{endpoint: login, repeat: 0}]}",
            "load.yml:2:48: must be at least 1, not 0"),
        fault(
            "a think time is a time",
            "{steps: [{endpoint: login, think_time: long}]}",
            "load.yml:2:52: \"long\" is not a duration such as 500ms, 1.5s or 1h30m"),
        fault(
            "the shortest think time comes first",
            "{steps: [{endpoint: login, think_time: 3s..1s}]}",
            "load.yml:2:52: the longest think time comes after the shortest"),
        fault(
            "a think time's form is known",
            "{steps: [{endpoint: login, think_time: {normal: 1s}}]}",
            "load.yml:2:61: unknown key \"normal\""),
        fault(
            "a condition's name is set by something",
            "{steps: [{endpoint: login, when: token}]}",
            "load.yml:2:46: nothing sets \"token\": no extractor has it as its var, no feeder as a"
                + " column"),
        fault(
            "a condition has one of the forms",
            "{steps: [{endpoint: login, when: a b}]}",
            "load.yml:2:46: \"a b\" is no condition: write NAME, !NAME, NAME == text or NAME !="
                + " text"),
        fault("a scenario is no text", "login", "load.yml:2:13: a scenario has a name and steps"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultOfAScenarioIsNamedWithItsPlace(String scenarios, String expected) {
    assertThat(new Specimen(ENDPOINTS + "scenarios: [" + scenarios + "]").faults())
        .containsExactly(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "token | true | false",
        "!token | false | true",
        "! token | false | true",
        "not token | false | true",
        "token == abc | true | false",
        "token==abc | true | false",
        "token == \"abc\" | true | false",
        "token == ab | false | false",
        "token != abc | false | true",
        "token != ab | true | true",
        "role == admin | true | true",
        "role != admin | false | false",
        "role | true | true",
      })
  void aConditionAsksWhatTheSessionKnows(String written, boolean whenSet, boolean whenNot) {
    Names names = new Names();
    int token = names.variable("token");
    names.add(
        new Feeder(
            "users",
            List.of("role"),
            List.<byte[][]>of(new byte[][] {utf8("admin")}),
            Feeder.Policy.LOOP));
    Problems problems = new Problems();
    When when =
        Objects.requireNonNull(
            When.bind(new ConfigNode.Scalar(written, Position.flag("when")), names, problems));
    Variables variables = new Variables(names, 1, () -> 0);
    variables.begin(0, 0);

    assertThat(when.holds(variables)).isEqualTo(whenNot);
    variables.set(token, utf8("abc"));
    assertThat(when.holds(variables)).isEqualTo(whenSet);
    assertThat(when).hasToString(written);
  }

  @Test
  void aFeederThatStopsLimitsTheArrivals() {
    Names names = new Names();
    byte[][] row = {utf8("x")};
    names.add(new Feeder("a", List.of("c"), List.of(row, row, row), Feeder.Policy.STOP));
    names.add(new Feeder("b", List.of("c"), List.<byte[][]>of(row), Feeder.Policy.LOOP));

    assertThat(WorkloadBinder.limited(0, names)).isEqualTo(3);
    assertThat(WorkloadBinder.limited(2, names)).isEqualTo(2);
    assertThat(WorkloadBinder.limited(9, names)).isEqualTo(3);
    assertThat(WorkloadBinder.limited(9, new Names())).isEqualTo(9);
  }

  @Test
  void thresholdsKnowEveryPartOfTheLoad() {
    Specimen specimen =
        new Specimen(
            """
            target: http://h/, endpoints: [{name: login}, {name: list}],
            scenarios: [{name: buy, steps: [login, list]}],
            load_patterns: [{name: peak, type: spike, rps: 1, duration: 1s}],
            thresholds: ['failed{endpoint:login} < 1%', 'failed{scenario:buy} < 1%',
              'failed{phase:peak} < 1%', 'failed{endpoint:lgin} < 1%']
            """);

    assertThat(specimen.faults())
        .containsExactly(
            "load.yml:5:30: threshold \"failed{endpoint:lgin} < 1%\": there is no endpoint"
                + " \"lgin\"; did you mean login?");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Arguments fault(String sentence, String text, String expected) {
    return Arguments.of(Named.of(sentence, text), expected);
  }
}
