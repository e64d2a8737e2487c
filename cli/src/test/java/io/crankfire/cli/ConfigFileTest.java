package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.crankfire.config.Key;
import io.crankfire.config.Section;
import io.crankfire.file.JsonSchema;
import io.crankfire.run.ConfigKeys;
import io.crankfire.testkit.HttpTestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs that are told what to do by a file.
class ConfigFileTest {

  private static final Path ROOT = Path.of(System.getProperty("crankfire.root"));

  private final HttpTestServer server = HttpTestServer.start();
  private final Screen screen =
      new Screen(false, Map.of("TARGET", server.url().toString()), Interrupts.NONE);

  @TempDir Path folder;

  @AfterEach
  void stop() {
    server.close();
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  @Test
  void aFileIsRun() throws Exception {
    server.recordRequests(1);
    String config =
        file(
            "a.yaml",
            """
            target: ${TARGET}
            method: post
            headers: {X-A: 1, Content-Type: application/json}
            body: {hello: [1, two]}
            total: 3
            timeout: 5   # seconds
            """);

    assertThat(screen.run("--config", config)).as(screen.err()).isEqualTo(ExitCode.OK);
    assertThat(server.counts().received()).isEqualTo(3);
    var request = server.requests().getFirst();
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.header("X-A")).isEqualTo("1");
    assertThat(new String(request.body(), StandardCharsets.UTF_8))
        .isEqualTo("{\"hello\":[1,\"two\"]}");
  }

  @Test
  void flagsGoBeforeProfilesAndProfilesBeforeTheFile() throws Exception {
    server.recordRequests(3);
    String config =
        file(
            "a.toml",
            """
            target = "${TARGET}"
            total = 1
            body = "file"
            headers = {A = "file", B = "file", C = "file"}
            [profiles.p]
            total = 2
            headers = {b = "profile", C = "profile"}
            """);
    List<String> more = List.of("--header", "c=flag", "--total", "3");

    assertThat(screen.run("--config", config)).as(screen.err()).isEqualTo(ExitCode.OK);
    assertThat(server.counts().received()).isEqualTo(1);
    assertThat(screen.run("--config", config, "--profile", "p")).isEqualTo(ExitCode.OK);
    assertThat(server.counts().received()).isEqualTo(1 + 2);
    server.recordRequests(1);
    assertThat(
            screen.run(
                Stream.concat(Stream.of("--config", config, "--profile", "p"), more.stream())
                    .toArray(String[]::new)))
        .isEqualTo(ExitCode.OK);
    assertThat(server.counts().received()).isEqualTo(1 + 2 + 3);
    var request = server.requests().getLast();
    assertThat(request.header("A")).isEqualTo("file");
    assertThat(request.header("B")).isEqualTo("profile");
    assertThat(request.header("C")).isEqualTo("flag");
  }

  @ParameterizedTest
  @ValueSource(strings = {"max_redirects", "max-redirects", "maxRedirects", "MAXREDIRECTS"})
  void everySpellingOfAKeyIsTheSameKey(String key) throws Exception {
    server.on("/", io.crankfire.testkit.Response.redirect(302, "/there"));
    String config = file("a.yaml", "target: ${TARGET}\ntotal: 4\n" + key + ": 0\n");

    assertThat(screen.run("--config", config)).as(screen.err()).isEqualTo(ExitCode.OK);
    assertThat(server.counts().received()).isEqualTo(4);
  }

  @Test
  void filesAreFoundBesideTheConfigurationFile() throws Exception {
    server.recordRequests(1);
    file("body.txt", "beside");
    String config = file("a.yaml", "target: ${TARGET}\ntotal: 1\nbody_file: body.txt\n");

    assertThat(screen.run("--config", config)).as(screen.err()).isEqualTo(ExitCode.OK);
    assertThat(server.requests().getFirst().body())
        .isEqualTo("beside".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void tenMistakesAreTenProblemsAndNothingIsSent() throws Exception {
    String config =
        file(
            "bad.yaml",
            """
            target: ${TARGET}
            rate: fast
            duraton: 5s
            total: -1
            timeout: 5 parsecs
            arrival: {model: poison}
            tls:
              min_version: 1.1
              insekure: true
            concurrency: ten
            resolve: [nowhere]
            json_output: perhaps
            """);

    assertThat(screen.run("--config", config)).isEqualTo(ExitCode.USAGE);
    List<String> places =
        screen.errLines().stream()
            .filter(line -> line.startsWith("crankfire: " + config + ":"))
            .map(line -> line.substring(("crankfire: " + config + ":").length()))
            .toList();
    assertThat(places)
        .hasSize(10)
        .anyMatch(line -> line.startsWith("2:7: \"fast\" is not a number"))
        .anyMatch(line -> line.equals("3:1: unknown key \"duraton\"; did you mean duration?"))
        .anyMatch(line -> line.startsWith("4:8: must be at least 0"))
        .anyMatch(line -> line.startsWith("5:10: "))
        .anyMatch(line -> line.startsWith("6:18: \"poison\" is none of uniform, poisson"))
        .anyMatch(line -> line.startsWith("8:16: "))
        .anyMatch(line -> line.startsWith("9:3: unknown key \"insekure\""))
        .anyMatch(line -> line.startsWith("10:14: "))
        .anyMatch(line -> line.startsWith("11:11: "))
        .anyMatch(line -> line.startsWith("12:14: \"perhaps\" is neither true nor false"));
    assertThat(screen.err()).contains("    rate: fast\n          ^\n");
    assertThat(screen.out()).isEmpty();
    assertThat(server.counts().received()).isZero();
    assertThat(server.counts().accepted()).isZero();

    Screen again = new Screen(false, Map.of("TARGET", "http://h/"), Interrupts.NONE);
    assertThat(again.run("validate", config)).isEqualTo(ExitCode.USAGE);
    assertThat(again.errLines().stream().filter(line -> line.startsWith("crankfire: ")))
        .containsExactlyInAnyOrderElementsOf(
            screen.errLines().stream().filter(line -> line.startsWith("crankfire: ")).toList());
  }

  @Test
  void secretsAreMaskedInTheLinesShown() throws Exception {
    String config =
        file(
            "bad.yaml",
            """
            target: http://me:hunter2@h/
            total: 1
            headers: {Authorization: "Bearer hunter2", "B ad": x}
            proxy: http://me:hunter2@h:99999/
            """);

    assertThat(screen.run("validate", config)).isEqualTo(ExitCode.USAGE);
    assertThat(screen.errLines())
        .contains("    headers: {Authorization: ***, \"B ad\": x}", " ".repeat(42) + "^");
    assertThat(screen.err()).contains("proxy: http://***@h:99999/").doesNotContain("hunter2");
  }

  @Test
  void anUnknownProfileOrOneWithoutAFileIsAFault() throws Exception {
    String config = file("a.yaml", "target: ${TARGET}\ntotal: 1\nprofiles: {staging: {}}\n");

    assertThat(screen.run("--config", config, "--profile", "stagin")).isEqualTo(ExitCode.USAGE);
    assertThat(screen.err()).contains("did you mean staging?");
    assertThat(screen.run("--target", "http://h/", "-t1", "--profile", "x"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(screen.errLines().getLast())
        .isEqualTo("crankfire: --profile: a profile is one of a configuration file: give --config");
    assertThat(server.counts().received()).isZero();
  }

  @Test
  void outputSettingsOfTheFileHoldUnlessAFlagSaysOtherwise() throws Exception {
    Path report = folder.resolve("report.txt");
    String config =
        file(
            "a.yaml", "target: ${TARGET}\ntotal: 1\njson_output: true\nout: text=" + report + "\n");

    assertThat(screen.run("--config", config)).as(screen.err()).isEqualTo(ExitCode.OK);
    assertThat(screen.out()).startsWith("{").contains("\"total\": \"1\"");
    assertThat(report).exists();
    Screen text = new Screen(false, Map.of("TARGET", server.url().toString()), Interrupts.NONE);
    assertThat(text.run("--config", config, "--json-output=false")).isEqualTo(ExitCode.OK);
    assertThat(text.out()).startsWith("--- Load Test Results ---");
  }

  @Test
  void validateSaysWhatWouldBeRunAndSendsNothing() throws Exception {
    String open =
        file("open.yaml", "target: http://h/a\nrate: 0.5e2\nduration: 30\narrival: poisson\n");
    String closed =
        file("closed.json", "{\"target\": \"http://h/a\", \"total\": 2000, \"concurrency\": 8}");

    assertThat(screen.run("validate", open, closed)).as(screen.err()).isEqualTo(ExitCode.OK);
    assertThat(screen.out())
        .isEqualTo(
            """
            %s is valid: http://h/a, 1,500 arrivals (poisson) in 30 s
            %s is valid: http://h/a, 8 sessions, 2,000 at the most
            """
                .formatted(open, closed));
  }

  @Test
  void aFileMayNeedOneOfItsProfiles() throws Exception {
    String good = file("a.yaml", "total: 1\nprofiles: {a: {target: 'http://a/'}}\n");
    String bad = file("b.yaml", "total: 1\nprofiles: {a: {target: 'http://a/'}, b: {rate: x}}\n");

    assertThat(screen.run("validate", good)).as(screen.err()).isEqualTo(ExitCode.OK);
    assertThat(screen.out()).startsWith(good + " with profile a is valid: http://a/");
    assertThat(screen.run("validate", good, bad)).isEqualTo(ExitCode.USAGE);
    assertThat(screen.err()).contains("b.yaml:2:48: \"x\" is not a number");
    assertThat(screen.run("validate", bad, "--profile", "a")).isEqualTo(ExitCode.OK);
  }

  @Test
  void aFractionForAWholeNumberIsCutWithAWarning() throws Exception {
    String config = file("a.yaml", "target: http://h/\ntotal: 2.5\n");

    assertThat(screen.run("validate", config)).isEqualTo(ExitCode.OK);
    assertThat(screen.err()).contains("a.yaml:2:8: 2.5 is cut to 2");
    assertThat(screen.out()).contains("2 at the most");
  }

  @Test
  void initWritesAFileThatIsValidWithAllItsComments() throws Exception {
    String name = folder.resolve("new.yaml").toString();

    assertThat(screen.run("init", name)).as(screen.err()).isEqualTo(ExitCode.OK);
    assertThat(screen.run("validate", name)).as(screen.err()).isEqualTo(ExitCode.OK);
    String uncommented =
        InitCommand.starter()
            .lines()
            .map(line -> line.matches("# +(- .*|[a-z_A-Z-]+:( .*)?)") ? line.substring(2) : line)
            .reduce("", (text, line) -> text + line + "\n");
    assertThat(uncommented)
        .contains("\nbody:\n  hello: world\n", "\n  insecure: false", "\n      - login\n");
    file("users.csv", "user,password\nanna,secret\n");
    String all = file("all.yaml", uncommented);
    assertThat(screen.run("validate", all)).as(screen.err()).isEqualTo(ExitCode.OK);
  }

  @Test
  void initDoesNotWriteOverAFileUnlessForced() throws Exception {
    String name = file("mine.yaml", "mine");

    assertThat(screen.run("init", name)).isEqualTo(ExitCode.USAGE);
    assertThat(screen.errLines())
        .containsExactly("crankfire: " + name + " is there already: give another name, or --force");
    assertThat(Path.of(name)).hasContent("mine");
    assertThat(screen.run("init", name, "--force")).isEqualTo(ExitCode.OK);
    assertThat(Path.of(name)).hasContent(InitCommand.starter());
    assertThat(screen.run("init", folder.resolve("a.json").toString())).isEqualTo(ExitCode.USAGE);
    assertThat(screen.run("init", folder.resolve("none/a.yaml").toString()))
        .isEqualTo(ExitCode.COULD_NOT);
  }

  /// After a wanted change: `./crankfire validate --schema > docs/schema/config.schema.json`.
  @Test
  void thePublishedSchemaIsTheOneOfTheBinders() throws Exception {
    assertThat(screen.run("validate", "--schema")).isEqualTo(ExitCode.OK);
    assertThat(screen.out()).isEqualTo(JsonSchema.of(ConfigKeys.top(), ConfigKeys.inner()));
    assertThat(ROOT.resolve("docs/schema/config.schema.json")).hasContent(screen.out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"target\": \"http://h/\", \"total\": 5, \"keepAlive\": false, \"connect-timeout\": 3}",
        "{\"target\": \"http://h/\", \"duration\": \"1h30m\", \"rate\": \"1.5\", \"seed\": -7}",
        "{\"target\": \"http://h/\", \"total\": \"5\", \"arrival\": {\"model\": \"poisson\"}}",
        "{\"target\": \"http://h/\", \"total\": 5, \"rate\": 1, \"concurrency\": \"auto\"}",
        "{\"target\": \"http://h/\", \"total\": 5, \"body\": {\"a\": null}, \"tls\": null}",
        "{\"target\": \"http://h/\", \"total\": 5, \"resolve\": \"a:1:::1\"}",
        "{\"target\": \"http://h/\", \"total\": 5, \"profiles\": {\"x\": {\"rate\": 5}}}",
        "{\"target\": \"http://h/\", \"forever\": \"${NONE:-true}\"}",
        "{\"target\": \"http://h/\", \"total\": 5, \"graceful_shutdown\": \"-1s\"}"
      })
  void whatIsValidHereIsValidByTheSchema(String json) throws Exception {
    assertThat(bySchema(json)).isEmpty();
    assertThat(screen.run("validate", file("a.json", json)))
        .as(screen.err())
        .isEqualTo(ExitCode.OK);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"target\": \"http://h/\", \"total\": 5, \"keepalives\": false}",
        "{\"target\": \"http://h/\", \"total\": -5}",
        "{\"target\": \"http://h/\", \"total\": \"x\"}",
        "{\"target\": \"http://h/\", \"duration\": \"5 days\"}",
        "{\"target\": \"http://h/\", \"total\": 5, \"workers\": 9999}",
        "{\"target\": \"http://h/\", \"total\": 5, \"transport\": \"pigeon\"}",
        "{\"target\": \"http://h/\", \"total\": 5, \"tls\": {\"insecure\": \"so\"}}",
        "{\"target\": \"http://h/\", \"total\": 5, \"tls\": [1]}",
        "{\"target\": \"http://h/\", \"total\": 5, \"headers\": \"A: b\"}",
        "{\"target\": \"http://h/\", \"total\": 5, \"profiles\": {\"x\": {\"rat\": 5}}}",
        "[1]"
      })
  void whatIsWrongHereIsWrongByTheSchema(String json) throws Exception {
    assertThat(bySchema(json)).isNotEmpty();
    assertThat(screen.run("validate", file("a.json", json))).isEqualTo(ExitCode.USAGE);
  }

  private static List<?> bySchema(String json) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(JsonSchema.of(ConfigKeys.top(), ConfigKeys.inner()), InputFormat.JSON)
        .validate(json, InputFormat.JSON);
  }

  @Test
  void everyKeyIsDocumented() throws Exception {
    String page = Files.readString(ROOT.resolve("docs/config.md"));

    for (Section section :
        Stream.concat(ConfigKeys.top().stream(), ConfigKeys.inner().stream()).toList()) {
      if (!section.name().equals("profile")) {
        assertThat(section.keys()).allSatisfy(key -> assertThat(page).contains(row(key)));
      }
    }
  }

  private static String row(Key key) {
    return "| `%s` | %s | %s |"
        .formatted(
            key.name(), key.otherwise().isEmpty() ? "" : "`" + key.otherwise() + "`", key.doc());
  }
}
