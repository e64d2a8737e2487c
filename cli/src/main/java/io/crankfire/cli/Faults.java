package io.crankfire.cli;

import io.crankfire.config.Problems;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/// Faults in words for the user.
final class Faults {
  private Faults() {}

  /// Why a file could not be read or written.
  static String reason(IOException fault) {
    if (fault instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (fault instanceof AccessDeniedException) {
      return "permission denied";
    }
    String message = fault.getMessage();
    return message == null ? fault.getClass().getSimpleName() : message;
  }

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
