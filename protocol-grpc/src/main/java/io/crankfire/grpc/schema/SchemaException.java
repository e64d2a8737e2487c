package io.crankfire.grpc.schema;

import java.io.IOException;

/// There is no schema to be had; the message says why, for a person.
public sealed class SchemaException extends IOException permits UnknownNameException {
  private static final long serialVersionUID = 1;

  /// @param message what is wrong, and what to do
  public SchemaException(String message) {
    super(message);
  }
}
