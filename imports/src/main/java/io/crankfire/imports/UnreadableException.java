package io.crankfire.imports;

import io.crankfire.config.Position;

/// A document that is not what it has to be; the message is for the user.
final class UnreadableException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Position position;

  UnreadableException(Position position, String message) {
    super(message, null, false, false);
    this.position = position;
  }

  Position position() {
    return position;
  }

  String problem() {
    return String.valueOf(getMessage());
  }
}
