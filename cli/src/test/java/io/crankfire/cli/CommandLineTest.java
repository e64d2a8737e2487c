package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.protocol.Protocol;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every wrong command line gets one clear line for each fault, and exit code 2.
class CommandLineTest {

  private final Screen screen = new Screen();

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("--durtion 1s", "unknown flag --durtion; did you mean --duration?"),
        fault("--durtion=1s", "unknown flag --durtion; did you mean --duration?"),
        fault("--verbose", "unknown flag --verbose"),
        fault("-x", "unknown flag -x"),
        fault("--target", "--target: a value is missing"),
        fault("-t1 -r", "--rate: a value is missing"),
        fault("-t1 -r -d 5s", "--rate: a value is missing: -d is a flag itself"),
        fault("--durtion 5s word", "unknown flag --durtion; did you mean --duration?"),
        fault("--insecure=maybe", "--insecure: \"maybe\" is neither true nor false"),
        fault("-t1 word", "unexpected word \"word\": a target is given by --target"),
        fault("run word", "unexpected word \"word\": a target is given by --target"),
        fault("-t1 -- -x", "unexpected word \"-x\": a target is given by --target"),
        fault("-t1", "a target is needed: give --target URL"),
        fault("--target http://h/", "the run has no end: give --duration or --total, or --forever"),
        fault("--target http://h/ -d 10", "--duration: \"10\" has no unit: write 10s, 10m or 10ms"),
        fault("--target http://h/ -t1 -r abc", "--rate: \"abc\" is not a number"),
        fault(
            "--target http://h/ -t1 -c5.5",
            "--concurrency: \"5.5\" is neither a whole number nor auto"),
        fault(
            "--target http://h/ -t1 --timeout 1d",
            "--timeout: unknown unit \"d\" in \"1d\": use ns, us, ms, s, m or h"),
        fault(
            "--target http://h/ -t1 --transport=epol",
            "--transport: \"epol\" is none of auto, nio, epoll; did you mean epoll?"),
        fault(
            "--target http://h/ -t1 --header novalue",
            "--header: number 1 is neither 'Name: Value' nor Name=Value"),
        fault("--target http://h/ -t1 --header A=b --header =x", "--header: number 2 has no name"),
        fault("--target http://h/ -t1 --ca /none.pem", "--ca: there is no file /none.pem"),
        fault(
            "--target http://h/ -t1 --key pom.xml",
            "--key: a client certificate and its private key are given together"),
        fault(
            "--target http://h/ -t1 --tls-min-version 1.1",
            "--tls-min-version: \"1.1\" is neither 1.2 nor 1.3"),
        fault(
            "--target http://h/ -t1 --proxy u:secret@h",
            "--proxy: expected host and port, such as http://proxy:3128"),
        fault("reprot x", "unknown command \"reprot\"; did you mean report?"),
        fault("http://h/", "unknown command \"http://h/\"; a target is given by --target"),
        fault("help reprot", "unknown command \"reprot\"; did you mean report?"),
        fault("report", "a saved run is needed: crankfire report FILE"),
        fault("report a b", "unexpected word \"b\": one file is reported at a time"),
        fault("report a --rate 5", "unknown flag --rate"),
        fault("completion fish", "no completion for \"fish\": there is bash and zsh"),
        fault("demo now", "unexpected word \"now\": demo takes none"));
  }

  private static Arguments fault(String commandLine, String message) {
    return Arguments.of(commandLine, message);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aWrongCommandLineGetsOneLine(String commandLine, String message) {
    assertThat(screen.run(commandLine.split(" "))).isEqualTo(ExitCode.USAGE);
    assertThat(screen.errLines()).containsExactly("crankfire: " + message);
    assertThat(screen.out()).isEmpty();
  }

  @Test
  void severalFaultsGetALineEach() {
    int exitCode =
        screen.run("--target", "http://h/", "-d", "1x", "-r", "y", "--out", "z", "--workers=-1");

    assertThat(exitCode).isEqualTo(ExitCode.USAGE);
    assertThat(screen.errLines()).hasSize(4).allMatch(line -> line.startsWith("crankfire: --"));
  }

  @Test
  void anUnreadableFileIsAFault(@TempDir Path folder) throws Exception {
    Path notSaved = Files.writeString(folder.resolve("a.run"), "hello");

    assertThat(screen.run("report", notSaved.toString())).isEqualTo(ExitCode.USAGE);
    assertThat(screen.run("report", folder.resolve("none").toString())).isEqualTo(ExitCode.USAGE);
    assertThat(screen.errLines()).hasSize(2);
    assertThat(screen.err()).doesNotContain("\tat ");
  }

  @Test
  void aReportFileThatCannotBeWrittenIsFoundBeforeTheRun(@TempDir Path folder) {
    Path nowhere = folder.resolve("none").resolve("a.json");

    int exitCode = screen.run("--target", "http://127.0.0.1:1/", "-t1", "--out", "json=" + nowhere);

    assertThat(exitCode).isEqualTo(ExitCode.COULD_NOT);
    assertThat(screen.errLines())
        .singleElement()
        .asString()
        .startsWith("crankfire: --out: cannot write " + nowhere + ": ");
  }

  static Stream<Arguments> spellings() {
    return Stream.of(
        Arguments.of("-c10", "--concurrency", "10"),
        Arguments.of("-c 10", "--concurrency", "10"),
        Arguments.of("--concurrency 10", "--concurrency", "10"),
        Arguments.of("--concurrency=10", "--concurrency", "10"),
        Arguments.of("-c 5 -c 10", "--concurrency", "10"),
        Arguments.of("-qc10", "--concurrency", "10"),
        Arguments.of("--graceful-shutdown -1s", "--graceful-shutdown", "-1s"),
        Arguments.of("--body -d", "--body", "-d"),
        Arguments.of("--body=-d", "--body", "-d"),
        Arguments.of("--body=a=b", "--body", "a=b"),
        Arguments.of("--body @file", "--body", "@file"),
        Arguments.of("--body \"quoted\"", "--body", "\"quoted\""),
        Arguments.of("--header A=1,2", "--header", "A=1,2"),
        Arguments.of("--insecure", "--insecure", "true"),
        Arguments.of("--insecure=false", "--insecure", "false"),
        Arguments.of("--no-keep-alive", "--no-keep-alive", "true"),
        Arguments.of("--keep-alive=false", "--keep-alive", "false"));
  }

  @ParameterizedTest
  @MethodSource("spellings")
  void flagsAreWrittenAsUsual(String commandLine, String name, String value) throws Exception {
    Given given = FlagParser.parse(Flags.RUN, List.of(commandLine.split(" ")));

    assertThat(given.all(name)).containsExactly(value);
    assertThat(given.words()).isEmpty();
  }

  @Test
  void helpIsShownWhateverElseIsWrong() {
    assertThat(screen.run("--nonsense", "--help")).isEqualTo(ExitCode.OK);
    assertThat(screen.out()).isEqualTo(Help.run());
    assertThat(screen.err()).isEmpty();
  }

  @Test
  void nothingAtAllShowsTheHelp() {
    assertThat(screen.run()).isEqualTo(ExitCode.OK);
    assertThat(screen.out()).isEqualTo(Help.run());
  }

  @Test
  void theVersionIsPrinted() {
    assertThat(screen.run("version")).isEqualTo(ExitCode.OK);
    assertThat(screen.out()).isEqualTo(Version.line() + "\n");
  }

  @Test
  void aBugIsReportedWithItsStack() {
    Parts broken =
        new Parts() {
          @Override
          public Map<String, Protocol> protocols() {
            throw new IllegalStateException("broken");
          }
        };

    assertThat(screen.run(broken, "--target", "http://h/", "-t1")).isEqualTo(ExitCode.BUG);
    assertThat(screen.err())
        .startsWith("crankfire: this is a bug in Crankfire")
        .contains(Version.line(), "IllegalStateException: broken", "\tat ");
  }
}
