package io.crankfire.testkit.peer;

import java.net.URI;
import java.util.Optional;

/// The OpenID provider `oidc-provider` of npm on loopback, with the grants `client_credentials`,
/// `password` and `refresh_token` (rotated), revocation at `/token/revocation`, and `/resource`,
/// which a token opens: it answers with whose it is, its scope and its grant, or with 401.
public final class OidcProvider implements AutoCloseable {

  /// A client that proves itself in the header.
  public static final String BASIC_CLIENT = "basic client";

  /// A client that proves itself in the form.
  public static final String POST_CLIENT = "post client";

  /// The secret of both.
  public static final String SECRET = "a secret:with+signs/and=more&%";

  /// Who may ask for a token by his password.
  public static final String USER = "user";

  /// His password.
  public static final String PASSWORD = "pass word&more";

  /// How long its tokens live, in seconds: those of clients, and those of users.
  public static final int CLIENT_SECONDS = 600;

  /// See [#CLIENT_SECONDS].
  public static final int USER_SECONDS = 300;

  private final NodeProgram program;

  private OidcProvider(NodeProgram program) {
    this.program = program;
  }

  /// Starts a provider if Node and the library are installed, and returns when it accepts.
  ///
  /// @throws java.io.UncheckedIOException when it does not start
  public static Optional<OidcProvider> start() {
    return NodeProgram.start("oidc-provider.mjs", "oidc-provider").map(OidcProvider::new);
  }

  /// The URL of a path.
  public URI url(String path) {
    return URI.create("http://127.0.0.1:" + program.port() + path);
  }

  /// Where tokens are asked for.
  public URI tokenUrl() {
    return url("/token");
  }

  /// Stops it and removes its folder.
  @Override
  public void close() {
    program.close();
  }
}
