package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Request;
import io.crankfire.testkit.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the Go tool of the same name gets wrong, by the numbers of the list in docs/differences.md:
/// each with a configuration as its documentation shows it, run as a user runs it, and judged by
/// what the server saw.
class ReferenceFaultsTest {

  @TempDir Path folder;

  /// A run that has ended, and its server.
  record Outcome(int exitCode, HttpTestServer server, Screen screen) {
    JsonNode report() {
      return JsonMapper.shared().readTree(screen.out());
    }

    List<String> bodies() {
      return server.requests().stream().map(Request::bodyText).toList();
    }

    List<String> targets() {
      return server.requests().stream().map(Request::target).toList();
    }

    List<String> headers(String name) {
      return server.requests().stream().map(r -> String.valueOf(r.header(name))).toList();
    }
  }

  interface Setup {
    void accept(HttpTestServer server);
  }

  interface Judgement {
    void accept(Outcome outcome);
  }

  /// One fault.
  ///
  /// @param files NAME and content in turn; `URL` stands for the server's address
  /// @param arguments of the command line, separated by blanks, `URL` likewise
  record Fault(Setup setup, List<String> files, String arguments, Judgement judgement) {}

  private static Arguments fault(
      String number, Setup setup, List<String> files, String arguments, Judgement judgement) {
    return Arguments.of(number, new Fault(setup, files, arguments, judgement));
  }

  private static final Setup ORDINARY = server -> {};

  static Stream<Arguments> faults() {
    return Stream.of(
        fault(
            "W1: a body's length is that of the body, not of its template",
            ORDINARY,
            List.of(
                "users.csv",
                "name,note\nAl,short\nMaximilian Bartholomew,\"long, quoted\"\n",
                "run.yaml",
                """
                target: URL
                method: POST
                body: '{"user": "{{name}}", "note": "{{note}}"}'
                feeder: {path: users.csv, type: csv}
                total: 4
                """),
            "--config run.yaml --json-output",
            outcome -> {
              assertThat(outcome.exitCode).isZero();
              assertThat(outcome.bodies())
                  .containsExactly(
                      "{\"user\": \"Al\", \"note\": \"short\"}",
                      "{\"user\": \"Maximilian Bartholomew\", \"note\": \"long, quoted\"}",
                      "{\"user\": \"Al\", \"note\": \"short\"}",
                      "{\"user\": \"Maximilian Bartholomew\", \"note\": \"long, quoted\"}");
            }),
        fault(
            "W1b: what one request extracts, the next one uses",
            ReferenceFaultsTest::tokens,
            List.of(
                "flow.yaml",
                """
                target: URL
                concurrency: 64
                total: 640
                scenarios:
                  - name: visit
                    steps:
                      - {name: login, method: POST, path: /login, body: "user-{{$session}}",
                         extractors: [{jsonpath: $.token, var: token}]}
                      - {name: use, path: "/use?token={{token}}", headers: {Authorization: "Bearer {{token}}"}}
                      - {name: logout, method: POST, path: /logout, body: "{{token}}"}
                """),
            "--config flow.yaml --json-output",
            outcome -> {
              assertThat(outcome.exitCode).isZero();
              assertThat(outcome.report().get("failures").asInt()).isZero();
              assertThat(outcome.report().get("total").asInt()).isEqualTo(3 * 640);
              assertThat(outcome.server.received("/use")).isEqualTo(640);
            }),
        fault(
            "W2: endpoints use the feeder and the credentials",
            ORDINARY,
            List.of(
                "ids.csv",
                "id\n7\n",
                "run.yaml",
                """
                target: URL
                total: 6
                feeder: {path: ids.csv, type: csv}
                auth: {type: oidc_implicit, static_token: s3cret}
                endpoints:
                  - {name: item, path: "/items?id={{id}}"}
                """),
            "--config run.yaml --json-output",
            outcome -> {
              assertThat(outcome.exitCode).isZero();
              assertThat(outcome.targets()).hasSize(6).containsOnly("/items?id=7");
              assertThat(outcome.headers("Authorization")).containsOnly("Bearer s3cret");
              assertThat(outcome.screen.out() + outcome.screen.err()).doesNotContain("s3cret");
            }),
        fault(
            "W2b: placeholders in a path are substituted before it is resolved",
            ORDINARY,
            List.of(
                "run.yaml",
                """
                target: URLapi/v1/
                total: 2
                endpoints:
                  - {name: user, path: "users/{{uid|4711}}/orders"}
                """),
            "--config run.yaml --json-output",
            outcome ->
                assertThat(outcome.targets()).hasSize(2).containsOnly("/api/v1/users/4711/orders")),
        fault(
            "W5: rate 0 is silence and a ramp is its integral",
            ORDINARY,
            List.of(
                "run.yaml",
                """
                target: URL
                load_patterns:
                  - {type: ramp, from_rps: 0, to_rps: 100, duration: 1s}
                  - {type: step, steps: [{rps: 0, duration: 500ms}, {rps: 40, duration: 500ms}]}
                """),
            "--config run.yaml --json-output",
            outcome -> {
              assertThat(outcome.exitCode).isZero();
              assertThat(outcome.server.counts().received()).isEqualTo(70);
            }),
        fault(
            "W6: a constant pattern is a rate for a time",
            ORDINARY,
            List.of(
                "run.yaml",
                """
                target: URL
                load_patterns: [{type: constant, rps: 50, duration: 1s}]
                """),
            "--config run.yaml --json-output",
            outcome -> assertThat(outcome.server.counts().received()).isEqualTo(50)),
        fault(
            "W10: with thresholds that hold, failed requests do not fail the run",
            ReferenceFaultsTest::everyTenthFails,
            List.of(),
            "--target URL --total 50 --threshold http_req_failed:rate<0.2 --json-output",
            outcome -> {
              assertThat(outcome.report().get("failures").asInt()).isEqualTo(5);
              assertThat(outcome.exitCode).isZero();
            }),
        fault(
            "W11: a slip in a threshold is found before the first request",
            ORDINARY,
            List.of(),
            "--target URL --total 5 --threshold http_req_durration:p95<500",
            outcome -> {
              assertThat(outcome.exitCode).isEqualTo(ExitCode.USAGE);
              assertThat(outcome.screen.err()).contains("http_req_duration");
              assertThat(outcome.server.counts().received()).isZero();
            }),
        fault(
            "W13: no burst at the start",
            ORDINARY,
            List.of(),
            "--target URL --rate 50 -d 2s",
            outcome -> assertThat(outcome.server.counts().received()).isBetween(99L, 101L)),
        fault(
            "W14: a retried request is one request",
            server -> server.on("/", Response.status(503)),
            List.of(),
            "--target URL --total 2 --retries 2 --json-output",
            outcome -> {
              assertThat(outcome.server.counts().received()).isEqualTo(6);
              assertThat(outcome.report().get("total").asInt()).isEqualTo(2);
              assertThat(outcome.report().get("failures").asInt()).isEqualTo(2);
            }),
        fault(
            "W22: a browser's recording is replayed without its pseudo-headers and credentials",
            ORDINARY,
            List.of(
                "chrome.har",
                """
                {"log": {"entries": [{"request": {"method": "GET", "url": "URLpage",
                  "headers": [{"name": ":authority", "value": "x"}, {"name": ":method", "value": "GET"},
                    {"name": "cookie", "value": "sid=1"}, {"name": "authorization", "value": "Bearer t"},
                    {"name": "accept", "value": "text/html"}]}}]}}
                """),
            "--har chrome.har --total 3 --json-output",
            outcome -> {
              assertThat(outcome.exitCode).isZero();
              assertThat(outcome.headers("Accept")).hasSize(3).containsOnly("text/html");
              assertThat(outcome.headers("Cookie")).containsOnly("null");
              assertThat(outcome.headers("Authorization")).containsOnly("null");
            }),
        fault(
            "W23: numbers of a JSON feeder keep their text",
            ORDINARY,
            List.of(
                "ids.json",
                "[{\"id\": 12345678901, \"x\": null, \"o\": {\"k\": [1]}}]",
                "run.yaml",
                """
                target: URL
                method: POST
                total: 1
                feeder: {path: ids.json, type: json}
                body: "{{id}} {{x|none}} {{o}}"
                """),
            "--config run.yaml",
            outcome ->
                assertThat(outcome.bodies()).containsExactly("12345678901 none {\"k\":[1]}")),
        fault(
            "W51: commas in flags are commas",
            ORDINARY,
            List.of(),
            "--target URL --total 1 --header Accept=text/html,application/json",
            outcome ->
                assertThat(outcome.headers("Accept"))
                    .containsExactly("text/html,application/json")),
        fault(
            "W53: an unknown key is an error and says which was meant",
            ORDINARY,
            List.of("run.yaml", "target: URL\nduratoin: 5s\ntotal: 5\n"),
            "--config run.yaml",
            outcome -> {
              assertThat(outcome.exitCode).isEqualTo(ExitCode.USAGE);
              assertThat(outcome.screen.err()).contains("run.yaml:2:").contains("duration");
              assertThat(outcome.server.counts().received()).isZero();
            }),
        fault(
            "W54: placeholders mean the same everywhere, and are escaped on demand",
            ORDINARY,
            List.of(
                "users.csv",
                "name\n\"a \"\"b\"\" & c\"\n",
                "run.yaml",
                """
                target: URL
                total: 1
                feeder: {path: users.csv, type: csv}
                endpoints:
                  - name: one
                    method: POST
                    path: "/find?q={{ name:url }}"
                    headers: {X-Name: "{{.name}}", X-Unknown: "{{nobody}}", X-Default: "{{nobody|me}}"}
                    body: '{"n": "{{name:json}}"}'
                """),
            "--config run.yaml",
            outcome -> {
              assertThat(outcome.targets()).containsExactly("/find?q=a%20%22b%22%20%26%20c");
              assertThat(outcome.headers("X-Name")).containsExactly("a \"b\" & c");
              assertThat(outcome.headers("X-Unknown")).containsExactly("{{nobody}}");
              assertThat(outcome.headers("X-Default")).containsExactly("me");
              assertThat(outcome.bodies()).containsExactly("{\"n\": \"a \\\"b\\\" & c\"}");
            }));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void isNotOurs(String number, Fault fault) throws IOException {
    try (HttpTestServer server = HttpTestServer.start()) {
      fault.setup.accept(server);
      server.recordRequests(2_000);
      String url = Objects.requireNonNull(server.url()).toString();
      for (int i = 0; i < fault.files.size(); i += 2) {
        Files.writeString(
            folder.resolve(fault.files.get(i)), fault.files.get(i + 1).replace("URL", url));
      }
      String[] arguments = fault.arguments.split(" ");
      for (int i = 0; i < arguments.length; i++) {
        boolean file = fault.files.contains(arguments[i]);
        arguments[i] =
            file ? folder.resolve(arguments[i]).toString() : arguments[i].replace("URL", url);
      }
      Screen screen = new Screen();
      int exitCode = screen.run(arguments);
      fault.judgement.accept(new Outcome(exitCode, server, screen));
    }
  }

  /// A server that gives each login a token of its own, good until it is given back.
  private static void tokens(HttpTestServer server) {
    Set<String> valid = ConcurrentHashMap.newKeySet();
    AtomicInteger count = new AtomicInteger();
    server.on(
        "/login",
        (request, wire) -> {
          String token = "t" + count.incrementAndGet() + "-" + request.bodyText();
          valid.add(token);
          Response.json("{\"token\": \"" + token + "\"}").answer(request, wire);
        });
    server.on(
        "/use",
        (request, wire) -> {
          String token = String.valueOf(request.header("Authorization")).replace("Bearer ", "");
          boolean good = valid.contains(token) && request.query().equals("token=" + token);
          Response.status(good ? 200 : 401).answer(request, wire);
        });
    server.on(
        "/logout",
        (request, wire) ->
            Response.status(valid.remove(request.bodyText()) ? 200 : 401).answer(request, wire));
  }

  private static void everyTenthFails(HttpTestServer server) {
    AtomicInteger count = new AtomicInteger();
    server.on(
        "/",
        (request, wire) ->
            Response.status(count.incrementAndGet() % 10 == 0 ? 500 : 200).answer(request, wire));
  }
}
