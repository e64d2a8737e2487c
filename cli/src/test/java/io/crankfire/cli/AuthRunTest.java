package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.peer.OidcProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole runs that prove who they are, from a configuration file to what the server saw.
class AuthRunTest {

  @TempDir Path folder;

  private String write(String text) throws IOException {
    return Files.writeString(folder.resolve("run.yaml"), text).toString();
  }

  private static String tokenServer(HttpTestServer server, AtomicInteger tokens) {
    server.on(
        "/token",
        (request, wire) ->
            Response.json(
                    "{\"access_token\": \"token-%d\", \"expires_in\": 3600}"
                        .formatted(tokens.incrementAndGet()))
                .answer(request, wire));
    return server.url("/token").toString();
  }

  @Test
  void oneTokenServesAllRequestsOfARun() throws IOException {
    try (HttpTestServer server = HttpTestServer.start()) {
      AtomicInteger tokens = new AtomicInteger();
      String config =
          write(
              """
              target: %s
              concurrency: 8
              total: 200
              auth: {type: oauth2_client_credentials, token_url: %s, client_id: me, client_secret: s3cret-s3cret}
              endpoints: [{name: a, path: /a}, {name: b, path: /b, auth: none}]
              """
                  .formatted(server.url(), tokenServer(server, tokens)));
      server.recordRequests(300);
      Screen screen = new Screen();

      assertThat(screen.run("--config", config)).as(screen.err()).isEqualTo(ExitCode.OK);
      assertThat(tokens).hasValue(1);
      assertThat(server.requests())
          .filteredOn(request -> request.path().equals("/a"))
          .isNotEmpty()
          .allMatch(request -> "Bearer token-1".equals(request.header("Authorization")));
      assertThat(server.requests())
          .filteredOn(request -> request.path().equals("/b"))
          .isNotEmpty()
          .allMatch(request -> request.header("Authorization") == null);
      assertThat(screen.out() + screen.err()).doesNotContain("s3cret-s3cret", "token-1");
    }
  }

  @Test
  void aTokenThatIsRefusedIsReplacedOnceForAll() throws IOException {
    try (HttpTestServer server = HttpTestServer.start()) {
      AtomicInteger tokens = new AtomicInteger();
      server.on(
          "/guarded",
          (request, wire) ->
              Response.status("Bearer token-2".equals(request.header("Authorization")) ? 200 : 401)
                  .answer(request, wire));
      String config =
          write(
              """
              target: %s
              concurrency: 16
              total: 160
              auth: {type: oauth2_client_credentials, token_url: %s, client_id: me, client_secret: s3cret-s3cret}
              """
                  .formatted(server.url("/guarded"), tokenServer(server, tokens)));
      Screen screen = new Screen();

      assertThat(screen.run("--config", config)).as(screen.err()).isEqualTo(ExitCode.OK);
      assertThat(tokens).hasValue(2);
      assertThat(server.received("/guarded")).isBetween(161L, 176L);
    }
  }

  @Test
  void aTokenThatIsNotToBeHadEndsTheRunBeforeItBegins() throws IOException {
    try (HttpTestServer server = HttpTestServer.start()) {
      server.on("/token", Response.status(403));
      String config =
          write(
              """
              {target: '%s', total: 5, auth: {type: oauth2_client_credentials, token_url: '%s',
               client_id: me, client_secret: s3cret-s3cret}}
              """
                  .formatted(server.url("/guarded"), server.url("/token")));
      Screen screen = new Screen();

      assertThat(screen.run("--config", config)).isEqualTo(ExitCode.COULD_NOT);
      assertThat(screen.errLines()).hasSize(1);
      assertThat(screen.err()).contains("403").doesNotContain("s3cret-s3cret");
      assertThat(server.received("/guarded")).isZero();
    }
  }

  @Test
  void aRealOpenIdProviderOpensItsResourceToARun() throws IOException {
    Optional<OidcProvider> started = OidcProvider.start();
    assumeTrue(started.isPresent(), "oidc-provider is not installed");
    try (OidcProvider provider = started.get()) {
      String config =
          write(
              """
              target: %s
              concurrency: 4
              total: 40
              auth:
                type: oauth2_resource_owner
                token_url: %s
                client_id: %s
                client_secret: ${CLIENT_SECRET}
                username: %s
                password: ${USER_PASSWORD}
              """
                  .formatted(
                      provider.url("/resource"),
                      provider.tokenUrl(),
                      OidcProvider.BASIC_CLIENT,
                      OidcProvider.USER));
      Screen screen =
          new Screen(
              false,
              Map.of("CLIENT_SECRET", OidcProvider.SECRET, "USER_PASSWORD", OidcProvider.PASSWORD),
              Interrupts.NONE);

      assertThat(screen.run("--config", config)).as(screen.err()).isEqualTo(ExitCode.OK);
      assertThat(screen.out() + screen.err())
          .doesNotContain(OidcProvider.SECRET, OidcProvider.PASSWORD);
    }
  }
}
