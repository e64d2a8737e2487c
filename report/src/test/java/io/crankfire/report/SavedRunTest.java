package io.crankfire.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.crankfire.result.RunResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SavedRunTest {

  @TempDir Path folder;

  @Test
  void everyReportOfASavedRunIsTheSameByteForByte() throws Exception {
    for (var sample : SampleRuns.all().entrySet()) {
      assertSameReports(sample.getKey(), sample.getValue());
    }
    for (long seed = 1; seed <= 30; seed++) {
      assertSameReports("seed " + seed, RandomRuns.of(seed));
    }
  }

  private void assertSameReports(String name, RunResult run) throws Exception {
    for (String file : new String[] {"run.json", "run.json.gz"}) {
      Path path = folder.resolve(file);
      Reports.write(run, new Reports.Output(Reports.Format.RUN, path));
      RunResult back = SavedRun.read(path);
      for (Reports.Format format : Reports.Format.values()) {
        assertThat(bytes(back, format))
            .as("%s, %s of %s", name, format, file)
            .isEqualTo(bytes(run, format));
      }
    }
  }

  @Test
  void aCompressedRunIsSmaller() throws Exception {
    Path plain = folder.resolve("run.json");
    Path compressed = folder.resolve("run.json.gz");
    Reports.write(SampleRuns.steady(), new Reports.Output(Reports.Format.RUN, plain));
    Reports.write(SampleRuns.steady(), new Reports.Output(Reports.Format.RUN, compressed));
    assertThat(Files.size(compressed)).isLessThan(Files.size(plain));
    assertThat(Files.readAllBytes(compressed)).startsWith(0x1f, 0x8b);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run.json", "run.json.gz"})
  void aCutOffRunIsRefusedWhereverItIsCut(String name) throws Exception {
    Path file = folder.resolve(name);
    Reports.write(SampleRuns.tiny(), new Reports.Output(Reports.Format.RUN, file));
    byte[] whole = Files.readAllBytes(file);
    int end = name.endsWith(".gz") ? whole.length : whole.length - 1;
    for (int length = 0; length < end; length += 1 + whole.length / 300) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertRefused(file, "cut after " + length);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aDamagedRunIsReadOrRefusedButNothingElse(long seed) throws Exception {
    Random random = new Random(seed);
    Path file = folder.resolve("run.json");
    byte[] whole = bytes(RandomRuns.of(seed), Reports.Format.RUN);
    for (int round = 0; round < 300; round++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(whole.length)] = (byte) random.nextInt(256);
      Files.write(file, damaged);
      try {
        RunResult read = SavedRun.read(file);
        bytes(read, Reports.Format.TEXT);
        bytes(read, Reports.Format.JSON);
      } catch (ReportException refused) {
        assertThat(refused.getMessage()).contains("run.json").doesNotContain("\n");
      }
    }
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"format\":\"crankfire-run\"|\"format\":\"other\"|format is not crankfire-run",
        "\"schema_version\":1|\"schema_version\":2|schema_version is 2, and only 1 is known",
        "\"startedAt\":\"2026|\"startedAt\":\"soon|info.startedAt is not a point in time",
        "\"seed\":42|\"seed\":4.2|info.seed is not a whole number",
        "\"seed\":42|\"seeds\":42|info.seed is missing",
        "\"arrivals\":|\"arrivals\":-|load.arrivals is negative",
        "\"open\":true|\"open\":1|load.open is not true or false",
        "\"ending\":\"COMPLETED\"|\"ending\":\"EXPLODED\"|ending has an unknown value",
        "\"workers\":[|\"workers\":7,\"x\":[|workers is not an array",
        "\"responseOk\":{\"count\":2|\"responseOk\":{\"count\":3|is not the sum of the buckets",
        "\"v2\":\"HIST|\"v2\":\"AAAA|v2 is not an HdrHistogram in V2 encoding",
        "\"v2\":\"HIST|\"v2\":\"????|v2 is not Base64"
      })
  void whatIsWrongIsNamed(String right, String wrong, String message) throws Exception {
    Path file = folder.resolve("run.json");
    String run = new String(bytes(SampleRuns.steady(), Reports.Format.RUN), StandardCharsets.UTF_8);
    assertThat(run).contains(right);
    Files.writeString(file, run.replaceFirst(java.util.regex.Pattern.quote(right), wrong));
    assertThatExceptionOfType(ReportException.class)
        .isThrownBy(() -> SavedRun.read(file))
        .withMessageStartingWith(file + " is not a saved run: ")
        .withMessageContaining(message);
  }

  @Test
  void whatIsNoRunAtAllIsRefusedInOneLine() throws Exception {
    Path file = folder.resolve("x");
    assertRefused(file, "missing");
    assertRefused(folder, "a directory");
    for (String text :
        new String[] {"", " ", "null", "[]", "{}", "7", "<html>", "\u001b[2J{", "{}{}"}) {
      Files.writeString(file, text);
      assertRefused(file, text);
    }
    Files.write(file, new byte[] {0x1f, (byte) 0x8b, 1, 2, 3});
    assertRefused(file, "a broken gzip file");
    Files.writeString(file, "[".repeat(1_000_000));
    assertRefused(file, "deep");
  }

  @Test
  void aRunSavedBeforeThereWereThresholdsIsRead() throws Exception {
    Path file = folder.resolve("run.json");
    String run = new String(bytes(SampleRuns.steady(), Reports.Format.RUN), StandardCharsets.UTF_8);
    assertThat(run).contains(",\"thresholds\":[]");
    Files.writeString(file, run.replace(",\"thresholds\":[]", ""));
    assertThat(bytes(SavedRun.read(file), Reports.Format.TEXT))
        .isEqualTo(bytes(SampleRuns.steady(), Reports.Format.TEXT));
  }

  @Test
  void thresholdsAreReadAsTheyWere() throws Exception {
    Path file = folder.resolve("run.json");
    for (RunResult run : new RunResult[] {SampleRuns.thresholds(), SampleRuns.aborted()}) {
      Reports.write(run, new Reports.Output(Reports.Format.RUN, file));
      RunResult back = SavedRun.read(file);
      assertThat(back.thresholds()).isEqualTo(run.thresholds());
      assertThat(back.endedBy()).isEqualTo(run.endedBy());
    }
  }

  private static void assertRefused(Path file, String what) {
    assertThatExceptionOfType(ReportException.class)
        .as(what)
        .isThrownBy(() -> SavedRun.read(file))
        .withMessageContaining(file.toString())
        .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1).doesNotContain("\u001b"));
  }

  private static byte[] bytes(RunResult run, Reports.Format format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Reports.write(run, format, out);
    return out.toByteArray();
  }
}
