package io.crankfire.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ByteSinkTest {

  @Test
  void growsWhateverIsWrittenWhenItIsFull() {
    ByteSink single = new ByteSink(0);
    ByteSink several = new ByteSink(0);
    ByteSink negative = new ByteSink(0);
    StringBuilder numbers = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      single.write('x');
      several.write(new byte[] {'x'});
      negative.writeDecimal(-i);
      numbers.append(i == 0 ? "" : "-").append(i);
    }

    assertThat(single.toBytes()).isEqualTo("x".repeat(1000).getBytes(StandardCharsets.US_ASCII));
    assertThat(several.toBytes()).isEqualTo(single.toBytes());
    assertThat(new String(negative.toBytes(), StandardCharsets.US_ASCII)).isEqualTo("" + numbers);
  }
}
