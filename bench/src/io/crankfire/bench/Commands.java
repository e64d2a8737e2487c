package io.crankfire.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Programs of the machine.
final class Commands {

  private Commands() {}

  /// Whether a program is on the PATH, or in the directories for administrators where Debian puts
  /// nginx.
  static boolean has(String program) {
    return find(program) != null;
  }

  /// The place of a program, or null.
  static String find(String program) {
    String path =
        System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin:/usr/local/sbin";
    for (String directory : path.split(File.pathSeparator)) {
      if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, program))) {
        return Path.of(directory, program).toString();
      }
    }
    return null;
  }

  /// Runs a program to its end, thirty seconds at most, and returns all it printed.
  ///
  /// @throws IOException when it fails
  static String run(List<String> command) throws IOException, InterruptedException {
    Result result = tryRun(command);
    if (result.code() != 0) {
      throw new IOException(String.join(" ", command) + " failed: " + result.output().strip());
    }
    return result.output();
  }

  record Result(int code, String output) {}

  /// Runs a program to its end, thirty seconds at most; code -1 when it had to be killed.
  static Result tryRun(List<String> command) throws IOException, InterruptedException {
    return tryRun(command, 30);
  }

  static Result tryRun(List<String> command, int limitSeconds)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("bench", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(out.toFile())
              .start();
      boolean ended = process.waitFor(limitSeconds, TimeUnit.SECONDS);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
      }
      String text = new String(Files.readAllBytes(out), StandardCharsets.UTF_8);
      return new Result(ended ? process.exitValue() : -1, text);
    } finally {
      Files.deleteIfExists(out);
    }
  }
}
