package io.crankfire.template;

import java.util.List;

/// Records of test data, read before the run: a table of texts as UTF-8 bytes. Immutable.
///
/// @param name its name in the configuration; `feeder` when there is only one
/// @param columns the names of the values
/// @param rows the records, each with a value for every column; null for none
/// @param policy which record an iteration gets
public record Feeder(String name, List<String> columns, List<byte[][]> rows, Policy policy) {

  /// Which record an iteration gets. Iterations are counted over the whole run, whichever worker
  /// makes them, so that the same seed gives the same records.
  public enum Policy {
    /// Iteration n gets record n, from the front again after the last.
    LOOP,
    /// Iteration n gets record n, and the run ends with the last one.
    STOP,
    /// Each iteration gets any record, drawn by the run's seed.
    RANDOM,
    /// Session n gets record n and keeps it.
    UNIQUE
  }

  /// @throws IllegalArgumentException if there is no record
  public Feeder {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("the feeder " + name + " has no records");
    }
  }
}
