package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.testkit.HttpTestServer;
import io.crankfire.testkit.Request;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.contract.Flight;
import io.crankfire.testkit.contract.Rig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Cookies, by RFC 6265 §5.
class CookieJarTest {

  private static final long NOW = 1_800_000_000_000L;

  private static String after(String setCookie, String from, String to) {
    CookieJar jar = new CookieJar();
    jar.take(setCookie, Url.parse(from), NOW);
    String header = jar.header(Url.parse(to), NOW);
    return header == null ? "" : header;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          # Set-Cookie                          | from                | to                    | sent
          # §5.2: name, value, attributes
          a=b                                   | http://h.example/   | http://h.example/     | a=b
          "  a  =  b c  ; x=y"                  | http://h.example/   | http://h.example/     | a=b c
          a=b=c                                 | http://h.example/   | http://h.example/     | a=b=c
          a=                                    | http://h.example/   | http://h.example/     | a=
          a                                     | http://h.example/   | http://h.example/     | ""
          =b                                    | http://h.example/   | http://h.example/     | ""
          "; Path=/"                            | http://h.example/   | http://h.example/     | ""
          a=b; HttpOnly; SameSite=Lax           | http://h.example/   | http://h.example/     | a=b
          # §5.1.3: domains
          a=b                                   | http://h.example/   | http://x.h.example/   | ""
          a=b; Domain=h.example                 | http://h.example/   | http://x.h.example/   | a=b
          a=b; domain=.H.EXAMPLE                | http://x.h.example/ | http://h.example/     | a=b
          a=b; Domain=h.example                 | http://h.example/   | http://xh.example/    | ""
          a=b; Domain=h.example                 | http://i.example/   | http://h.example/     | ""
          a=b; Domain=x.h.example               | http://h.example/   | http://x.h.example/   | ""
          a=b; Domain=example                   | http://h.example/   | http://i.example/     | ""
          a=b; Domain=                          | http://h.example/   | http://h.example/     | a=b
          a=b; Domain=localhost                 | http://localhost/   | http://localhost/     | a=b
          a=b; Domain=0.0.1                     | http://127.0.0.1/   | http://127.0.0.1/     | ""
          a=b; Domain=127.0.0.1                 | http://127.0.0.1/   | http://127.0.0.1/     | a=b
          a=b                                   | http://h.example/   | http://h.example:81/  | a=b
          # §5.1.4: paths
          a=b                                   | http://h.example/x/y| http://h.example/x    | a=b
          a=b                                   | http://h.example/x/y| http://h.example/x/z/q| a=b
          a=b                                   | http://h.example/x/y| http://h.example/     | ""
          a=b                                   | http://h.example/x/y| http://h.example/xx   | ""
          a=b                                   | http://h.example/x  | http://h.example/     | a=b
          a=b; Path=/x/                         | http://h.example/   | http://h.example/x    | ""
          a=b; Path=/x/                         | http://h.example/   | http://h.example/x/y  | a=b
          a=b; Path=/x                          | http://h.example/   | http://h.example/x?q  | a=b
          a=b; Path=x                           | http://h.example/y/z| http://h.example/y    | a=b
          a=b; Path=/x; Path=/                  | http://h.example/   | http://h.example/     | a=b
          # §5.2.5: secure
          a=b; Secure                           | https://h.example/  | http://h.example/     | ""
          a=b; Secure                           | https://h.example/  | https://h.example/    | a=b
          # §5.2.1, §5.2.2: expiry
          a=b; Max-Age=1                        | http://h.example/   | http://h.example/     | a=b
          a=b; Max-Age=0                        | http://h.example/   | http://h.example/     | ""
          a=b; Max-Age=-1                       | http://h.example/   | http://h.example/     | ""
          a=b; Max-Age=x                        | http://h.example/   | http://h.example/     | a=b
          a=b; Max-Age=99999999999999999999     | http://h.example/   | http://h.example/     | a=b
          a=b; Expires=Thu, 01 Jan 1970 00:00:01 GMT | http://h.example/ | http://h.example/ | ""
          a=b; Expires=Fri, 01 Jan 2100 00:00:01 GMT | http://h.example/ | http://h.example/ | a=b
          a=b; Expires=never                    | http://h.example/   | http://h.example/     | a=b
          a=b; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=9 | http://h.example/ | http://h.example/ | a=b
          """)
  void aCookieGoesWhereItBelongs(String setCookie, String from, String to, String sent) {
    assertThat(after(setCookie, from, to)).isEqualTo(sent == null ? "" : sent);
  }

  @Test
  void theSameCookieIsReplacedAndKeepsItsPlace() {
    CookieJar jar = new CookieJar();
    Url url = Url.parse("http://h.example/x/y");
    for (String cookie : List.of("a=1", "b=2; Path=/", "c=3", "a=4", "b=5; Path=/x/y")) {
      jar.take(cookie, url, NOW);
    }
    assertThat(jar.header(url, NOW)).isEqualTo("b=5; a=4; c=3; b=2");
    jar.take("a=; Max-Age=0", url, NOW);
    assertThat(jar.header(url, NOW)).isEqualTo("b=5; c=3; b=2");
  }

  @Test
  void aCookieEndsWhenItsTimeIsOver() {
    CookieJar jar = new CookieJar();
    Url url = Url.parse("http://h.example/");
    jar.take("a=1; Max-Age=10", url, NOW);
    assertThat(jar.expires()).isTrue();
    assertThat(jar.header(url, NOW + 9_999)).isEqualTo("a=1");
    assertThat(jar.header(url, NOW + 10_000)).isNull();
  }

  @Test
  void aJarHasALimit() {
    CookieJar jar = new CookieJar();
    Url url = Url.parse("http://h.example/");
    jar.take("gone=1; Max-Age=1", url, NOW);
    for (int i = 0; i < CookieJar.MOST + 9; i++) {
      jar.take("c" + i + "=1", url, NOW + 2_000);
    }
    assertThat(jar.size()).isEqualTo(CookieJar.MOST);
    assertThat(jar.header(url, NOW)).startsWith("c9=1;").doesNotContain("gone");
    byte[] head =
        ("HTTP/1.1 200 OK\r\nSet-Cookie: big="
                + "x".repeat(CookieJar.LARGEST)
                + "\r\n"
                + "set-cookie: small=1\r\nX-Set-Cookie: no=1\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    CookieJar other = new CookieJar();
    other.take(head, 0, head.length, url, NOW);
    assertThat(other.header(url, NOW)).isEqualTo("small=1");
  }

  /// The forms of RFC 6265 §5.1.1 and RFC 9110 §5.6.7.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Sun, 06 Nov 1994 08:49:37 GMT   | 784111777
          Sunday, 06-Nov-94 08:49:37 GMT  | 784111777
          Sun Nov  6 08:49:37 1994        | 784111777
          6 nov 94 8:49:37                | 784111777
          08:49:37 6-November-1994 +0200  | 784111777
          29 Feb 2000 00:00:00            | 951782400
          01 Jan 69 00:00:00              | 3124224000
          29 Feb 2001 00:00:00            | none
          31 Apr 2001 00:00:00            | none
          01 Jan 1600 00:00:00            | none
          01 Jan 2001 24:00:00            | none
          01 Jan 2001 00:60:00            | none
          01 Jan 2001                     | none
          00 Jan 2001 00:00:00            | none
          tomorrow                        | none
          """)
  void datesAreReadInAllTheirForms(String text, String seconds) {
    long wanted = seconds.equals("none") ? HttpDate.NONE : Long.parseLong(seconds) * 1_000;
    assertThat(HttpDate.parse(text)).isEqualTo(wanted);
  }

  @Test
  void aSessionKeepsItsCookies() {
    try (HttpTestServer server = HttpTestServer.start();
        HttpTestServer elsewhere = HttpTestServer.start();
        Rig rig =
            new Rig(Rig.transports().getLast(), new HttpProtocol(), new Ways().connections())) {
      server.recordRequests(100);
      elsewhere.recordRequests(100);
      server.on(
          "/login",
          Response.redirect(303, "/home").withCookie("sid=1; Path=/").withCookie("old=1; Path=/"));
      server.on(
          "/home", Response.text("hello").withCookie("old=; Max-Age=0; Path=/").withCookie("b=2"));
      server.on("/away", Response.redirect(307, elsewhere.url("/there").toString()));
      Visit visit = new Visit();
      Flight flight = rig.flight(visit.session());
      Map<String, String> more = Map.of("/plain", "", "/with", "Cookie: own=x\nX: y");
      flight.send(visit.call("target", server.url("/login").toString(), "cookies", "true"));
      assertThat(flight.await().bucket()).isEqualTo("200");
      assertThat(cookie(server)).isEqualTo("sid=1; old=1");
      more.forEach((path, headers) -> {
        flight.send(
            visit.call(
                "target", server.url(path).toString(), "cookies", "true", "headers", headers));
        assertThat(flight.await().bucket()).isEqualTo("200");
        assertThat(cookie(server)).isEqualTo((headers.isEmpty() ? "" : "own=x; ") + "sid=1; b=2");
      });
      // Cookies know no ports; what was configured stays with its origin.
      flight.send(
          visit.call(
              "target",
              server.url("/away").toString(),
              "cookies",
              "true",
              "headers",
              "Cookie: own=x"));
      assertThat(flight.await().bucket()).isEqualTo("200");
      assertThat(cookie(elsewhere)).isEqualTo("sid=1; b=2");
      flight.send(visit.call("target", server.url("/without").toString()));
      flight.await();
      assertThat(cookie(server)).isNull();
      Flight other = rig.flight(visit.fresh());
      other.send(visit.call("target", server.url("/other").toString(), "cookies", "true"));
      other.await();
      assertThat(cookie(server)).isNull();
    }
  }

  private static @org.jspecify.annotations.Nullable String cookie(HttpTestServer server) {
    Request last = server.requests().getLast();
    return last.header("Cookie");
  }
}
