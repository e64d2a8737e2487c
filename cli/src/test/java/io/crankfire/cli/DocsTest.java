package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Runs every example of the documentation against a server of this machine: each command line of a
/// `sh` block that starts with `crankfire`, each configuration file of a `yaml`, `toml` or `json`
/// block. Hosts are replaced by the server, lengths by short ones. A block that stands directly
/// below a line such as `` `users.csv`: `` is a file of that name, for all blocks of its page.
class DocsTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern FILE_NAME = Pattern.compile("`([\\w.-]+)`:");
  private static final Pattern HOST = Pattern.compile("https?://[A-Za-z0-9.-]+(:\\d+)?");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)");
  private static final String ANSWER =
      """
      {"token": "t", "access_token": "t", "expires_in": 3600, "id": 1, "name": "n", "status": "ok",
       "items": [{"id": 1, "sku": "s", "price": 1}], "user": {"id": 1, "name": "n"}, "count": 1}
      """;

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
    try (HttpTestServer server = HttpTestServer.start()) {
      server.otherwise(Response.json(ANSWER));
      for (Block file : blocks()) {
        if (file.page.equals(block.page) && !file.name.isEmpty()) {
          Files.writeString(folder.resolve(file.name), here(file.text, server));
        }
      }
      if (block.isConfiguration()) {
        String name = block.name.isEmpty() ? "example." + block.language : block.name;
        Files.writeString(folder.resolve(name), complete(here(block.text, server), block, server));
        run(
            block,
            List.of(
                "--config", folder.resolve(name).toString(), "--total", "5", "--duration", "1s"));
      }
      for (String command : commands(block)) {
        run(block, words(here(command, server)));
      }
    }
  }

  private void run(Block block, List<String> arguments) {
    Map<String, String> environment = new HashMap<>();
    Matcher variable = VARIABLE.matcher(block.text);
    while (variable.find()) {
      environment.put(variable.group(1), "value");
    }
    Screen screen = new Screen(false, environment, Interrupts.NONE);
    int exitCode = screen.run(arguments.toArray(String[]::new));
    assertThat(exitCode)
        .as("%s%n%s", String.join(" ", arguments), screen.err())
        .isIn(ExitCode.OK, ExitCode.FAILED);
  }

  private static String here(String text, HttpTestServer server) {
    return HOST.matcher(text).replaceAll("http://127.0.0.1:" + server.port());
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
    return words;
  }
}
