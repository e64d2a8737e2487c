package io.crankfire.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {
  private static final List<String> KNOWN =
      List.of("--duration", "--rate", "--resolve", "--concurrency", "--connections", "--ca");

  @ParameterizedTest
  @CsvSource({
    "--durtion, --duration",
    "--durationn, --duration",
    "--duraiton, --duration",
    "--rates, --rate",
    "--concurency, --concurrency",
    "--conn, --connections",
    "--cb, --ca",
  })
  void aSlipIsUnderstood(String word, String meant) {
    assertThat(Spelling.nearest(word, KNOWN)).isEqualTo(meant);
  }

  @ParameterizedTest
  @CsvSource({"--verbose", "--x", "--con", "--url"})
  void whatIsNotNearIsNotGuessed(String word) {
    assertThat(Spelling.nearest(word, KNOWN)).isNull();
  }

  @Test
  void aHintIsEmptyWhenNothingIsNear() {
    assertThat(Spelling.hint("--verbose", KNOWN)).isEmpty();
    assertThat(Spelling.hint("--rat", KNOWN)).isEqualTo("; did you mean --rate?");
  }
}
