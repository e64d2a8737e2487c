package io.crankfire.report;

/// A report that could not be written, or a saved run that could not be read. The message is one
/// line for the user and names the file.
public final class ReportException extends Exception {

  private static final long serialVersionUID = 1;

  /// @param message one line for the user
  public ReportException(String message) {
    super(message);
  }

  /// @param message one line for the user
  /// @param cause what was behind it
  public ReportException(String message, Throwable cause) {
    super(message, cause);
  }
}
