package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HelpTest {

  static Stream<String> screens() {
    return Stream.of(
        Help.run(), Help.plan(), Help.imports(), Help.report(), Help.demo(), Help.completion());
  }

  @ParameterizedTest
  @MethodSource("screens")
  void eachHelpFitsAScreen(String help) {
    assertThat(help.lines().count()).isLessThanOrEqualTo(50);
    assertThat(help.lines()).allMatch(line -> line.length() <= 100);
  }

  /// After a wanted change, copy the new text into the resource.
  @Test
  void theHelpIsAsItWasRead() throws IOException {
    try (var golden = Objects.requireNonNull(getClass().getResourceAsStream("help.txt"))) {
      assertThat(Help.run()).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void everyFlagIsDocumented() throws IOException {
    String page =
        Files.readString(Path.of(System.getProperty("crankfire.root"), "docs/command-line.md"));

    assertThat(Flags.RUN)
        .filteredOn(flag -> flag.group() != Flag.Group.HIDDEN)
        .allSatisfy(flag -> assertThat(page).contains(row(flag)));
    assertThat(page).contains("`--keep-alive=", "`--help`, `-h`");
  }

  private static String row(Flag flag) {
    String label = flag.label().isEmpty() ? "" : " " + flag.label().replace("|", "\\|");
    String letter = flag.letter() == 0 ? "" : ", `-" + flag.letter() + "`";
    return "| `%s%s`%s | %s |".formatted(flag.name(), label, letter, flag.help());
  }

  @Test
  void noNameIsTakenTwice() {
    Set<Object> names = new HashSet<>();
    for (Flag flag : Flags.RUN) {
      assertThat(names.add(flag.name())).as(flag.name()).isTrue();
      assertThat(flag.letter() == 0 || names.add(flag.letter())).as(flag.name()).isTrue();
    }
  }
}
