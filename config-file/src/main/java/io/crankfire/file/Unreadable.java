package io.crankfire.file;

import io.crankfire.config.Position;

/// A file that is not what its name says, or too much of it.
final class Unreadable extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Position position;

  /// @param message for the user
  Unreadable(Position position, String message) {
    super(message, null, false, false);
    this.position = position;
  }

  Position position() {
    return position;
  }

  /// The message for the user.
  String words() {
    return String.valueOf(getMessage());
  }
}
