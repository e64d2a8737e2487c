package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.Position;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Lines of configuration files below the faults in them.
class SourceLineTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "  password: hunter2 # mine|  password: ***",
        "  password: a,b|  password: ***",
        "  client-secret: 'a b'   # c|  client-secret: ***   # c",
        "  \"static_token\": \"a\\\"b\", \"c\": 1|  \"static_token\": ***, \"c\": 1",
        "auth: {type: basic, username: me, password: x y, z: 1}|"
            + "auth: {type: basic, username: me, password: ***, z: 1}",
        "clientSecret = \"abc\"|clientSecret = ***",
        "Authorization: Bearer abc|Authorization: ***",
        "  - Cookie: a=b; c=d|  - Cookie: ***",
        "X-Api-Key: 123|X-Api-Key: ***",
        "value: 123|value: ***",
        "password: \"never closed|password: ***",
        "password: |password: ",
        "password: {a: b}|password: {a: b}",
        "proxy: http://me:pw@host:1/|proxy: http://***@host:1/",
        "target: http://host/a@b|target: http://host/a@b",
        "passwords: many|passwords: ***",
        "name: password|name: password",
      })
  void aLineOfAFileIsShownWithoutWhatStandsWhereASecretWould(String line, String shown) {
    assertThat(shown(line, 1).getFirst()).isEqualTo("    " + shown.stripTrailing());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{password: hunter2, wrong: 1}|21|{password: ***, wrong: 1}|17",
        "{wrong: 1, password: hunter2}|2|{wrong: 1, password: ***}|2",
        "password: hunter2|14|password: ***|11",
      })
  void theCaretMovesWithWhatIsLeftOutBeforeIt(String line, int caret, String shown, int moved) {
    assertThat(shown(line, caret))
        .containsExactly("    " + shown, "    " + " ".repeat(moved - 1) + "^");
  }

  private static List<String> shown(String line, int column) {
    return SourceLine.of(new Position("a.yaml", 1, column, line)).lines().toList();
  }
}
