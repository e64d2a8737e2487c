package io.crankfire.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Files made to fill memory, stack or time end in a problem.
class HostileTest {

  /// As small as the program's own threads have it.
  private static final int STACK = 512 << 10;

  @TempDir Path folder;

  static Stream<Arguments> files() {
    String laughs = laughs(60);
    return Stream.of(
        file("a bomb of aliases", "a.yaml", laughs, "too many aliases"),
        file("a bomb of aliases in a body", "a.yaml", "body:\n" + indented(laughs), "too many"),
        file("a bomb of merges", "a.yaml", merges(60), "too many aliases"),
        file("aliases as deep as long", "a.yaml", chain(500), "nested more than 50 deep"),
        file("an alias of itself", "a.yaml", "a: &a [*a]\n", "stands for nothing"),
        file("deep lists", "a.yaml", "a: " + "[".repeat(100_000), "nested more than 50 deep"),
        file("deep maps", "a.yaml", "a: " + "{a: ".repeat(100_000), "nested more than 50 deep"),
        file("deep dashes", "a.yaml", "- ".repeat(100_000), "nested more than 50 deep"),
        file("deep JSON", "a.json", "[".repeat(1_000_000), "nested more than 50 deep"),
        file("deep JSON objects", "a.json", "{\"a\":".repeat(100_000), "nested more than"),
        file("deep TOML", "a.toml", "a = " + "[".repeat(100_000), "nested more than 50 deep"),
        file("a deep TOML key", "a.toml", "a." + "a.".repeat(5000) + "a = 1", "nested more"),
        file("a long line", "a.yaml", "a: " + "x".repeat(10 << 20), "is larger than 4096 KiB"),
        file("a long JSON line", "a.json", "[" + "1,".repeat(5 << 20), "is larger than"),
        file("a long TOML line", "a.toml", "a = '" + "x".repeat(1 << 20), "is larger than 256 KiB"),
        file("a long key", "a.yaml", "x".repeat(3 << 20), "a configuration is keys and values"),
        file("braces without end", "a.yaml", "a: \"" + "${".repeat(1 << 20) + "\"", "has no }"));
  }

  private static Arguments file(String what, String name, String text, String fault) {
    return Arguments.of(Named.of(what, name), Named.of("a text", text), fault);
  }

  /// Each line ten times the one before.
  private static String laughs(int lines) {
    StringBuilder text = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < lines && i < 40; i++) {
      text.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(9) + "x"));
    }
    return text.toString();
  }

  private static String indented(String text) {
    return text.lines().map(line -> "  " + line + "\n").reduce("", String::concat);
  }

  private static String merges(int lines) {
    StringBuilder text = new StringBuilder("a0: &a0 {x: 1}\n");
    for (int i = 1; i < lines && i < 40; i++) {
      String all = ("*a" + (i - 1) + ", ").repeat(9);
      text.append("a%d: &a%d {<<: [%s*a%d], k%d: 1}\n".formatted(i, i, all, i - 1, i));
    }
    return text.toString();
  }

  private static String chain(int lines) {
    StringBuilder text = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i < lines; i++) {
      text.append("a%d: &a%d [*a%d]\n".formatted(i, i, i - 1));
    }
    return text.toString();
  }

  @ParameterizedTest
  @MethodSource("files")
  void aHostileFileIsAProblem(String name, String text, String fault) throws Exception {
    AtomicReference<Written> written = new AtomicReference<>();
    Thread reader =
        new Thread(null, () -> written.set(Written.file(folder, name, text)), "reader", STACK);
    reader.setDaemon(true);
    reader.start();

    // Far more than it takes, and far less than the file is made to cost.
    assertThat(reader.join(Duration.ofSeconds(60))).as("has ended").isTrue();
    assertThat(written.get()).as("no error was thrown").isNotNull();
    assertThat(written.get().faults())
        .hasSizeLessThan(100)
        .anyMatch(problem -> problem.contains(fault));
  }
}
