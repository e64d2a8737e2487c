package io.crankfire.bind;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.ConfigNode.Mapping;
import io.crankfire.config.ConfigNode.Scalar;
import io.crankfire.config.ConfigNode.Sequence;
import io.crankfire.config.Fields;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.metrics.Measure;
import io.crankfire.plan.Call;
import io.crankfire.plan.Phase;
import io.crankfire.plan.Scenario;
import io.crankfire.plan.Step;
import io.crankfire.plan.Target;
import io.crankfire.plan.Threshold;
import io.crankfire.plan.Workload;
import io.crankfire.template.Names;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ThresholdsBinderTest {

  private static final Position HERE = Position.flag("here");
  private static final List<Phase> PHASES =
      List.of(new Phase("warm", 0, 10, true), new Phase("peak", 10, 20, false));

  private final Problems problems = new Problems();

  private static final Measure SENT = new Measure("messages_sent", Measure.Kind.COUNT, "Sent");
  private static final Measure GAP = new Measure("event_gap", Measure.Kind.TIME, "Gap");
  private static final List<Measure> MEASURES = List.of(SENT, GAP);

  private record NamedCall(String name, List<Measure> measures) implements Call {
    NamedCall(String name) {
      this(name, List.of());
    }

    @Override
    public String protocol() {
      return "none";
    }

    @Override
    public Target target() {
      return new Target("none", "localhost", 1, null);
    }

    @Override
    public Duration timeout() {
      return Duration.ZERO;
    }
  }

  private static ConfigNode text(String text) {
    return new Scalar(text, HERE);
  }

  private static ConfigNode mapping(String... keysAndValues) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      entries.put(keysAndValues[i], text(keysAndValues[i + 1]));
    }
    return new Mapping(entries, HERE);
  }

  private List<Threshold> bind(ConfigNode thresholds) {
    Fields run = new Fields(new Mapping(Map.of("thresholds", thresholds), HERE), problems);
    return ThresholdsBinder.bind(
        run, Workload.of(new NamedCall("login")), PHASES, MEASURES, problems);
  }

  private List<String> faults() {
    return problems.all().stream().map(problem -> problem.message()).toList();
  }

  @Test
  void aListOrASingleTextIsTaken() {
    assertThat(bind(text("failed < 1%")))
        .extracting(Threshold::text)
        .containsExactly("failed < 1%");
    assertThat(
            bind(
                new Sequence(
                    List.of(text("requests > 1"), text(" failed{phase:peak} < 1%")), HERE)))
        .extracting(Threshold::text)
        .containsExactly("requests > 1", "failed{phase:peak} < 1%");
    assertThat(faults()).isEmpty();
  }

  @Test
  void theEndsMayStandApart() {
    Threshold bound =
        bind(mapping("threshold", "failed{endpoint:login} < 1%", "over", "30s", "abort", "true"))
            .getFirst();
    assertThat(bound.windowNanos()).isEqualTo(30_000_000_000L);
    assertThat(bound.abort()).isTrue();
    assertThat(bound.text()).isEqualTo("failed{endpoint:login} < 1% over 30s abort");
    assertThat(bind(mapping("threshold", "failed < 1%", "abort", "false")).getFirst().abort())
        .isFalse();
    assertThat(faults()).isEmpty();
  }

  @Test
  void whatIsNotCountedInAPartIsAFault() {
    Workload workload =
        new Workload(
            List.of(new NamedCall("login"), new NamedCall("list")),
            List.of(
                new Scenario("browse", 1, List.of(Step.of(0), Step.of(1))),
                new Scenario("shop", 1, List.of(Step.of(0)))),
            new Names());
    Fields run =
        new Fields(
            new Mapping(
                Map.of(
                    "thresholds",
                    new Sequence(
                        List.of(
                            text("iteration_duration{scenario:browse}:p50 < 1s"),
                            text("iteration_duration{phase:peak}:p50 < 1s"),
                            text("iteration_duration{endpoint:list}:p50 < 1s"),
                            text("failed{scenario:browse} < 1%")),
                        HERE)),
                HERE),
            problems);
    ThresholdsBinder.bind(run, workload, PHASES, MEASURES, problems);
    assertThat(faults())
        .satisfiesExactly(
            fault -> assertThat(fault).endsWith("those of a scenario, not of a phase"),
            fault -> assertThat(fault).endsWith("those of a scenario, not of an endpoint"),
            fault -> assertThat(fault).contains("other scenarios use the endpoint \"login\" too"));
  }

  @Test
  void aMeasureThatNoEndpointHasIsAFault() {
    Workload workload =
        new Workload(
            List.of(new NamedCall("login"), new NamedCall("chat", List.of(SENT))),
            List.of(
                new Scenario("browse", 1, List.of(Step.of(0))),
                new Scenario("talk", 1, List.of(Step.of(1)))),
            new Names());
    ConfigNode thresholds =
        new Sequence(
            List.of(
                text("messages_sent > 1"),
                text("messages_sent{endpoint:chat} > 1"),
                text("messages_sent{scenario:talk}:rate > 1"),
                text("messages_sent{phase:peak} > 1 over 1s"),
                text("event_gap:p95 < 1s"),
                text("messages_sent{endpoint:login} > 1"),
                text("messages_sent{scenario:browse} > 1"),
                text("messages_sent{endpoint:chatt} > 1"),
                text("event_gab:p95 < 1s")),
            HERE);
    Fields run = new Fields(new Mapping(Map.of("thresholds", thresholds), HERE), problems);
    ThresholdsBinder.bind(run, workload, PHASES, MEASURES, problems);
    assertThat(faults())
        .satisfiesExactly(
            fault ->
                assertThat(fault)
                    .startsWith("threshold \"event_gap:p95 < 1s\": the workload does not measure")
                    .contains("event_gap"),
            fault -> assertThat(fault).contains("the endpoint \"login\" does not measure"),
            fault -> assertThat(fault).contains("the scenario \"browse\" does not measure"),
            fault ->
                assertThat(fault).endsWith("there is no endpoint \"chatt\"; did you mean chat?"),
            fault ->
                assertThat(fault).contains("character 1").endsWith("messages_sent, event_gap"));
    assertThat(problems.all()).allSatisfy(fault -> assertThat(fault.position()).isEqualTo(HERE));
  }

  @Test
  void allFaultsAreFound() {
    bind(
        new Sequence(
            List.of(
                text("failed{endpoint:logn} < 1%"),
                text("failed{scenario:x} < 1%"),
                text("failed{phase:warm} < 1%"),
                text("checks > 9%"),
                text("faild < 1%"),
                mapping("thresold", "failed < 1%"),
                new Sequence(List.of(), HERE)),
            HERE));
    assertThat(faults())
        .satisfiesExactly(
            fault ->
                assertThat(fault).endsWith("there is no endpoint \"logn\"; did you mean login?"),
            fault -> assertThat(fault).endsWith("there is no scenario \"x\""),
            fault -> assertThat(fault).contains("\"warm\" only warms up"),
            fault -> assertThat(fault).endsWith("the endpoints have no checks"),
            fault -> assertThat(fault).contains("character 1").contains("did you mean failed?"),
            fault -> assertThat(fault).contains("unknown key \"thresold\""),
            fault -> assertThat(fault).contains("a threshold is needed"),
            fault -> assertThat(fault).isEqualTo("expected a threshold, not a list"));
  }
}
