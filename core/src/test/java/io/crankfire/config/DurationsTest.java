package io.crankfire.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "+0, 0",
    "10s, 10000000000",
    "1h30m, 5400000000000",
    "1.5s, 1500000000",
    ".5s, 500000000",
    "1.s, 1000000000",
    "500ms, 500000000",
    "1us, 1000",
    "1µs, 1000",
    "1μs, 1000",
    "7ns, 7",
    "0.1us, 100",
    "-1s, -1000000000",
    "-1m30s, -90000000000",
    "1m0.000000001s, 60000000001",
  })
  void numbersWithUnitsAddUp(String text, long nanos) {
    assertThat(Durations.parse(text)).isEqualTo(Duration.ofNanos(nanos));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "10 | \"10\" has no unit: write 10s, 10m or 10ms",
        "1.5 | \"1.5\" has no unit: write 1.5s, 1.5m or 1.5ms",
        "1d | unknown unit \"d\" in \"1d\": use ns, us, ms, s, m or h",
        "1S | unknown unit \"S\" in \"1S\": use ns, us, ms, s, m or h",
        "1h30 | \"1h30\" ends without a unit, such as 500ms, 1.5s or 1h30m",
        "'' | \"\" is not a duration such as 500ms, 1.5s or 1h30m",
        "- | \"-\" is not a duration such as 500ms, 1.5s or 1h30m",
        "s | \"s\" is not a duration such as 500ms, 1.5s or 1h30m",
        ".s | \".s\" is not a duration such as 500ms, 1.5s or 1h30m",
        "1.2.3s | \"1.2.3s\" is not a duration such as 500ms, 1.5s or 1h30m",
        "soon | \"soon\" is not a duration such as 500ms, 1.5s or 1h30m",
        "9999999999h | \"9999999999h\" is longer than 292 years",
        "99999999999999999999s | \"99999999999999999999s\" is longer than 292 years",
      })
  void whatIsNoDurationIsExplained(String text, String message) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
