package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.testkit.HttpTestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What several parts of a configuration file come to together.
class WorkloadFileTest {

  private final HttpTestServer server = HttpTestServer.start();
  private final Screen screen = new Screen();

  @TempDir Path folder;

  @AfterEach
  void stop() {
    server.close();
  }

  private String file(String name, String text) throws IOException {
    String url = server.url().toString();
    return Files.writeString(
            folder.resolve(name), text.replace("TARGET", url.replaceFirst("/$", "")))
        .toString();
  }

  @Test
  void aBodyOfKeysAndValuesIsSentAsJsonThatKeepsTextsApartFromNumbers() throws Exception {
    server.recordRequests(3);
    String config =
        file(
            "a.yaml",
            """
            target: TARGET
            method: POST
            total: 1
            body: {id: 5, code: "5", none: null, more: ["true", true]}
            scenarios:
              - steps:
                  - {path: /inherited}
                  - {path: /typed, headers: {content-type: a/b}}
                  - {path: /text, body: "5"}
            """);

    assertThat(screen.run("--config", config)).as(screen.err()).isZero();
    var requests = server.requests();
    assertThat(requests).hasSize(3);
    assertThat(new String(requests.getFirst().body(), StandardCharsets.UTF_8))
        .isEqualTo("{\"id\":5,\"code\":\"5\",\"none\":null,\"more\":[\"true\",true]}");
    assertThat(requests)
        .extracting(request -> request.header("Content-Type"))
        .containsExactly("application/json", "a/b", null);
  }

  @Test
  void aProfilesBodyTakesThePlaceOfTheFiles() throws Exception {
    server.recordRequests(1);
    String config =
        file(
            "a.yaml",
            """
            target: TARGET
            total: 1
            body: {userName: ann, total: 5}
            profiles:
              other:
                body: {user_name: bob}
            """);

    assertThat(screen.run("--config", config, "--profile", "other")).as(screen.err()).isZero();
    assertThat(new String(server.requests().getFirst().body(), StandardCharsets.UTF_8))
        .isEqualTo("{\"user_name\":\"bob\"}");
  }

  @Test
  void everyUserNeedsARecordOfAUniqueFeeder() throws Exception {
    file("users.csv", "name\nann\nbob\n");
    String feeder = "target: TARGET\nfeeder: {path: users.csv, policy: unique}\n";
    String users =
        file(
            "users.yaml",
            feeder + "load_patterns: [{type: users, from: 0, to: 3, duration: 1s}]\n");
    String sessions = file("sessions.yaml", feeder + "total: 1\nconcurrency: 1_000\n");
    String enough = file("enough.yaml", feeder + "total: 1\nconcurrency: 2\n");

    assertThat(screen.run("plan", users)).isEqualTo(ExitCode.USAGE);
    assertThat(screen.err())
        .contains(
            "users.yaml:3:16: the feeder feeder gives each of the 3 sessions a record of its own,"
                + " and it has 2");
    assertThat(screen.run("plan", sessions)).isEqualTo(ExitCode.USAGE);
    assertThat(screen.err())
        .contains(
            "sessions.yaml:4:14: the feeder feeder gives each of the 1,000 sessions a record of its"
                + " own, and it has 2");
    assertThat(screen.run("plan", enough)).as(screen.err()).isEqualTo(ExitCode.OK);
  }

  @Test
  void aRunOfARecordingNamesTheHostsItGoesTo() throws Exception {
    String entry = "{\"request\": {\"method\": \"GET\", \"url\": \"TARGET/%s\"}}";
    file(
        "a.har",
        "{\"log\": {\"entries\": [" + entry.formatted("a") + "," + entry.formatted("b") + "]}}");
    String config = file("a.yaml", "har_file: a.har\ntotal: 1\n");

    assertThat(screen.run("--config", config)).as(screen.err()).isZero();
    assertThat(screen.out())
        .containsPattern("Target: +http://127\\.0\\.0\\.1:" + server.url().getPort() + "\n");
  }

  @Test
  void ofManyHostsTheFirstAreNamed() throws Exception {
    StringBuilder endpoints = new StringBuilder("endpoints:\n");
    for (int i = 0; i < 5; i++) {
      endpoints.append("  - {name: e%d, url: 'http://h%d.{{$seq}}.invalid/'}\n".formatted(i, i));
    }
    String config = file("a.yaml", endpoints + "total: 1\n");

    screen.run("--config", config);
    assertThat(screen.out()).containsPattern("Target: +e0, e1, e2 and 2 more\n");
  }

  @Test
  void thePasswordOfAUrlIsInNoName() throws Exception {
    String config =
        file(
            "a.yaml",
            """
            target: http://nowhere/
            path: http://me:p4ssw0rd@127.0.0.1:1/{{$seq}}
            total: 1
            """);

    assertThat(screen.run("plan", config)).as(screen.err()).isZero();
    assertThat(screen.out()).doesNotContain("p4ssw0rd").contains("http://127.0.0.1:1/{{$seq}}");
  }

  @Test
  void aKeyInTheQueryOfATargetIsNotShown() throws Exception {
    String config = file("a.yaml", "target: TARGET/?a=1&api_key=p4ssw0rd\ntotal: 1\n");

    assertThat(screen.run("plan", config)).as(screen.err()).isZero();
    assertThat(screen.run("--config", config)).as(screen.err()).isZero();
    assertThat(screen.out()).doesNotContain("p4ssw0rd").contains("/?a=1&api_key=***");
    assertThat(server.counts().received()).isEqualTo(1);
  }

  @Test
  void anUnknownKeyBesideARecordingIsShownWhereItStands() throws Exception {
    file(
        "a.har",
        "{\"log\": {\"entries\": [{\"request\": {\"method\": \"GET\", \"url\": \"TARGET/a\"}}]}}");
    String config = file("a.yaml", "har_file: a.har\ntotal: 1\ncolour: red\n");

    assertThat(screen.run("plan", config)).isEqualTo(ExitCode.USAGE);
    assertThat(screen.err()).contains("a.yaml:3:1: unknown key \"colour\"");
  }
}
