package io.crankfire.testkit;

import static io.crankfire.testkit.Specimen.Expect.RESPONSE;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/// Answers that are unusual and right: every correct client takes them for a complete response. See
/// [Faults].
public final class Oddities {
  private static final String LINE = "HTTP/1.1 200 OK\r\n";
  private static final String OK = LINE + "Content-Length: 2\r\n\r\nok";
  private static final String CHUNKED = LINE + "Transfer-Encoding: chunked\r\n\r\n";

  private Oddities() {}

  /// All of them, in a fixed order; the body is `ok` wherever one is allowed.
  public static List<Specimen> all() {
    return List.of(
        odd("no-reason", Script.begin().send("HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok")),
        odd(
            "reason-of-spaces",
            Script.begin().send("HTTP/1.1 200 All \t is  well\r\nContent-Length: 2\r\n\r\nok")),
        odd(
            "unknown-status",
            Script.begin().send("HTTP/1.1 299 Hm\r\nContent-Length: 2\r\n\r\nok")),
        odd("odd-case-and-space", Script.begin().send(LINE + "cOnTeNt-LeNgTh:\t 2 \t\r\n\r\nok")),
        odd("empty-header", Script.begin().send(LINE + "X-Empty:\r\nContent-Length: 2\r\n\r\nok")),
        odd(
            "latin1-header",
            Script.begin().send(LINE + "X-Name: J\u00fcrgen\r\nContent-Length: 2\r\n\r\nok")),
        odd(
            "same-length-twice",
            Script.begin().send(LINE + "Content-Length: 2\r\nContent-Length: 2\r\n\r\nok")),
        odd(
            "length-with-zeros",
            Script.begin().send(LINE + "Content-Length: 0000000002\r\n\r\nok")),
        odd("byte-by-byte", Script.begin().drip(OK, 1, Duration.ofMillis(1))),
        odd(
            "chunked-byte-by-byte",
            Script.begin()
                .drip(CHUNKED + "2;x=y\r\nok\r\n0\r\nX-T: v\r\n\r\n", 1, Duration.ofMillis(1))),
        odd("chunked", Script.begin().send(CHUNKED + "1\r\no\r\n1\r\nk\r\n0\r\n\r\n")),
        odd(
            "chunked-upper-case",
            Script.begin()
                .send(LINE + "Transfer-Encoding: Chunked\r\n\r\n00002\r\nok\r\n000\r\n\r\n")),
        odd(
            "chunk-extensions",
            Script.begin().send(CHUNKED + "2;name=value;q=\"a;b\"\r\nok\r\n0;last\r\n\r\n")),
        odd(
            "chunk-trailers",
            Script.begin().send(CHUNKED + "2\r\nok\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n")),
        odd("read-to-close", Script.begin().send(LINE + "\r\nok").close()),
        odd("read-to-half-close", Script.begin().send(LINE + "\r\nok").halfClose()),
        odd(
            "http10",
            Script.begin().send("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok").close()),
        odd("http10-read-to-close", Script.begin().send("HTTP/1.0 200 OK\r\n\r\nok").close()),
        odd(
            "http10-keep-alive",
            Script.begin()
                .send("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok")),
        odd(
            "connection-close",
            Script.begin().send(LINE + "Connection: close\r\nContent-Length: 2\r\n\r\nok").close()),
        odd(
            "connection-close-in-list",
            Script.begin()
                .send(LINE + "Connection: x, Close\r\nContent-Length: 2\r\n\r\nok")
                .close()),
        odd("close-unannounced", Script.begin().send(OK).close()),
        odd("interim-100", Script.begin().send("HTTP/1.1 100 Continue\r\n\r\n" + OK)),
        odd(
            "interim-103",
            Script.begin().send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK)),
        odd(
            "interim-10-times",
            Script.begin().repeat("HTTP/1.1 102 Processing\r\n\r\n", 10).send(OK)),
        odd(
            "interim-then-wait",
            Script.begin()
                .send("HTTP/1.1 103 Early Hints\r\n\r\n")
                .pause(Duration.ofMillis(20))
                .send(OK)),
        odd("status-204", Script.begin().send("HTTP/1.1 204 No Content\r\n\r\n")),
        odd(
            "status-304-with-length",
            Script.begin().send("HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n")),
        odd(
            "status-204-chunked",
            Script.begin().send("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n")),
        new Specimen(
            "head-with-length",
            "HEAD",
            RESPONSE,
            Script.begin().send(LINE + "Content-Length: 100\r\n\r\n")),
        new Specimen("head-chunked", "HEAD", RESPONSE, Script.begin().send(CHUNKED)),
        odd(
            "header-of-8-kib",
            Script.begin()
                .send(LINE + "X-Long: " + "v".repeat(8000) + "\r\nContent-Length: 2\r\n\r\nok")),
        odd(
            "100-headers",
            Script.begin()
                .send(LINE)
                .repeat("X-Many: value\r\n", 100)
                .send("Content-Length: 2\r\n\r\nok")),
        odd(
            "body-of-4-mib",
            Script.begin().send(LINE + "Content-Length: 4194304\r\n\r\n").repeat("body", 1 << 20)),
        odd(
            "chunk-of-1-mib",
            Script.begin()
                .send(CHUNKED + "100000\r\n")
                .repeat("body", 1 << 18)
                .send("\r\n0\r\n\r\n")),
        odd(
            "4096-chunks",
            Script.begin().send(CHUNKED).repeat("2\r\nok\r\n", 4096).send("0\r\n\r\n")));
  }

  /// A response cut in two writes at every byte boundary, with a pause between the two.
  public static List<Specimen> splits(String response, Duration pause) {
    return IntStream.range(1, response.length())
        .mapToObj(i -> odd("split-at-" + i, Script.split(response, i, pause)))
        .toList();
  }

  private static Specimen odd(String name, Script script) {
    return Specimen.get(name, RESPONSE, script);
  }
}
