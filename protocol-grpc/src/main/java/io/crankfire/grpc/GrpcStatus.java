package io.crankfire.grpc;

import io.crankfire.metrics.Outcome;

/// The status of a call, by its code from 0.
enum GrpcStatus {
  OK(0),
  CANCELLED(1),
  UNKNOWN(2),
  INVALID_ARGUMENT(3),
  DEADLINE_EXCEEDED(4),
  NOT_FOUND(5),
  ALREADY_EXISTS(6),
  PERMISSION_DENIED(7),
  RESOURCE_EXHAUSTED(8),
  FAILED_PRECONDITION(9),
  ABORTED(10),
  OUT_OF_RANGE(11),
  UNIMPLEMENTED(12),
  INTERNAL(13),
  UNAVAILABLE(14),
  DATA_LOSS(15),
  UNAUTHENTICATED(16);

  private static final GrpcStatus[] ALL = values();

  /// How an exchange with it ended.
  @SuppressWarnings("ImmutableEnumChecker") // a record of texts
  final Outcome outcome;

  /// Its number.
  final int code;

  GrpcStatus(int code) {
    this.code = code;
    outcome = code == 0 ? Outcome.OK : Outcome.failed(name());
  }

  /// That of a code; `UNKNOWN` if no status has it.
  static GrpcStatus of(int code) {
    return code >= 0 && code < ALL.length ? ALL[code] : UNKNOWN;
  }

  /// Whether an outcome is that of a status.
  @SuppressWarnings("ReferenceEquality") // there is one object of each
  static boolean isOne(Outcome outcome) {
    for (GrpcStatus status : ALL) {
      if (status.outcome == outcome) {
        return true;
      }
    }
    return false;
  }

  /// What the status of a response means that has none of gRPC's (gRPC, http-grpc-status-mapping).
  static GrpcStatus ofHttp(int status) {
    return switch (status) {
      case 400 -> INTERNAL;
      case 401 -> UNAUTHENTICATED;
      case 403 -> PERMISSION_DENIED;
      case 404 -> UNIMPLEMENTED;
      case 429, 502, 503, 504 -> UNAVAILABLE;
      default -> UNKNOWN;
    };
  }

  /// What the code of an RST_STREAM means (gRPC over HTTP/2, "Errors"; RFC 9113 §7).
  static GrpcStatus ofReset(int code) {
    return switch (code) {
      case 0x0, 0x1, 0x2, 0x3, 0x4, 0x6, 0x9, 0xa -> INTERNAL;
      case 0x7 -> UNAVAILABLE; // REFUSED_STREAM
      case 0x8 -> CANCELLED; // CANCEL
      case 0xb -> RESOURCE_EXHAUSTED; // ENHANCE_YOUR_CALM
      case 0xc -> PERMISSION_DENIED; // INADEQUATE_SECURITY
      default -> UNKNOWN;
    };
  }
}
