package io.crankfire.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crankfire.auth.Grant.ClientAuth;
import io.crankfire.config.Secrets;
import io.crankfire.plan.Connections;
import io.crankfire.testkit.peer.OidcProvider;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Against an OpenID provider of other people: what we send has to be right, not only what we
/// expect.
class OidcProviderTest {

  private static final Grant.User USER = new Grant.User(OidcProvider.USER, OidcProvider.PASSWORD);

  private static @Nullable OidcProvider provider;

  private final HandClock clock = new HandClock();
  private final Secrets secrets = new Secrets();

  @BeforeAll
  static void start() {
    Optional<OidcProvider> started = OidcProvider.start();
    assumeTrue(started.isPresent(), "oidc-provider is not installed");
    provider = started.get();
  }

  @AfterAll
  static void stop() {
    if (provider != null) {
      provider.close();
    }
  }

  @ParameterizedTest
  @EnumSource(ClientAuth.class)
  void clientCredentialsGiveATokenThatOpensTheResource(ClientAuth how) throws Exception {
    try (TokenCredential credential = credential(how, null, OidcProvider.SECRET, "api:read")) {
      credential.obtain();

      HttpResponse<String> answer = get(credential);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).startsWith(client(how) + " api:read");
    }
  }

  @Test
  void theLifetimeItStatesIsObeyed() throws Exception {
    try (TokenCredential credential =
        credential(ClientAuth.BASIC, null, OidcProvider.SECRET, "api:read")) {
      credential.obtain();
      byte[] first = credential.value();
      clock.advance(Duration.ofSeconds(OidcProvider.CLIENT_SECONDS - 30));
      credential.clockMoved();
      awaitOther(credential, first);

      assertThat(get(credential).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @EnumSource(ClientAuth.class)
  void aUsersTokenIsRenewedByItsRefreshTokenWhichIsRotated(ClientAuth how) throws Exception {
    try (TokenCredential credential = credential(how, USER, OidcProvider.SECRET)) {
      credential.obtain();
      assertThat(get(credential).body()).isEqualTo("user openid offline_access password");

      for (int i = 0; i < 3; i++) {
        byte[] before = credential.value();
        clock.advance(Duration.ofSeconds(OidcProvider.USER_SECONDS - 30));
        credential.clockMoved();
        awaitOther(credential, before);
        assertThat(get(credential).body())
            .isEqualTo("user openid offline_access password refresh_token");
      }
    }
  }

  @Test
  void aTokenThatWasRevokedIsReplacedWhenItIsRefused() throws Exception {
    try (TokenCredential credential = credential(ClientAuth.BASIC, USER, OidcProvider.SECRET)) {
      credential.obtain();
      revoke(credential);
      assertThat(get(credential).statusCode()).isEqualTo(401);

      CountDownLatch told = new CountDownLatch(1);
      assertThat(credential.refused(credential.value(), told::countDown)).isTrue();
      assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(get(credential).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @EnumSource(ClientAuth.class)
  void aWrongSecretIsSaidInTheProvidersWords(ClientAuth how) {
    try (TokenCredential credential = credential(how, null, "not-the-secret", "api:read")) {
      assertThatThrownBy(credential::obtain)
          .hasMessage(
              "the token server "
                  + provider().tokenUrl()
                  + " refuses: invalid_client (client authentication failed)");
    }
  }

  @Test
  void aWrongPasswordIsSaidInTheProvidersWords() {
    Grant.User stranger = new Grant.User("user", "not-the-password");
    try (TokenCredential credential = credential(ClientAuth.BASIC, stranger, OidcProvider.SECRET)) {
      assertThatThrownBy(credential::obtain)
          .message()
          .contains("refuses: invalid_grant")
          .doesNotContain("not-the-password");
    }
  }

  private TokenCredential credential(
      ClientAuth how, Grant.@Nullable User user, String secret, String... scopes) {
    Grant grant =
        new Grant(
            provider().tokenUrl(),
            client(how),
            secret,
            how,
            user,
            List.of(scopes),
            Duration.ofSeconds(30),
            Connections.DEFAULT);
    return new TokenCredential(
        new TokenClient(grant, secrets, Duration.ofSeconds(30)),
        Duration.ofSeconds(30).toNanos(),
        clock,
        _ -> {});
  }

  private static String client(ClientAuth how) {
    return how == ClientAuth.BASIC ? OidcProvider.BASIC_CLIENT : OidcProvider.POST_CLIENT;
  }

  private static OidcProvider provider() {
    OidcProvider started = provider;
    if (started == null) {
      throw new IllegalStateException("not started");
    }
    return started;
  }

  private static void awaitOther(TokenCredential credential, byte[] value) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (java.util.Arrays.equals(credential.value(), value)) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("no other token");
      }
      LockSupport.parkNanos(200_000);
    }
  }

  private static HttpResponse<String> get(TokenCredential credential)
      throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(provider().url("/resource"))
            .header(credential.header(), new String(credential.value(), StandardCharsets.US_ASCII))
            .build());
  }

  private static void revoke(TokenCredential credential) throws IOException, InterruptedException {
    String token = new String(credential.value(), StandardCharsets.US_ASCII).substring(7);
    String pair = encoded(OidcProvider.BASIC_CLIENT) + ":" + encoded(OidcProvider.SECRET);
    String basic = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(provider().url("/token/revocation"))
                .header("Authorization", "Basic " + basic)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("token=" + encoded(token)))
                .build());
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  private static HttpResponse<String> send(HttpRequest request)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString());
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
