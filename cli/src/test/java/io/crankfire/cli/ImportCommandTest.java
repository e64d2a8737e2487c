package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImportCommandTest {

  @TempDir Path folder;
  private final Screen screen = new Screen();

  @Test
  void aFileIsMadeOfTheStandardInput() throws Exception {
    Parts parts =
        new Parts() {
          @Override
          public InputStream in() {
            return new ByteArrayInputStream(
                "curl http://h/a -b jar.txt".getBytes(StandardCharsets.UTF_8));
          }
        };
    Path out = folder.resolve("load.yaml");

    int exitCode = screen.run(parts, "import", "curl", "-", "-o", out.toString());

    assertThat(exitCode).isEqualTo(ExitCode.OK);
    assertThat(screen.out()).isEmpty();
    assertThat(screen.errLines())
        .containsExactly(
            "crankfire: warning: stdin:1:17: cookies from a file; cookies: true keeps those of"
                + " answers");
    assertThat(Files.readString(out)).contains("url: http://h/a", "# not taken over: cookies");
  }

  @Test
  void withoutAnOutputTheFileIsPrinted() throws Exception {
    Path in = Files.writeString(folder.resolve("c.sh"), "curl http://h/a");

    assertThat(screen.run("import", "curl", in.toString())).isEqualTo(ExitCode.OK);
    assertThat(screen.out()).startsWith("# Made of c.sh by crankfire import curl.\n");
    assertThat(screen.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "import => a kind and a file are needed: crankfire import curl|openapi|postman|har FILE",
        "import curl /none => there is no file /none",
        "import crul x => \"crul\" is none of curl, openapi, postman, har; did you mean curl?",
        "import curl a b => unexpected word \"b\": one file is imported at a time",
        "import curl a --har-replay => --har-replay: only a HAR file takes this",
        "import har a --har-speed 2 => --har-speed: only a replay has a speed: give --har-replay,"
            + " too",
        "import har a --har-replay --har-speed x => --har-speed: \"x\" is not a number above 0",
        "--har /none.har -t1 --target http://h/ => --har: there is no file /none.har"
      })
  void aWrongCommandLineGetsOneLine(String line) {
    int bar = line.indexOf(" => ");
    String commandLine = line.substring(0, bar);

    assertThat(screen.run(commandLine.split(" "))).isEqualTo(ExitCode.USAGE);
    assertThat(screen.errLines()).containsExactly("crankfire: " + line.substring(bar + 4));
  }
}
