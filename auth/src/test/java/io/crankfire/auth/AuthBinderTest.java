package io.crankfire.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.config.Secrets;
import io.crankfire.net.Clock;
import io.crankfire.plan.Connections;
import io.crankfire.template.Credential;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Request;
import io.crankfire.testkit.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthBinderTest {

  private final Map<String, String> environment = new HashMap<>();
  private final Secrets secrets = new Secrets();
  private final Problems problems = new Problems();
  private final AuthBinder binder =
      new AuthBinder(environment::get, secrets, Clock.SYSTEM, _ -> {});

  @Test
  void basicIsUserAndPasswordInBase64() {
    Credential credential =
        bound("type", "basic", "username", "Aladdin", "password", "open sesame");

    assertThat(credential.header()).isEqualTo("Authorization");
    assertThat(value(credential)).isEqualTo("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="); // RFC 7617
    assertThat(secrets.mask("open sesame QWxhZGRpbjpvcGVuIHNlc2FtZQ==")).isEqualTo("*** ***");
    assertThat(credential.refused(credential.value(), () -> {})).isFalse();
  }

  @Test
  void basicPasswordsMayBeEmptyOrInUtf8() {
    assertThat(value(bound("type", "basic", "username", "sk_live", "password", "")))
        .isEqualTo("Basic c2tfbGl2ZTo=");
    assertThat(value(bound("type", "basic", "username", "test", "password", "123\u00a3")))
        .isEqualTo("Basic dGVzdDoxMjPCow=="); // RFC 7617 §2.1
  }

  @Test
  void bearerIsTheTokenGiven() {
    assertThat(value(bound("type", "Bearer", "token", " abc.def\n"))).isEqualTo("Bearer abc.def");
    assertThat(problems.warnings()).isEmpty();
  }

  @Test
  void anApiKeyHasAHeaderOfItsOwn() {
    Credential credential = bound("type", "api_key", "header", "X-Key", "value", "k-e-y");

    assertThat(credential.header()).isEqualTo("X-Key");
    assertThat(value(credential)).isEqualTo("k-e-y");
    assertThat(secrets.mask("k-e-y")).isEqualTo("***");
  }

  @ParameterizedTest
  @ValueSource(strings = {"oidc_implicit", "OIDC_Auth_Code"})
  void theOidcTypesSendTheTokenGivenAndWarn(String type) {
    assertThat(value(bound("type", type, "staticToken", "abc"))).isEqualTo("Bearer abc");
    assertThat(problems.warnings())
        .singleElement()
        .asString()
        .contains("sends static_token as it is and never renews it");
  }

  @Test
  void secretsMayComeFromTheEnvironment() throws Exception {
    environment.put("CRANKFIRE_AUTH_STATIC_TOKEN", "outside-token");
    environment.put("CRANKFIRE_AUTH_PASSWORD", "outside-password");
    environment.put("CRANKFIRE_AUTH_CLIENT_SECRET", "outside-secret");

    assertThat(value(bound("type", "oidc_implicit"))).isEqualTo("Bearer outside-token");
    assertThat(value(bound("type", "bearer"))).isEqualTo("Bearer outside-token");
    assertThat(value(bound("type", "bearer", "token", "mine"))).isEqualTo("Bearer mine");
    assertThat(value(bound("type", "basic", "username", "u", "password", "")))
        .isEqualTo("Basic dTpvdXRzaWRlLXBhc3N3b3Jk");
    try (HttpTestServer server = HttpTestServer.start().recordRequests(1)) {
      server.on("/", Response.json("{\"access_token\":\"abc\"}"));
      try (Credential credential =
          bound(
              "type", "oauth2_resource_owner",
              "token-url", server.url().toString(),
              "client_id", "id",
              "client_secret", "",
              "client_auth", "post",
              "username", "user",
              "scopes", List.of("a", "b"))) {
        credential.obtain();
        assertThat(value(credential)).isEqualTo("Bearer abc");
      }
      Request request = server.requests().getFirst();
      assertThat(request.bodyText())
          .isEqualTo(
              "grant_type=password&username=user&password=outside-password&scope=a+b"
                  + "&client_id=id&client_secret=outside-secret");
    }
    assertThat(problems.warnings()).anyMatch(warning -> warning.message().contains("legacy grant"));
    assertThat(secrets.mask("outside-token outside-password outside-secret abc"))
        .isEqualTo("*** *** *** ***");
  }

  @Test
  void anEndpointInheritsSwitchesOffOrHasItsOwn() {
    Credential run = bound("type", "bearer", "token", "abc");

    assertThat(bind(fields("name", "a"), run)).isSameAs(run);
    assertThat(bind(fields("auth", "none"), run)).isNull();
    assertThat(bind(fields("auth", "None"), run)).isNull();
    Credential own = bind(fields("auth", map("type", "bearer", "token", "xyz")), run);
    assertThat(value(Objects.requireNonNull(own))).isEqualTo("Bearer xyz");
    assertThat(problems.isEmpty()).isTrue();
  }

  @Test
  void equalBlocksShareOneToken() {
    Object[] block = {
      "type", "oauth2_client_credentials",
      "token_url", "https://host/token",
      "client_id", "id",
      "client_secret", "hush"
    };
    Credential one = bound(block);

    assertThat(bound(block)).isSameAs(one);
    block[7] = "other";
    assertThat(bound(block)).isNotSameAs(one);
  }

  static Stream<Arguments> required() {
    return Stream.of(
        Arguments.of(
            "oauth2_client_credentials", List.of("token_url", "client_id", "client_secret")),
        Arguments.of(
            "oauth2_resource_owner",
            List.of("token_url", "client_id", "client_secret", "username", "password")),
        Arguments.of("oidc_implicit", List.of("static_token")),
        Arguments.of("oidc_auth_code", List.of("static_token")),
        Arguments.of("basic", List.of("username", "password")),
        Arguments.of("bearer", List.of("token")),
        Arguments.of("api_key", List.of("header", "value")));
  }

  @ParameterizedTest
  @MethodSource("required")
  void everythingThatIsMissingIsNamedAtOnce(String type, List<String> keys) {
    assertThat(bind(fields("auth", map("type", type)), null)).isNull();

    assertThat(messages())
        .extracting(message -> message.replaceFirst(": give it here or in CRANKFIRE_\\w+$", ""))
        .containsExactlyInAnyOrderElementsOf(
            keys.stream()
                .map(key -> "test.yaml:2:1: " + key + " is required for " + type)
                .toList());
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of(map("username", "u"), "2", "type is required: one of oauth2_client_cred"),
        Arguments.of(
            map("type", "oauth2_client_credential"),
            "3",
            "unsupported type \"oauth2_client_credential\"; did you mean"
                + " oauth2_client_credentials?"),
        Arguments.of(
            map("type", "bearer", "token", "abc", "tokn", "x"),
            "5",
            "unknown key \"tokn\"; did you mean token?"),
        Arguments.of(map("type", "bearer", "token", "Bearer abc"), "4", "leave out \"Bearer\""),
        Arguments.of(map("type", "bearer", "token", "a b"), "4", "spaces or characters"),
        Arguments.of(
            map("type", "basic", "username", "a:b", "password", "hush-hush"), "4", "no colon"),
        Arguments.of(
            map("type", "api_key", "header", "X Key", "value", "hush-hush"),
            "4",
            "cannot be an API key's header"),
        Arguments.of(
            map("type", "api_key", "header", "Content-Length", "value", "hush-hush"),
            "4",
            "cannot be an API key's header"),
        Arguments.of(
            map("type", "api_key", "header", "X-Key", "value", "hush\r\nhush"),
            "5",
            "control characters"),
        Arguments.of(grant("ftp://host/"), "4", "token_url is an https or http URL"),
        Arguments.of(grant("/token"), "4", "token_url is an https or http URL"),
        Arguments.of(grant("https://me:hush-hush@host/"), "4", "neither user and password"),
        Arguments.of(grant("https://ho st/"), "4", "token_url is not a URL"),
        Arguments.of("hush-hush", "2", "expected none, or keys and values"),
        Arguments.of(List.of("hush-hush"), "2", "expected none, or keys and values"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultIsSaidWithItsPlaceAndWithoutSecrets(Object auth, String line, String message) {
    assertThat(bind(fields("auth", auth), null)).isNull();

    assertThat(messages()).singleElement().asString().contains("test.yaml:" + line + ":", message);
    assertThat(messages().toString()).doesNotContain("hush");
  }

  @Test
  void aSecretOfTheWrongShapeIsOneFault() {
    assertThat(bind(fields("auth", map("type", "bearer", "token", List.of("a"))), null)).isNull();

    assertThat(messages()).singleElement().asString().contains("expected one value, not a list");
  }

  @Test
  void keysThatTheTypeDoesNotUseAreWarnedOf() {
    assertThat(bound("type", "bearer", "token", "abc", "scopes", "x")).isNotNull();

    assertThat(problems.warnings())
        .singleElement()
        .asString()
        .isEqualTo("test.yaml:5:1: scopes is not used by bearer");
  }

  @Test
  void aTokenServerThatIsNotEncryptedIsWarnedOfUnlessItIsHere() {
    for (String url : List.of("http://127.0.0.1/", "http://[::1]:1/", "http://localhost:80")) {
      assertThat(bind(fields("auth", grant(url)), null)).isNotNull();
    }
    assertThat(problems.warnings()).isEmpty();

    assertThat(bind(fields("auth", grant("http://login.example.com/token")), null)).isNotNull();
    assertThat(problems.warnings()).singleElement().asString().contains("secrets travel in clear");
  }

  private static Map<String, Object> grant(String url) {
    return map(
        "type", "oauth2_client_credentials",
        "token_url", url,
        "client_id", "id",
        "client_secret", "hush-hush");
  }

  private List<String> messages() {
    List<String> messages = new ArrayList<>();
    problems.all().forEach(problem -> messages.add(problem.toString()));
    return messages;
  }

  private Credential bound(Object... keysAndValues) {
    Credential credential = bind(fields("auth", map(keysAndValues)), null);
    assertThat(problems.all()).isEmpty();
    return Objects.requireNonNull(credential);
  }

  private @Nullable Credential bind(Fields owner, @Nullable Credential inherited) {
    return binder.bind(owner, inherited, Connections.DEFAULT, problems);
  }

  private static String value(Credential credential) {
    return new String(credential.value(), StandardCharsets.UTF_8);
  }

  private Fields fields(String key, Object value) {
    int[] line = {1};
    return new Fields((ConfigNode.Mapping) node(map(key, value), line), problems);
  }

  private static Map<String, Object> map(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  /// A tree whose every node has a line of its own, in the order of writing.
  private static ConfigNode node(Object value, int[] line) {
    Position position = new Position("test.yaml", line[0]++, 1, null);
    return switch (value) {
      case Map<?, ?> map -> {
        Map<String, ConfigNode> entries = new LinkedHashMap<>();
        map.forEach((key, inner) -> entries.put((String) key, node(inner, line)));
        yield new ConfigNode.Mapping(entries, position);
      }
      case List<?> list ->
          new ConfigNode.Sequence(list.stream().map(inner -> node(inner, line)).toList(), position);
      default -> new ConfigNode.Scalar(value.toString(), position);
    };
  }
}
