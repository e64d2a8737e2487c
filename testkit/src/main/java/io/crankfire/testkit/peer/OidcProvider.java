package io.crankfire.testkit.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

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

  private static final String PROGRAM = "oidc-provider.mjs";

  private final Process process;
  private final Path directory;
  private final int port;

  private OidcProvider(Process process, Path directory, int port) {
    this.process = process;
    this.directory = directory;
    this.port = port;
  }

  /// Starts a provider if Node and the library are installed, and returns when it accepts.
  ///
  /// @throws UncheckedIOException when it does not start
  public static Optional<OidcProvider> start() {
    Optional<Path> node = Peers.find("node");
    Optional<Path> library = Peers.findModule("oidc-provider");
    if (node.isEmpty() || library.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(start(node.get(), library.get()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static OidcProvider start(Path node, Path library) throws IOException {
    Path directory = Files.createTempDirectory("crankfire-oidc-");
    Path program = directory.resolve(PROGRAM);
    try (InputStream in =
        Objects.requireNonNull(OidcProvider.class.getResourceAsStream(PROGRAM), PROGRAM)) {
      Files.copy(in, program);
    }
    Path errors = directory.resolve("errors.log");
    Process process =
        new ProcessBuilder(node.toString(), program.toString(), library.toString())
            .redirectError(errors.toFile())
            .start();
    OidcProvider starting = new OidcProvider(process, directory, 0);
    try {
      BufferedReader out = process.inputReader();
      String port = out.readLine(); // null when it ended
      if (port == null) {
        throw new IOException("the OpenID provider has not started: " + Files.readString(errors));
      }
      return new OidcProvider(process, directory, Integer.parseInt(port));
    } catch (IOException | RuntimeException e) {
      starting.close();
      throw e;
    }
  }

  /// The URL of a path.
  public URI url(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /// Where tokens are asked for.
  public URI tokenUrl() {
    return url("/token");
  }

  /// Stops it and removes its folder.
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      try (Stream<Path> files = Files.walk(directory)) {
        List<Path> innermostFirst = files.sorted(Comparator.reverseOrder()).toList();
        for (Path file : innermostFirst) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
