package io.crankfire.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.crankfire.auth.Grant.ClientAuth;
import io.crankfire.config.Secrets;
import io.crankfire.plan.Connections;
import io.crankfire.plan.Proxy;
import io.crankfire.plan.TlsOptions;
import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.Faults;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.ProxyTestServer;
import io.crankfire.testkit.Request;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.Script;
import io.crankfire.testkit.ServerSetup;
import io.crankfire.testkit.Specimen;
import io.crankfire.testkit.tls.Identity;
import io.crankfire.testkit.tls.TestCertificates;
import io.crankfire.testkit.tls.TlsSetup;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TokenClientTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration IMPATIENCE = Duration.ofMillis(150);
  private static final Response TOKEN =
      Response.json("{\"access_token\":\"abc.def\",\"token_type\":\"Bearer\",\"expires_in\":60}");

  private final Secrets secrets = new Secrets();
  private final HttpTestServer server = HttpTestServer.start().recordRequests(100);

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void theClientProvesItselfByBasicWithIdAndSecretFormEncoded() throws Exception {
    server.on("/token", TOKEN);

    Token token = fetch(TokenRig.grant(server.url("/token"), null));

    assertThat(token).isEqualTo(new Token("abc.def", 60, null));
    Request request = server.requests().getFirst();
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.header("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
    assertThat(request.header("Accept")).isEqualTo("application/json");
    assertThat(request.header("Authorization"))
        .isEqualTo("Basic " + base64("the+client:s3cret%2Bof%2Fthe%3Dclient"));
    assertThat(request.bodyText()).isEqualTo("grant_type=client_credentials");
    assertThat(server.violations()).isEmpty();
  }

  @Test
  void theClientMayProveItselfInTheForm() throws Exception {
    server.on("/token", TOKEN);

    fetch(grant(ClientAuth.POST, List.of("read", "write:all"), Connections.DEFAULT));

    Request request = server.requests().getFirst();
    assertThat(request.header("Authorization")).isNull();
    assertThat(request.bodyText())
        .isEqualTo(
            "grant_type=client_credentials&scope=read+write%3Aall"
                + "&client_id=the+client&client_secret=s3cret%2Bof%2Fthe%3Dclient");
  }

  @Test
  void theServersReasonIsShown() {
    server.on(
        "/token",
        Response.json("{\"error\":\"invalid_client\",\"error_description\":\"Unknown\\nclient\"}")
            .withStatus(401));

    assertThat(fault(server.url("/token")))
        .isEqualTo(
            "the token server %s refuses: invalid_client (Unknown client)"
                .formatted(server.url("/token")));
  }

  static Stream<Arguments> answersOfNoUse() {
    return Stream.of(
        Arguments.of(Response.json("{}"), "answers without access_token"),
        Arguments.of(Response.json("{\"access_token\":\"\"}"), "answers without access_token"),
        Arguments.of(Response.json("{\"access_token\":null}"), "answers without access_token"),
        Arguments.of(Response.json("{\"access_token\":{}}"), "answers without access_token"),
        Arguments.of(
            Response.json("{\"access_token\":\"a\\r\\nX-Evil: 1\"}"),
            "gives an access_token that no header can hold"),
        Arguments.of(
            Response.json("{\"access_token\":\"a\",\"token_type\":\"DPoP\"}"),
            "gives a token of the type DPoP, not Bearer"),
        Arguments.of(
            Response.json("{\"error\":\"bad_verification_code\"}"),
            "refuses: bad_verification_code"),
        Arguments.of(Response.json("[1]"), "answers 200 and no JSON object but application/json"),
        Arguments.of(
            Response.json("{\"access_token\":\"a\"} trailing"),
            "answers 200 and no JSON object but application/json"),
        Arguments.of(
            Response.json("{\"access_token\":\"a\""),
            "answers 200 and no JSON object but application/json"),
        Arguments.of(
            Response.json("[".repeat(100_000)),
            "answers 200 and no JSON object but application/json"),
        Arguments.of(
            Response.bytes(200, "text/html", "<html>login</html>".getBytes(StandardCharsets.UTF_8)),
            "answers 200 and no JSON object but text/html"),
        Arguments.of(Response.status(502), "answers 502 and no JSON object"),
        Arguments.of(Response.json("{}").withStatus(429), "answers 429"),
        Arguments.of(Response.status(204), "answers 204 and no JSON object"),
        Arguments.of(
            Response.redirect(307, "http://elsewhere.invalid/"),
            "answers 307, a redirect, which is not followed: give the URL it leads to"),
        Arguments.of(
            Response.json("{\"access_token\":\"%s\"}".formatted("a".repeat(300_000))),
            "answers with more than 256 KiB"),
        Arguments.of(
            Response.json(
                "{\"error\":\"e\",\"error_description\":\"%s\"}".formatted("x".repeat(100_000))),
            "refuses: e (" + "x".repeat(200) + "…)"));
  }

  @ParameterizedTest
  @MethodSource("answersOfNoUse")
  void anAnswerOfNoUseIsOneClearLine(Response answer, String why) {
    server.on("/token", answer);

    assertThat(fault(server.url("/token")))
        .isEqualTo("the token server " + server.url("/token") + " " + why);
  }

  static List<Specimen> faults() {
    return Faults.all();
  }

  /// Everything that can go wrong below JSON. Some of it the JDK's client takes for an answer.
  @ParameterizedTest
  @MethodSource("faults")
  void aBrokenServerEndsInOneClearLine(Specimen specimen) {
    server.on("/token", specimen.behavior());

    assertThat(fault(server.url("/token"), IMPATIENCE))
        .startsWith("the token server " + server.url("/token") + " ")
        .hasSizeLessThan(400)
        .doesNotContain("\n", "\r", "\u001b", "null", "java.");
  }

  @Test
  void aSlowAnswerIsGivenUpEvenWhenItsHeadCame() {
    server.on(
        "/token", Script.begin().send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{").stall());

    assertThat(fault(server.url("/token"), IMPATIENCE))
        .endsWith(" gives no complete answer within 150 ms");
  }

  @Test
  void aServerThatIsNotThereIsNamed() {
    URI url = server.url("/token");
    server.close();

    assertThat(fault(url)).isEqualTo("the token server " + url + " cannot be connected to");
  }

  @Test
  void anUnknownNameIsNamed() {
    assertThat(fault(URI.create("http://nowhere.invalid/token")))
        .isEqualTo(
            "the token server http://nowhere.invalid/token has no address: the name is unknown");
  }

  @Test
  void aServerThatRepeatsSecretsDoesNotGetThemShown() {
    server.on(
        "/token",
        Behavior.by(request ->
            Response.json(
                    "{\"error\":\"invalid_request\",\"error_description\":\"%s %s\"}"
                        .formatted(request.header("Authorization"), request.bodyText()))
                .withStatus(400)));
    for (ClientAuth how : ClientAuth.values()) {
      Grant grant =
          new Grant(
              server.url("/token?key=in-the-query"),
              "the client",
              TokenRig.SECRET,
              how,
              TokenRig.USER,
              List.of(),
              Duration.ofSeconds(30),
              Connections.DEFAULT);
      for (String secret : List.of(TokenRig.SECRET, TokenRig.PASSWORD)) {
        secrets.add(secret);
        secrets.add(java.net.URLEncoder.encode(secret, StandardCharsets.UTF_8));
      }

      String message = fault(grant, PATIENCE);

      assertThat(message)
          .contains("refuses: invalid_request")
          .doesNotContain(
              TokenRig.SECRET,
              TokenRig.PASSWORD,
              "s3cret%2Bof",
              "pass+word%26",
              base64("the+client:s3cret%2Bof%2Fthe%3Dclient"),
              "in-the-query");
      assertThat(grant.toString() + TokenRig.USER)
          .doesNotContain(TokenRig.SECRET, TokenRig.PASSWORD, "in-the-query");
    }
  }

  @Test
  void tokensAreSecretsFromTheMomentTheyAreHad() throws Exception {
    server.on(
        "/token", Response.json("{\"access_token\":\"abc.def\",\"refresh_token\":\"ref-resh\"}"));

    Token token = fetch(TokenRig.grant(server.url("/token"), null));

    assertThat(secrets.mask("abc.def ref-resh")).isEqualTo("*** ***");
    assertThat(token.toString()).doesNotContain("abc.def", "ref-resh");
  }

  @Test
  void tlsIsVerifiedByTheRunsOptions() throws Exception {
    try (HttpTestServer secure =
        HttpTestServer.start(ServerSetup.plain().with(TlsSetup.server()))) {
      secure.on("/token", TOKEN);
      URI url = URI.create("https://localhost:" + secure.port() + "/token");

      assertThat(fault(grant(url, TlsOptions.DEFAULT), PATIENCE))
          .contains("certificate is not trusted", "--ca FILE");
      assertThat(fetch(grant(url, tls(TestCertificates.ca(), null, false))).access())
          .isEqualTo("abc.def");
      assertThat(fetch(grant(url, tls(null, null, true))).access()).isEqualTo("abc.def");
    }
  }

  @Test
  void theRunsClientCertificateIsShown() throws Exception {
    TlsSetup setup = TlsSetup.server().requiringClientCertificate();
    try (HttpTestServer secure = HttpTestServer.start(ServerSetup.plain().with(setup))) {
      secure.on("/token", TOKEN).recordRequests(1);
      URI url = URI.create("https://localhost:" + secure.port() + "/token");

      assertThat(fault(grant(url, tls(TestCertificates.ca(), null, false)), PATIENCE))
          .startsWith("the token server " + url + " ");
      fetch(grant(url, tls(TestCertificates.ca(), TestCertificates.client(), false)));

      assertThat(secure.requests().getFirst().tls())
          .isNotNull()
          .extracting(Request.TlsInfo::clientName)
          .asString()
          .isNotEmpty();
    }
  }

  @Test
  void theRunsProxyIsUsedWithItsPassword() throws Exception {
    try (HttpTestServer secure = HttpTestServer.start(ServerSetup.plain().with(TlsSetup.server()));
        ProxyTestServer proxy = ProxyTestServer.start().requireBasic("me", "proxy-pass")) {
      secure.on("/token", TOKEN).recordRequests(1);
      URI url = URI.create("https://localhost:" + secure.port() + "/token");
      var _ = proxy.resolve("localhost:" + secure.port(), secure.address());
      Connections connections =
          new Connections(
              0,
              true,
              0,
              Duration.ofSeconds(10),
              Map.of(),
              new Proxy("127.0.0.1", proxy.port(), "me:proxy-pass"),
              null,
              tls(TestCertificates.ca(), null, false));

      assertThat(fetch(grant(url, connections)).access()).isEqualTo("abc.def");
      assertThat(proxy.tunnelsOpened()).isEqualTo(1);
      assertThat(secure.requests().getFirst().header("Proxy-Authorization")).isNull();
      assertThat(secrets.mask(base64("me:proxy-pass"))).isEqualTo("***");
    }
  }

  private Token fetch(Grant grant) throws Exception {
    return new TokenClient(grant, secrets, PATIENCE).fetch(null);
  }

  private String fault(URI url) {
    return fault(url, PATIENCE);
  }

  private String fault(URI url, Duration timeout) {
    return fault(TokenRig.grant(url, null), timeout);
  }

  private String fault(Grant grant, Duration timeout) {
    Throwable thrown = catchThrowable(() -> new TokenClient(grant, secrets, timeout).fetch(null));
    assertThat(thrown).isInstanceOf(TokenException.class);
    return String.valueOf(thrown.getMessage());
  }

  private Grant grant(ClientAuth how, List<String> scopes, Connections connections) {
    return new Grant(
        server.url("/token"),
        "the client",
        TokenRig.SECRET,
        how,
        null,
        scopes,
        Duration.ofSeconds(30),
        connections);
  }

  private static Grant grant(URI url, TlsOptions tls) {
    return grant(
        url, new Connections(0, true, 0, Duration.ofSeconds(10), Map.of(), null, null, tls));
  }

  private static Grant grant(URI url, Connections connections) {
    return new Grant(
        url,
        "the client",
        TokenRig.SECRET,
        ClientAuth.BASIC,
        null,
        List.of(),
        Duration.ofSeconds(30),
        connections);
  }

  private static TlsOptions tls(
      @Nullable Identity ca, @Nullable Identity client, boolean insecure) {
    return new TlsOptions(
        ca == null ? null : ca.certificatePem(),
        client == null ? null : client.certificatePem(),
        client == null ? null : client.keyPem(),
        null,
        insecure,
        null,
        List.of());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
