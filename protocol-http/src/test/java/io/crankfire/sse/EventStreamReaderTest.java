package io.crankfire.sse;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.sse.PlainEventStream.Found;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EventStreamReaderTest {

  private static final int LIMIT = 1 << 20;

  /// What it means, the stream, and the types, data and IDs of its events.
  static Stream<Arguments> streams() {
    return Stream.of(
        row("an event of one line", "data: hello\n\n", "<hello>"),
        row("one space after the colon is no part", "data:  two\ndata:none\n\n", "< two\nnone>"),
        row("lines end with CR", "data: a\r\rdata: b\r\r", "<a>", "<b>"),
        row("lines end with CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", "<a>", "<b>"),
        row("lines end anyhow", "data: a\r\ndata: b\rdata: c\n\r\ndata: d\n\n", "<a\nb\nc>", "<d>"),
        row("CR LF is one end and LF CR two", "data: a\n\rdata: b\n\r\n", "<a>", "<b>"),
        row("several lines of data", "data: a\ndata\ndata:\ndata: b\n\n", "<a\n\n\nb>"),
        row("empty data", "data\n\ndata:\n\ndata: \n\n", "<>", "<>", "<>"),
        row("a mark at the beginning", "\u00ef\u00bb\u00bfdata: a\n\n", "<a>"),
        row("a second mark is a name", "\u00ef\u00bb\u00bf\u00ef\u00bb\u00bfdata: a\n\n"),
        row("a mark further on is a name", "data: a\n\n\u00ef\u00bb\u00bfdata: b\n\n", "<a>"),
        row("half a mark is a name", "\u00ef\u00bbdata: a\n\ndata: b\n\n", "<b>"),
        row("half a mark and a line end", "\u00ef\u00bb\ndata: b\n\n", "<b>"),
        row("comments", ": hi\n\n:\n:data: no\ndata: a\n: more\ndata: b\n\n", "<a\nb>"),
        row("unknown fields", "dat: a\ndatax: a\nData: a\n data: a\nx\ndata: b\n\n", "<b>"),
        row("a blank before the colon", "data : a\nid : 1\n\ndata: b\n\n", "<b>"),
        row("types", "event: add\ndata: 1\n\ndata: 2\n\n", "add<1>", "<2>"),
        row("the last type counts", "event: a\nevent: b\ndata: 1\n\n", "b<1>"),
        row("a type alone is no event", "event: add\n\ndata: 1\n\n", "<1>"),
        row("IDs stay", "id: 7\ndata: a\n\ndata: b\n\n", "<a>7", "<b>7"),
        row("an ID may be empty", "id: 7\ndata: a\n\nid\ndata: b\n\n", "<a>7", "<b>"),
        row("an ID without data stays, too", "id: 7\n\ndata: b\n\n", "<b>7"),
        row("an ID with NUL is none", "id: 7\nid: 8\0\ndata: a\n\n", "<a>7"),
        row("an ID counts from the blank line", "data: a\n\nid: 9\ndata: b\n", "<a>"),
        row("data with NUL", "data: a\0b\n\n", "<a\0b>"),
        row("colons in values", "data: a:b: c\nid: x:y\n\n", "<a:b: c>x:y"),
        row("a tab is no space", "data:\ta\n\n", "<\ta>"),
        row("no UTF-8", "data: \u00ff\u00c3\n\ndata\u00ff: x\n\n", "<\u00ff\u00c3>"),
        row(
            "UTF-8 without its end",
            "data: \u00e2\u0082\ndata: \u00ac\n\n",
            "<\u00e2\u0082\n\u00ac>"),
        row("an event without its end", "data: a\n\ndata: b\n", "<a>"),
        row("a line without its end", "data: a\n\ndata: b", "<a>"),
        row("nothing", ""),
        row("blank lines", "\n\n\r\n\r\r\n"),
        row("retry", "retry: 5\ndata: a\n\nretry: 10\n", "<a>"),
        row("retry of digits only", "retry: 5\nretry: 1e3\nretry: -1\nretry: \nretry:  7\nretry\n"),
        row("the page's stocks", "data: YHOO\ndata: +2\ndata: 10\n\n", "<YHOO\n+2\n10>"),
        row("the page's third", "data\n\ndata\ndata\n\ndata:", "<>", "<\n>"),
        row("the page's fourth", "data:test\n\ndata: test\n\n", "<test>", "<test>"));
  }

  private static Arguments row(String means, String stream, String... events) {
    return Arguments.of(means, stream, List.of(events));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("streams")
  void readsWhatTheStandardSays(String means, String stream, List<String> events) {
    byte[] bytes = bytes(stream);
    Found plain = PlainEventStream.read(bytes);

    assertThat(plain.events()).as("the plain reader: %s", means).isEqualTo(events);
    assertThat(found(bytes, _ -> bytes.length)).isEqualTo(plain);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("streams")
  void readsTheSameWhereverTheBytesAreCut(String means, String stream, List<String> events) {
    byte[] bytes = bytes(stream);
    Found whole = PlainEventStream.read(bytes);

    assertThat(found(bytes, _ -> 1)).as("%s: byte by byte", means).isEqualTo(whole);
    for (int cut = 1; cut < bytes.length; cut++) {
      int first = cut;
      assertThat(found(bytes, at -> at == 0 ? first : bytes.length))
          .as("%s: cut at %d of %s", means, cut, events)
          .isEqualTo(whole);
    }
  }

  @Test
  void readsRandomStreamsCutAtRandomLikeThePlainReader() {
    long seed = Long.getLong("crankfire.fuzz.seed", 20_261_122);
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] stream = randomStream(random);
      int longest = 1 + random.nextInt(12);

      assertThat(found(stream, _ -> 1 + random.nextInt(longest)))
          .as("seed %d, stream %d: %s", seed, i, text(stream))
          .isEqualTo(PlainEventStream.read(stream));
    }
  }

  /// Pieces of streams and single bytes that mean something, in any order.
  private static byte[] randomStream(Random random) {
    String[] pieces = {
      "data",
      "data: x",
      "data:",
      "id",
      "id: 4",
      "event: t",
      "retry: 7",
      "retry",
      ":",
      " ",
      "\n",
      "\r",
      "\r\n",
      "\n\n",
      "\0",
      "\u00ef\u00bb\u00bf",
      "\u00ef",
      "x",
      "1",
      "d",
      "i",
      "data: y\n\n"
    };
    StringBuilder stream = new StringBuilder();
    for (int i = random.nextInt(30); i >= 0; i--) {
      stream.append(pieces[random.nextInt(pieces.length)]);
    }
    return bytes(stream.toString());
  }

  @Test
  void anEndlessLineIsTooLargeWhateverItIsOf() {
    for (String start : List.of("data: ", "id: ", "event: ", ": ", "x", "retry: 1", "data")) {
      Reading reading = new Reading(true, 1000);
      assertThat(reading.reader.read(bytes(start), 0, start.length())).isTrue();
      int pieces = 0;
      byte[] more = bytes("1".repeat(100));
      while (pieces < 100 && reading.reader.read(more, 0, more.length)) {
        pieces++;
      }

      assertThat(pieces).as(start).isEqualTo(9);
      assertThat(reading.reader.tooLarge()).as(start).isTrue();
    }
  }

  @Test
  void anEventOfManyLinesIsTooLarge() {
    Reading reading = new Reading(true, 1000);
    byte[] line = bytes("data: 0123456789\n");
    int lines = 0;
    while (lines < 1000 && reading.reader.read(line, 0, line.length)) {
      lines++;
    }

    assertThat(lines).isEqualTo(1000 / (line.length - 1));
    assertThat(reading.reader.tooLarge()).isTrue();
  }

  @Test
  void aLineOfExactlyTheLimitIsAnEvent() {
    for (int cut : List.of(1000, 400, 1)) {
      Reading reading = new Reading(true, 1000);
      byte[] event = bytes("data: " + "x".repeat(994) + "\n\n");

      assertThat(reading.read(event, _ -> cut)).as("pieces of %d", cut).isTrue();
      assertThat(reading.events).hasSize(1);
    }
  }

  @Test
  void eventsAndCommentsWithoutEndAreNotTooLarge() {
    Reading reading = new Reading(true, 100);
    byte[] piece = bytes("data: 0123456789\n\n: 0123456789\n");
    for (int i = 0; i < 1000; i++) {
      assertThat(reading.reader.read(piece, 0, piece.length)).isTrue();
    }
    byte[] comment = bytes(": 0123456789\n");
    for (int i = 0; i < 1000; i++) {
      assertThat(reading.reader.read(comment, 0, comment.length)).isTrue();
    }

    assertThat(reading.events).hasSize(1000);
  }

  @Test
  void countsEventsWithoutKeepingTheirData() {
    byte[] stream = bytes("data: a\n\ndata\nid: 1\nevent: x\nretry: 5\n\nid: 2\n\ndata: c\n");
    for (int length = 1; length <= stream.length; length++) {
      int piece = length;
      Reading reading = new Reading(false, 100);

      assertThat(reading.read(stream, _ -> piece)).isTrue();
      assertThat(reading.events).hasSize(2);
      assertThat(reading.reader.lastIdLength()).isZero();
      assertThat(reading.reader.retryMillis()).isEqualTo(-1);
    }
  }

  @Test
  void readsNoFurtherThanTheSinkWants() {
    Reading reading = new Reading(true, 100);
    reading.wanted = 2;
    byte[] stream = bytes("data: a\n\ndata: b\n\ndata: c\n\n");

    assertThat(reading.reader.read(stream, 0, stream.length)).isFalse();
    assertThat(reading.reader.tooLarge()).isFalse();
    assertThat(reading.events).containsExactly("<a>", "<b>");
  }

  @Test
  void aNewConnectionGoesOnAfterTheLastIdAndForgetsHalfAnEvent() {
    Reading reading = new Reading(true, 100);
    byte[] first = bytes("id: 4\nretry: 20\ndata: a\n\nid: 5\ndata: half\ndata: a li");
    byte[] second = bytes("\u00ef\u00bb\u00bfdata: b\n\n");
    assertThat(reading.reader.read(first, 0, first.length)).isTrue();
    reading.reader.resume();

    assertThat(reading.reader.read(second, 0, second.length)).isTrue();
    assertThat(reading.events).containsExactly("<a>4", "<b>4");
    assertThat(reading.reader.retryMillis()).isEqualTo(20);
  }

  @Test
  void anotherStreamKnowsNothingOfTheOneBefore() {
    Reading reading = new Reading(true, 100);
    byte[] first = bytes("id: 4\nretry: 20\nevent: x\ndata: half\r");
    byte[] second = bytes("\ndata: b\n\n");
    assertThat(reading.reader.read(first, 0, first.length)).isTrue();
    reading.reader.end();
    reading.reader.begin(true, true, true, 100);

    assertThat(reading.reader.read(second, 0, second.length)).isTrue();
    assertThat(reading.events).containsExactly("<b>");
    assertThat(reading.reader.retryMillis()).isEqualTo(-1);
  }

  @Test
  void aRetryBeyondAllMeasureIsALongOne() {
    Reading reading = new Reading(true, 100);
    byte[] stream = bytes("retry: 99999999999999999999999999\n");

    assertThat(reading.reader.read(stream, 0, stream.length)).isTrue();
    assertThat(reading.reader.retryMillis()).isEqualTo(1_814_400_000);
  }

  private static Found found(byte[] stream, IntUnaryOperator length) {
    Reading reading = new Reading(true, LIMIT);
    assertThat(reading.read(stream, length)).isTrue();
    String lastId =
        new String(
            reading.reader.lastId(), 0, reading.reader.lastIdLength(), StandardCharsets.ISO_8859_1);
    return new Found(reading.events, lastId, reading.reader.retryMillis());
  }

  /// A reader and what it has found.
  private static final class Reading {
    final List<String> events = new ArrayList<>();
    final EventStreamReader reader = new EventStreamReader(this::event);
    int wanted = Integer.MAX_VALUE;

    Reading(boolean keeps, int limit) {
      reader.begin(keeps, keeps, keeps, limit);
    }

    private boolean event(byte[] data, int from, int to) {
      String type = new String(reader.type(), 0, reader.typeLength(), StandardCharsets.ISO_8859_1);
      String id =
          new String(reader.lastId(), 0, reader.lastIdLength(), StandardCharsets.ISO_8859_1);
      String text = new String(data, from, to - from, StandardCharsets.ISO_8859_1);
      events.add(PlainEventStream.event(type, text, id));
      return events.size() < wanted;
    }

    /// Reads all, each piece in an array of its own that is overwritten afterwards, as a loop's is.
    boolean read(byte[] stream, IntUnaryOperator length) {
      int at = 0;
      while (at < stream.length) {
        int end = Math.min(stream.length, at + length.applyAsInt(at));
        byte[] piece = Arrays.copyOfRange(stream, at, end);
        boolean goesOn = reader.read(piece, 0, piece.length);
        Arrays.fill(piece, (byte) '#');
        if (!goesOn) {
          return false;
        }
        at = end;
      }
      return true;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1)
        .replace("\r", "\\r")
        .replace("\n", "\\n")
        .replace("\0", "\\0");
  }
}
