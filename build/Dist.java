import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/// Completes the folder that `./crankfire` starts from and that can be packed and shipped: the
/// launcher, the program's jar beside its libraries, the JVM's options, and the AOT cache recorded
/// by a training run.
///
/// Arguments: the root of the tree, the program's jar, and the folder, whose `lib` already holds
/// the libraries. The cache is recorded again only if a jar, an option or the JDK has changed.
public final class Dist {
  private static final String MAIN_CLASS = "io.crankfire.cli.Main";

  private Dist() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path root = Path.of(args[0]);
    Path program = Path.of(args[1]);
    Path dist = Path.of(args[2]);
    Path lib = dist.resolve("lib");

    removeOtherJars(lib, program);
    copy(program, lib.resolve("crankfire.jar"));
    copy(root.resolve("build/java.args"), lib.resolve("java.args"));
    copy(root.resolve("crankfire"), dist.resolve("crankfire"));
    copy(root.resolve("LICENSE"), dist.resolve("LICENSE"));

    String jdk = System.getProperty("java.home") + "\n" + Runtime.version() + "\n";
    Path jdkFile = lib.resolve("jdk");
    Path cache = lib.resolve("crankfire.aot");
    if (Files.exists(jdkFile) && Files.readString(jdkFile).equals(jdk) && isFresh(cache, lib)) {
      return;
    }
    Files.deleteIfExists(cache);
    record(lib, dist.resolveSibling("aot-training.log"));
    Files.writeString(jdkFile, jdk);
  }

  /// Removes what an earlier build with other libraries has left.
  private static void removeOtherJars(Path lib, Path program) throws IOException {
    Set<String> wanted = new HashSet<>();
    try (JarFile jar = new JarFile(program.toFile())) {
      String classPath = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      wanted.addAll(List.of(classPath.split(" ")));
    }
    for (Path file : jars(lib)) {
      if (!wanted.contains(file.getFileName().toString())) {
        Files.delete(file);
      }
    }
  }

  private static List<Path> jars(Path lib) throws IOException {
    try (Stream<Path> files = Files.list(lib)) {
      return files.filter(file -> file.toString().endsWith(".jar")).toList();
    }
  }

  /// Copies with the time of last change, and only what differs in time or size.
  private static void copy(Path from, Path to) throws IOException {
    if (Files.exists(to)
        && Files.size(from) == Files.size(to)
        && Files.getLastModifiedTime(from).equals(Files.getLastModifiedTime(to))) {
      return;
    }
    Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
  }

  private static boolean isFresh(Path cache, Path lib) throws IOException {
    if (Files.notExists(cache)) {
      return false;
    }
    var recorded = Files.getLastModifiedTime(cache);
    if (Files.getLastModifiedTime(lib.resolve("java.args")).compareTo(recorded) > 0) {
      return false;
    }
    for (Path jar : jars(lib)) {
      if (Files.getLastModifiedTime(jar).compareTo(recorded) > 0) {
        return false;
      }
    }
    return true;
  }

  private static void record(Path lib, Path log) throws IOException, InterruptedException {
    Process training =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@java.args",
                "-XX:AOTCacheOutput=crankfire.aot",
                "-Xlog:aot=error",
                "-cp",
                "crankfire.jar",
                MAIN_CLASS,
                "train")
            .directory(lib.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    int exit = training.waitFor();
    if (exit != 0 || Files.notExists(lib.resolve("crankfire.aot"))) {
      System.err.println(
          "The training run for the AOT cache ended with exit code " + exit + "; see " + log);
      System.exit(1);
    }
  }
}
