package io.crankfire.imports;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever a text holds, it is read back as it was.
class YamlTextTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "~",
        "true",
        "012",
        "1e3",
        "-",
        "- a",
        "a: b",
        "a #b",
        "#a",
        "'",
        "\"",
        "{{x}}",
        "{a}",
        "[a]",
        "*a",
        "&a",
        "!a",
        "%a",
        "@a",
        "`a",
        "a\nb",
        "a\nb\n",
        "a\n\n\nb\n\n",
        "\na",
        " a\nb",
        "a \nb",
        "a\r\nb",
        "\t",
        "a\tb\nc",
        "\u0000",
        "\u0007",
        "\u0085",
        "\u2028",
        "\uFEFFa\nb",
        "é",
        "\uD83D\uDE00",
        "---",
        "...",
        "a\n---\nb",
        "? a",
        "| a",
        "> a",
        "=",
        "<<",
      })
  void everyTextSurvives(String text) {
    Draft draft = new Draft(ImportDraft.NOWHERE).set("name", text).set("body", text);
    draft.header("X-" + text.length(), text, draft.position());
    draft.comment("about " + text);
    ImportedConfig config =
        new ImportedConfig(
            List.of("made of " + text),
            Map.of(),
            List.of(new ImportedConfig.Commented(draft.comments(), draft.toNode())),
            List.of(),
            List.of());

    assertThat(Texts.plain(YamlText.of(config))).isEqualTo(Texts.plain(config.toNode()));
  }
}
