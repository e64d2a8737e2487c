package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.testkit.HttpTestServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a run without a configuration file does not pay for.
class StartPathTest {

  private static final List<String> OF_FILES =
      List.of("io.crankfire.file.", "io.crankfire.cli.FileConfig", "org.snakeyaml.", "org.tomlj.");

  /// What tells of keys that such a run cannot have.
  private static final List<String> OF_TABLES =
      List.of(
          "io.crankfire.run.FileKeys",
          "io.crankfire.bind.WorkloadKeys",
          "io.crankfire.bind.DataKeys",
          "io.crankfire.bind.HarKeys",
          "io.crankfire.protocol.AuthKeys",
          "io.crankfire.protocol.WebSocketKeys",
          "io.crankfire.protocol.GrpcKeys",
          "io.crankfire.grpc.Call",
          "com.google.protobuf.");

  @TempDir Path folder;

  @Test
  void aRunWithoutAFileLoadsNoClassThatReadsFiles() throws Exception {
    try (HttpTestServer server = HttpTestServer.start()) {
      String url = server.url().toString();
      Path config = folder.resolve("a.yaml");
      Files.writeString(config, "target: " + url + "\ntotal: 1\n");

      assertThat(loadedOfFiles("--config", config.toString())).isNotEmpty();
      assertThat(loadedOfFiles("--target", url, "-t1")).isEmpty();
    }
  }

  @Test
  void aRunOfASingleTargetLoadsNoTableOfKeysThatItCannotHave() throws Exception {
    try (HttpTestServer server = HttpTestServer.start()) {
      String url = server.url().toString();
      Path config = folder.resolve("a.yaml");
      Files.writeString(
          config, "endpoints: [{url: '" + url + "', checks: [{status: 200}]}]\ntotal: 1\n");

      assertThat(loaded(OF_TABLES, "--config", config.toString())).isNotEmpty();
      assertThat(loaded(OF_TABLES, "--target", url, "-t1")).isEmpty();
    }
  }

  private List<String> loadedOfFiles(String... arguments) throws Exception {
    return loaded(OF_FILES, arguments);
  }

  private List<String> loaded(List<String> classes, String... arguments) throws Exception {
    Path log = folder.resolve("classes.log");
    Files.deleteIfExists(log);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xlog:class+load:file=" + log + "::filecount=0",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    command.addAll(Arrays.asList(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out.txt").toFile())
            .start();

    assertThat(process.waitFor()).as(Files.readString(folder.resolve("out.txt"))).isZero();
    return Files.readAllLines(log).stream()
        .filter(line -> classes.stream().anyMatch(line::contains))
        .toList();
  }
}
