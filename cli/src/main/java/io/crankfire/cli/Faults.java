package io.crankfire.cli;

import io.crankfire.config.Problems;
import java.util.List;

/// Faults in words for the user.
final class Faults {
  private Faults() {}

  /// A line for each problem.
  static List<String> lines(Problems problems) {
    return problems.all().stream()
        .map(problem ->
            problem.position().equals(FlagConfig.COMMAND_LINE)
                ? problem.message()
                : problem.toString())
        .toList();
  }
}
