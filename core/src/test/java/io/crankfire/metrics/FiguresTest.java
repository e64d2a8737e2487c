package io.crankfire.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {

  @ParameterizedTest(name = "{0} ns is {1}, in short {2}")
  @CsvSource({
    "0, 0s, 0s",
    "1, 1ns, 1ns",
    "133000, 133µs, 133µs",
    "6226696, 6.226696ms, 6.227ms",
    "99996, 99.996µs, 100µs",
    "1007815759, 1.007815759s, 1.008s",
    "62500000000, 1m2.5s, 1m2.5s",
    "3600000000000, 1h0m0s, 1h0m0s",
    "36123456789012, 10h2m3.456789012s, 10h2m3s",
    "-1500000, -1.5ms, -1.5ms"
  })
  void durationsAreInGosNotation(long nanos, String exact, String rounded) {
    assertThat(Figures.exact(nanos)).isEqualTo(exact);
    assertThat(Figures.duration(nanos)).isEqualTo(rounded);
  }

  @Test
  void theExtremesHaveANotationToo() {
    assertThat(Figures.exact(Long.MAX_VALUE)).isEqualTo("2562047h47m16.854775807s");
    assertThat(Figures.exact(Long.MIN_VALUE)).isEqualTo("-2562047h47m16.854775808s");
    assertThat(Figures.duration(Long.MAX_VALUE)).startsWith("2562047h47m");
    assertThat(Figures.duration(Long.MIN_VALUE)).startsWith("-2562047h47m");
  }

  @Test
  void sharesDecimalsCountsAndBytesReadWell() {
    assertThat(Figures.percent(0)).isEqualTo("0 %");
    assertThat(Figures.percent(0.00001)).isEqualTo("< 0.01 %");
    assertThat(Figures.percent(0.0012)).isEqualTo("0.12 %");
    assertThat(Figures.percent(0.047)).isEqualTo("4.7 %");
    assertThat(Figures.percent(1)).isEqualTo("100 %");
    assertThat(Figures.fixed(199.67565, 2)).isEqualTo("199.68");
    assertThat(Figures.fixed(0.005, 2)).isEqualTo("0.01");
    assertThat(Figures.fixed(-0.001, 2)).isEqualTo("0.00");
    assertThat(Figures.fixed(12, 0)).isEqualTo("12");
    assertThat(Figures.count(999)).isEqualTo("999");
    assertThat(Figures.count(1_234_567)).isEqualTo("1,234,567");
    assertThat(Figures.count(-123_456)).isEqualTo("-123,456");
    assertThat(Figures.bytes(0)).isEqualTo("0 B");
    assertThat(Figures.bytes(999)).isEqualTo("999 B");
    assertThat(Figures.bytes(12_345_678)).isEqualTo("12.3 MB");
    assertThat(Figures.bytes(999_600)).isEqualTo("1.00 MB");
  }
}
