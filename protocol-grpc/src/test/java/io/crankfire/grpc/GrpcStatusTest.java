package io.crankfire.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcStatusTest {

  @Test
  void codesAndNamesAreThoseOfGrpc() {
    for (Status.Code code : Status.Code.values()) {
      assertThat(GrpcStatus.of(code.value())).hasToString(code.name());
      assertThat(GrpcStatus.of(code.value()).code).isEqualTo(code.value());
      assertThat(GrpcStatus.of(code.value()).outcome.bucket()).isEqualTo(code.name());
    }
    assertThat(GrpcStatus.of(17)).isEqualTo(GrpcStatus.UNKNOWN);
    assertThat(GrpcStatus.of(-1)).isEqualTo(GrpcStatus.UNKNOWN);
  }

  /// The table of http-grpc-status-mapping.
  @ParameterizedTest
  @CsvSource({
    "400,INTERNAL",
    "401,UNAUTHENTICATED",
    "403,PERMISSION_DENIED",
    "404,UNIMPLEMENTED",
    "429,UNAVAILABLE",
    "502,UNAVAILABLE",
    "503,UNAVAILABLE",
    "504,UNAVAILABLE",
    "200,UNKNOWN",
    "500,UNKNOWN",
    "302,UNKNOWN"
  })
  void statusesOfHttpMeanWhatTheTableSays(int http, GrpcStatus status) {
    assertThat(GrpcStatus.ofHttp(http)).isEqualTo(status);
  }

  /// The table of "Errors" in gRPC over HTTP/2, by the codes of RFC 9113 §7.
  @ParameterizedTest
  @CsvSource({
    "0,INTERNAL",
    "1,INTERNAL",
    "2,INTERNAL",
    "3,INTERNAL",
    "4,INTERNAL",
    "5,UNKNOWN",
    "6,INTERNAL",
    "7,UNAVAILABLE",
    "8,CANCELLED",
    "9,INTERNAL",
    "10,INTERNAL",
    "11,RESOURCE_EXHAUSTED",
    "12,PERMISSION_DENIED",
    "13,UNKNOWN",
    "99,UNKNOWN"
  })
  void resetsMeanWhatTheTableSays(int code, GrpcStatus status) {
    assertThat(GrpcStatus.ofReset(code)).isEqualTo(status);
  }
}
