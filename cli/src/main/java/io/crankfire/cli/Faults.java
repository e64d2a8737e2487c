package io.crankfire.cli;

import io.crankfire.config.Problems;
import java.util.ArrayList;
import java.util.List;

/// Faults in words for the user.
final class Faults {
  private Faults() {}

  /// A line for each problem; for one in a file, the line of the file and a caret besides.
  static List<String> lines(Problems problems) {
    List<String> lines = new ArrayList<>();
    for (Problems.Problem problem : problems.all()) {
      lines.add(shown(problem));
    }
    return lines;
  }

  /// One problem, as [#lines] shows it.
  static String shown(Problems.Problem problem) {
    if (problem.position().equals(FlagConfig.COMMAND_LINE)) {
      return problem.message();
    }
    return problem.position().text() == null
        ? problem.toString()
        : problem + "\n" + SourceLine.of(problem.position());
  }
}
