package io.crankfire.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Whole files in, whole configurations out. After a wanted change, run with
/// `-Dcrankfire.golden=write` and read the difference.
class GoldenImportTest {

  private static final Position HERE = Position.flag("--har-filter");

  static Stream<Arguments> files() {
    HarOptions replay =
        new HarOptions(
            HarFilter.parse("host:*.example.com", HERE, new Problems()), false, true, true, 4);
    return Stream.of(
        Arguments.of(Imports.Kind.OPENAPI, "petshop.yaml", HarOptions.DEFAULT, "petshop.out.yaml"),
        Arguments.of(
            Imports.Kind.POSTMAN, "collection.json", HarOptions.DEFAULT, "collection.out.yaml"),
        Arguments.of(Imports.Kind.HAR, "chrome.har", HarOptions.DEFAULT, "chrome.out.yaml"),
        Arguments.of(Imports.Kind.HAR, "chrome.har", replay, "chrome-replay.out.yaml"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void aFileBecomesTheConfigurationThatWasRead(
      Imports.Kind kind, String input, HarOptions options, String golden) throws IOException {
    Problems problems = new Problems();
    ImportedConfig config =
        Imports.read(kind, Texts.fixture(input), "dir/" + input, options, problems);

    assertThat(problems.all()).isEmpty();
    String yaml = YamlText.of(Objects.requireNonNull(config));
    if ("write".equals(System.getProperty("crankfire.golden"))) {
      Files.writeString(
          Path.of(
              System.getProperty("crankfire.root"),
              "imports/src/test/resources/io/crankfire/imports",
              golden),
          yaml);
    }
    assertThat(yaml).isEqualTo(Texts.text(golden));
    assertThat(yaml).doesNotContain("secret-", "t0ken-value", "c5rf-value");
  }

  @ParameterizedTest
  @MethodSource("files")
  void whatIsWrittenReadsBackTheSame(
      Imports.Kind kind, String input, HarOptions options, String golden) {
    ImportedConfig config =
        Objects.requireNonNull(
            Imports.read(kind, Texts.fixture(input), golden, options, new Problems()));

    assertThat(Texts.plain(YamlText.of(config))).isEqualTo(Texts.plain(config.toNode()));
  }
}
