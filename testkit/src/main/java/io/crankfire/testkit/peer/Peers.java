package io.crankfire.testkit.peer;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Which programs of other people are installed, and which were looked for and are not.
/// Thread-safe.
///
/// An absent peer is also noted in the folder `target/absent-peers` below the system property
/// `crankfire.root`, one file for each, so that whoever started the test run can name them at its
/// end: test JVMs have no last line of their own.
public final class Peers {
  private static final List<String> USUAL =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");
  private static final Set<String> ABSENT = new TreeSet<>();

  private Peers() {}

  /// The program's file, from `PATH` or the usual folders; when there is none, the absence is
  /// noted.
  public static Optional<Path> find(String program) {
    List<String> folders = new ArrayList<>(USUAL);
    String path = new ProcessBuilder().environment().getOrDefault("PATH", "");
    folders.addAll(0, List.of(path.split(File.pathSeparator, -1)));
    for (String folder : folders) {
      Path file = Path.of(folder, program);
      if (!folder.isEmpty() && Files.isExecutable(file)) {
        return Optional.of(file);
      }
    }
    note(program);
    return Optional.empty();
  }

  /// The folder of an npm package, from `target/peers` or from `crankfire/peers` in the user's
  /// cache, where `.ci/run` installs it; when there is none, the absence is noted.
  public static Optional<Path> findModule(String name) {
    Map<String, String> environment = new ProcessBuilder().environment();
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path user =
        cache.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
    List<Path> folders = new ArrayList<>();
    String root = System.getProperty("crankfire.root");
    if (root != null) {
      folders.add(Path.of(root, "target", "peers"));
    }
    folders.add(user.resolve("crankfire/peers"));
    for (Path folder : folders) {
      Path module = folder.resolve("node_modules").resolve(name);
      if (Files.exists(module.resolve("package.json"))) {
        return Optional.of(module);
      }
    }
    note(name);
    return Optional.empty();
  }

  /// The programs that were looked for in this JVM and not found.
  public static List<String> absent() {
    synchronized (ABSENT) {
      return List.copyOf(ABSENT);
    }
  }

  private static void note(String program) {
    synchronized (ABSENT) {
      ABSENT.add(program);
    }
    String root = System.getProperty("crankfire.root");
    if (root != null) {
      try {
        Path folder = Files.createDirectories(Path.of(root, "target", "absent-peers"));
        Files.writeString(
            folder.resolve(program.replace('/', '-')), program + " (not installed)\n");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
