package io.crankfire.cli;

import java.util.List;

/// A command line or configuration that is wrong: nothing was sent.
final class UsageException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient List<String> lines;

  /// @param lines for the user, one for each fault
  UsageException(List<String> lines) {
    super(String.join("; ", lines), null, false, false);
    this.lines = List.copyOf(lines);
  }

  /// @param line for the user
  UsageException(String line) {
    this(List.of(line));
  }

  List<String> lines() {
    return lines;
  }
}
