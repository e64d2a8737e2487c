package io.crankfire.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.http.Playback.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpVersion;
import org.junit.jupiter.api.Test;

/// The reader of responses against itself (cut anywhere, the meaning is the same) and against
/// Jetty's.
class ResponseReaderTest {

  private static final String LINE = "HTTP/1.1 200 OK\r\n";

  /// One response a row; all are complete.
  private static final List<String> GOOD =
      List.of(
          LINE + "Content-Length: 5\r\n\r\nhello",
          LINE + "Content-Length: 0\r\n\r\n",
          LINE + "content-length:5\r\nX: y\r\n\r\nhello",
          LINE + "X: a\r\n  b\r\n\tc\r\nContent-Length: 1\r\n\r\nx",
          LINE + "X:\r\n a\r\n \r\nContent-Length:\r\n 1\r\n\r\nx",
          "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx",
          "HTTP/1.1 404 Not Found\nContent-Length: 1\n\nx",
          "HTTP/1.1 100 Continue\r\n\r\n" + LINE + "Content-Length: 1\r\n\r\nx",
          "HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\nHTTP/1.1 102 P\r\n\r\nHTTP/1.1 204 No\r\n\r\n",
          "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
          "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok",
          LINE + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          LINE + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
          LINE
              + "Transfer-Encoding: CHUNKED\r\n\r\n00a;x=\"y;z\"\r\n0123456789\r\n1;q\r\n!\r\n0\r\n"
              + "X-Sum: 1\r\nX-More:\r\n\r\n",
          LINE + "Connection: close\r\nContent-Length: 3\r\n\r\nbye");

  @Test
  void theMeaningDoesNotDependOnWhereTheBytesAreCut() {
    try (Playback playback = new Playback()) {
      for (String response : GOOD) {
        int length = response.length();
        Verdict whole = playback.play(response, at -> length);
        assertThat(whole.isStatus()).as(response).isTrue();
        assertThat(whole.bytes()).isEqualTo(length);
        assertThat(whole.reusable()).as(response).isEqualTo(!response.contains("close"));
        assertThat(playback.play(response, at -> 1)).as(response).isEqualTo(whole);
        for (int cut = 1; cut < length; cut++) {
          int first = cut;
          Verdict inTwo = playback.play(response, at -> at == 0 ? first : length);
          assertThat(inTwo).as("%s cut at %s", response, cut).isEqualTo(whole);
        }
        assertThat(playback.play(response.substring(0, length - 1), at -> length).bucket())
            .as("all but the last byte of %s", response)
            .isEmpty();
      }
    }
  }

  @Test
  void randomResponsesCutAtRandomMeanTheSame() {
    long seed = 20_251_122;
    Random random = new Random(seed);
    try (Playback playback = new Playback()) {
      for (int i = 0; i < 400; i++) {
        String response = randomResponse(random);
        Verdict whole = playback.play(response, at -> response.length());
        Verdict pieces = playback.play(response, at -> 1 + random.nextInt(40));
        assertThat(whole.isStatus()).as("seed %s: %s", seed, response).isTrue();
        assertThat(pieces).as("seed %s: %s", seed, response).isEqualTo(whole);
        Said jetty = jetty(false, bytes(response), false);
        assertThat(jetty.complete).as("seed %s, Jetty: %s: %s", seed, response, jetty).isTrue();
        assertThat(jetty.status + "").isEqualTo(whole.bucket());
        assertThat(jetty.bytes).isEqualTo(response.length());
      }
    }
  }

  private static String randomResponse(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(3); i > 0; i--) {
      text.append("HTTP/1.1 103 Early Hints\r\nX-").append(i).append(": ok\r\n\r\n");
    }
    int status = 200 + random.nextInt(400);
    text.append("HTTP/1.1 ").append(status).append(" Reason\r\n");
    for (int i = random.nextInt(8); i > 0; i--) {
      text.append("X-Name-").append(i).append(": ").append("v".repeat(random.nextInt(300)));
      text.append("\r\n");
    }
    boolean none = status == 204 || status == 304;
    if (random.nextBoolean()) {
      int length = none ? 0 : random.nextInt(2000);
      text.append("Content-Length: ").append(length).append("\r\n\r\n").repeat('b', length);
      return text.toString();
    }
    text.append("Transfer-Encoding: chunked\r\n\r\n");
    if (none) {
      return text.toString();
    }
    for (int i = random.nextInt(6); i > 0; i--) {
      int length = 1 + random.nextInt(500);
      text.append(Integer.toHexString(length));
      text.append(random.nextBoolean() ? "" : ";a=b").append("\r\n").repeat('c', length);
      text.append("\r\n");
    }
    text.append("0\r\n").append(random.nextBoolean() ? "" : "X-Trailer: t\r\n").append("\r\n");
    return text.toString();
  }

  /// What follows a complete response belongs to nobody, and the connection is not used again.
  @Test
  void aConnectionWithBytesTooManyIsNotKept() {
    try (Playback playback = new Playback()) {
      for (String response : GOOD) {
        Verdict verdict = playback.play(response + "H", at -> response.length() + 1);
        assertThat(verdict.isStatus()).as(response).isTrue();
        assertThat(verdict.reusable()).as(response).isFalse();
      }
    }
  }

  @Test
  void aHeadResponseHasNoBodyWhateverItSays() {
    List<String> heads =
        List.of(
            LINE + "Content-Length: 5\r\n\r\n",
            LINE + "Transfer-Encoding: chunked\r\n\r\n",
            LINE + "\r\n");
    try (Playback playback = new Playback()) {
      for (String response : heads) {
        Verdict verdict = playback.play(true, bytes(response), at -> 9, false);
        assertThat(verdict).isEqualTo(new Verdict("200", response.length(), true));
      }
    }
  }

  @Test
  void withoutALengthTheBodyEndsWithTheConnection() {
    try (Playback playback = new Playback()) {
      byte[] response = bytes(LINE + "\r\nwhatever comes");
      assertThat(playback.play(false, response, at -> 5, false).bucket()).isEmpty();
      Verdict verdict = playback.play(false, response, at -> 5, true);
      assertThat(verdict).isEqualTo(new Verdict("200", response.length, false));
    }
  }

  /// Statuses beyond 599 are no classes of RFC 9110, and count as if they were 5xx (§15).
  @Test
  void anUnknownStatusFromFourHundredOnIsAFailure() {
    try (Playback playback = new Playback()) {
      for (String status : List.of("299", "418", "599", "600", "999")) {
        String response = "HTTP/1.1 " + status + " Hm\r\nContent-Length: 0\r\n\r\n";
        assertThat(playback.play(response, at -> 100).bucket()).isEqualTo(status);
      }
    }
  }

  @Test
  void aHeadUpToTheLimitIsReadAndAboveItIsTooLarge() {
    int room = Head.LIMIT - (LINE + "X: \r\nContent-Length: 0\r\n\r\n").length();
    try (Playback playback = new Playback()) {
      for (int piece : new int[] {1_000, 64 * 1024, 1 << 20}) {
        String fits = LINE + "X: " + "x".repeat(room) + "\r\nContent-Length: 0\r\n\r\n";
        String not = LINE + "X: " + "x".repeat(room + 1) + "\r\nContent-Length: 0\r\n\r\n";
        assertThat(playback.play(fits, at -> piece).bucket()).as("%s", piece).isEqualTo("200");
        assertThat(playback.play(not, at -> piece).bucket()).isEqualTo("TOO_LARGE");
      }
    }
  }

  @Test
  void extensionsAreLimitedPerChunkAndTrailersTogether() {
    String chunked = LINE + "Transfer-Encoding: chunked\r\n\r\n";
    try (Playback playback = new Playback()) {
      String chunk = "1;" + "e".repeat(60_000) + "\r\nx\r\n";
      assertThat(playback.play(chunked + chunk.repeat(3) + "0\r\n\r\n", at -> 9_999).bucket())
          .isEqualTo("200");
      String longer = "1;" + "e".repeat(70_000) + "\r\nx\r\n";
      assertThat(playback.play(chunked + longer + "0\r\n\r\n", at -> 9_999).bucket())
          .isEqualTo("TOO_LARGE");
      String trailers = "T: t\r\n".repeat(30_000);
      assertThat(playback.play(chunked + "0\r\n" + trailers + "\r\n", at -> 9_999).bucket())
          .isEqualTo("TOO_LARGE");
    }
  }

  /// Mutated responses: whatever comes, the reader neither throws nor loops, says the same in one
  /// piece and byte by byte, and takes nothing for complete that Jetty does not.
  @Test
  void whateverComesTheReaderSurvivesAndAgreesWithJetty() {
    long seed = Long.getLong("crankfire.fuzz.seed", 42);
    Random random = new Random(seed);
    long end =
        System.nanoTime()
            + TimeUnit.SECONDS.toNanos(Integer.getInteger("crankfire.fuzz.seconds", 2));
    int tried = 0;
    List<String> disagreements = new ArrayList<>();
    long memory = usedMemory();
    try (Playback playback = new Playback()) {
      while (System.nanoTime() < end && disagreements.size() < 20) {
        String base = GOOD.get(random.nextInt(GOOD.size()));
        byte[] mutated = mutated(bytes(base), random);
        boolean toHead = random.nextInt(8) == 0;
        boolean eof = random.nextBoolean();
        Verdict whole = playback.play(toHead, mutated, at -> mutated.length, eof);
        Verdict single = playback.play(toHead, mutated, at -> 1, eof);
        tried++;
        String what = "seed " + seed + ", eof " + eof + ", head " + toHead + ": " + text(mutated);
        assertThat(single.bucket()).as(what).isEqualTo(whole.bucket());
        Said jetty = jetty(toHead, mutated, eof);
        if (whole.isStatus() && !jetty.agrees(single) && !excused(mutated, jetty)) {
          disagreements.add(what + " ours " + single + " Jetty " + jetty);
        }
      }
    }
    assertThat(disagreements).as("of %s", tried).isEmpty();
    assertThat(tried).isGreaterThan(100);
    assertThat(usedMemory() - memory).isLessThan(16 << 20);
  }

  private static long usedMemory() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /// Where Jetty is stricter than the RFC and than we are.
  private static boolean excused(byte[] response, Said jetty) {
    return jetty.fault.contains("HTAB") // RFC 9112 §4: a reason phrase may have tabs
        || jetty.fault.contains("OTEXT") // and bytes from 128 on
        || jetty.fault.contains("Multiple Content-Lengths") // RFC 9110 §8.6: if they are equal
        || text(response).indexOf('"') >= 0 // Jetty matches quotes in chunk extensions
        || text(response).matches(".*[0-9a-fA-F][ \t]+\\\\r.*") // old servers pad chunk sizes
        || text(response).contains("0;"); // and does not find the end after one of the last chunk
  }

  private static final String ALPHABET =
      "\r\n\r\n\0\t :;,0123456789aAfFxX\u00ff\u007fHTP/.-" + "chunkedlosetrafig";

  private static byte[] mutated(byte[] from, Random random) {
    byte[] bytes = from.clone();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      int at = random.nextInt(bytes.length);
      byte other = (byte) ALPHABET.charAt(random.nextInt(ALPHABET.length()));
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] = other;
        case 1 -> bytes = spliced(bytes, at, at, new byte[] {other});
        case 2 -> bytes = spliced(bytes, at, Math.min(bytes.length, at + 1), new byte[0]);
        default -> {
          int to = Math.min(bytes.length, at + random.nextInt(20));
          byte[] part = java.util.Arrays.copyOfRange(bytes, at, to);
          bytes = spliced(bytes, at, at, part);
        }
      }
      if (bytes.length == 0) {
        return new byte[] {'\n'};
      }
    }
    return bytes;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] with) {
    ByteBuffer out = ByteBuffer.allocate(bytes.length - (to - from) + with.length);
    return out.put(bytes, 0, from).put(with).put(bytes, to, bytes.length - to).array();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1).replace("\r", "\\r").replace("\n", "\\n");
  }

  /// What Jetty's parser made of it.
  private record Said(boolean complete, int status, int bytes, String fault) {
    boolean agrees(Verdict ours) {
      return complete && ours.bucket().equals(status + "") && ours.bytes() == bytes;
    }
  }

  /// Folded lines are obsolete, and a client has to understand them (RFC 9112 §5.2).
  private static final HttpCompliance FOLDING =
      HttpCompliance.RFC7230.with("folding", HttpCompliance.Violation.MULTILINE_FIELD_VALUE);

  /// Jetty's own client follows interim responses with a fresh parse, as here.
  private static Said jetty(boolean toHead, byte[] response, boolean eof) {
    Listener listener = new Listener();
    try {
      int read = parse(listener, toHead, response, eof);
      return new Said(listener.complete, listener.status, read, listener.fault);
    } catch (AssertionError e) { // one of its own, about the codes of its faults
      return new Said(false, listener.status, 0, "not to be had: " + e);
    }
  }

  private static int parse(Listener listener, boolean toHead, byte[] response, boolean eof) {
    HttpParser parser = new HttpParser(listener, -1, FOLDING);
    parser.setHeadResponse(toHead);
    int at = 0;
    while (at < response.length && !listener.done()) {
      ByteBuffer one = ByteBuffer.wrap(response, at, 1);
      for (int i = 0; i < 4 && !listener.done(); i++) {
        parser.parseNext(one);
        if (listener.complete && listener.status < 200 && listener.status != 101) {
          listener.complete = false;
          parser.reset();
          parser.setHeadResponse(toHead);
        }
      }
      at++;
    }
    if (eof && !listener.done()) {
      parser.atEOF();
      for (int i = 0; i < 4; i++) {
        parser.parseNext(ByteBuffer.allocate(0));
      }
    }
    return at;
  }

  private static final class Listener implements HttpParser.ResponseHandler {
    private boolean complete;
    private int status;
    private String fault = "";

    private boolean done() {
      return complete || !fault.isEmpty();
    }

    @Override
    public void startResponse(HttpVersion version, int code, String reason) {
      status = code;
    }

    @Override
    public void parsedHeader(HttpField field) {}

    @Override
    public boolean headerComplete() {
      return false;
    }

    @Override
    public boolean content(ByteBuffer item) {
      item.position(item.limit());
      return false;
    }

    @Override
    public boolean contentComplete() {
      return false;
    }

    @Override
    public boolean messageComplete() {
      complete = true;
      return true;
    }

    @Override
    public void earlyEOF() {
      fault = "early EOF";
    }

    @Override
    public void badMessage(org.eclipse.jetty.http.HttpException failure) {
      fault = failure.getCode() + " " + failure.getReason();
    }
  }
}
