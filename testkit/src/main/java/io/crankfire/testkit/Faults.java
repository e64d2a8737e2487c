package io.crankfire.testkit;

import static io.crankfire.testkit.Specimen.Expect.EITHER;
import static io.crankfire.testkit.Specimen.Expect.FAILURE;
import static io.crankfire.testkit.Specimen.Expect.TIMEOUT;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The ways in which a server can be broken or hostile, each by name. What is legal but unusual is
/// in [Oddities].
///
/// No correct client mistakes one of them for a success, hangs on it beyond its timeout, or lets
/// its memory grow with it.
public final class Faults {
  private static final String LINE = "HTTP/1.1 200 OK\r\n";
  private static final String HEAD_OF_TEN = LINE + "Content-Length: 10\r\n\r\n";
  private static final String CHUNKED = LINE + "Transfer-Encoding: chunked\r\n\r\n";
  private static final int KIB_64 = 64 * 1024;
  private static final int MIB = 1024 * 1024;

  private Faults() {}

  /// All of them, in a fixed order.
  public static List<Specimen> all() {
    List<Specimen> all = new ArrayList<>();
    all.addAll(ends());
    all.addAll(stalls());
    all.addAll(notHttp());
    all.addAll(heads());
    all.addAll(lengths());
    all.addAll(chunks());
    return List.copyOf(all);
  }

  /// The connection ends before the response does.
  public static List<Specimen> ends() {
    return List.of(
        failing("reset-before-response", Script.begin().reset()),
        failing("reset-in-status-line", Script.begin().send("HTTP/1.1 2").reset()),
        failing("reset-in-header", Script.begin().send(LINE + "Content-Le").reset()),
        failing("reset-in-body", Script.begin().send(HEAD_OF_TEN + "01234").reset()),
        failing("reset-in-chunk", Script.begin().send(CHUNKED + "a\r\n01234").reset()),
        Specimen.get(
            "reset-after-response",
            EITHER,
            Script.begin().send(HEAD_OF_TEN + "0123456789").reset()),
        failing("close-before-response", Script.begin().cut()),
        failing("close-in-status-line", Script.begin().send("HTTP/1.1 2").cut()),
        failing("close-in-header", Script.begin().send(LINE + "Content-Le").cut()),
        failing("close-before-body", Script.begin().send(HEAD_OF_TEN).cut()),
        failing("close-in-body", Script.begin().send(HEAD_OF_TEN + "01234").cut()),
        failing("close-in-chunk", Script.begin().send(CHUNKED + "a\r\n01234").cut()),
        failing(
            "close-before-last-chunk", Script.begin().send(CHUNKED + "a\r\n0123456789\r\n").cut()),
        failing("close-in-trailers", Script.begin().send(CHUNKED + "0\r\nX-Sum: ").cut()),
        failing(
            "close-after-interim", Script.begin().send("HTTP/1.1 103 Early Hints\r\n\r\n").cut()),
        failing(
            "half-close-in-body",
            Script.begin().send(HEAD_OF_TEN + "01234").then(new Script.Step.HalfClose(false))));
  }

  /// The response stops, and the connection stays.
  public static List<Specimen> stalls() {
    return List.of(
        timing("stall-before-response", Script.begin().stall()),
        timing("stall-in-status-line", Script.begin().send("HTTP/1.1 2").stall()),
        timing("stall-in-header", Script.begin().send(LINE + "Content-Le").stall()),
        timing("stall-before-body", Script.begin().send(HEAD_OF_TEN).stall()),
        timing("stall-in-body", Script.begin().send(HEAD_OF_TEN + "01234").stall()),
        timing("stall-in-chunk-size", Script.begin().send(CHUNKED + "a").stall()),
        timing("stall-in-chunk", Script.begin().send(CHUNKED + "a\r\n01234").stall()),
        timing(
            "stall-before-last-chunk",
            Script.begin().send(CHUNKED + "a\r\n0123456789\r\n").stall()),
        timing("stall-after-interim", Script.begin().send("HTTP/1.1 100 Continue\r\n\r\n").stall()),
        timing(
            "endless-drip",
            Script.begin().drip(HEAD_OF_TEN + "01234", 1, Duration.ofMillis(5)).stall()));
  }

  /// What comes is not HTTP/1.
  public static List<Specimen> notHttp() {
    return List.of(
        failing(
            "garbage",
            Script.begin()
                .send("\u0000\u00ff\u0013 this is not the protocol you look for\r\n\r\n")
                .cut()),
        failing("garbage-endless", Script.begin().forever("\u00aaUgarbage")),
        failing("tls-alert", Script.begin().send("\u0015\u0003\u0003\u0000\u0002\u0002(").cut()),
        failing("http2-settings", Script.begin().send("\0\0\0\4\0\0\0\0\0").cut()),
        failing("http09", Script.begin().send("<html>hello</html>\n").cut()),
        failing(
            "http2-version",
            Script.begin().send("HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n").cut()),
        failing(
            "lower-case-version",
            Script.begin().send("http/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").cut()),
        failing(
            "version-without-minor",
            Script.begin().send("HTTP/1 200 OK\r\nContent-Length: 0\r\n\r\n").cut()),
        failing(
            "status-of-letters",
            Script.begin().send("HTTP/1.1 2OO OK\r\nContent-Length: 0\r\n\r\n").cut()),
        failing(
            "status-of-two-digits",
            Script.begin().send("HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n").cut()),
        failing(
            "status-of-four-digits",
            Script.begin().send("HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n").cut()),
        failing(
            "status-below-100",
            Script.begin().send("HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n").cut()),
        failing(
            "status-missing", Script.begin().send("HTTP/1.1\r\nContent-Length: 0\r\n\r\n").cut()),
        failing(
            "status-negative",
            Script.begin().send("HTTP/1.1 -20 OK\r\nContent-Length: 0\r\n\r\n").cut()));
  }

  /// Heads that are malformed or without measure.
  public static List<Specimen> heads() {
    return List.of(
        failing("endless-status-line", Script.begin().send("HTTP/1.1 200 ").forever("O")),
        failing("endless-header-line", Script.begin().send(LINE + "X-Long: ").forever("a")),
        failing("endless-headers", Script.begin().send(LINE).forever("X-Many: value\r\n")),
        failing("endless-interim", Script.begin().forever("HTTP/1.1 103 Early Hints\r\n\r\n")),
        either("header-of-64-kib", hugeHeader(KIB_64)),
        either("header-of-1-mib", hugeHeader(MIB)),
        either(
            "10000-headers",
            Script.begin()
                .send(LINE + "Content-Length: 0\r\n")
                .repeat("X-Many: v\r\n", 10_000)
                .send("\r\n")),
        failing(
            "nul-in-header",
            Script.begin().send(LINE + "X-Nul: a\0b\r\nContent-Length: 0\r\n\r\n").cut()),
        failing(
            "nul-in-name",
            Script.begin().send(LINE + "X-\0Nul: ab\r\nContent-Length: 0\r\n\r\n").cut()),
        failing(
            "header-without-colon",
            Script.begin().send(LINE + "X-Nothing\r\nContent-Length: 0\r\n\r\n").cut()),
        failing(
            "header-without-name",
            Script.begin().send(LINE + ": value\r\nContent-Length: 0\r\n\r\n").cut()),
        failing(
            "space-before-colon", Script.begin().send(LINE + "Content-Length : 0\r\n\r\n").cut()),
        failing(
            "space-in-name",
            Script.begin().send(LINE + "X Y: z\r\nContent-Length: 0\r\n\r\n").cut()),
        failing(
            "space-before-first-header",
            Script.begin().send(LINE + " X: z\r\nContent-Length: 0\r\n\r\n").cut()),
        either("bare-lf", Script.begin().send("HTTP/1.1 200 OK\nContent-Length: 2\n\nok").cut()),
        failing(
            "bare-cr", Script.begin().send(LINE + "X: a\rb\r\nContent-Length: 0\r\n\r\n").cut()),
        either(
            "obs-fold",
            Script.begin().send(LINE + "X-Fold: a\r\n b\r\nContent-Length: 2\r\n\r\nok").cut()),
        either(
            "empty-line-before",
            Script.begin().send("\r\n" + LINE + "Content-Length: 2\r\n\r\nok").cut()),
        failing(
            "switching-protocols-unasked",
            Script.begin()
                .send(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")
                .cut()));
  }

  private static Script hugeHeader(int bytes) {
    return Script.begin()
        .send(LINE + "Content-Length: 2\r\nX-Huge: ")
        .repeat("h", bytes)
        .send("\r\n\r\nok");
  }

  /// Bodies whose length is wrong, contradictory, or without end.
  public static List<Specimen> lengths() {
    return List.of(
        failing(
            "length-too-long",
            Script.begin().send(LINE + "Content-Length: 20\r\n\r\n0123456789").cut()),
        either(
            "length-too-short",
            Script.begin().send(LINE + "Content-Length: 5\r\n\r\n0123456789").cut()),
        failing(
            "lengths-in-conflict",
            Script.begin()
                .send(LINE + "Content-Length: 10\r\nContent-Length: 5\r\n\r\n0123456789")
                .cut()),
        failing(
            "lengths-in-a-list",
            Script.begin().send(LINE + "Content-Length: 10, 5\r\n\r\n0123456789").cut()),
        failing(
            "length-and-chunked",
            Script.begin()
                .send(
                    LINE
                        + "Content-Length: 10\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n"
                        + "2\r\n"
                        + "ok\r\n"
                        + "0\r\n\r\n")
                .cut()),
        failing("length-negative", length("-1")),
        failing("length-with-plus", length("+10")),
        failing("length-hexadecimal", length("0xa")),
        failing("length-empty", length("")),
        failing("length-overflow", length("18446744073709551626")),
        failing("length-overflow-long", length("9".repeat(400))),
        failing("length-of-exabytes", length("9223372036854775807")),
        failing(
            "unknown-coding",
            Script.begin().send(LINE + "Transfer-Encoding: cow\r\n\r\nmoo").cut()),
        failing(
            "chunked-not-last",
            Script.begin()
                .send(LINE + "Transfer-Encoding: chunked, gzip\r\n\r\n2\r\nok\r\n0\r\n\r\n")
                .cut()),
        failing(
            "chunked-twice",
            Script.begin()
                .send(LINE + "Transfer-Encoding: chunked, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")
                .cut()),
        either(
            "chunked-in-http10",
            Script.begin()
                .send("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")
                .cut()),
        either(
            "body-after-204", Script.begin().send("HTTP/1.1 204 No Content\r\n\r\nsurprise").cut()),
        either(
            "body-after-304",
            Script.begin().send("HTTP/1.1 304 Not Modified\r\n\r\nsurprise").cut()),
        either(
            "unsolicited-response",
            Script.begin()
                .send(
                    LINE + "Content-Length: 2\r\n\r\nok" + LINE + "Content-Length: 3\r\n\r\nbad")),
        timing("body-bomb", Script.begin().send(LINE + "\r\n").forever("boom")),
        timing("body-bomb-chunked", Script.begin().send(CHUNKED).forever("4\r\nboom\r\n")));
  }

  /// A body of ten bytes under that length.
  private static Script length(String value) {
    return Script.begin().send(LINE + "Content-Length: " + value + "\r\n\r\n0123456789").cut();
  }

  /// Chunked framing gone wrong.
  public static List<Specimen> chunks() {
    return List.of(
        failing("chunk-size-of-letters", chunked("zz\r\nok\r\n0\r\n\r\n")),
        failing("chunk-size-empty", chunked("\r\nok\r\n0\r\n\r\n")),
        failing("chunk-size-negative", chunked("-2\r\nok\r\n0\r\n\r\n")),
        failing("chunk-size-0x", chunked("0x2\r\nok\r\n0\r\n\r\n")),
        failing("chunk-size-overflow", chunked("10000000000000002\r\nok\r\n0\r\n\r\n")),
        failing("chunk-size-of-exabytes", chunked("7fffffffffffffff\r\nok\r\n0\r\n\r\n")),
        failing("chunk-size-negative-long", chunked("ffffffffffffffff\r\nok\r\n0\r\n\r\n")),
        failing("chunk-without-crlf", chunked("2\r\nok0\r\n\r\n")),
        failing("chunk-longer-than-said", chunked("2\r\nokay\r\n0\r\n\r\n")),
        either("chunk-with-bare-lf", chunked("2\nok\n0\n\n")),
        failing("endless-chunk-size", Script.begin().send(CHUNKED).forever("0")),
        failing("endless-chunk-extension", Script.begin().send(CHUNKED + "2;a=").forever("x")),
        failing(
            "endless-trailers", Script.begin().send(CHUNKED + "0\r\n").forever("X-Trailer: t\r\n")),
        failing("trailer-without-colon", chunked("0\r\nnonsense\r\n\r\n")));
  }

  private static Script chunked(String body) {
    return Script.begin().send(CHUNKED + body).cut();
  }

  private static Specimen failing(String name, Script script) {
    return Specimen.get(name, FAILURE, script);
  }

  private static Specimen timing(String name, Script script) {
    return Specimen.get(name, TIMEOUT, script);
  }

  private static Specimen either(String name, Script script) {
    return Specimen.get(name, EITHER, script);
  }
}
