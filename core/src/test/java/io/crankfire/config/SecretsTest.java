package io.crankfire.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretsTest {

  private final Secrets secrets = new Secrets();

  @Test
  void secretsAreMaskedWhereverTheyStand() {
    secrets.add("s3cret!");

    assertThat(secrets.mask("a s3cret! and (s3cret!)xs3cret!")).isEqualTo("a *** and (***)x***");
    assertThat(secrets.mask("nothing to see")).isEqualTo("nothing to see");
  }

  @Test
  void aSecretWithinAnotherLeavesNothingOfItBehind() {
    secrets.add("pass");
    secrets.add("password1");

    assertThat(secrets.mask("password1 and pass")).isEqualTo("*** and ***");
  }

  @Test
  void aShortSecretIsMaskedOnlyWhereItStandsAlone() {
    secrets.add("ab");

    assertThat(secrets.mask("ab table ab:ab (ab)")).isEqualTo("*** table ***:*** (***)");
  }

  @Test
  void blankTextsAreNoSecrets() {
    secrets.add("");
    secrets.add(" ");
    secrets.add(null);

    assertThat(secrets.isEmpty()).isTrue();
    assertThat(secrets.mask("a b")).isEqualTo("a b");
  }

  @Test
  void ofObtainedValuesTheLatestAreRemembered() {
    secrets.add("given-one");
    for (int i = 0; i < 1000; i++) {
      secrets.addObtained("token-" + i + "-");
    }

    assertThat(secrets.mask("token-999-, token-744-, token-743-, given-one"))
        .isEqualTo("***, ***, token-743-, ***");
  }

  @Test
  void valuesOfKeysThatNameSecretsAreFoundAnywhereInAConfiguration() {
    ConfigNode endpoint =
        mapping(
            "headers",
            mapping(
                "authorization", scalar("Bearer abcdefgh"),
                "X-API-Key", scalar("key-1234"),
                "Cookie", scalar("sid=0123456789"),
                "Accept", scalar("text/plain")));
    secrets.addAll(
        mapping(
            "auth",
            mapping("clientSecret", scalar("hush-hush"), "client_id", scalar("someone")),
            "endpoints",
            new ConfigNode.Sequence(List.of(endpoint), place())));

    assertThat(secrets.mask("hush-hush someone abcdefgh key-1234 sid=0123456789 text/plain"))
        .isEqualTo("*** someone *** *** *** text/plain");
  }

  @Test
  void aPlaceholderIsNoSecret() {
    secrets.addAll(mapping("Authorization", scalar("Bearer {{token}}")));

    assertThat(secrets.isEmpty()).isTrue();
  }

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
        "passwords: many|passwords: many",
        "name: password|name: password",
      })
  void aLineOfAFileIsShownWithoutWhatStandsWhereASecretWould(String line, String shown) {
    assertThat(secrets.shown(line, 1).text()).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{password: hunter2, wrong: 1}|21|{password: ***, wrong: 1}|17",
        "{wrong: 1, password: hunter2}|2|{wrong: 1, password: ***}|2",
        "password: hunter2|14|password: ***|11",
        "rate: fast # known-one|7|rate: fast # ***|7",
        "a: known-one, rate: fast|15|a: ***, rate: fast|4",
      })
  void theCaretMovesWithWhatIsLeftOutBeforeIt(String line, int caret, String shown, int moved) {
    secrets.add("known-one");

    assertThat(secrets.shown(line, caret)).isEqualTo(new SourceLine(shown, moved));
  }

  private static ConfigNode.Scalar scalar(String text) {
    return new ConfigNode.Scalar(text, place());
  }

  private static ConfigNode.Mapping mapping(Object... keysAndValues) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      entries.put((String) keysAndValues[i], (ConfigNode) keysAndValues[i + 1]);
    }
    return new ConfigNode.Mapping(entries, place());
  }

  private static Position place() {
    return new Position("test.yaml", 1, 1, null);
  }
}
