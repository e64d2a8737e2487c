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
  void headersAreSecretsByAnyWordOfTheirNames() {
    secrets.addAll(
        mapping(
            "Headers",
            mapping(
                "X-Auth-Token", scalar("abcd-1234"),
                "X-Amz-Security-Token", scalar("efgh-5678"),
                "My-Session-Id", scalar("ijkl-9012"),
                "X-Trace", scalar("mnop-3456")),
            "cookies",
            scalar("true"),
            "token_url",
            scalar("https://h/")));

    assertThat(secrets.mask("abcd-1234 efgh-5678 ijkl-9012 mnop-3456 true https://h/"))
        .isEqualTo("*** *** *** mnop-3456 true https://h/");
  }

  @Test
  void aPlaceholderIsNoSecret() {
    secrets.addAll(mapping("Authorization", scalar("Bearer {{token}}")));

    assertThat(secrets.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "http://me:p4ssw0rd@h/a@b|http://me:***@h/a@b",
        "https://h/x?a=1&api_key=p4ssw0rd&b=2#c=p4ssw0rds|https://h/x?a=1&api_key=***&b=2#c=***s",
        "/x?access_token=p4ssw0rd|/x?access_token=***",
        "/x?access_token={{p4ssw0rd}}|/x?access_token={{p4ssw0rd}}",
        "http://h:8080/p4ssw0rd@x?page=p4ssw0rd|http://h:8080/p4ssw0rd@x?page=p4ssw0rd",
        "when does it begin?|when does it begin?",
        "http://me:{{p4ssw0rd}}@h|http://me:{{p4ssw0rd}}@h"
      })
  void whatUrlsHoldIsFound(String url, String shown) {
    secrets.addAll(mapping("url", scalar(url)));

    assertThat(secrets.mask(url)).isEqualTo(shown);
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
