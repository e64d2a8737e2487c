package io.crankfire.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyAnswerTest {

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static ProxyAnswer read(String text) {
    ProxyAnswer answer = new ProxyAnswer();
    byte[] bytes = bytes(text);
    answer.take(bytes, 0, bytes.length);
    return answer;
  }

  @Test
  void anAnswerIsReadInWhateverPiecesItComes() {
    String interim = "HTTP/1.1 102 Processing\r\nA: b\r\n\r\n";
    String text = interim + "HTTP/1.0 200 Connection established\r\nVia: x\r\nEmpty:\r\n\r\n";
    byte[] bytes = bytes(text + "more");
    for (int first = 0; first <= bytes.length; first++) {
      for (int second = first; second <= bytes.length; second++) {
        ProxyAnswer answer = new ProxyAnswer();
        int taken = answer.take(bytes, 0, first);
        taken += answer.take(bytes, first, second - first);
        taken += answer.take(bytes, second, bytes.length - second);
        assertThat(answer.complete()).isTrue();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(taken).isEqualTo(text.length());
        assertThat(answer.statusLine()).isEqualTo("HTTP/1.0 200 Connection established");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          an answer that is no HTTP,        SSH-2.0-OpenSSH,                  it does not speak HTTP/1
          another version,                  HTTP/2 200,                       it does not speak HTTP/1
          a first line without status,      HTTP/1.1~~,                       its status line is malformed
          a status of two digits,           HTTP/1.1 20 OK~~,                 its status line is malformed
          a status of four digits,          HTTP/1.1 2000 OK~~,               its status line is malformed
          a status beyond the classes,      HTTP/1.1 600 OK~~,                its status line is malformed
          a status below the classes,       HTTP/1.1 099 OK~~,                its status line is malformed
          a header line without a name,     HTTP/1.1 200 OK~: x~~,            a header line is malformed
          a header line without a colon,    HTTP/1.1 200 OK~abc~~,            a header line is malformed
          a blank before the colon,         HTTP/1.1 200 OK~abc : x~~,        a header line is malformed
          a folded line,                    HTTP/1.1 200 OK~a: b~ c~~,        a header line is malformed
          a bare line feed,                 HTTP/1.1 200 OK^~,                a line of its head does not end with CR LF
          a bare carriage return,           HTTP/1.1 200 OK`a~~,              a line of its head does not end with CR LF
          a zero byte,                      HTTP/1.1 200 O@~~,                a line of its head does not end with CR LF
          """)
  void aMalformedAnswerIsNamed(String what, String text, String fault) {
    ProxyAnswer answer =
        read(text.replace("~", "\r\n").replace('^', '\n').replace('`', '\r').replace('@', '\0'));
    assertThat(answer.fault()).as(what).isEqualTo(fault);
    assertThat(answer.complete()).isFalse();
  }

  @Test
  void anEndlessHeadIsCutOff() {
    for (String text :
        new String[] {
          "HTTP/1.1 200 " + "x".repeat(20_000),
          "HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(5_000),
          "HTTP/1.1 100 Continue\r\n\r\n".repeat(1_000)
        }) {
      assertThat(read(text).fault()).isEqualTo("its head is longer than 16384 bytes");
    }
  }

  @Test
  void aReasonMayBeMissing() {
    assertThat(read("HTTP/1.1 200\r\n\r\n").complete()).isTrue();
    assertThat(read("HTTP/1.1 200 \r\n\r\n").complete()).isTrue();
  }

  @Test
  void whatIsShownIsPrintable() {
    assertThat(read("\u001b[31m" + "x".repeat(500)).statusLine()).isEqualTo(".");
    assertThat(read("HTTP/1.1 403 a\tb\u0007\r\n").statusLine()).isEqualTo("HTTP/1.1 403 a.b.");
  }
}
