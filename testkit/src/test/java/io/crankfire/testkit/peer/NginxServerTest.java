package io.crankfire.testkit.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crankfire.testkit.tls.TestCertificates;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NginxServerTest {
  @Test
  void itServesHttpAndHttpsWithOurCertificateAndLeavesNothingBehind() throws Exception {
    Optional<Path> program = Peers.find("nginx");
    assumeTrue(program.isPresent(), "nginx is not installed");
    Path socket;
    try (NginxServer nginx = NginxServer.start(program.get());
        HttpClient client =
            HttpClient.newBuilder().sslContext(TestCertificates.context(null)).build()) {
      socket = nginx.unixSocket();
      assertThat(Files.exists(socket)).isTrue();
      assertThat(get(client, "http://127.0.0.1:" + nginx.port() + "/")).isEqualTo("ok");
      assertThat(get(client, "https://localhost:" + nginx.tlsPort() + "/file")).hasSize(64 * 1024);
    }
    assertThat(Files.exists(socket.getParent())).isFalse();
  }

  private static String get(HttpClient client, String url) throws Exception {
    return client
        .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
        .body();
  }

  @Test
  void anAbsentPeerIsNoted() throws Exception {
    String program = "crankfire-no-such-program";
    assertThat(Peers.find(program)).isEmpty();
    assertThat(Peers.absent()).contains(program);
    String root = System.getProperty("crankfire.root");
    if (root != null) {
      Path note = Path.of(root, "target", "absent-peers", program);
      assertThat(note).content().isEqualTo(program + " (not installed)\n");
      Files.delete(note);
    }
  }
}
