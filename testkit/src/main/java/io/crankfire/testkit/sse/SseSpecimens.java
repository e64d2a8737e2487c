package io.crankfire.testkit.sse;

import static io.crankfire.testkit.Specimen.Expect.EITHER;
import static io.crankfire.testkit.Specimen.Expect.FAILURE;
import static io.crankfire.testkit.Specimen.Expect.RESPONSE;
import static io.crankfire.testkit.Specimen.Expect.TIMEOUT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.Script;
import io.crankfire.testkit.sse.SseSpecimen.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Event streams that are unusual and right, and streams that are broken, with what the rules of
/// <https://html.spec.whatwg.org/multipage/server-sent-events.html> (§9.2.5, §9.2.6) make of them.
public final class SseSpecimens {
  private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";
  private static final String CHUNKED = HEAD + "Transfer-Encoding: chunked\r\n\r\n";
  private static final String TO_CLOSE = HEAD + "\r\n";
  private static final String TWO = "data: a\n\ndata: b\n\n";
  private static final List<Event> A = List.of(Event.message("a"));
  private static final List<Event> AB = List.of(Event.message("a"), Event.message("b"));

  private SseSpecimens() {}

  /// All of them, in a fixed order.
  public static List<SseSpecimen> all() {
    List<SseSpecimen> all = new ArrayList<>(texts());
    all.addAll(framings());
    all.addAll(faults());
    return all;
  }

  /// Streams as texts: what the parser has to get right.
  public static List<SseSpecimen> texts() {
    List<SseSpecimen> all = new ArrayList<>();
    all.addAll(lines());
    all.addAll(fields());
    all.addAll(bytes());
    return all;
  }

  private static List<SseSpecimen> lines() {
    return List.of(
        text("lf", "data: a\n\ndata: b\n\n", AB),
        text("cr", "data: a\r\rdata: b\r\r", AB),
        text("crlf", "data: a\r\n\r\ndata: b\r\n\r\n", AB),
        text("mixed-ends", "data: a\r\n\rdata: b\n\r\n", AB),
        text("cr-then-lf-is-one-end", "data: a\r\ndata: b\r\n\r\n", message("a\nb")),
        text("lf-then-cr-is-two-ends", "data: a\n\rdata: b\n\r", AB),
        text("empty-stream", "", List.of()),
        text("blank-lines-only", "\n\n\r\n\r\r\n", List.of()),
        text("half-event-at-end", "data: a\n\ndata: b", A),
        text("event-without-empty-line", "data: a\n\ndata: b\n", A),
        text("half-field-at-end", "data: a\n\nda", A),
        text("comments", ": hello\ndata: a\n:\n\n:\n\ndata: b\n: more\n\n", AB),
        text("comments-only", ":\n\n: keep-alive\n\n", List.of()));
  }

  private static List<SseSpecimen> fields() {
    String longText = "x".repeat(100_000);
    return List.of(
        text("no-space", "data:a\n\ndata:b\n\n", AB),
        text("two-spaces", "data:  a\n\n", message(" a")),
        text("no-colon", "data\n\ndata\ndata\n\n", List.of(Event.message(""), Event.message("\n"))),
        text("colon-in-value", "data: a: b\n\n", message("a: b")),
        text("lines-of-data", "data: a\ndata\ndata: b\n\n", message("a\n\nb")),
        text("unknown-field", "data: a\nnonsense: x\nfoo\n\n", A),
        text("field-with-space-before", " data: a\ndata : a\n\ndata: b\n\n", message("b")),
        text("field-in-capitals", "DATA: a\nData: a\n\ndata: b\n\n", message("b")),
        text("event-without-data", "event: x\n\ndata: a\n\n", A),
        text(
            "event-type",
            "event: x\ndata: a\n\ndata: b\n\n",
            List.of(new Event("x", "a", ""), Event.message("b"))),
        text(
            "event-type-twice",
            "event: x\nevent: y\ndata: a\n\n",
            List.of(new Event("y", "a", ""))),
        text("event-type-empty", "event: x\nevent\ndata: a\n\n", A),
        text(
            "id",
            "id: 1\ndata: a\n\ndata: b\n\n",
            List.of(new Event("message", "a", "1"), new Event("message", "b", "1"))),
        text(
            "id-reset",
            "id: 1\ndata: a\n\nid\ndata: b\n\n",
            List.of(new Event("message", "a", "1"), Event.message("b"))),
        text("id-without-data", "id: 1\n\ndata: a\n\n", List.of(new Event("message", "a", "1"))),
        text(
            "id-with-nul",
            "id: 1\ndata: a\n\nid: 2\u0000\ndata: b\n\n",
            List.of(new Event("message", "a", "1"), new Event("message", "b", "1"))),
        text("data-with-nul", "data: a\u0000b\n\n", message("a\u0000b")),
        text("retry", "retry: 20\ndata: a\n\nretry: 10\n\ndata: b\n\n", AB),
        text("retry-not-a-number", "retry: x\nretry: -1\nretry: 1.5\nretry\ndata: a\n\n", A),
        text("retry-too-large", "retry: 99999999999999999999\ndata: a\n\n", A),
        text("event-of-100-kb", "data: " + longText + "\n\n", message(longText)),
        text("1000-events", "data: a\n\n".repeat(1000), times(1000)),
        text("1000-lines", "data: a\n".repeat(1000) + "\n", message("a\n".repeat(999) + "a")));
  }

  private static List<SseSpecimen> bytes() {
    String bom = "\u00ef\u00bb\u00bf"; // as bytes
    return List.of(
        raw("bom", bom + TWO, AB),
        raw("bom-twice", bom + bom + "data: a\n\ndata: b\n\n", message("b")),
        raw("bom-later", "data: a\n\n" + bom + "data: b\n\n", A),
        raw("bom-cut", "\u00ef\u00bb", List.of()),
        raw("utf8", "data: \u00e2\u0082\u00ac\n\n", message("\u20ac")),
        raw("utf8-bad-byte", "data: a\u00ffb\n\n", message("a\ufffdb")),
        raw("utf8-cut", "data: \u00e2\u0082\n\n", message("\ufffd")),
        raw("utf8-overlong", "data: \u00c0\u00af\n\n", message("\ufffd\ufffd")),
        raw("utf8-surrogate", "data: \u00ed\u00a0\u0080\n\n", message("\ufffd\ufffd\ufffd")),
        raw("latin1", "data: \u00e9t\u00e9\n\n", message("\ufffdt\ufffd")));
  }

  /// Right streams, framed in every way HTTP knows.
  public static List<SseSpecimen> framings() {
    String euro = "data: \u00e2\u0082\u00ac\r\n\r\n";
    StringBuilder chunks = new StringBuilder(CHUNKED);
    euro.chars().forEach(c -> chunks.append("1\r\n").append((char) c).append("\r\n"));
    List<Event> expected = message("\u20ac");
    return List.of(
        new SseSpecimen(
            "chunk-per-byte", RESPONSE, expected, Script.begin().send(chunks + "0\r\n\r\n")),
        new SseSpecimen(
            "byte-by-byte",
            RESPONSE,
            expected,
            Script.begin().drip(chunks + "0\r\n\r\n", 1, Duration.ofMillis(1))),
        new SseSpecimen("read-to-close", RESPONSE, AB, Script.begin().send(TO_CLOSE + TWO).close()),
        new SseSpecimen(
            "read-to-half-close", RESPONSE, AB, Script.begin().send(TO_CLOSE + TWO).halfClose()),
        new SseSpecimen(
            "http10",
            RESPONSE,
            AB,
            Script.begin().send(TO_CLOSE.replace("HTTP/1.1", "HTTP/1.0") + TWO).close()),
        new SseSpecimen(
            "content-type-with-parameters",
            RESPONSE,
            AB,
            Response.bytes(200, "Text/Event-Stream ; charset=UTF-8", TWO.getBytes(UTF_8))),
        new SseSpecimen(
            "trailers",
            RESPONSE,
            AB,
            Script.begin().send(CHUNKED + chunk(TWO) + "0\r\nX-Sum: 1\r\n\r\n")),
        new SseSpecimen("redirect-301", RESPONSE, times3(), Response.redirect(301, "/redirected")),
        new SseSpecimen("redirect-307", RESPONSE, times3(), Response.redirect(307, "/redirected")),
        new SseSpecimen(
            "cut-by-cr-and-lf",
            RESPONSE,
            AB,
            Script.begin()
                .send(CHUNKED + chunk("data: a\r"))
                .pause(Duration.ofMillis(5))
                .send(chunk("\n\r") + chunk("\ndata: b\r\n\r"))
                .pause(Duration.ofMillis(5))
                .send("0\r\n\r\n")));
  }

  /// Streams that are broken, and answers that are none.
  public static List<SseSpecimen> faults() {
    List<SseSpecimen> all = new ArrayList<>();
    for (int status : new int[] {400, 401, 403, 404, 429, 500, 502, 503}) {
      all.add(new SseSpecimen("status-" + status, FAILURE, List.of(), Response.status(status)));
    }
    Script begun = Script.begin().send(CHUNKED + chunk(TWO));
    all.addAll(
        List.of(
            // 204 says: do not come again (§9.2.3)
            new SseSpecimen("status-204", EITHER, List.of(), Response.status(204)),
            new SseSpecimen(
                "no-content-type",
                EITHER,
                AB,
                Script.begin().send("HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n" + TWO)),
            fault("content-type-html", Response.bytes(200, "text/html", TWO.getBytes(UTF_8))),
            fault("content-type-json", Response.json("{\"error\":\"no\"}")),
            fault("content-type-near", Response.bytes(200, "text/event-streams", new byte[0])),
            fault("redirect-loop", Response.redirect(302, "/redirect-loop")),
            new SseSpecimen("cut-between-events", FAILURE, AB, begun.cut()),
            new SseSpecimen("reset-between-events", EITHER, List.of(), begun.reset()),
            new SseSpecimen("cut-in-event", FAILURE, AB, begun.send("40\r\ndata: c").cut()),
            new SseSpecimen(
                "reset-in-event",
                FAILURE,
                AB,
                begun.send("40\r\ndata: c").pause(Duration.ofMillis(5)).reset()),
            new SseSpecimen(
                "half-close-in-event",
                FAILURE,
                AB,
                begun.send("40\r\nda").then(new Script.Step.HalfClose(false))),
            new SseSpecimen("broken-chunk", FAILURE, AB, begun.send("zz\r\n").cut()),
            fault("close-before-response", Script.begin().cut()),
            fault("reset-before-response", Script.begin().reset()),
            fault("no-http", Script.begin().send("220 mail.example ESMTP\r\n").cut()),
            new SseSpecimen("endless-line", FAILURE, List.of(), endless("x")),
            new SseSpecimen("endless-event", FAILURE, List.of(), endless("data: more\n")),
            new SseSpecimen("endless-comments", TIMEOUT, List.of(), endless(":\n")),
            new SseSpecimen("stall-before-response", TIMEOUT, List.of(), Script.begin().stall()),
            new SseSpecimen(
                "stall-before-events", TIMEOUT, List.of(), Script.begin().send(CHUNKED).stall()),
            new SseSpecimen("stall-after-events", TIMEOUT, AB, begun.stall()),
            new SseSpecimen(
                "stall-in-event", TIMEOUT, AB, begun.send(chunk("data: c\n")).stall())));
    return List.copyOf(all);
  }

  private static Script endless(String text) {
    return Script.begin().send(TO_CLOSE + "data: ").forever(text);
  }

  private static String chunk(String latin) {
    return Integer.toHexString(latin.length()) + "\r\n" + latin + "\r\n";
  }

  private static List<Event> message(String data) {
    return List.of(Event.message(data));
  }

  private static List<Event> times(int times) {
    return IntStream.range(0, times).mapToObj(_ -> Event.message("a")).toList();
  }

  /// What a path without a behaviour of its own streams.
  private static List<Event> times3() {
    return IntStream.rangeClosed(1, 3)
        .mapToObj(i -> new Event("message", "event " + i, String.valueOf(i)))
        .toList();
  }

  private static SseSpecimen text(String name, String text, List<Event> events) {
    return stream(name, text.getBytes(UTF_8), events);
  }

  /// The text's characters are the bytes.
  private static SseSpecimen raw(String name, String text, List<Event> events) {
    return stream(name, text.getBytes(ISO_8859_1), events);
  }

  private static SseSpecimen stream(String name, byte[] body, List<Event> events) {
    return new SseSpecimen(name, RESPONSE, events, Response.bytes(200, "text/event-stream", body));
  }

  private static SseSpecimen fault(String name, Behavior behavior) {
    return new SseSpecimen(name, FAILURE, List.of(), behavior);
  }
}
