package io.crankfire.bench;

/// Where things run: the server alone on one core, the generator, with all its threads, on another.
/// The harness sleeps nearly all the time and stays off the generator's core.
record Cores(int server, int generator) {

  /// Whether the machine has both cores; without, runs are not pinned and ratios mean little.
  boolean usable() {
    return Math.max(server, generator) < ProcFs.onlineCores() && server != generator;
  }
}
