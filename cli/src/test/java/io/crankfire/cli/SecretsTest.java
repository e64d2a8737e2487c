package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever leaves the program holds no secret, even when the target repeats it.
class SecretsTest {

  private static final String SECRET = "s3cret-0123456789";

  private final Screen screen = new Screen();

  @TempDir Path folder;

  @Test
  void aSecretThatTheTargetRepeatsIsInNothingThatIsShownOrSaved() throws IOException {
    try (HttpTestServer server = HttpTestServer.start()) {
      server.on("/*", Response.redirect(302, "gopher://" + SECRET + "/"));
      String url = server.url("/" + SECRET).toString();
      Path saved = folder.resolve("run.crankfire");
      int code =
          screen.run(
              "--target",
              url,
              "-t3",
              "--header",
              "Authorization: Bearer " + SECRET,
              "--log-errors",
              "--out",
              "json=" + folder.resolve("report.json"),
              "--out",
              "text=" + folder.resolve("report.txt"),
              "--out",
              "run=" + saved);

      assertThat(code).isEqualTo(ExitCode.FAILED);
      assertThat(screen.err()).contains("REDIRECT_FAILED", "***");
      assertThat(screen.out()).contains("REDIRECT_FAILED", "***");
      assertThat(server.received("/" + SECRET)).isEqualTo(3);
      assertNothingLeaks();

      Screen again = new Screen();
      assertThat(again.run("report", saved.toString())).isEqualTo(ExitCode.OK);
      assertThat(again.out()).contains("***").doesNotContain(SECRET);
    }
  }

  @Test
  void aSecretIsInNoMessageAboutAWrongSetting() {
    assertThat(
            screen.run(
                "--target",
                "nonsense://" + SECRET + "/",
                "-t1",
                "--header",
                "Authorization: Bearer " + SECRET))
        .isEqualTo(ExitCode.USAGE);
    assertThat(screen.err()).isNotEmpty().doesNotContain(SECRET);
  }

  @Test
  void aSecretIsInNoMessageAboutARunThatCannotBegin() {
    assertThat(
            screen.run(
                "--target",
                "http://" + SECRET + ".invalid/",
                "-t1",
                "--header",
                "X-Api-Key: " + SECRET))
        .isEqualTo(ExitCode.COULD_NOT);
    assertThat(screen.err()).contains("***").doesNotContain(SECRET);
  }

  private void assertNothingLeaks() throws IOException {
    assertThat(screen.out() + screen.err()).doesNotContain(SECRET);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .isNotEmpty()
            .doesNotContain(SECRET);
      }
    }
  }
}
