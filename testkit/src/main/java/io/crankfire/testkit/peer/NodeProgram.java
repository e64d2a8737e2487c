package io.crankfire.testkit.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A server of ours written for Node around a library of npm: it is given the library's folder,
/// says its port in its first line, and ends when its standard input does.
final class NodeProgram implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 5;

  private final Process process;
  private final Path directory;
  private final int port;

  private NodeProgram(Process process, Path directory, int port) {
    this.process = process;
    this.directory = directory;
    this.port = port;
  }

  /// Starts it if Node and the library are installed, and returns when it accepts.
  ///
  /// @param program its file, beside this class
  /// @throws UncheckedIOException when it does not start
  static Optional<NodeProgram> start(String program, String library) {
    Optional<Path> node = Peers.find("node");
    Optional<Path> folder = Peers.findModule(library);
    if (node.isEmpty() || folder.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(start(node.get(), program, folder.get()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static NodeProgram start(Path node, String program, Path library) throws IOException {
    Path directory = Files.createTempDirectory("crankfire-node-");
    Path file = directory.resolve(program);
    try (InputStream in =
        Objects.requireNonNull(NodeProgram.class.getResourceAsStream(program), program)) {
      Files.copy(in, file);
    }
    Path errors = directory.resolve("errors.log");
    Process process =
        new ProcessBuilder(node.toString(), file.toString(), library.toString())
            .redirectError(errors.toFile())
            .start();
    NodeProgram starting = new NodeProgram(process, directory, 0);
    try {
      BufferedReader out = process.inputReader();
      String port = out.readLine(); // null when it ended
      if (port == null) {
        throw new IOException(program + " has not started: " + Files.readString(errors));
      }
      return new NodeProgram(process, directory, Integer.parseInt(port));
    } catch (IOException | RuntimeException e) {
      starting.close();
      throw e;
    }
  }

  int port() {
    return port;
  }

  /// Stops it and removes its folder.
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      try (Stream<Path> files = Files.walk(directory)) {
        List<Path> innermostFirst = files.sorted(Comparator.reverseOrder()).toList();
        for (Path file : innermostFirst) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
