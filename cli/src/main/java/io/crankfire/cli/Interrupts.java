package io.crankfire.cli;

/// Wishes from outside that the run end.
interface Interrupts {

  /// Where a wish comes from.
  enum Kind {
    /// The keyboard.
    INTERRUPT(ExitCode.INTERRUPTED),
    /// Another process.
    TERMINATE(ExitCode.TERMINATED);

    private final int exitCode;

    Kind(int exitCode) {
      this.exitCode = exitCode;
    }

    int exitCode() {
      return exitCode;
    }
  }

  /// Hears each wish, on any thread.
  interface Listener {
    /// One more wish.
    ///
    /// @param times how many there have been, with this one
    void interrupted(Kind kind, int times);
  }

  /// Ends the listening.
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  /// Never anything.
  Interrupts NONE = listener -> () -> {};

  /// Tells the listener from now on.
  Registration listen(Listener listener);
}
