package io.crankfire.data.jsonpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The compliance test suite of RFC 9535 (jsonpath-standard/jsonpath-compliance-test-suite, commit
/// 7be7c1f; its licence, BSD-2, lies beside it).
class ComplianceTest {

  private static final String SUITE = "/jsonpath-compliance-test-suite/cts.json";

  static List<Arguments> suite() throws IOException {
    byte[] json;
    try (InputStream in = Objects.requireNonNull(ComplianceTest.class.getResourceAsStream(SUITE))) {
      json = in.readAllBytes();
    }
    Json root = Objects.requireNonNull(JsonReader.read(json, json.length));
    List<Arguments> cases = new ArrayList<>();
    for (Json test : items(member(root, "tests"))) {
      cases.add(
          Arguments.of(
              text(member(test, "name")),
              text(member(test, "selector")),
              ((Json.Members) test).byName()));
    }
    return cases;
  }

  @Test
  void theSuiteIsWhole() throws IOException {
    assertThat(suite()).hasSize(703);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("suite")
  void isMet(String name, String selector, Map<String, Json> test) {
    if (test.containsKey("invalid_selector")) {
      assertThatIllegalArgumentException().isThrownBy(() -> PathParser.parse(selector));
      return;
    }
    Json document = Objects.requireNonNull(test.get("document"));
    Json found = new Json.Array(JsonPath.compile(selector).nodes(document));
    Stream<Json> allowed =
        test.containsKey("result")
            ? Stream.of(Objects.requireNonNull(test.get("result")))
            : items(Objects.requireNonNull(test.get("results"))).stream();
    assertThat(allowed.map(Json::toJson)).as(name).contains(found.toJson());
  }

  /// The scanner, or whatever the path is compiled to, agrees with the query.
  @ParameterizedTest(name = "{0}")
  @MethodSource("suite")
  void theFirstValueIsTheSameFromBytes(String name, String selector, Map<String, Json> test) {
    if (test.containsKey("invalid_selector")) {
      return;
    }
    Json document = Objects.requireNonNull(test.get("document"));
    JsonPath path = JsonPath.compile(selector);
    List<Json> nodes = path.nodes(document);
    byte[] json = document.toJson().getBytes(StandardCharsets.UTF_8);
    byte[] found = path.first(json, json.length);
    String expected = nodes.isEmpty() ? null : nodes.getFirst().asText();
    assertThat(found == null ? null : new String(found, StandardCharsets.UTF_8))
        .as(name)
        .isEqualTo(expected);
    assertThat(path.exists(json, json.length)).isEqualTo(!nodes.isEmpty());
  }

  private static Json member(Json json, String name) {
    return Objects.requireNonNull(((Json.Members) json).byName().get(name));
  }

  private static List<Json> items(Json json) {
    return ((Json.Array) json).items();
  }

  private static String text(Json json) {
    return Objects.requireNonNull(json.asText());
  }
}
