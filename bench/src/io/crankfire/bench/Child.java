package io.crankfire.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// A process that the harness started: pinned to a core, in a session and autogroup of its own, its
/// output in files. Whatever still runs when the harness ends is killed.
final class Child implements AutoCloseable {

  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();
  private static final boolean SETSID = Commands.has("setsid");
  private static final boolean TASKSET = Commands.has("taskset");

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly)));
  }

  private final Process process;
  private final Path out;
  private final Path err;
  private final long spawnNanos;

  private Child(Process process, Path out, Path err, long spawnNanos) {
    this.process = process;
    this.out = out;
    this.err = err;
    this.spawnNanos = spawnNanos;
  }

  /// Starts a command on a core; negative: on any.
  static Child start(List<String> command, int core, Path scratch) throws IOException {
    /* Both wrappers exec what follows, so the pid we get is the tool's. A kernel with autogroups ignores `nice`
    between sessions; the weight of the session's group is what counts. */
    List<String> full = new ArrayList<>();
    if (SETSID) {
      full.add("setsid");
    }
    if (TASKSET && core >= 0) {
      full.addAll(List.of("taskset", "-c", Integer.toString(core)));
    }
    full.addAll(command);
    Files.createDirectories(scratch);
    Path out = Files.createTempFile(scratch, "child", ".out");
    Path err = Files.createTempFile(scratch, "child", ".err");
    out.toFile().deleteOnExit();
    err.toFile().deleteOnExit();
    ProcessBuilder builder =
        new ProcessBuilder(full).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().remove("BENCH_OWN_SESSION");
    long spawnNanos = System.nanoTime();
    Process process = builder.start();
    RUNNING.add(process);
    raiseShare(process.pid());
    return new Child(process, out, err, spawnNanos);
  }

  /// Gives the session of a process more weight against other work, where we may. setsid needs a
  /// moment to run first.
  private static void raiseShare(long pid) {
    Path group = Path.of("/proc/" + pid + "/autogroup");
    String ours = ProcFs.fact("/proc/self/autogroup").split(" ")[0];
    try {
      for (int i = 0; i < 20; i++) {
        if (!Files.readString(group).startsWith(ours + " ")) {
          Files.writeString(group, "-20");
          return;
        }
        Thread.sleep(1);
      }
    } catch (IOException e) {
      /* not permitted, no autogroups, or already gone */
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  long pid() {
    return process.pid();
  }

  /// `System.nanoTime()` just before the process was made; on Linux the clock of the server's
  /// counters.
  long spawnNanos() {
    return spawnNanos;
  }

  boolean running() {
    return process.isAlive();
  }

  /// Waits for the end, and kills the process when it does not come in time.
  ///
  /// @return the exit code, or -1 when it had to be killed
  int await(long millis) throws InterruptedException {
    if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) {
      process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
      return -1;
    }
    return process.exitValue();
  }

  String output() {
    return read(out);
  }

  String errors() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      try {
        process.waitFor(5, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    RUNNING.remove(process);
    try {
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    } catch (IOException e) {
      /* scratch files, in a directory of ours */
    }
  }
}
