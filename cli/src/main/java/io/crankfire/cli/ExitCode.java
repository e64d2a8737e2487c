package io.crankfire.cli;

/// The exit codes of every command.
final class ExitCode {
  private ExitCode() {}

  /// Ran, and every threshold held; with none set, no request failed.
  static final int OK = 0;

  /// A threshold did not hold; with none set, at least one request failed.
  static final int FAILED = 1;

  /// A usage or configuration error: nothing was sent.
  static final int USAGE = 2;

  /// Could not run, or could not write what was asked for.
  static final int COULD_NOT = 3;

  /// The measurement is not valid, with `--strict`.
  static final int NOT_VALID = 4;

  /// A bug of ours.
  static final int BUG = 70;

  /// Interrupted from the keyboard; the report was still written.
  static final int INTERRUPTED = 130;

  /// Asked to end by another process; the report was still written.
  static final int TERMINATED = 143;
}
