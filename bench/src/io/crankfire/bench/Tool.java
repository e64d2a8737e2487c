package io.crankfire.bench;

import java.util.List;
import java.util.Map;

/// A load generator.
interface Tool {

  /// Its name in tables, `crankfire` or `crankfire (nio)` for ours.
  String label();

  boolean available();

  /// Whether it can do such a load at all.
  boolean can(Load load);

  List<String> command(Load load);

  /// The threads that have the generator's core to themselves, by the beginning of their names,
  /// while all others of the process go beside the server; empty: the whole process has the core.
  default String loopThreads() {
    return "";
  }

  /// Whether its code is compiled while it runs: then the steady window begins later.
  boolean warmsUp();

  /// The length of a run as fast as possible, in seconds: such that the steady window is warm.
  default int seconds() {
    return warmsUp() ? 6 : 3;
  }

  /// What it reported itself: percentiles such as `p99` in milliseconds, as far as it prints any.
  Map<String, Double> reported(String output);
}
