package io.crankfire.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The figures that Linux keeps in /proc, in nanoseconds and bytes.
final class ProcFs {

  /// CPU time of a process: its own threads, the ended ones included.
  record Cpu(long userNanos, long systemNanos) {
    static final Cpu NONE = new Cpu(0, 0);

    long total() {
      return userNanos + systemNanos;
    }

    Cpu minus(Cpu earlier) {
      return new Cpu(userNanos - earlier.userNanos, systemNanos - earlier.systemNanos);
    }
  }

  /* USER_HZ is 100 on every Linux a JDK runs on. */
  private static final long TICK_NANOS = 10_000_000;

  private ProcFs() {}

  /// The CPU time of a process so far, none when it is gone.
  static Cpu cpu(long pid) {
    return ticks(Path.of("/proc/" + pid + "/stat"), 11);
  }

  /// The CPU time of all children of this process that have ended and were reaped.
  static Cpu endedChildren() {
    return ticks(Path.of("/proc/self/stat"), 13);
  }

  private static Cpu ticks(Path stat, int field) {
    try {
      String text = Files.readString(stat);
      String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
      return new Cpu(
          Long.parseLong(fields[field]) * TICK_NANOS,
          Long.parseLong(fields[field + 1]) * TICK_NANOS);
    } catch (IOException e) {
      return Cpu.NONE;
    }
  }

  /// The busy time of one core since boot: everything but idle and waiting, time stolen by the host
  /// included.
  static long busyNanos(int core) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/stat"))) {
        if (line.startsWith("cpu" + core + " ")) {
          String[] f = line.split(" +");
          long busy = 0;
          for (int i = 1; i <= 8 && i < f.length; i++) {
            busy += i == 4 || i == 5 ? 0 : Long.parseLong(f[i]);
          }
          return busy * TICK_NANOS;
        }
      }
    } catch (IOException e) {
      /* no such file: not Linux; the caller sees an idle core */
    }
    return 0;
  }

  /// The most memory a process had resident so far, 0 when it is gone.
  static long peakRssBytes(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
    } catch (IOException e) {
      /* it has ended */
    }
    return 0;
  }

  /// Leaves a process's threads of some name alone on the generator's core and moves its others to
  /// the server's. Threads they make later stay with their makers.
  static void separate(long pid, String loopThreads, Cores cores)
      throws IOException, InterruptedException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
      for (Path task : tasks.toList()) {
        if (!fact(task + "/comm").startsWith(loopThreads)) {
          String id = task.getFileName().toString();
          Commands.tryRun(List.of("taskset", "-pc", Integer.toString(cores.server()), id));
        }
      }
    }
  }

  static int onlineCores() {
    try {
      List<String> lines = Files.readAllLines(Path.of("/proc/stat"));
      return (int) lines.stream().filter(l -> l.matches("cpu\\d+ .*")).count();
    } catch (IOException e) {
      return 1;
    }
  }

  /// The first line of a file whose content is one fact, or a dash.
  static String fact(String file) {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      return "–";
    }
  }
}
