package io.crankfire.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the figures were measured on.
record Machine(Map<String, String> facts) {

  static Machine look(Options options) {
    Map<String, String> facts = new LinkedHashMap<>();
    String model =
        ProcFs.fact("/proc/cpuinfo")
            .lines()
            .filter(l -> l.startsWith("model name"))
            .map(l -> l.substring(l.indexOf(':') + 2))
            .findFirst()
            .orElse(System.getProperty("os.arch"));
    facts.put("processor", model + ", " + ProcFs.onlineCores() + " cores");
    facts.put("kernel", ProcFs.fact("/proc/sys/kernel/osrelease"));
    facts.put(
        "cores",
        options.cores().usable()
            ? "server " + options.cores().server() + ", generator " + options.cores().generator()
            : "not pinned: ratios mean little");
    facts.put("load average at the start", ProcFs.fact("/proc/loadavg"));
    facts.put("own autogroup", ProcFs.fact("/proc/self/autogroup"));
    facts.put("open files", openFiles());
    facts.put("Java of the harness", System.getProperty("java.vm.version"));
    for (Peer peer : Peer.values()) {
      facts.put(peer.label(), peer.available() ? peer.version() : "absent");
    }
    facts.put(
        "nginx",
        Commands.has("nginx") ? firstLine(List.of(Commands.find("nginx"), "-v")) : "absent");
    facts.put("C compiler", RawServer.available() ? "present" : "absent");
    Crankfire ours = Crankfire.judged(options);
    facts.put("crankfire", ours.available() ? version(ours) : "absent");
    return new Machine(facts);
  }

  private static String openFiles() {
    return ProcFs.fact("/proc/self/limits")
        .lines()
        .filter(l -> l.startsWith("Max open files"))
        .map(l -> l.split(" {2,}")[1])
        .findFirst()
        .orElse("–");
  }

  /* The launcher builds what is missing on its first use; that may take minutes, and must not happen in a run. */
  private static String version(Crankfire ours) {
    return firstLine(List.of(ours.launcher().toString(), "version"), 600);
  }

  private static String firstLine(List<String> command) {
    return firstLine(command, 30);
  }

  private static String firstLine(List<String> command, int limitSeconds) {
    try {
      return Commands.tryRun(command, limitSeconds).output().lines().findFirst().orElse("?");
    } catch (IOException e) {
      return "?";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "?";
    }
  }

  /// Takes the harness itself off the generator's core and gives it weight to read its counters in
  /// time.
  static void settle(Cores cores) {
    int last = ProcFs.onlineCores() - 1;
    int own = last > Math.max(cores.server(), cores.generator()) ? last : cores.server();
    try {
      if (cores.usable() && Commands.has("taskset")) {
        Commands.tryRun(
            List.of("taskset", "-a", "-c", "-p", "" + own, "" + ProcessHandle.current().pid()));
      }
      /* Only in a session of our own, which bench/run makes; else the caller's shell would be raised too. */
      if ("1".equals(System.getenv("BENCH_OWN_SESSION"))) {
        Files.writeString(Path.of("/proc/self/autogroup"), "-20");
      }
    } catch (IOException e) {
      /* not permitted: more noise, same meaning */
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  Table table() {
    Table table = new Table("Machine", "what", "which");
    facts.forEach(table::row);
    return table;
  }
}
