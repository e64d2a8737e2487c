package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "crankfire rep | report",
        "crankfire plan --req | --requests",
        "crankfire --dur | --duration",
        "crankfire run --arrival-model p | poisson",
        "crankfire --transport = e | epoll",
        "crankfire report --js | --json-output",
        "crankfire completion z | zsh",
        "crankfire help de | demo",
      })
  void bashCompletes(String words, String expected) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "needs bash");
    Path script = Files.writeString(folder.resolve("completion.bash"), Completion.bash());
    String question =
        "compopt() { :; }; source %s; COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _crankfire; echo \"${COMPREPLY[@]}\""
            .formatted(script, words);

    assertThat(output("/bin/bash", "-c", question)).isEqualTo(expected + "\n");
  }

  @Test
  void zshUnderstandsItsScript() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/zsh")), "needs zsh");
    Path script = Files.writeString(folder.resolve("_crankfire"), Completion.zsh());

    assertThat(output("/bin/zsh", "-n", script.toString())).isEmpty();
  }

  @Test
  void allFlagsAreInBothScripts() {
    for (Flag flag : Flags.RUN) {
      assertThat(Completion.bash()).contains(flag.name());
      assertThat(Completion.zsh()).contains(flag.name());
    }
  }

  private static String output(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
