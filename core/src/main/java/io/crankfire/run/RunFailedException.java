package io.crankfire.run;

/// A run that could not begin: the target cannot be reached, a file cannot be read. The message is
/// one line for the user, with what to do.
public final class RunFailedException extends Exception {

  private static final long serialVersionUID = 1;

  /// @param message one line for the user
  public RunFailedException(String message) {
    super(message);
  }

  /// @param message one line for the user
  /// @param cause what was behind it
  public RunFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
