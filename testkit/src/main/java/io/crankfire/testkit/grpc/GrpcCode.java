package io.crankfire.testkit.grpc;

/// The statuses of gRPC; a constant's ordinal is its code.
public enum GrpcCode {
  OK,
  CANCELLED,
  UNKNOWN,
  INVALID_ARGUMENT,
  DEADLINE_EXCEEDED,
  NOT_FOUND,
  ALREADY_EXISTS,
  PERMISSION_DENIED,
  RESOURCE_EXHAUSTED,
  FAILED_PRECONDITION,
  ABORTED,
  OUT_OF_RANGE,
  UNIMPLEMENTED,
  INTERNAL,
  UNAVAILABLE,
  DATA_LOSS,
  UNAUTHENTICATED;

  /// The code as it stands in trailers.
  @SuppressWarnings("EnumOrdinal") // the order is the specification's
  public int code() {
    return ordinal();
  }
}
