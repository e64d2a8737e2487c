package io.crankfire.bind;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.plan.Call;
import io.crankfire.plan.LoadPlan;
import io.crankfire.plan.Scenario;
import io.crankfire.plan.Step;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EndpointsBinderTest {

  static Stream<Arguments> inheritance() {
    return Stream.of(
        row(
            "a url is taken as it is",
            "",
            "url: http://other/a/../b",
            "target=http://other/a/../b"),
        row("target is another word for url", "", "target: http://other/", "target=http://other/"),
        row("a path begins from the target", "", "path: users", "target=http://h/api/users"),
        row(
            "a path with a slash begins from the host",
            "",
            "path: /users",
            "target=http://h/users"),
        row("without a path it is the target", "", "", "target=http://h/api/v1"),
        row("an empty path is none", "", "path: ''", "target=http://h/api/v1"),
        row(
            "a path with a placeholder is resolved when its value is known (W2b)",
            "",
            "path: /x/{{uid}}",
            "target=http://h/api/v1 path=/x/{{uid}}"),
        row("the method is inherited", "method: PUT", "", "target=http://h/api/v1 method=PUT"),
        row(
            "its own method comes first",
            "method: PUT",
            "method: GET",
            "target=http://h/api/v1 method=GET"),
        row(
            "headers are laid over each other, whatever the case",
            "headers: {X-A: 1, x-b: 2}",
            "headers: {X-B: 3, X-C: 4}",
            "target=http://h/api/v1 headers=X-A=1 X-B=3 X-C=4"),
        row(
            "headers that differ in a dash are two",
            "headers: {X-A: 1}",
            "headers: {XA: 2}",
            "target=http://h/api/v1 headers=X-A=1 XA=2"),
        row(
            "a body is inherited, by GET, too",
            "body: hello",
            "method: GET",
            "target=http://h/api/v1 method=GET body=hello"),
        row(
            "its own body comes before the file of the run",
            "body_file: a.txt",
            "body: hello",
            "target=http://h/api/v1 body=hello"),
        row(
            "its own file comes before the body of the run",
            "body: hello",
            "bodyFile: a.txt",
            "target=http://h/api/v1 body_file=a.txt"),
        row(
            "an empty file is none",
            "body: hello",
            "body_file: ''",
            "target=http://h/api/v1 body=hello"),
        row(
            "an empty body does without the run's",
            "body: hello",
            "body: ''",
            "target=http://h/api/v1 body="),
        row(
            "a body of keys and values takes the place of the run's, whole",
            "body: {id: 5, name: Ann}",
            "body: {id: 6, tags: [a, true]}",
            "target=http://h/api/v1 body=id=6 tags=[a, true]"),
        row(
            "a timeout is inherited, and a bare number means seconds",
            "timeout: 5",
            "",
            "target=http://h/api/v1 timeout=5s"),
        row(
            "another protocol gets its own keys only",
            "method: PUT",
            "protocol: grpc",
            "target=http://h/api/v1"),
        row(
            "a block is laid over the run's, key by key",
            "grpc: {service: s, method: m, timeout: 1s}",
            "protocol: grpc, grpc: {Method: n}",
            "target=http://h/api/v1 grpc=service=s timeout=1s Method=n"));
  }

  @ParameterizedTest
  @MethodSource("inheritance")
  void anEndpointIsTheRunWithItsOwnKeysLaidOver(String run, String endpoint, String expected) {
    Specimen specimen =
        new Specimen(
            "target: http://h/api/v1, total: 1, %s endpoints: [{name: e, %s}]"
                .formatted(run.isEmpty() ? "" : run + ",", endpoint));

    assertThat(specimen.faults()).isEmpty();
    String named =
        expected.replaceFirst("^(target=\\S+( path=\\S+)?)", "$1 name=e").replaceFirst(" $", "");
    assertThat(specimen.compiled()).containsExactly(named);
  }

  @Test
  void weightedEndpointsAreScenariosOfOneStep() {
    LoadPlan plan =
        Specimen.plan(
            """
            target: http://h/, total: 9, endpoints: [
              {name: often, weight: 2.5},
              {path: seldom, timeout: 1s}]
            """);

    assertThat(plan.calls()).extracting(Call::name).containsExactly("often", "http://h/seldom");
    assertThat(plan.calls().getLast().timeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(plan.workload().scenarios())
        .extracting(Scenario::name, Scenario::weight)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("often", 2.5),
            org.assertj.core.groups.Tuple.tuple("http://h/seldom", 1.0));
    assertThat(plan.workload().scenarios())
        .flatExtracting(Scenario::steps)
        .extracting(Step::call)
        .containsExactly(0, 1);
  }

  @Test
  void withoutATargetEveryEndpointHasItsOwnUrl() {
    LoadPlan plan =
        Specimen.plan("total: 1, endpoints: [{url: http://a/}, {url: 'http://me:pw@b/x#y'}]");

    assertThat(plan.calls()).extracting(Call::name).containsExactly("http://a/", "http://b/x");
  }

  @Test
  void aNameThatNobodyGaveIsTheResolvedUrlAndUnique() {
    LoadPlan plan =
        Specimen.plan(
            """
            target: http://h/a/b, total: 1, endpoints: [
              {path: c/{{id}}}, {path: c/{{id}}, method: post}, {path: c/{{id}}, method: post}, {}]
            """);

    assertThat(plan.calls())
        .extracting(Call::name)
        .containsExactly(
            "http://h/a/c/{{id}}",
            "POST http://h/a/c/{{id}}",
            "POST http://h/a/c/{{id}} #2",
            "http://h/a/b");
  }

  @Test
  void anEmptyListOfEndpointsIsNone() {
    assertThat(Specimen.plan("target: http://h/, total: 1, endpoints: []").calls())
        .extracting(Call::name)
        .containsExactly("http://h/");
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault(
            "names differ by more than capitals",
            "endpoints: [{name: Login}, {name: login}]",
            "load.yml:1:69: the name \"login\" is taken by the endpoint at load.yml:1:47"),
        fault(
            "a weight is positive",
            "endpoints: [{weight: 0}]",
            "load.yml:1:56: a weight is above 0, not 0"),
        fault(
            "a weight is not negative",
            "endpoints: [{weight: -1}]",
            "load.yml:1:56: must be at least 0, not -1"),
        fault(
            "an unknown key is a fault",
            "endpoints: [{methd: GET}]",
            "load.yml:1:55: unknown key \"methd\"; did you mean method?"),
        fault(
            "a key of another protocol is a fault",
            "endpoints: [{grpc: {}}]",
            "load.yml:1:54: grpc belongs to the protocol grpc, and this endpoint speaks http"),
        fault(
            "a protocol is installed",
            "endpoints: [{protocol: grcp}]",
            "load.yml:1:58: protocol grcp is not installed; did you mean grpc?"),
        fault(
            "a think time belongs to a scenario",
            "endpoints: [{think_time: 1s}]",
            "load.yml:1:60: think_time is said in a step of a scenario"),
        fault(
            "url and target are one key",
            "endpoints: [{url: http://a/, target: http://b/}]",
            "load.yml:1:72: url and target mean the same here: give one of them"),
        fault("endpoints are a list", "endpoints: {a: {}}", "load.yml:1:46: endpoints is a list"),
        fault(
            "an endpoint is no text",
            "endpoints: [login]",
            "load.yml:1:47: an endpoint has a url or a path, and what else it needs"),
        fault(
            "an inherited fault is said once",
            "timeout: soon, endpoints: [{name: a}, {name: b}]",
            "load.yml:1:44: \"soon\" is not a duration such as 500ms, 1.5s or 1h30m"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultOfAnEndpointIsNamedWithItsPlace(String text, String expected) {
    assertThat(new Specimen("target: http://h/, total: 1,      " + text).faults())
        .containsExactly(expected);
  }

  @Test
  void whatHasNoWhereIsNamed() {
    assertThat(new Specimen("total: 1, endpoints: [{name: a}, {path: /b}]").faults())
        .containsExactly(
            "load.yml:1:23: the endpoint \"a\" has no url, and there is no target",
            "load.yml:1:34: the endpoint has a path, and there is no target that it could begin"
                + " from: give a target, or the endpoint a url");
    assertThat(new Specimen("total: 1").faults())
        .containsExactly(
            "load.yml:1:1: a target is needed: give a target, or endpoints that have each a url");
    assertThat(new Specimen("target: http://h/").faults())
        .containsExactly(
            "load.yml:1:1: the run has no end: give duration, total or load_patterns, or forever:"
                + " true");
  }

  @Test
  void aRunWithoutEndpointsMayHaveAPath() {
    Specimen specimen = new Specimen("target: http://h/, path: /a, total: 1");

    assertThat(specimen.plan().calls()).hasSize(1);
    assertThat(specimen.compiled()).containsExactly("target=http://h/ path=/a");
  }

  @Test
  void besideEndpointsARunHasNoPath() {
    assertThat(new Specimen("target: http://h/, path: /a, total: 1, endpoints: [{}]").faults())
        .containsExactly("load.yml:1:26: path is said at an endpoint, and the run has a target");
  }

  @Test
  void aPathBesideAUrlIsWarnedAbout() {
    Specimen specimen = new Specimen("total: 1, endpoints: [{url: http://a/, path: /b}]");

    assertThat(specimen.plan().calls()).extracting(Call::name).containsExactly("http://a/");
    assertThat(specimen.warnings())
        .containsExactly("load.yml:1:46: path is not used: the url says where to");
  }

  private static Arguments row(String sentence, String run, String endpoint, String expected) {
    return Arguments.of(Named.of(sentence, run), endpoint, expected);
  }

  private static Arguments fault(String sentence, String text, String expected) {
    return Arguments.of(Named.of(sentence, text), expected);
  }

  static Stream<Arguments> protocols() {
    return Stream.of(
        row("without a word it is http", "target: http://h/", "path: /a", "http"),
        row("the run's is inherited", "target: http://h/\nprotocol: grpc", "path: /a", "grpc"),
        row("its own comes first", "target: http://h/\nprotocol: grpc", "protocol: http", "http"),
        row("the scheme of its url says it", "target: http://h/", "url: 'GRPCS://i/'", "grpc"),
        row("the scheme of the target says it", "target: grpc://h/", "path: /a", "grpc"),
        row("what is said comes before a scheme", "target: grpc://h/", "protocol: http", "http"),
        row(
            "its own scheme comes before what is said of the run",
            "target: http://h/\nprotocol: http",
            "url: grpc://i/",
            "grpc"),
        row(
            "a scheme that means none leaves it to the run",
            "target: grpc://h/\nprotocol: grpc",
            "url: http://i/",
            "grpc"));
  }

  @ParameterizedTest
  @MethodSource("protocols")
  void theProtocolOfAnEndpoint(String run, String endpoint, String protocol) {
    LoadPlan plan = Specimen.plan("%s\ntotal: 1\nendpoints: [{%s}]".formatted(run, endpoint));

    assertThat(plan.calls()).extracting(Call::protocol).containsExactly(protocol);
  }

  @Test
  void theSchemeOfASingleTargetSaysItsProtocol() {
    assertThat(Specimen.plan("target: grpc://h/\ntotal: 1").calls())
        .extracting(Call::protocol)
        .containsExactly("grpc");
  }

  @Test
  void aRunThatIsOneCallIsWarnedOfKeysThatItsProtocolDoesNotRead() {
    Specimen specimen =
        new Specimen("target: http://h/\nprotocol: grpc\ntotal: 1\nmethod: PUT\ngrpc: {a: 1}");

    assertThat(specimen.plan().calls()).hasSize(1);
    assertThat(specimen.warnings())
        .containsExactly(
            "load.yml:4:9: method is not used: it belongs to the protocol http, and this run speaks"
                + " grpc");
  }
}
