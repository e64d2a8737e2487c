package io.crankfire.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.Problems;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PostmanImportTest {

  private static String imported(String request) {
    String collection =
        "{\"info\": {\"name\": \"c\"}, \"item\": [{\"name\": \"r\", \"request\": "
            + request
            + "}]}";
    ImportedConfig config =
        Imports.read(
            Imports.Kind.POSTMAN,
            collection.getBytes(StandardCharsets.UTF_8),
            "in",
            HarOptions.DEFAULT,
            new Problems());
    return YamlText.of(Objects.requireNonNull(config));
  }

  @Test
  void thePasswordOfAUrlIsNotWrittenOut() {
    assertThat(imported("{\"url\": \"https://ann:hun%74er2@h/a?b=1\"}"))
        .doesNotContain("er2")
        .contains("url: https://h/a?b=1\n", "type: basic", "username: ann", "${PASSWORD}");
  }

  @Test
  void aUserWhoIsAPlaceholderStaysInTheUrl() {
    assertThat(imported("{\"url\": \"https://{{user}}:{{pass}}@h/a\"}"))
        .contains("https://{{user}}:{{pass}}@h/a");
  }
}
