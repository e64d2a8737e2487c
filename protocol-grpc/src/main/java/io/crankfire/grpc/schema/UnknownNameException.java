package io.crankfire.grpc.schema;

/// What somebody named is not in the schema, or there are several of it; the message lists what
/// could be meant.
public final class UnknownNameException extends SchemaException {
  private static final long serialVersionUID = 1;

  /// @param message what was named, and what there is
  public UnknownNameException(String message) {
    super(message);
  }
}
