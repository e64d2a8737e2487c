package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UrlTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http://example.com                       | http://example.com/
          HTTP://EXAMPLE.com:80/A                  | http://example.com/A
          https://example.com:443                  | https://example.com/
          https://example.com:80/                  | https://example.com:80/
          http://example.com:/x                    | http://example.com/x
          http://example.com:8080?q=1              | http://example.com:8080/?q=1
          http://example.com#top                   | http://example.com/
          http://example.com/a?b#c?d               | http://example.com/a?b
          http://example.com/?                     | http://example.com/?
          ~  http://example.com/  ~                | http://example.com/
          http://[::1]/                            | http://[::1]/
          http://[::1]:8080/x                      | http://[::1]:8080/x
          http://[2001:DB8::1.2.3.4]/              | http://[2001:DB8::1.2.3.4]/
          http://[fe80::1%eth0]/                   | http://[fe80::1]/
          http://user:pass@example.com/            | http://example.com/
          http://a@b@example.com/                  | http://example.com/
          http://bücher.example/                   | http://xn--bcher-kva.example/
          http://例え.テスト/                       | http://xn--r8jz45g.xn--zckzah/
          http://under_score.example/              | http://under_score.example/
          http://example.com/a b?c d               | http://example.com/a%20b?c%20d
          http://example.com/straße?ü=ö            | http://example.com/stra%C3%9Fe?%C3%BC=%C3%B6
          http://example.com/😀                    | http://example.com/%F0%9F%98%80
          http://example.com/%7Efoo%zz             | http://example.com/%7Efoo%zz
          http://example.com\\a\\b                 | http://example.com/a/b
          http://example.com/a/../b/./c            | http://example.com/a/../b/./c
          http://example.com/;p=1:2,3@4!$&'()*+    | http://example.com/;p=1:2,3@4!$&'()*+
          """,
      quoteCharacter = '~')
  void aUrlIsMadeReadyToBeRequested(String text, String wanted) {
    assertThat(Url.parse(text)).hasToString(wanted);
  }

  @Test
  void whatMayNotStandInARequestLineIsEncoded() {
    assertThat(Url.parse("http://example.com/a\r\nX: y\0?\tb\u007f").requestTarget())
        .isEqualTo("/a%0D%0AX:%20y%00?%09b%7F");
    assertThat(Url.parse("http://example.com/\"<>`{}|^").requestTarget())
        .isEqualTo("/%22%3C%3E%60%7B%7D%7C%5E");
  }

  @Test
  void theUserInfoIsKeptApart() {
    assertThat(Url.parse("http://us%40er:pa:ss@example.com/").userInfo())
        .isEqualTo("us%40er:pa:ss");
    assertThat(Url.parse("http://example.com/@").userInfo()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          example.com          | "example.com" is not a URL; write it in full, as in http://localhost:8080/path
          localhost:8080       | "localhost:8080" is not a URL; write it in full, as in http://localhost:8080/path
          /path                | "/path" is not a URL; write it in full, as in http://localhost:8080/path
          http:/example.com    | "http:/example.com" is not a URL; write it in full, as in http://localhost:8080/path
          ftp://example.com/   | "ftp://example.com/" has the scheme ftp; http and https are possible
          ws://example.com/    | "ws://example.com/" has the scheme ws; http and https are possible
          http://              | "http://" names no host
          http:///path         | "http:///path" names no host
          http://:80/          | "http://:80/" names no host
          http://user@/        | "http://user@/" names no host
          http://a:0/          | "http://a:0/": a port is a number from 1 to 65535, not "0"
          http://a:65536/      | "http://a:65536/": a port is a number from 1 to 65535, not "65536"
          http://a:-1/         | "http://a:-1/": a port is a number from 1 to 65535, not "-1"
          http://a:8o/         | "http://a:8o/": a port is a number from 1 to 65535, not "8o"
          http://a:٣/          | "http://a:٣/": a port is a number from 1 to 65535, not "٣"
          http://::1/          | "http://::1/": no host is called ":"
          http://[::1/         | "http://[::1/": the IPv6 address has no "]"
          http://[::1]x/       | "http://[::1]x/": after "]" only a port may follow
          http://[::1]:x/      | "http://[::1]:x/": a port is a number from 1 to 65535, not "x"
          http://[]/           | "http://[]/": [] is no IPv6 address
          http://[1.2.3.4]/    | "http://[1.2.3.4]/": [1.2.3.4] is no IPv6 address
          http://[:::::]/      | "http://[:::::]/": [:::::] is no IPv6 address
          http://[1:2:3]/      | "http://[1:2:3]/": [1:2:3] is no IPv6 address
          http://a b/          | "http://a b/": no host is called "a b"
          http://a..b/         | "http://a..b/": no host is called "a..b"
          http://a<b/          | "http://a<b/": no host is called "a<b"
          """)
  void aBadUrlIsToldOff(String text, String message) {
    assertThatIllegalArgumentException().isThrownBy(() -> Url.parse(text)).withMessage(message);
  }

  /// RFC 3986 §5.4, all of it.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          //g             | http://g/
          g               | http://a/b/c/g
          ./g             | http://a/b/c/g
          g/              | http://a/b/c/g/
          /g              | http://a/g
          ?y              | http://a/b/c/d;p?y
          g?y             | http://a/b/c/g?y
          '#s'            | http://a/b/c/d;p?q
          g#s             | http://a/b/c/g
          g?y#s           | http://a/b/c/g?y
          ;x              | http://a/b/c/;x
          g;x             | http://a/b/c/g;x
          g;x?y#s         | http://a/b/c/g;x?y
          ''              | http://a/b/c/d;p?q
          .               | http://a/b/c/
          ./              | http://a/b/c/
          ..              | http://a/b/
          ../             | http://a/b/
          ../g            | http://a/b/g
          ../..           | http://a/
          ../../          | http://a/
          ../../g         | http://a/g
          ../../../g      | http://a/g
          ../../../../g   | http://a/g
          /./g            | http://a/g
          /../g           | http://a/g
          g.              | http://a/b/c/g.
          .g              | http://a/b/c/.g
          g..             | http://a/b/c/g..
          ..g             | http://a/b/c/..g
          ./../g          | http://a/b/g
          ./g/.           | http://a/b/c/g/
          g/./h           | http://a/b/c/g/h
          g/../h          | http://a/b/c/h
          g;x=1/./y       | http://a/b/c/g;x=1/y
          g;x=1/../y      | http://a/b/c/y
          g?y/./x         | http://a/b/c/g?y/./x
          g?y/../x        | http://a/b/c/g?y/../x
          g#s/./x         | http://a/b/c/g
          g#s/../x        | http://a/b/c/g
          http://x/a/../b | http://x/b
          //x:8/./b/..    | http://x:8/
          https://x       | https://x/
          \\g\\..\\h      | http://a/h
          é ü             | http://a/b/c/%C3%A9%20%C3%BC
          """)
  void aReferenceIsResolved(String reference, String wanted) {
    assertThat(Url.parse("http://a/b/c/d;p?q").resolve(reference)).hasToString(wanted);
  }

  @Test
  void aReferenceThatLeadsAwayFromHttpIsToldOff() {
    Url base = Url.parse("http://a/b/c/d;p?q");
    for (String elsewhere : new String[] {"g:h", "http:g", "mailto:a@b", "ftp://a/"}) {
      assertThatIllegalArgumentException().isThrownBy(() -> base.resolve(elsewhere));
    }
  }
}
