package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.websocket.WebSocketTestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Runs every example of the documentation against a server of this machine: each command line of a
/// `sh` block that starts with `crankfire`, each configuration file of a `yaml`, `toml` or `json`
/// block. Hosts are replaced by the server, lengths by short ones. A block that stands directly
/// below a line such as `` `users.csv`: `` is a file of that name, for all blocks of its page.
/// Files that no page shows, recordings and descriptions of other tools, are [#STAND_INS].
class DocsTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern FILE_NAME = Pattern.compile("`([\\w.-]+)`:");
  private static final Pattern HOST = Pattern.compile("https?://[A-Za-z0-9.-]+(:\\d+)?");
  private static final Pattern SOCKET_HOST = Pattern.compile("wss?://[A-Za-z0-9.-]+(:\\d+)?");
  private static final Pattern RECORDED_HOST = Pattern.compile("(?<=[' ;\"]host:)[A-Za-z0-9.*-]+");
  private static final Pattern TOKEN_PATH = Pattern.compile("token_url: *https?://[^/]+(/\\S*)");
  private static final Pattern PROFILE = Pattern.compile("(?m)^profiles:\n  (\\w+):");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)");

  /// What every request is answered with: everything that an example extracts or checks.
  private static final String ANSWER =
      """
      {"token": "t", "access_token": "t", "expires_in": 3600, "id": 1, "name": "n", "status": "ok",
       "items": [{"id": 1, "sku": "s", "price": 1}], "user": {"id": 1, "active": true}, "count": 1,
       "text": "welcome, token=t"}
      """;

  /// Who asks for a stream of events gets this answer as two events, a token of a language model,
  /// and its end.
  private static final Behavior STREAM =
      (request, wire) ->
          wire.send(
              Response.bytes(
                  200,
                  "text/event-stream",
                  "data: %s\n\ndata: %s\n\ndata: %s\n\ndata: [DONE]\n\n"
                      .formatted(
                          ANSWER.replace("\n", ""),
                          ANSWER.replace("\n", ""),
                          "{\"choices\": [{\"delta\": {\"content\": \"Hello\"}}]}")
                      .getBytes(StandardCharsets.UTF_8)));

  private static final String GRPC_HOST = "localhost:50051";

  /// Files that examples name and no page shows, since other tools write them.
  private static final Map<String, String> STAND_INS =
      Map.of(
          "session.har",
          """
          {"log": {"entries": [
            {"startedDateTime": "2026-01-01T00:00:00.000Z", "time": 5,
             "request": {"method": "GET", "url": "https://api.example.com/items",
               "headers": [{"name": "Accept", "value": "application/json"}]}},
            {"startedDateTime": "2026-01-01T00:00:00.020Z", "time": 5,
             "request": {"method": "GET", "url": "https://api.example.com/metrics", "headers": []}}
          ]}}
          """,
          "commands.sh",
          "curl -H 'Accept: application/json' https://api.example.com/items\n",
          "petstore.yaml",
          """
          openapi: 3.0.3
          info: {title: Pets, version: "1"}
          servers: [{url: "https://pets.example.com/v1"}]
          paths:
            /pets/{petId}:
              get:
                operationId: showPet
                parameters:
                  - {name: petId, in: path, required: true, schema: {type: integer, example: 7}}
                responses: {"200": {description: a pet}}
          """,
          "collection.json",
          """
          {"info": {"name": "Orders",
             "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
           "item": [{"name": "List", "request": {"method": "GET",
             "url": {"raw": "https://api.example.com/orders"}}}]}
          """,
          "users.proto",
          UserServer.PROTO,
          "order.json",
          "{\"sku\": 7}\n");

  @TempDir Path folder;

  /// A fenced block of a page.
  ///
  /// @param name of the file that it is, or empty
  record Block(Path page, int line, String language, String name, String text) {
    boolean isConfiguration() {
      return List.of("yaml", "toml", "json").contains(language)
          && !name.endsWith(".har")
          && (name.isEmpty() || !language.equals("json") || text.contains("\"target\""));
    }
  }

  static List<Block> blocks() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      docs.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    List<Block> blocks = new ArrayList<>();
    for (Path page : pages) {
      List<String> lines = Files.readAllLines(page);
      String before = "";
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i);
        if (line.startsWith("```") && line.length() > 3) {
          int end = i + 1;
          while (!lines.get(end).equals("```")) {
            end++;
          }
          Matcher name = FILE_NAME.matcher(before.strip());
          blocks.add(
              new Block(
                  page,
                  i + 1,
                  line.substring(3),
                  name.matches() ? name.group(1) : "",
                  String.join("\n", lines.subList(i + 1, end)) + "\n"));
          i = end;
          before = "";
        } else if (!line.isBlank()) {
          before = line;
        }
      }
    }
    return blocks;
  }

  static Stream<Named<Block>> examples() throws IOException {
    return blocks().stream()
        .filter(block -> block.isConfiguration() || !commands(block).isEmpty())
        .map(block -> Named.of(ROOT.relativize(block.page) + ":" + block.line, block));
  }

  private static List<String> commands(Block block) {
    if (!block.language.equals("sh")) {
      return List.of();
    }
    return block
        .text
        .replace("\\\n", " ")
        .lines()
        .map(line -> line.replaceFirst("^(\\$ )?(\\./)?crankfire ", "crankfire "))
        .filter(line -> line.startsWith("crankfire ") && !line.startsWith("crankfire demo"))
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("examples")
  void works(Block block) throws IOException {
    try (HttpTestServer server = HttpTestServer.start();
        WebSocketTestServer sockets = WebSocketTestServer.start();
        Users users = new Users()) {
      Response answer = Response.json(ANSWER).with("X-Request-Id", "r1");
      server.otherwise((request, wire) -> {
        boolean streams = "text/event-stream".equals(request.header("Accept"));
        (streams ? STREAM : answer).answer(request, wire);
      });
      Servers servers = new Servers(server, sockets, users);
      for (Map.Entry<String, String> file : STAND_INS.entrySet()) {
        Files.writeString(folder.resolve(file.getKey()), here(file.getValue(), servers));
      }
      for (Block file : blocks()) {
        if (file.page.equals(block.page) && !file.name.isEmpty()) {
          Files.writeString(folder.resolve(file.name), here(file.text, servers));
        }
      }
      if (block.isConfiguration()) {
        String name = block.name.isEmpty() ? "example." + block.language : block.name;
        Path file = folder.resolve(name);
        Files.writeString(file, complete(here(block.text, servers), block, server));
        run(servers, block.text, configured(file));
        Matcher profile = PROFILE.matcher(block.text);
        while (profile.find()) {
          List<String> arguments = new ArrayList<>(configured(file));
          arguments.addAll(List.of("--profile", profile.group(1)));
          run(servers, block.text, arguments);
        }
      }
      for (String command : commands(block)) {
        List<String> arguments = words(here(command, servers));
        run(servers, block.text, arguments);
        int output = arguments.indexOf("-o");
        if (arguments.getFirst().equals("import") && output > 0) {
          Path imported = Path.of(arguments.get(output + 1));
          List<String> again = new ArrayList<>(configured(imported));
          again.addAll(List.of("--rate", "20"));
          run(servers, Files.readString(imported), again);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "endpoints",
        "scenarios",
        "load_patterns",
        "feeder",
        "feeders",
        "extractors",
        "checks",
        "auth",
        "retries",
        "sse",
        "thresholds",
        "websocket",
        "grpc",
        "har_file",
        "profiles"
      })
  void everyGroupOfKeysHasAnExample(String group) throws IOException {
    Pattern key = Pattern.compile("(?m)^[ {-]*" + group + ":");

    assertThat(blocks())
        .anyMatch(block -> block.isConfiguration() && key.matcher(block.text).find());
  }

  private static List<String> configured(Path file) {
    return List.of("--config", file.toString(), "--total", "5", "--duration", "1s");
  }

  /// Runs a command line. If it is that of a run, it has to send something, and nothing of that may
  /// fail but for its time. Thresholds need not hold: the machine may be slow, and the run is
  /// short.
  private void run(Servers servers, String text, List<String> arguments) throws IOException {
    StringBuilder texts = new StringBuilder(text);
    int config = arguments.indexOf("--config");
    if (config >= 0) {
      texts.append(Files.readString(Path.of(arguments.get(config + 1))));
    }
    Map<String, String> environment = new HashMap<>();
    Matcher variable = VARIABLE.matcher(texts);
    while (variable.find()) {
      environment.put(variable.group(1), "value");
    }
    long before = received(servers, texts);
    Screen screen = new Screen(false, environment, Interrupts.NONE);
    boolean sends = arguments.getFirst().startsWith("-");
    Path report = folder.resolve("docs-test-report.json");
    List<String> all = new ArrayList<>(arguments);
    if (sends) {
      all.addAll(List.of("--out", "json=" + report));
    }
    int exitCode = screen.run(all.toArray(String[]::new));
    String told = String.join(" ", arguments) + "\n" + screen.err() + screen.out();
    boolean timed = texts.indexOf("max_duration") >= 0;
    if (timed || texts.indexOf("threshold") >= 0) {
      assertThat(exitCode).as(told).isIn(ExitCode.OK, ExitCode.FAILED);
    } else {
      assertThat(exitCode).as(told).isEqualTo(ExitCode.OK);
    }
    if (sends) {
      assertThat(received(servers, texts)).as(told).isGreaterThan(before);
      JsonNode result = JsonMapper.shared().readTree(Files.readString(report));
      long failures = result.get("failures").asLong();
      for (JsonNode phase : result.path("load_phases")) { // of which a warm-up is not in the sum
        failures += phase.path("failures").asLong();
      }
      assertThat(timed ? 0 : failures).as(told).isZero();
    }
  }

  /// Requests that the server had, but for those of tokens.
  private static long received(Servers servers, CharSequence text) {
    long received =
        servers.http.counts().received()
            + servers.sockets.http().counts().received()
            + servers.users.received();
    Matcher token = TOKEN_PATH.matcher(text);
    return token.find() ? received - servers.http.received(token.group(1)) : received;
  }

  /// Who answers in the place of all others.
  ///
  /// @param sockets echoes
  private record Servers(HttpTestServer http, WebSocketTestServer sockets, Users users) {
    String grpc() {
      return "127.0.0.1:" + users.port();
    }
  }

  /// A service of users, started when an example names it.
  private static final class Users implements AutoCloseable {
    private @Nullable UserServer server;

    int port() {
      UserServer started = server == null ? new UserServer() : server;
      server = started;
      return started.port();
    }

    long received() {
      return server == null ? 0 : server.calls.size();
    }

    @Override
    public void close() {
      if (server != null) {
        server.close();
      }
    }
  }

  private static String here(String text, Servers servers) {
    String sockets =
        SOCKET_HOST.matcher(text).replaceAll("ws://127.0.0.1:" + servers.sockets.port());
    if (sockets.contains(GRPC_HOST)) {
      sockets = sockets.replace(GRPC_HOST, servers.grpc());
    }
    return RECORDED_HOST
        .matcher(HOST.matcher(sockets).replaceAll("http://127.0.0.1:" + servers.http.port()))
        .replaceAll("127.0.0.1");
  }

  /// A piece of a configuration becomes a whole one.
  private static String complete(String text, Block block, HttpTestServer server) {
    boolean targeted = Pattern.compile("(?m)^\\W*(target|url|har_file)\\b").matcher(text).find();
    return targeted || !block.language.equals("yaml")
        ? text
        : "target: http://127.0.0.1:" + server.port() + "/\n" + text;
  }

  /// The words after `crankfire`, with shell quotes taken off, files in the test's folder, and
  /// short lengths.
  private List<String> words(String command) {
    List<String> words = new ArrayList<>();
    Matcher word =
        Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)")
            .matcher(command.substring("crankfire ".length()));
    while (word.find()) {
      String text = word.group().replaceAll("^['\"]|['\"]$", "");
      String last = words.isEmpty() ? "" : words.getLast();
      if (last.equals("--duration") || last.equals("-d")) {
        text = "300ms";
      } else if (last.equals("--total") || last.equals("-t")) {
        text = "5";
      } else if (text.equals("#") || text.equals("|") || text.equals(">")) {
        break;
      } else if (Files.exists(folder.resolve(text)) || last.equals("-o")) {
        text = folder.resolve(text).toString();
      } else if (text.matches("(json|run|text)=.*")) {
        text =
            text.substring(0, text.indexOf('=') + 1)
                + folder.resolve(text.substring(text.indexOf('=') + 1));
      }
      words.add(text);
    }
    if (words.contains("--config") && !words.contains("--duration") && !words.contains("-d")) {
      words.addAll(List.of("--duration", "1s"));
    }
    return words;
  }
}
