package io.crankfire.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.crankfire.report.Reports.Format;
import io.crankfire.report.Reports.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportsTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"text=a.txt, TEXT, a.txt", "json=b=c, JSON, b=c", "run=r.json.gz, RUN, r.json.gz"})
  void anOutputIsAFormatAndAFile(String text, Format format, String file) {
    assertThat(Output.parse(text)).isEqualTo(new Output(format, Path.of(file)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "json", "json=", "=a", "pdf=a", "JSON=a", "\u001b[2J=a", "json=\u0000"})
  void whatIsNoneIsRefusedInOneLine(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Output.parse(text))
        .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1).doesNotContain("\u001b"));
  }

  @Test
  void aFileIsReplacedAsAWholeAndNothingElseIsLeft() throws Exception {
    Path file = folder.resolve("report.json");
    Files.writeString(file, "old");
    Output output = new Output(Format.JSON, file);
    Reports.check(output);
    assertThat(file).hasContent("old");
    Reports.write(SampleRuns.steady(), output);
    assertThat(Files.readString(file)).isEqualTo(JsonReportTest.json(SampleRuns.steady()));
    assertThat(names()).containsExactly("report.json");
  }

  @Test
  void checkingAFileThatIsNotThereLeavesItSo() throws Exception {
    Reports.check(new Output(Format.TEXT, folder.resolve("new.txt")));
    assertThat(names()).isEmpty();
  }

  @Test
  void aSymbolicLinkStaysAndItsFileIsReplaced() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    Reports.write(SampleRuns.steady(), new Output(Format.TEXT, link));
    assertThat(link).isSymbolicLink();
    assertThat(Files.readString(file)).startsWith("--- Load Test Results ---");
  }

  @Test
  void aDeviceIsWrittenToAndNotReplaced() throws Exception {
    Path device = Path.of("/dev/null");
    if (Files.exists(device)) {
      Output output = new Output(Format.TEXT, device);
      Reports.check(output);
      Reports.write(SampleRuns.steady(), output);
      assertThat(Files.isRegularFile(device)).isFalse();
    }
  }

  @Test
  void whatCannotBeWrittenIsSaidInOneLine() {
    Path missing = folder.resolve("no/such/report.json");
    for (Output output :
        List.of(new Output(Format.JSON, missing), new Output(Format.JSON, folder))) {
      assertThatExceptionOfType(ReportException.class)
          .isThrownBy(() -> Reports.write(SampleRuns.steady(), output))
          .withMessageStartingWith("cannot write " + output.file() + ": ");
      assertThatExceptionOfType(ReportException.class)
          .isThrownBy(() -> Reports.check(output))
          .withMessageStartingWith("cannot write " + output.file() + ": ");
    }
    assertThatExceptionOfType(ReportException.class)
        .isThrownBy(() -> Reports.check(new Output(Format.JSON, missing)))
        .withMessageEndingWith("there is no directory " + missing.getParent());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
