package io.crankfire.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the launcher in a packed folder of its own, with JDKs that only print how they were called.
class LauncherTest {
  private static final FileTime RECORDED = FileTime.fromMillis(1_700_000_000_000L);
  private static final FileTime BEFORE = FileTime.fromMillis(1_600_000_000_000L);
  private static final FileTime AFTER = FileTime.fromMillis(1_800_000_000_000L);

  @TempDir Path folder;

  private record Run(int exit, List<String> out, List<String> err) {}

  @BeforeEach
  void pack() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs a POSIX shell");
    Files.copy(
        Path.of(System.getProperty("crankfire.root"), "crankfire"), folder.resolve("crankfire"));
    Path lib = Files.createDirectory(folder.resolve("lib"));
    write(lib.resolve("crankfire.jar"), "", BEFORE);
    write(lib.resolve("library.jar"), "", BEFORE);
    write(lib.resolve("crankfire.aot"), "", RECORDED);
    write(lib.resolve("jdk"), jdk("recorded", "25.0.3") + "\n", RECORDED);
  }

  @Test
  void theJdkOfTheCacheIsUsedAndTheArgumentsArriveUnchanged() throws Exception {
    Run run = launch(Map.of(), "run", "a b", "*", "");

    assertThat(run.out()).startsWith("recorded").endsWith("run", "a b", "*", "");
    assertThat(run.out()).contains("-XX:AOTCache=" + folder.resolve("lib/crankfire.aot"));
    assertThat(run.err()).isEmpty();
  }

  @Test
  void theExitCodeOfTheProgramIsTheLaunchers() throws Exception {
    assertThat(launch(Map.of("FAKE_EXIT", "7")).exit()).isEqualTo(7);
  }

  @Test
  void theCacheIsLeftOutWhenAJarIsNewer() throws Exception {
    Files.setLastModifiedTime(folder.resolve("lib/library.jar"), AFTER);

    assertThat(launch(Map.of()).out()).noneMatch(argument -> argument.contains("AOTCache"));
  }

  @Test
  void theExplicitJdkComesBeforeTheRecordedOne() throws Exception {
    Run run = launch(Map.of("CRANKFIRE_JAVA_HOME", jdk("explicit", "26")));

    assertThat(run.out()).startsWith("explicit");
  }

  @Test
  void anOldJavaHomeIsPassedOver() throws Exception {
    Run run = launch(Map.of("JAVA_HOME", jdk("old", "1.8.0_402")));

    assertThat(run.out()).startsWith("recorded");
  }

  @Test
  void javaHomeIsUsedWhenTheRecordedJdkIsGone() throws Exception {
    Files.delete(folder.resolve("recorded/bin/java"));

    assertThat(launch(Map.of("JAVA_HOME", jdk("home", "25"))).out()).startsWith("home");
  }

  @Test
  void withoutAJdkOneLineSaysWhatToInstall() throws Exception {
    Run run = launch(Map.of("CRANKFIRE_JAVA_HOME", jdk("old", "24.0.1")));

    assertThat(run.exit()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).singleElement().asString().contains("install Temurin 25");
  }

  @Test
  void optionsForTheJvmComeAfterTheOnesOfTheFile() throws Exception {
    assertThat(launch(Map.of("CRANKFIRE_OPTS", "-Xmx1g -Xms1g")).out())
        .containsSubsequence("@" + folder.resolve("lib/java.args"), "-Xmx1g", "-Xms1g", "-cp");
  }

  @Test
  void aSymbolicLinkStartsTheProgramToo() throws Exception {
    Path link = Files.createDirectory(folder.resolve("bin")).resolve("crankfire");
    Files.createSymbolicLink(link, Path.of("../crankfire"));

    assertThat(launch(link, Map.of(), "version").out()).startsWith("recorded").endsWith("version");
  }

  private Run launch(Map<String, String> environment, String... arguments) throws Exception {
    return launch(folder.resolve("crankfire"), environment, arguments);
  }

  private Run launch(Path launcher, Map<String, String> environment, String... arguments)
      throws Exception {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(launcher.toString());
    builder.command().addAll(List.of(arguments));
    builder.environment().keySet().removeIf(name -> name.matches("CRANKFIRE_.*|JAVA_HOME"));
    builder.environment().putAll(environment);
    int exit = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start().waitFor();
    return new Run(exit, Files.readAllLines(out), Files.readAllLines(err));
  }

  /// Makes a JDK whose `java` prints its name and its arguments, one a line.
  private String jdk(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    write(java, "#!/bin/sh\nprintf '%s\\n' " + name + " \"$@\"\nexit ${FAKE_EXIT:-0}\n", RECORDED);
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    write(
        home.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n", RECORDED);
    return home.toString();
  }

  private static void write(Path file, String text, FileTime time) throws IOException {
    Files.writeString(file, text, StandardCharsets.UTF_8);
    Files.setLastModifiedTime(file, time);
  }
}
