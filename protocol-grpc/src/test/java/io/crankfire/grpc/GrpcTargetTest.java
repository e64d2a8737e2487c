package io.crankfire.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcTargetTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "localhost:50051,            http://localhost:50051,  localhost:50051",
    "localhost,                  http://localhost:443,    localhost",
    "API.Example:443,            http://api.example:443,  api.example:443",
    "[::1]:50051,                http://[::1]:50051,      [::1]:50051",
    "::1,                        http://[::1]:443,        [::1]",
    "grpc://localhost:50051,     http://localhost:50051,  localhost:50051",
    "grpc://localhost,           http://localhost:80,     localhost",
    "grpcs://localhost,          https://localhost:443,   localhost",
    "grpcs://localhost:8443/,    https://localhost:8443,  localhost:8443",
    "http://localhost:50051,     http://localhost:50051,  localhost:50051",
    "https://localhost:50051,    https://localhost:50051, localhost:50051",
    "dns:///localhost:50051,     http://localhost:50051,  localhost:50051",
    "dns:localhost:50051,        http://localhost:50051,  localhost:50051",
    "passthrough:///localhost:1, http://localhost:1,      localhost:1",
    "ipv4:127.0.0.1:50051,       http://127.0.0.1:50051,  127.0.0.1:50051",
    "ipv6:[::1]:50051,           http://[::1]:50051,      [::1]:50051",
    "unix:/run/a.sock,           unix:/run/a.sock,        localhost",
    "unix:///run/a.sock,         unix:/run/a.sock,        localhost",
    "unix:a.sock,                unix:a.sock,             localhost"
  })
  void everyFormOfATargetIsUnderstood(String text, String target, String authority) {
    GrpcTarget found = GrpcTarget.parse(text, false, false);

    assertThat(found.target()).hasToString(target);
    assertThat(found.authority()).isEqualTo(authority);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "localhost:0,              has the port \"0\"",
    "localhost:66000,          has the port \"66000\"",
    "localhost:x,              has the port \"x\"",
    "grpc://localhost:1/a.B/C, has a path",
    "ftp://localhost:1,        has the scheme ftp",
    "dns://8.8.8.8/host:1,     names a server to ask",
    "grpc://me:pw@host:1,      names a user",
    "unix:,                    names no socket",
    "a:b:1,                    has several colons",
    "[a]:1,                    is no IPv6 address",
    "grpc://,                  names no host",
    "a host:1,                 names a host that there is not"
  })
  void whatIsNoTargetIsSaid(String text, String fault) {
    assertThatThrownBy(() -> GrpcTarget.parse(text, false, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(fault);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "PT30S,30S",
    "PT0.05S,50m",
    "PT0.0000015S,1500n",
    "PT2M,2M",
    "PT48H,48H",
    "PT1M30S,90S",
    "PT0.123456789S,123457u",
    "PT100000001S,1666667M"
  })
  void timeoutsAreSaidInEightDigits(Duration timeout, String value) {
    assertThat(CallReader.timeoutValue(timeout)).hasSizeLessThanOrEqualTo(9);
    if (timeout.compareTo(Duration.ofDays(365)) < 0) {
      assertThat(CallReader.timeoutValue(timeout)).isEqualTo(value);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"plain|plain", "a%20b|a b", "%C3%A4|ä", "100 %|100 %", "%zz|%zz", "%4|%4", "%25|%"})
  void messagesAreDecoded(String sent, String text) {
    assertThat(ResponseFields.decoded(sent)).isEqualTo(text);
  }
}
