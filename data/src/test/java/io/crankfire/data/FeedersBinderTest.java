package io.crankfire.data;

import static io.crankfire.data.Config.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.template.Feeder;
import io.crankfire.template.Names;
import io.crankfire.template.Template;
import io.crankfire.template.Variables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FeedersBinderTest {

  @TempDir Path folder;

  private final Problems problems = new Problems();
  private final Names names = new Names();

  private void bind(Map<String, ?> run) {
    FeedersBinder.bind(
        new Fields(Config.of(folder.resolve("test.yaml").toString(), run), problems),
        names,
        problems);
  }

  private void write(String file, String content) throws IOException {
    Files.writeString(folder.resolve(file), content);
  }

  private static String shown(Feeder feeder) {
    StringBuilder text = new StringBuilder(String.join("|", feeder.columns()));
    for (byte[][] row : feeder.rows()) {
      text.append('\n');
      for (int i = 0; i < row.length; i++) {
        text.append(i == 0 ? "" : "|");
        text.append(row[i] == null ? "-" : new String(row[i], StandardCharsets.UTF_8));
      }
    }
    return text.toString();
  }

  static Stream<Arguments> files() {
    return Stream.of(
        arguments("plain CSV", "f.csv", "a,b\n1,2\n3,4\n", "a|b\n1|2\n3|4"),
        arguments("CSV with CRLF and no end of the last line", "f.csv", "a,b\r\n1,2", "a|b\n1|2"),
        arguments(
            "a byte order mark is no part of a name (W52)",
            "f.csv",
            "\uFEFFa,b\n1,2\n",
            "a|b\n1|2"),
        arguments(
            "quotes, commas, lines in a value",
            "f.csv",
            "a,b\n\"x,\"\"y\"\"\",\"l\nm\"\n",
            "a|b\nx,\"y\"|l\nm"),
        arguments("empty lines are skipped", "f.csv", "a\n\n1\n\n2\n\n", "a\n1\n2"),
        arguments("an empty value is a value", "f.csv", "a,b\n,2\n", "a|b\n|2"),
        arguments("blanks around a column's name", "f.csv", "a , b\n1,2\n", "a|b\n1|2"),
        arguments("a blank belongs to the value (RFC 4180)", "f.csv", "a,b\n1, 2\n", "a|b\n1| 2"),
        arguments("tabs in a .tsv", "f.tsv", "a\tb\n1,5\t2\n", "a|b\n1,5|2"),
        arguments("a JSON array", "f.json", "[{\"a\":\"x\",\"b\":true}]", "a|b\nx|true"),
        arguments(
            "numbers keep their text (W23)",
            "f.json",
            "[{\"a\":1234567,\"b\":12345678901,\"c\":1.50,\"d\":1e3,\"e\":123456789012345678901234567890}]",
            "a|b|c|d|e\n1234567|12345678901|1.50|1e3|123456789012345678901234567890"),
        arguments(
            "null is no value, nested is compact JSON (W23)",
            "f.json",
            "[{\"a\":null,\"b\":{\"k\": [1, \"x\\n\"]},\"c\":[ 1, 2 ]}]",
            "a|b|c\n-|{\"k\":[1,\"x\\n\"]}|[1,2]"),
        arguments(
            "objects need not have the same names",
            "f.json",
            "[{\"a\":1},{\"b\":2}]",
            "a|b\n1|-\n-|2"),
        arguments("JSON with a byte order mark", "f.json", "\uFEFF[{\"a\":1}]", "a\n1"),
        arguments("JSON Lines", "f.jsonl", "{\"a\":1}\n\n{\"a\":\"ü\"}\r\n", "a\n1\nü"),
        arguments("JSON Lines by another name", "f.ndjson", "{\"a\":1}", "a\n1"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void isRead(String what, String file, String content, String expected) throws IOException {
    write(file, content);
    bind(map("feeder", map("path", file)));
    assertThat(Config.messages(problems)).as(what).isEmpty();
    Feeder feeder = names.feeders().getFirst();
    assertThat(shown(feeder)).isEqualTo(expected);
    assertThat(feeder.name()).isEqualTo("feeder");
    assertThat(feeder.policy()).isEqualTo(Feeder.Policy.LOOP);
  }

  static Stream<Arguments> faultyFiles() {
    return Stream.of(
        arguments("f.csv", "", "test.yaml:3:1: there is no record in \"f.csv\""),
        arguments("f.csv", "a,b\n", "test.yaml:3:1: there is no record in \"f.csv\""),
        arguments("f.csv", "a,b\n1,2\n3\n", "f.csv:3:1: 1 value where the first line names 2"),
        arguments("f.csv", "a,b\n\"x\ny\",2\n3,4,5\n", "f.csv:4:1: 3 values where the first line"),
        arguments("f.csv", "a,a\n1,2\n", "f.csv:1:1: two columns have the name \"a\""),
        arguments("f.csv", "a,\n1,2\n", "f.csv:1:1: column 2 has no name"),
        arguments("f.csv", "a\n\"x\n", "f.csv:"),
        arguments("f.json", "", "there is no record in \"f.json\""),
        arguments("f.json", "[]", "there is no record in \"f.json\""),
        arguments("f.json", "{\"a\":1}", "f.json:1:1: expected an array of objects"),
        arguments("f.json", "[1]", "f.json:1:2: expected an object"),
        arguments("f.json", "[{\"a\":1},\n {}]", "f.json:2:2: the object is empty"),
        arguments("f.json", "[{\"a\":1},\n {\"a\":x}]", "f.json:2:"),
        arguments("f.json", "[{\"a\":1}", "f.json:1:"),
        arguments("f.json", "[{\"a\":1}] 7", "something follows the array"),
        arguments("f.jsonl", "{\"a\":1}\n{\"a\":", "f.jsonl:2:"),
        arguments("f.jsonl", "{\"a\":1} {\"a\":2}", "something follows the object"),
        arguments("f.jsonl", "{\"a\":1}\n\n[1]", "f.jsonl:3:1: expected an object"));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("faultyFiles")
  void aFaultyFileIsAProblemWithItsLine(String file, String content, String message)
      throws IOException {
    write(file, content);
    bind(map("feeder", map("path", file)));
    assertThat(Config.messages(problems)).anyMatch(shown -> shown.contains(message));
    assertThat(names.feeders()).isEmpty();
  }

  @Test
  void afterTenFaultsTheOthersAreCounted() throws IOException {
    write("f.csv", "a,b\n" + "1\n".repeat(25));
    bind(map("feeder", map("path", "f.csv")));
    assertThat(Config.messages(problems)).hasSize(11).last().asString().contains("15 more faults");
  }

  @Test
  void aFileThatIsNotUtf8IsAProblemWithItsLine() throws IOException {
    Files.write(folder.resolve("f.csv"), new byte[] {'a', '\n', '1', '\n', (byte) 0xe9, '\n'});
    bind(map("feeder", map("path", "f.csv")));
    assertThat(Config.messages(problems)).singleElement().asString().contains("f.csv:3:1", "UTF-8");
  }

  @Test
  void utf16IsReadWhenItsMarkSaysSo() throws IOException {
    Files.write(folder.resolve("f.csv"), "\uFEFFa\nü\n".getBytes(StandardCharsets.UTF_16LE));
    bind(map("feeder", map("path", "f.csv")));
    assertThat(shown(names.feeders().getFirst())).isEqualTo("a\nü");
  }

  @Test
  void aValueThatBeginsWithABlankIsWarnedAboutOnce() throws IOException {
    write("f.csv", "a,b\n1, 2\n3, 4\n");
    bind(map("feeder", map("path", "f.csv")));
    assertThat(problems.warnings()).singleElement().asString().contains("f.csv:2:1", "blank");
  }

  static Stream<Arguments> faultyConfigurations() {
    return Stream.of(
        arguments(map("feeder", map("type", "csv")), "a feeder needs a path"),
        arguments(map("feeder", map("path", "none.csv")), ":3:1: there is no file \"none.csv\""),
        arguments(map("feeder", map("path", "data.txt")), "give a type, csv, json or jsonl"),
        arguments(
            map("feeder", map("path", "f.csv", "type", "xml")),
            "\"xml\" is none of csv, json, jsonl"),
        arguments(map("feeder", map("path", "f.csv", "policy", "lop")), "did you mean loop?"),
        arguments(map("feeder", map("path", "f.csv", "delimiter", ";;")), "is not a delimiter"),
        arguments(
            map("feeder", map("path", "f.csv", "type", "json", "delimiter", ";")),
            "only csv files"),
        arguments(map("feeder", map("path", "f.csv", "polcy", "loop")), "unknown key \"polcy\""),
        arguments(map("feeder", "f.csv"), "expected keys and values"),
        arguments(
            map("feeder", map("path", "f.csv"), "feeders", List.of()),
            "put all of them into feeders"),
        arguments(
            map("feeders", List.of(map("path", "f.csv"), map("path", "f.csv"))),
            "has the name \"f\" already"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("faultyConfigurations")
  void aFaultyConfigurationIsAProblem(Map<String, ?> run, String message) throws IOException {
    write("f.csv", "a\n1\n2\n");
    write("data.txt", "a\n1\n");
    bind(run);
    assertThat(Config.messages(problems)).singleElement().asString().contains(message);
  }

  @Test
  void severalFeedersAreNamedAfterTheirFilesOrAsTheySay() throws IOException {
    write("users.csv", "name\nann\n");
    write("goods.json", "[{\"name\":\"pen\"}]");
    bind(
        map(
            "feeders",
            List.of(
                map("path", "users.csv", "policy", "stop"),
                map("path", "goods.json", "name", "items", "policy", "RANDOM"))));
    assertThat(Config.messages(problems)).isEmpty();
    assertThat(names.feeders()).extracting(Feeder::name).containsExactly("users", "items");
    assertThat(names.feeders())
        .extracting(Feeder::policy)
        .containsExactly(Feeder.Policy.STOP, Feeder.Policy.RANDOM);
    Variables variables = new Variables(names, 1, () -> 0);
    variables.begin(0, 0);
    assertThat(
            Template.compile("{{name}} {{users.name}} {{items.name}}", names, _ -> {})
                .text(variables))
        .isEqualTo("ann ann pen");
  }

  /// W52: every policy, which the Go tool does not have.
  @ParameterizedTest
  @ValueSource(strings = {"loop", "stop", "random", "unique"})
  void thePolicyChoosesTheRecord(String policy) throws IOException {
    write("f.csv", "a\n0\n1\n2\n");
    bind(map("feeder", map("path", "f.csv", "policy", policy)));
    Template template = Template.compile("{{a}}", names, _ -> {});
    List<String> given = new ArrayList<>();
    List<String> again = new ArrayList<>();
    for (int round = 0; round < 2; round++) {
      Variables variables = new Variables(names, 5, () -> 0);
      for (int i = 0; i < 9; i++) {
        variables.begin(i % 2, i);
        (round == 0 ? given : again).add(template.text(variables));
      }
    }
    assertThat(again).isEqualTo(given);
    switch (policy) {
      case "unique" -> assertThat(String.join("", given)).isEqualTo("010101010");
      case "random" -> {
        assertThat(given).containsOnly("0", "1", "2").contains("0", "1", "2");
        assertThat(String.join("", given)).isNotEqualTo("012012012");
      }
      default -> assertThat(String.join("", given)).isEqualTo("012012012");
    }
  }

  @Test
  void recordsThatAllHaveNamesOfTheirOwnAreAProblem() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 1_001; i++) {
      lines.append("{\"user-%d\": 1}\n".formatted(i));
    }
    write("f.jsonl", lines.toString());
    bind(map("feeder", map("path", "f.jsonl")));
    assertThat(Config.messages(problems))
        .singleElement()
        .asString()
        .contains("f.jsonl:1001:1:", "more than 1,000 different names");
  }

  @Test
  void otherDelimitersAreCharactersOrTab() throws IOException {
    write("f.txt", "a;b\n1,5;2\n");
    write("g.txt", "a\tb\n1\t2\n");
    bind(
        map(
            "feeders",
            List.of(
                map("path", "f.txt", "type", "CSV", "delimiter", ";"),
                map("path", "g.txt", "type", "csv", "delimiter", "tab"))));
    assertThat(Config.messages(problems)).isEmpty();
    assertThat(names.feeders().stream().map(FeedersBinderTest::shown))
        .containsExactly("a|b\n1,5|2", "a|b\n1|2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"f.csv", "f.json", "f.jsonl"})
  void anyFileIsReadOrSaysWhyNot(String file) throws IOException {
    SplittableRandom random = new SplittableRandom(17);
    String[] parts = {
      "{", "}", "[", "]", "\"", ",", ":", "\n", "\r", "a", "1", "\\", " ", "null", "é", "\u0000"
    };
    for (int i = 0; i < 1_500; i++) {
      StringBuilder content = new StringBuilder();
      for (int j = random.nextInt(20); j > 0; j--) {
        content.append(parts[random.nextInt(parts.length)]);
      }
      write(file, content.toString());
      Problems found = new Problems();
      Names read = new Names();
      FeedersBinder.bind(
          new Fields(
              Config.of(folder.resolve("t.yaml").toString(), map("feeder", map("path", file))),
              found),
          read,
          found);
      assertThat(found.isEmpty()).as(content.toString()).isEqualTo(!read.feeders().isEmpty());
    }
  }
}
