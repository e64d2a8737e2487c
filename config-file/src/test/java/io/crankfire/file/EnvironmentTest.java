package io.crankfire.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentTest {

  private static final Map<String, String> VARIABLES =
      Map.of("HOST", "example.com", "EMPTY", "", "ODD", "${HOST} \"}");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "plain, plain",
        "http://${HOST}:${PORT:-80}/, http://example.com:80/",
        "${HOST:-x}, example.com",
        "${EMPTY}|, |",
        "${EMPTY:-x}, x",
        "${NONE:-}|, |",
        "${NONE:-{{id}}}, {{id}}",
        "$${HOST} $$ $x, ${HOST} $$ $x",
        "$$${HOST}, $${HOST}",
        "${ODD}, ${HOST} \"}",
        "{{$env}}, {{$env}}",
      })
  void variablesAreReplaced(String text, String expected) {
    Written written = written("a: '" + text + "'", null);

    assertThat(written.faults()).isEmpty();
    assertThat(written.values()).containsEntry("/a", expected);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "${NONE}, the environment variable NONE is not set: set it or write ${NONE:-default}",
        "${1A}, \"1A\" is not the name of an environment variable; write $${ for ${",
        "${}, \"\" is not the name of an environment variable; write $${ for ${",
        "${HOST, ${ has no }: write ${NAME} or ${NAME:-default} or $${ for ${",
        "${NONE:-${HOST}}, the default of NONE cannot hold another variable",
      })
  void whatCannotBeReplacedIsAProblem(String text, String fault) {
    assertThat(written("x: 1\na: '" + text + "'", null).faults())
        .singleElement()
        .satisfies(line -> assertThat(line.replace(",", "")).isEqualTo("2:4: " + fault));
  }

  @Test
  void valuesGoIntoBodiesAndListsButNotIntoKeys() {
    Written written =
        written("body: {\"${HOST}\": [\"${ODD}\"]}\nlist: [\"${HOST}\"]\n${HOST}: 1", null);

    assertThat(written.values())
        .containsEntry("/body", "{\"${HOST}\":[\"${HOST} \\\"}\"]}")
        .containsEntry("/list/0", "example.com")
        .containsEntry("/${HOST}", "1");
  }

  @Test
  void profilesThatWereNotChosenNeedNoVariables() {
    String text =
        """
        target: http://h/
        headers: {x-a: "1", X-B: "2"}
        body_file: f
        profiles:
          here: {rate: 5, headers: {X-A: "3"}, body: b}
          there: {target: "${NONE}"}
        """;

    assertThat(written(text, null).faults()).isEmpty();
    assertThat(written(text, "there").faults()).hasSize(1);
    assertThat(written(text, null).values()).doesNotContainKey("/rate").hasSize(4);
    assertThat(written(text, "here").values())
        .isEqualTo(
            Map.of(
                "/target", "http://h/",
                "/headers/X-A", "3",
                "/headers/X-B", "2",
                "/rate", "5",
                "/body", "b"));
  }

  @Test
  void anUnknownProfileIsAProblem() {
    String text = "profiles: {staging: {rate: 1}, production: {rate: 2}}";

    assertThat(written(text, "stagng").problems().all())
        .singleElement()
        .satisfies(problem ->
            assertThat(problem.toString())
                .startsWith("--profile: ")
                .endsWith(
                    "has no profile \"stagng\"; did you mean staging?; there is staging,"
                        + " production"));
    assertThat(written("rate: 1", "x").problems().all().toString()).contains("has no profiles");
    assertThat(written("profiles: [a]", null).faults())
        .isEqualTo(List.of("1:1: profiles are names, each with settings of its own"));
    assertThat(written("profiles: {a: 5}", null).faults())
        .isEqualTo(List.of("1:12: a profile is keys and values, as at the top of the file"));
  }

  private Written written(String text, @Nullable String profile) {
    return Written.file(
        folder, "a.yaml", text.getBytes(StandardCharsets.UTF_8), profile, VARIABLES);
  }
}
