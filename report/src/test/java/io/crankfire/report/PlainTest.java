package io.crankfire.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainTest {

  @Test
  void commandsToATerminalAreShownAndNotObeyed() {
    assertThat(Plain.text("\u001b[31mred\u0007")).isEqualTo("\\x1b[31mred\\x07");
    assertThat(Plain.text("a\r\nb\tc\u007f\u009b")).isEqualTo("a\\x0d\\x0ab\\x09c\\x7f\\x9b");
    assertThat(Plain.text("\u202egnp.exe\u2028\ufeff")).isEqualTo("\\u202egnp.exe\\u2028\\ufeff");
    assertThat(Plain.text("\ud800x\udc00")).isEqualTo("\ufffdx\ufffd");
  }

  @Test
  void everyLanguageStaysAsItIs() {
    String text = "Größe 東京 \ud83d\ude00 µs \"quoted\" \\";
    assertThat(Plain.text(text)).isEqualTo(text);
    assertThat(Plain.wellFormed(text)).isEqualTo(text);
  }
}
