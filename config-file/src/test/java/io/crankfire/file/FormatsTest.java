package io.crankfire.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FormatsTest {

  @TempDir Path folder;

  private static final String YAML =
      """
      # a comment
      target: http://h/
      rate: 1.50
      total: 0x1F
      headers:
        X-Été: "😀"   # behind a character of two units
      resolve: [a:1:1.1.1.1, "b:2:2.2.2.2"]
      tls:
        insecure: true
        ca: ~
      body: {a: 1.50, b: [true, null, "x\\n"], c: {}, d: 0x10}
      """;

  private static final String JSON =
      """
      {
        "target": "http://h/", "rate": 1.50,
        "total": "0x1F",
        "headers": {"X-Été": "😀"},
        "resolve": ["a:1:1.1.1.1", "b:2:2.2.2.2"],
        "tls": {"insecure": true, "ca": null},
        "body": {"a": 1.50, "b": [true, null, "x\\n"], "c": {}, "d": 16}
      }
      """;

  private static final String TOML =
      """
      # a comment
      target = "http://h/"
      rate = 1.50
      total = 0x1F
      headers."X-Été" = "😀"   # behind a character of two units
      resolve = [ # with a comment
        'a:1:1.1.1.1',
        "b:2:2.2.2.2"]
      body = {a = 1.50, b = [true, "x\\n"], c = {}, d = 0x10}
      [tls]
      insecure = true
      """;

  @Test
  void theSameIsReadFromEveryFormat() {
    Map<String, String> yaml = Written.file(folder, "a.yaml", YAML).values();

    assertThat(yaml)
        .isEqualTo(
            Map.of(
                "/target", "http://h/",
                "/rate", "1.50",
                "/total", "0x1F",
                "/headers/X-Été", "😀",
                "/resolve/0", "a:1:1.1.1.1",
                "/resolve/1", "b:2:2.2.2.2",
                "/tls/insecure", "true",
                "/body", "{\"a\":1.50,\"b\":[true,null,\"x\\n\"],\"c\":{},\"d\":16}"));
    assertThat(Written.file(folder, "a.yml", YAML).values()).isEqualTo(yaml);
    assertThat(Written.file(folder, "a.JSON", JSON).values()).isEqualTo(yaml);
    assertThat(Written.file(folder, "json.yaml", JSON).values()).isEqualTo(yaml);
    Map<String, String> toml = Written.file(folder, "a.toml", TOML).values();
    // TOML has no null.
    assertThat(toml.remove("/body"))
        .isEqualTo("{\"a\":1.50,\"b\":[true,\"x\\n\"],\"c\":{},\"d\":16}");
    yaml.remove("/body");
    assertThat(toml).isEqualTo(yaml);
  }

  @Test
  void whatIsWrittenAsATextStaysOneInJson() {
    String json = "{\"a\":\"5\",\"b\":[5,\"true\",true,\"null\",\"0x10\"],\"body\":\"1\"}";
    String yaml = "{a: \"5\", b: [5, 'true', true, \"null\", \"0x10\"], body: '1'}";
    String toml = "{a = \"5\", b = [5, 'true', true, \"null\", \"0x10\"], body = '1'}";
    for (String key : List.of("body", "Body", "json")) {
      assertThat(Written.file(folder, "a.yaml", key + ": " + yaml).values())
          .containsExactly(Map.entry("/" + key, json));
      assertThat(Written.file(folder, "a.json", "{\"" + key + "\": " + json + "}").values())
          .containsExactly(Map.entry("/" + key, json));
      assertThat(Written.file(folder, "a.toml", key + " = " + toml).values())
          .containsExactly(Map.entry("/" + key, json));
    }
  }

  @Test
  void aFileWithAByteOrderMarkIsRead() {
    assertThat(Written.file(folder, "a.yaml", "\uFEFFrate: 5\n").values())
        .isEqualTo(Map.of("/rate", "5"));
    assertThat(Written.file(folder, "a.json", "\uFEFF{\"rate\": 5}").values())
        .isEqualTo(Map.of("/rate", "5"));
  }

  @Test
  void anEmptyFileHasNoSettings() {
    for (String name : new String[] {"a.yaml", "a.json", "a.toml"}) {
      assertThat(Written.file(folder, name, "").values()).as(name).isEmpty();
    }
    assertThat(Written.file(folder, "b.yaml", "# only a comment\n---\n").values()).isEmpty();
  }

  static Stream<Arguments> places() {
    return Stream.of(
        Arguments.of("a.yaml", "rate", 3, 1, 3, 7),
        Arguments.of("a.yaml", "resolve", 7, 1, 7, 10),
        Arguments.of("a.json", "rate", 2, 26, 2, 34),
        Arguments.of("a.json", "body", 7, 3, 7, 12),
        Arguments.of("a.toml", "rate", 3, 1, 3, 8),
        Arguments.of("a.toml", "resolve", 6, 1, 6, 11));
  }

  @ParameterizedTest
  @MethodSource("places")
  void everyKeyAndValueKnowsItsPlace(
      String name, String key, int keyLine, int keyColumn, int line, int column) {
    String text = name.endsWith("yaml") ? YAML : name.endsWith("json") ? JSON : TOML;
    ConfigNode.Mapping settings =
        Objects.requireNonNull(Written.file(folder, name, text).settings());
    Position written = settings.keyPosition(key);
    Position value = Objects.requireNonNull(settings.entries().get(key)).position();

    assertThat(written.line()).isEqualTo(keyLine);
    assertThat(written.column()).isEqualTo(keyColumn);
    assertThat(value.line()).isEqualTo(line);
    assertThat(value.column()).isEqualTo(column);
    assertThat(value.source()).isEqualTo(folder.resolve(name).toString());
    assertThat(value.text()).isEqualTo(text.lines().toList().get(line - 1));
    assertThat(value.folder()).isEqualTo(folder);
  }

  @Test
  void itemsOfATomlListKnowTheirPlaces() {
    ConfigNode.Mapping settings =
        Objects.requireNonNull(Written.file(folder, "a.toml", TOML).settings());
    ConfigNode.Sequence list =
        (ConfigNode.Sequence) Objects.requireNonNull(settings.entries().get("resolve"));

    assertThat(list.items())
        .extracting(item -> item.position().line() + ":" + item.position().column())
        .containsExactly("7:3", "8:3");
  }

  @Test
  void yamlMergesAndAliasesAreWorkedOut() {
    Written written =
        Written.file(
            folder,
            "a.yaml",
            """
            common: &common {a: 1, b: 2}
            more: &more {c: 3, b: 4}
            one: {<<: *common, b: 5}
            two: {<<: [*common, *more]}
            three: *common
            four: {"<<": kept}
            """);

    assertThat(written.faults()).isEmpty();
    assertThat(written.values())
        .containsEntry("/one/a", "1")
        .containsEntry("/one/b", "5")
        .containsEntry("/two/b", "2")
        .containsEntry("/two/c", "3")
        .containsEntry("/three/b", "2")
        .containsEntry("/four/<<", "kept");
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("a.yaml", "rate: 1\nrate: 2\n", "2:1: the key \"rate\" is there already"),
        fault("a.json", "{\"a\": 1,\n \"a\": 2}", "2:2: the key \"a\" is there already"),
        fault("a.toml", "a = 1\na = 2\n", "2:1: this is not TOML: a previously defined at line"),
        fault("a.yaml", "a:\n\tb: 1\n", "2:1: a tab cannot indent YAML: use blanks"),
        fault("a.yaml", "a: [1, 2\nb: 3\n", "2:2: this is not YAML: "),
        fault("a.yaml", "a: \"x\n", "2:1: this is not YAML: "),
        fault("a.yaml", "a: \u0001\n", "1:4: the character U+0001 cannot stand in YAML"),
        fault("a.yaml", "a: 1\n---\nb: 2\n", "2:1: a second document begins here"),
        fault("a.yaml", "- a\n- b\n", "1:1: a configuration is keys and values"),
        fault("a.yaml", "just a text\n", "1:1: a configuration is keys and values"),
        fault("a.yaml", "a: !odd x\n", "1:4: the tag !odd means nothing here: leave it out"),
        fault("a.yaml", "a: *none\n", "1:4: *none stands for nothing"),
        fault("a.yaml", "? [a]\n: b\n", "1:3: a key is a single text"),
        fault("a.yaml", "a: [1, ~]\n", "1:8: an item of a list is empty"),
        fault("a.yaml", "a: {<<: 5}\n", "1:5: << takes keys and values from an alias"),
        fault("a.yaml", "body: {a: .inf}\n", "1:11: JSON has no number .inf"),
        fault("a.json", "{\"a\": 1,}", "1:9: this is not JSON: "),
        fault("a.json", "{\"a\": 1} 2", "1:10: the file ends with one value"),
        fault("a.json", "{'a': 1}", "1:2: this is not JSON: "),
        fault("a.json", "{\"a\": 1", "this is not JSON: "),
        fault("a.toml", "a = \n", "1:5: this is not TOML: "),
        fault("a.toml", "a = 1 b = 2\n", "this is not TOML: "),
        fault("a.txt", "a: 1", "0:0: what it is cannot be told from its name"),
        fault("plain", "a: 1", "0:0: what it is cannot be told from its name"));
  }

  private static Arguments fault(String name, String text, String fault) {
    return Arguments.of(name, text, fault);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void whatIsWrongHasAPlace(String name, String text, String fault) {
    assertThat(Written.file(folder, name, text).faults())
        .isNotEmpty()
        .first()
        .asString()
        .contains(fault);
  }

  @Test
  void aByteThatIsNotUtf8HasAPlace() {
    byte[] bytes = "a: é\nb: xyz\n".getBytes(StandardCharsets.UTF_8);
    bytes[bytes.length - 3] = (byte) 0xFF;

    assertThat(Written.file(folder, "a.yaml", bytes, null, Map.of()).faults())
        .containsExactly("2:5: here is a byte that is not UTF-8: save the file as UTF-8");
  }

  @Test
  void aFileThatIsNotThereIsAProblem() {
    var problems = new io.crankfire.config.Problems();

    assertThat(ConfigFile.read(folder.resolve("none.yaml").toString(), problems)).isNull();
    assertThat(ConfigFile.read("none\0.yaml", problems)).isNull();
    assertThat(problems.all()).hasSize(2);
    assertThat(problems.all().getFirst().toString())
        .endsWith("none.yaml: cannot be read: there is no such file");
  }
}
