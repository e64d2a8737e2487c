package io.crankfire.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.Problems;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Files that are broken, or made to break something, are one clear problem.
class HostileInputTest {

  static Stream<Arguments> files() {
    String deep = "[".repeat(100_000);
    return Stream.of(
        file(Imports.Kind.HAR, "", "in:1:1: the file is empty"),
        file(Imports.Kind.HAR, "hello", "in:1:1: this is no JSON: "),
        file(Imports.Kind.HAR, "{\n \"log\": {", "in:2:"),
        file(Imports.Kind.HAR, "{}", "in:1:1: this is no HAR file: it has no \"log\""),
        file(Imports.Kind.HAR, "[]", "in:1:1: this is no HAR file"),
        file(Imports.Kind.HAR, "{\"log\": {}}", "in:1:9: this is no HAR file: its \"log\""),
        file(
            Imports.Kind.HAR,
            "{\"log\": {\"entries\": []}}",
            "in:1:1: no request is left of the 0"),
        file(
            Imports.Kind.HAR,
            "{\"log\": {\"entries\": [1, null, {}, {\"request\": 5}]}}",
            "in:1:1: no request is left of the 4"),
        file(Imports.Kind.HAR, "{\"log\": {\"entries\": " + deep, "in:1:"),
        file(Imports.Kind.HAR, "{\"log\": {\"entries\": []}} x", "in:1:"),
        file(Imports.Kind.OPENAPI, "", "in:1:1: the file is empty"),
        file(Imports.Kind.OPENAPI, "a: [", "in:1:5: this is no YAML: "),
        file(Imports.Kind.OPENAPI, "a: 1", "in:1:1: this is no OpenAPI 3 description"),
        file(Imports.Kind.OPENAPI, "swagger: '2.0'", "in:1:1: this is Swagger 2.0: convert it"),
        file(
            Imports.Kind.OPENAPI,
            "openapi: 3.0.0\npaths: {}",
            "in:1:1: the description has no operation"),
        file(Imports.Kind.OPENAPI, "a: " + deep, "in:1:204: nested more than 200 deep"),
        file(Imports.Kind.OPENAPI, "a: *b", "in:1:4: nothing complete has this name"),
        file(Imports.Kind.OPENAPI, "a: 1\n---\nb: 2", "in:3:1: a second document follows"),
        file(Imports.Kind.OPENAPI, "? [a]\n: b", "in:1:3: a key has to be a text"),
        file(Imports.Kind.POSTMAN, "{}", "in:1:1: this is no Postman collection"),
        file(
            Imports.Kind.POSTMAN,
            "{\"info\": {}, \"item\": []}",
            "in:1:1: the collection has no request"),
        file(Imports.Kind.CURL, "wget http://a/", "in:1:1: there is no curl command"),
        file(Imports.Kind.CURL, "curl 'http://a/", "in:1:6: this quotation has no end"));
  }

  private static Arguments file(Imports.Kind kind, String text, String problem) {
    return Arguments.of(kind, text, problem);
  }

  @ParameterizedTest
  @MethodSource("files")
  void aBrokenFileIsOneProblem(Imports.Kind kind, String text, String problem) {
    Problems problems = new Problems();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

    assertThat(Imports.read(kind, bytes, "in", HarOptions.DEFAULT, problems)).isNull();
    assertThat(problems.all()).hasSize(1);
    assertThat(problems.all().getFirst().toString()).startsWith(problem);
  }

  @Test
  void bytesThatAreNoTextAreAProblem() {
    Problems problems = new Problems();

    Imports.read(
        Imports.Kind.CURL, new byte[] {(byte) 0xC3, 0x28}, "in", HarOptions.DEFAULT, problems);

    assertThat(problems.all().toString()).contains("the file is not UTF-8 text");
  }

  @Test
  void theContentsOfAnswersAreSkippedHoweverLong() {
    String har =
        """
        {"log": {"entries": [{"response": {"content": {"text": "%s", "mimeType": "a/b"}},
          "request": {"url": "http://a/", "method": "GET"}}]}}
        """
            .formatted("x".repeat(JsonReader.MAX_TEXT + 1_000_000));

    assertThat(Texts.imported(Imports.Kind.HAR, har).endpoints()).hasSize(1);
  }

  @Test
  void aRequestBodyThatIsTooLongIsAProblem() {
    Problems problems = new Problems();
    String har =
        """
        {"log": {"entries": [{"request": {"url": "http://a/", "method": "POST",
          "postData": {"text": "%s"}}}]}}
        """
            .formatted("x".repeat(JsonReader.MAX_TEXT + 1));

    Imports.read(
        Imports.Kind.HAR, har.getBytes(StandardCharsets.UTF_8), "in", HarOptions.DEFAULT, problems);

    assertThat(problems.all().toString()).contains("in:2:", "this is no JSON: ");
  }

  @Test
  void aliasesThatMultiplyAreSharedAndBounded() {
    StringBuilder bomb = new StringBuilder("openapi: 3.1.0\nx0: &x0 {type: string}\n");
    for (int i = 1; i < 40; i++) {
      bomb.append("x%d: &x%d {type: object, properties: {".formatted(i, i));
      for (int j = 0; j < 9; j++) {
        bomb.append("p%d: *x%d, ".formatted(j, i - 1));
      }
      bomb.append("}}\n");
    }
    bomb.append(
        "paths: {/a: {post: {requestBody: {content: {application/json: {schema: *x39}}}}}}");

    assertThat(YamlText.of(Texts.imported(Imports.Kind.OPENAPI, bomb.toString())))
        .hasSizeLessThan(1_000_000);
  }

  @Test
  void aSchemaThatContainsItselfHasAnEnd() {
    ImportedConfig config =
        Texts.imported(
            Imports.Kind.OPENAPI,
            """
            openapi: 3.0.3
            paths:
              /a:
                post:
                  requestBody:
                    content:
                      application/json:
                        schema: {$ref: '#/components/schemas/Node'}
            components:
              schemas:
                Node:
                  type: object
                  properties:
                    name: {type: string}
                    next: {$ref: '#/components/schemas/Node'}
                    loop: {$ref: '#/components/schemas/Loop'}
                Loop: {$ref: '#/components/schemas/Loop'}
            """);

    assertThat(config.toNode().toString()).contains("\"name\": \"string\"").doesNotContain("next");
    assertThat(config.warnings()).anyMatch(warning -> warning.contains("which leads nowhere"));
  }
}
