package io.crankfire.data;

import static io.crankfire.data.Config.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.crankfire.config.Problems;
import io.crankfire.template.Check;
import io.crankfire.template.Conduct;
import io.crankfire.template.Extractor;
import io.crankfire.template.Names;
import io.crankfire.template.Response;
import io.crankfire.template.Retry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConductBinderTest {

  /// A response of 200 after 10 ms with two headers; its body lies in a longer array.
  private record Answer(int status, String text) implements Response {
    @Override
    public @Nullable String header(String name) {
      return switch (name.toLowerCase(Locale.ROOT)) {
        case "content-type" -> "application/json; charset=utf-8";
        case "x-id" -> "42";
        default -> null;
      };
    }

    @Override
    public byte[] body() {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      byte[] longer = Arrays.copyOf(bytes, bytes.length + 9);
      Arrays.fill(longer, bytes.length, longer.length, (byte) '7');
      return longer;
    }

    @Override
    public int bodyLength() {
      return text.getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public long bodyBytes() {
      return bodyLength();
    }

    @Override
    public long serviceNanos() {
      return 10_000_000;
    }
  }

  private static final String BODY =
      "{ \"id\": 12345678901, \"name\": \"Zo\\u00eb \\\"Z\\\"\", \"ok\": true, \"none\": null,"
          + " \"items\": [ {\"sku\": \"a1\", \"price\": 5}, {\"sku\": \"b2\", \"price\": 15},"
          + " {\"sku\": \"c3\", \"price\": 25} ], \"tags\": { \"x.y\": \"dotted\", \"0\": \"zero\""
          + " } }";

  private final Problems problems = new Problems();
  private final Names names = new Names();

  private Conduct bind(Map<String, ?> endpoint) {
    return ConductBinder.bind(Config.fields(problems, endpoint), names, problems);
  }

  static Stream<Arguments> extractors() {
    return Stream.of(
        arguments("jsonpath", "$.id", "12345678901"),
        arguments("jsonpath", "$['name']", "Zoë \"Z\""),
        arguments("jsonpath", "$.ok", "true"),
        arguments("jsonpath", "$.none", null),
        arguments("jsonpath", "$.nobody", null),
        arguments("jsonpath", "$.items[1].sku", "b2"),
        arguments("jsonpath", "$.items[-1].sku", "c3"),
        arguments("jsonpath", "$.items[9].sku", null),
        arguments("jsonpath", "$.items[?@.price > 10].sku", "b2"),
        arguments("jsonpath", "$..sku", "a1"),
        arguments("jsonpath", "$.items[0]", "{\"sku\":\"a1\",\"price\":5}"),
        arguments("jsonpath", "$.items[0:1]", "{\"sku\":\"a1\",\"price\":5}"),
        // The forms of the Go tool.
        arguments("jsonpath", "id", "12345678901"),
        arguments("jsonpath", "items.1.sku", "b2"),
        arguments("jsonpath", "$.items.1.sku", "b2"),
        arguments("jsonpath", "$.items.#", "3"),
        arguments("jsonpath", "items.#.sku", "[\"a1\",\"b2\",\"c3\"]"),
        arguments("jsonpath", "items.#(price>10).sku", "b2"),
        arguments("jsonpath", "items.#(price>10)#.sku", "[\"b2\",\"c3\"]"),
        arguments("jsonpath", "items.#(price>10)#.#", "2"),
        arguments("jsonpath", "items.#(sku==\"c3\").price", "25"),
        arguments("jsonpath", "items.#(sku%\"b*\").price", "15"),
        arguments("jsonpath", "items.#(price>99).sku", null),
        arguments("jsonpath", "tags.x\\.y", "dotted"),
        arguments("jsonpath", "tags.x*", "dotted"),
        arguments("jsonpath", "tags.0", "zero"),
        arguments("jsonpath", "na?e", "Zoë \"Z\""),
        arguments("jsonpath", "items.sku", null),
        // Linear regular expressions.
        arguments("regex", "\"sku\": \"([a-z]\\d)\"", "a1"),
        arguments("regex", "b\\d", "b2"),
        arguments("regex", "sku|(never)", null),
        arguments("regex", "7{9}", null),
        arguments("header", "X-ID", "42"),
        arguments("header", "X-None", null));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("extractors")
  void anExtractorFinds(String kind, String text, @Nullable String expected) {
    Conduct conduct = bind(map("extractors", List.of(map(kind, text, "var", "v"))));
    assertThat(Config.messages(problems)).isEmpty();
    Extractor extractor = conduct.extractors().getFirst();
    byte[] found = extractor.extract(new Answer(200, BODY));
    assertThat(found == null ? null : new String(found, StandardCharsets.UTF_8))
        .isEqualTo(expected);
    assertThat(extractor.slot()).isEqualTo(names.slot("v")).isZero();
    assertThat(extractor.needsBody()).isEqualTo(!kind.equals("header"));
    assertThat(extractor.onError()).isFalse();
  }

  @Test
  void aDefaultStandsForWhatIsMissing() {
    Conduct conduct =
        bind(
            map(
                "extractors",
                List.of(
                    map("regex", "(nobody)", "var", "a", "default", "guest", "on_error", "true"),
                    map("jsonpath", "$.none", "var", "b", "default", ""))));
    assertThat(Config.messages(problems)).isEmpty();
    assertThat(conduct.extractors().get(0).extract(new Answer(500, BODY)))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("guest");
    assertThat(conduct.extractors().get(0).onError()).isTrue();
    assertThat(conduct.extractors().get(1).extract(new Answer(200, BODY))).isEmpty();
  }

  @Test
  void aRegexTakesTheGroupAsUtf8() {
    Conduct conduct = bind(map("extractors", List.of(map("regex", "ü(.)ß", "var", "v"))));
    assertThat(conduct.extractors().getFirst().extract(new Answer(200, "xüéß")))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("é");
  }

  /// The body may have been cut off at the capture limit: what stands before the cut is there, and
  /// nothing that the cut went through.
  @Test
  void aValueIsFoundInABodyThatWasCutOff() {
    byte[] whole = "{\"a\":\"x\",\"n\":123}".getBytes(StandardCharsets.UTF_8);
    Extractor a =
        bind(map("extractors", List.of(map("jsonpath", "a", "var", "v")))).extractors().getFirst();
    Extractor n =
        bind(map("extractors", List.of(map("jsonpath", "n", "var", "v")))).extractors().getFirst();
    for (int cut = 0; cut <= whole.length; cut++) {
      Answer answer = new Answer(200, new String(whole, 0, cut, StandardCharsets.UTF_8));
      assertThat(a.extract(answer) != null).as("cut at %d", cut).isEqualTo(cut >= 8);
      byte[] number = n.extract(answer);
      if (number != null) {
        assertThat(number).asString(StandardCharsets.UTF_8).isEqualTo("123");
      }
    }
    assertThat(n.extract(new Answer(200, "{\"n\":123}"))).isNotNull();
  }

  static Stream<Arguments> checks() {
    return Stream.of(
        arguments(map("status", "200"), true, "status 200"),
        arguments(map("status", List.of("201", "2xx")), true, "status 201, 2xx"),
        arguments(map("status", "199-201"), true, "status 199-201"),
        arguments(
            map("status", List.of("404", "3XX", "100-199")), false, "status 404, 3XX, 100-199"),
        arguments(map("body_contains", "Zo\\u00eb"), true, "body contains Zo\\u00eb"),
        arguments(
            map("body_contains", List.of("\"a1\"", "zz")),
            false,
            "body contains \"a1\" and body contains zz"),
        arguments(map("body_contains", "}77"), false, "body contains }77"),
        arguments(map("body_regex", "sku.*price"), true, "body fits sku.*price"),
        arguments(map("body_regex", "^sku"), false, "body fits ^sku"),
        arguments(map("jsonpath", "$.id"), true, "$.id exists"),
        arguments(map("jsonpath", "$.none", "exists", "true"), true, "$.none exists"),
        arguments(map("jsonpath", "$.nobody", "exists", "false"), true, "$.nobody is missing"),
        arguments(map("jsonpath", "$.ok", "equals", "true"), true, "$.ok is true"),
        arguments(map("jsonpath", "$.id", "equals", "12345678901"), true, "$.id is 12345678901"),
        arguments(map("jsonpath", "$.none", "equals", "null"), true, "$.none is null"),
        arguments(map("jsonpath", "$.name", "equals", "Zoë \"Z\""), true, "$.name is Zoë \"Z\""),
        arguments(map("jsonpath", "items.#", "equals", "4"), false, "items.# is 4"),
        arguments(map("jsonpath", "$..price", "equals", "5"), true, "$..price is 5"),
        arguments(map("header", "X-Id"), true, "X-Id exists"),
        arguments(map("header", "X-Id", "exists", "false"), false, "X-Id is missing"),
        arguments(map("header", "x-id", "equals", "42"), true, "x-id is 42"),
        arguments(map("header", "x-id", "equals", "4"), false, "x-id is 4"),
        arguments(
            map("header", "Content-Type", "contains", "json"), true, "Content-Type contains json"),
        arguments(map("header", "X-None", "contains", "json"), false, "X-None contains json"),
        arguments(map("max_duration", "10ms"), true, "at most 10ms"),
        arguments(map("max_duration", "9.9ms"), false, "at most 9.9ms"),
        arguments(map("max_body_bytes", "10000"), true, "at most 10000 bytes"),
        arguments(map("max_body_bytes", "10"), false, "at most 10 bytes"),
        arguments(map("status", "2xx", "max_duration", "1s"), true, "status 2xx and at most 1s"),
        arguments(
            map("status", "2xx", "body_contains", "zz"), false, "status 2xx and body contains zz"),
        arguments(map("name", "my own", "status", "2xx"), true, "my own"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("checks")
  void aCheckHolds(Map<String, ?> check, boolean expected, String name) {
    Conduct conduct = bind(map("checks", List.of(check)));
    assertThat(Config.messages(problems)).isEmpty();
    Check made = conduct.checks().getFirst();
    assertThat(made.holds(new Answer(200, BODY))).isEqualTo(expected);
    assertThat(made.name()).isEqualTo(name);
    assertThat(made.needsBody())
        .isEqualTo(
            check.containsKey("body_contains")
                || check.containsKey("body_regex")
                || check.containsKey("jsonpath"));
  }

  @Test
  void namesOfChecksAreUniqueAndShort() {
    Map<String, ?> same = map("status", "200");
    Conduct conduct =
        bind(map("checks", List.of(same, same, map("body_contains", "x".repeat(200)), same)));
    assertThat(conduct.checks().stream().map(Check::name))
        .doesNotHaveDuplicates()
        .contains("status 200", "status 200 (2)", "status 200 (3)")
        .allMatch(name -> name.length() <= 70);
  }

  static Stream<Arguments> faults() {
    Map<String, Object> ok = map("jsonpath", "$.a", "var", "v");
    return Stream.of(
        arguments(
            "extractors",
            map("jsonpath", "$.a", "regex", "b", "var", "v"),
            "test.yaml:5:1: this extractor has jsonpath already"),
        arguments(
            "extractors",
            map("var", "v"),
            "test.yaml:3:1: an extractor needs one of jsonpath, regex and header"),
        arguments("extractors", map("regex", "b"), "an extractor needs a var"),
        arguments(
            "extractors",
            map("regex", "b", "var", "1a"),
            "test.yaml:5:1: \"1a\" is no name for a variable"),
        arguments("extractors", map("regex", "b", "var", "a-b"), "is no name for a variable"),
        arguments("extractors", map("regex", "a(b[c", "var", "v"), "missing closing ]"),
        arguments(
            "extractors", map("regex", "abc**", "var", "v"), "at character 4 of the pattern: **"),
        arguments(
            "extractors",
            map("jsonpath", "$.a[", "var", "v"),
            "at character 5 of the path, at the end"),
        arguments(
            "extractors",
            map("jsonpath", "$.a[?@.b==]", "var", "v"),
            "at character 11 of the path"),
        arguments(
            "extractors", map("jsonpath", "$[?foo(@)]", "var", "v"), "there is no function foo"),
        arguments("extractors", map("jsonpath", "a..b", "var", "v"), "expected a name or an index"),
        arguments("extractors", map("jsonpath", "a|b", "var", "v"), "| has no meaning here"),
        arguments("extractors", map("jsonpath", "", "var", "v"), "the path is empty"),
        arguments("extractors", map("header", "a b", "var", "v"), "\"a b\" is no name of a header"),
        arguments("extractors", map("jsonpth", "$.a", "var", "v"), "did you mean jsonpath?"),
        arguments(
            "extractors",
            map("jsonpath", "$.a", "var", "v", "on_error", "maybe"),
            "neither true nor false"),
        arguments("checks", map("name", "x"), "a check needs at least one of"),
        arguments(
            "checks", map("status", "20" + "x"), "\"20x\" is no status: write 200, 2xx or 200-299"),
        arguments("checks", map("status", "299-200"), "is no status"),
        arguments("checks", map("status", List.of()), "the list is empty"),
        arguments("checks", map("body_regex", "("), "is no regular expression"),
        arguments("checks", map("jsonpath", "$["), "of the path"),
        arguments(
            "checks", map("jsonpath", "$.a", "contains", "x"), "a jsonpath takes equals or exists"),
        arguments(
            "checks", map("jsonpath", "$.a", "equals", "x", "exists", "true"), "it takes one of"),
        arguments("checks", map("jsonpath", "$.a", "header", "b"), "make two checks of them"),
        arguments(
            "checks",
            map("status", "200", "equals", "x"),
            "equals belongs to a jsonpath or a header"),
        arguments("checks", map("max_duration", "0"), "must be more than 0"),
        arguments("checks", map("max_body_bytes", "-1"), "must be at least 0"),
        arguments("checks", map("name", " ", "status", "200"), "the name is empty"),
        arguments("checks", "status", "expected keys and values"),
        arguments("extractors", ok.toString(), "expected keys and values"));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("faults")
  void aFaultIsAProblemWithItsPosition(String key, Object item, String message) {
    bind(map(key, List.of(item)));
    assertThat(Config.messages(problems)).anyMatch(shown -> shown.contains(message));
    assertThat(Config.messages(problems)).allMatch(shown -> shown.startsWith("test.yaml:"));
  }

  @Test
  void allFaultsAreFoundAtOnce() {
    bind(
        map(
            "extractors",
            List.of(map("regex", "("), map("jsonpath", "$[", "var", "9"), "x"),
            "checks",
            List.of(map("status", "abc"), map("max_duration", "5")),
            "retries",
            "-1",
            "capture_limit",
            "0"));
    assertThat(Config.messages(problems)).hasSize(8);
  }

  @Test
  void checksWithOneNameTwiceAreAProblem() {
    Map<String, ?> check = map("name", "ok", "status", "200");
    bind(map("checks", List.of(check, check)));
    assertThat(Config.messages(problems))
        .singleElement()
        .asString()
        .contains("has the name \"ok\"");
  }

  @Test
  void moreThan64ChecksAreAProblem() {
    Conduct conduct = bind(map("checks", java.util.Collections.nCopies(65, map("status", "200"))));
    assertThat(Config.messages(problems)).singleElement().asString().contains("64 checks");
    assertThat(conduct.checks()).hasSize(64);
  }

  @Test
  void retriesAreANumberOrSaidInFull() {
    assertThat(bind(map()).retry()).isEqualTo(Retry.NONE);
    assertThat(bind(map("retries", "3")).retry()).isEqualTo(Retry.of(3));
    assertThat(bind(map("retries", map("max", "2"))).retry()).isEqualTo(Retry.of(2));
    assertThat(bind(map("retries", map("max", "2", "base", "1s", "cap", "9s"))).retry())
        .isEqualTo(new Retry(2, Duration.ofSeconds(1), Duration.ofSeconds(9)));
    assertThat(bind(map("retries", map("max", "2", "base", "7s"))).retry().cap())
        .isEqualTo(Duration.ofSeconds(7));
    assertThat(Config.messages(problems)).isEmpty();
    bind(map("retries", map("base", "2s", "cap", "1s", "mx", "1")));
    assertThat(Config.messages(problems))
        .hasSize(3)
        .anyMatch(text -> text.contains("retries need a max"))
        .anyMatch(text -> text.contains("shorter than the first"))
        .anyMatch(text -> text.contains("did you mean max?"));
  }

  @Test
  void theCaptureLimitIsAMebibyteUnlessSaid() {
    assertThat(bind(map()).captureLimit()).isEqualTo(1 << 20);
    assertThat(bind(map("captureLimit", "512")).captureLimit()).isEqualTo(512);
    assertThat(bind(map()).looks()).isFalse();
  }

  /// Whatever a server sends, an extractor finds something or nothing, and ends.
  @Test
  void noBodyBreaksAnExtractorOrACheck() {
    SplittableRandom random = new SplittableRandom(23);
    Conduct conduct =
        bind(
            map(
                "extractors",
                Stream.of("$.a", "$.a[1].b", "a.1.b", "$..a", "$[?@.a > 1]", "a.#.b", "$", "a.*")
                    .map(path -> map("jsonpath", path, "var", "v"))
                    .toList(),
                "checks",
                List.of(
                    map("jsonpath", "$.a", "equals", "1"),
                    map("body_contains", "a\"b"),
                    map("body_regex", "(a+)+$"))));
    assertThat(Config.messages(problems)).isEmpty();
    String[] parts = {
      "{", "}", "[", "]", "\"a\"", "\"", ":", ",", "1", "-", ".", "e", "\\", "\\u12", "null", "tru",
      " ", "é", "\"a\":", "\"b\":"
    };
    for (int i = 0; i < 20_000; i++) {
      StringBuilder body = new StringBuilder(random.nextBoolean() ? "{\"a\":" : "");
      for (int j = random.nextInt(16); j > 0; j--) {
        body.append(parts[random.nextInt(parts.length)]);
      }
      Answer answer = new Answer(200, body.toString());
      conduct.extractors().forEach(extractor -> extractor.extract(answer));
      conduct.checks().forEach(check -> check.holds(answer));
    }
  }

  @Test
  void deepNestingIsAMissAndNoOverflow() {
    String deep = "[".repeat(200_000) + "]".repeat(200_000);
    Conduct conduct =
        bind(
            map(
                "extractors",
                List.of(map("jsonpath", "$..a", "var", "v"), map("jsonpath", "$[0]", "var", "w"))));
    assertThat(conduct.extractors().get(0).extract(new Answer(200, deep))).isNull();
    assertThat(conduct.extractors().get(1).extract(new Answer(200, deep))).hasSize(399_998);
  }
}
