package io.crankfire.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// One of the project's own servers, `server/raw.c` or `server/h2.c`, compiled when a source is
/// newer than the program.
final class RawServer implements Server {

  /// Which one.
  enum Program {
    /// HTTP/1.1, WebSocket and event streams.
    RAW("raw", "-lm"),
    /// HTTP/2 and gRPC.
    H2("h2", "-lnghttp2");

    private final String file;
    private final String library;

    Program(String file, String library) {
      this.file = file;
      this.library = library;
    }
  }

  private final Program program;
  private final Child process;
  private final StatsFile stats;
  private final Path file;

  private RawServer(Program program, Child process, StatsFile stats, Path file) {
    this.program = program;
    this.process = process;
    this.stats = stats;
    this.file = file;
  }

  static boolean available() {
    return compiler() != null;
  }

  /// Whether a program can be compiled here.
  static boolean available(Program program) throws IOException, InterruptedException {
    if (compiler() == null) {
      return false;
    }
    String probe = "#include <nghttp2/nghttp2.h>%nint main(void) { return 0; }%n".formatted();
    String command =
        "printf '%s' '" + probe + "' | " + compiler() + " -x c -o /dev/null - " + program.library;
    return program == Program.RAW || Commands.tryRun(List.of("sh", "-c", command)).code() == 0;
  }

  private static String compiler() {
    return Stream.of("cc", "gcc", "clang")
        .map(Commands::find)
        .filter(c -> c != null)
        .findFirst()
        .orElse(null);
  }

  /// Compiles the server if need be and returns the program.
  static Path compile(Path out, Program which) throws IOException, InterruptedException {
    Path source = Path.of("bench", "server").toAbsolutePath();
    Path program = out.resolve(which.file);
    long newest = 0;
    try (Stream<Path> files = Files.list(source)) {
      for (Path f : files.toList()) {
        newest = Math.max(newest, Files.getLastModifiedTime(f).toMillis());
      }
    }
    if (!Files.exists(program) || Files.getLastModifiedTime(program).toMillis() < newest) {
      Files.createDirectories(out);
      Commands.run(
          List.of(
              compiler(),
              "-O2",
              "-o",
              program.toString(),
              source.resolve(which.file + ".c").toString(),
              which.library));
    }
    return program;
  }

  /// Starts the server on its core.
  ///
  /// @param delay a distribution as in `server/delay.h`, or empty for an answer at once
  static RawServer start(Options options, String delay) throws IOException, InterruptedException {
    return start(options, Program.RAW, delay);
  }

  /// Starts one of the servers on its core.
  static RawServer start(Options options, Program which, String delay)
      throws IOException, InterruptedException {
    return start(options, which, delay, List.of());
  }

  /// Starts the server such that it goes before everything else on its core, where that is
  /// permitted: whatever of a generator runs there does not move the times of arrivals.
  static RawServer startPunctual(Options options, String delay)
      throws IOException, InterruptedException {
    List<String> first = List.of("chrt", "-f", "1");
    boolean permitted =
        Commands.has("chrt") && Commands.tryRun(List.of("chrt", "-f", "1", "true")).code() == 0;
    return start(options, Program.RAW, delay, permitted ? first : List.of());
  }

  private static RawServer start(Options options, Program which, String delay, List<String> wrapper)
      throws IOException, InterruptedException {
    Path program = compile(options.out(), which);
    Path shared = Path.of("/dev/shm");
    Path file =
        Files.createTempFile(
            Files.isWritable(shared) ? shared : options.out(), "crankfire-bench", ".stats");
    file.toFile().deleteOnExit();
    List<String> command = new ArrayList<>(wrapper);
    command.addAll(List.of(program.toString(), file.toString(), "-e"));
    if (!delay.isEmpty()) {
      command.addAll(List.of("-d", delay));
    }
    Child process =
        Child.start(
            command, options.cores().usable() ? options.cores().server() : -1, options.out());
    for (int i = 0; i < 2000 && process.running(); i++) {
      if (Files.size(file) == StatsFile.bytes()) {
        StatsFile stats = new StatsFile(file);
        if (stats.port() != 0) {
          return new RawServer(which, process, stats, file);
        }
        stats.close();
      }
      Thread.sleep(2);
    }
    String errors = process.errors();
    process.close();
    Files.deleteIfExists(file);
    throw new IOException("the bench server did not start: " + errors);
  }

  StatsFile stats() {
    return stats;
  }

  @Override
  public String name() {
    return program.file;
  }

  @Override
  public String url() {
    return "http://127.0.0.1:" + stats.port() + "/";
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public long requests() {
    return stats.requests();
  }

  @Override
  public OptionalLong firstNanos() {
    long first = stats.firstNanos();
    return first == 0 ? OptionalLong.empty() : OptionalLong.of(first);
  }

  @Override
  public long requestsInFirstSecond() {
    return stats.requestsInFirst(100);
  }

  @Override
  public void close() {
    process.close();
    stats.close();
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      /* a scratch file */
    }
  }
}
