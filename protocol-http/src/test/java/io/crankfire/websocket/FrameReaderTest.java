package io.crankfire.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.metrics.Outcome;
import io.crankfire.template.ByteSink;
import io.crankfire.testkit.websocket.Frames;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Frames in pieces of every size. Frames are made by the testkit, which shares nothing with the
/// reader.
class FrameReaderTest {

  private static final int LIMIT = 100_000;
  private static final int FIN = Frames.FIN;
  private static final String WORDS = "h\u00e9llo \u20ac \ud83d\ude00";

  /// Writes down what a reader says.
  private static final class Heard implements FrameReader.Listener {
    final List<String> all = new ArrayList<>();
    final FrameReader reader;

    Heard(boolean compressed, boolean forgets) {
      reader =
          new FrameReader(this, LIMIT, compressed ? new Inflating(forgets, new byte[64]) : null);
      reader.capture(LIMIT);
    }

    @Override
    public void message(boolean text, byte[] bytes, int from, int to, long length) {
      assertThat(to - from).isEqualTo(length);
      all.add((text ? "text " : "binary ") + hash(bytes, from, to));
    }

    @Override
    public void ping(byte[] bytes, int from, int to) {
      all.add("ping " + hash(bytes, from, to));
    }

    @Override
    public void pong(byte[] bytes, int from, int to) {
      all.add("pong " + hash(bytes, from, to));
    }

    @Override
    public void closing(int code, byte[] reason, int from, int to) {
      all.add("close " + code + " " + new String(reason, from, to - from, UTF_8));
    }

    private static String hash(byte[] bytes, int from, int to) {
      byte[] mine = Arrays.copyOfRange(bytes, from, to);
      return mine.length > 40
          ? mine.length + " bytes " + Arrays.hashCode(mine)
          : new String(mine, UTF_8);
    }

    List<String> end() {
      if (reader.fault() != null) {
        all.add(reader.outcome().bucket() + " " + reader.closeCode());
      }
      return all;
    }
  }

  private static List<String> heard(boolean compressed, byte[] bytes, int... cuts) {
    Heard heard = new Heard(compressed, false);
    int from = 0;
    for (int cut : cuts) {
      piece(heard, bytes, from, cut);
      from = cut;
    }
    piece(heard, bytes, from, bytes.length);
    return heard.end();
  }

  /// In a buffer of its own, so that nothing can rely on what was before.
  private static void piece(Heard heard, byte[] bytes, int from, int to) {
    byte[] alone = new byte[to - from + 7];
    Arrays.fill(alone, (byte) 0xee);
    System.arraycopy(bytes, from, alone, 3, to - from);
    heard.reader.read(alone, 3, 3 + to - from);
  }

  private static byte[] text(String text) {
    return text.getBytes(UTF_8);
  }

  static Stream<Arguments> streams() {
    byte[] words = text(WORDS);
    return Stream.of(
        Arguments.of("a text", Frames.text(WORDS), List.of("text " + WORDS)),
        Arguments.of("an empty text", Frames.text(""), List.of("text ")),
        Arguments.of(
            "bytes", Frames.frame(FIN | Frames.BINARY, text("abc")), List.of("binary abc")),
        Arguments.of(
            "several messages",
            Frames.join(Frames.text("a"), Frames.text(""), Frames.text("c")),
            List.of("text a", "text ", "text c")),
        Arguments.of(
            "fragments of one byte",
            Frames.fragments(Frames.TEXT, words, 1),
            List.of("text " + WORDS)),
        Arguments.of(
            "empty fragments",
            Frames.join(
                Frames.frame(Frames.TEXT, new byte[0]),
                Frames.frame(Frames.CONTINUATION, words),
                Frames.frame(FIN, new byte[0])),
            List.of("text " + WORDS)),
        Arguments.of(
            "controls between fragments",
            Frames.join(
                Frames.frame(Frames.TEXT, text("a")),
                Frames.frame(FIN | Frames.PING, text("p")),
                Frames.frame(Frames.CONTINUATION, text("b")),
                Frames.frame(FIN | Frames.PONG, new byte[0]),
                Frames.frame(FIN, text("c"))),
            List.of("ping p", "pong ", "text abc")),
        Arguments.of(
            "a close with a reason, and nothing after it",
            Frames.join(Frames.text("a"), Frames.close(1001, "bye"), Frames.text("b")),
            List.of("text a", "close 1001 bye")),
        Arguments.of(
            "a close without a code",
            Frames.frame(FIN | Frames.CLOSE, new byte[0]),
            List.of("close 1005 ")),
        Arguments.of(
            "a fault after a good message",
            Frames.join(Frames.text("a"), Frames.frame(FIN | 3, text("b")), Frames.text("c")),
            List.of("text a", "PROTOCOL_ERROR 1002")),
        Arguments.of(
            "no UTF-8",
            Frames.frame(FIN | Frames.TEXT, new byte[] {'a', (byte) 0xff}),
            List.of("PROTOCOL_ERROR 1007")),
        Arguments.of(
            "a character that is not over at the end",
            Frames.join(
                Frames.frame(Frames.TEXT, Arrays.copyOf(text("\u20ac"), 2)),
                Frames.frame(FIN, new byte[0])),
            List.of("PROTOCOL_ERROR 1007")),
        Arguments.of(
            "too large at once",
            Frames.head(FIN | Frames.TEXT, LIMIT + 1),
            List.of("TOO_LARGE 1009")),
        Arguments.of(
            "too large by its fragments",
            Frames.join(Frames.frame(Frames.TEXT, text("ab")), Frames.head(FIN, LIMIT - 1)),
            List.of("TOO_LARGE 1009")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("streams")
  void isReadTheSameHoweverItIsSplit(String name, byte[] bytes, List<String> expected) {
    assertThat(heard(false, bytes)).isEqualTo(expected);
    for (int first = 0; first <= bytes.length; first++) {
      for (int second = first; second <= bytes.length; second++) {
        assertThat(heard(false, bytes, first, second))
            .as("cut at %d and %d", first, second)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void longMessagesAreReadTheSameHoweverTheyAreSplit() {
    long seed = new SplittableRandom().nextLong();
    SplittableRandom random = new SplittableRandom(seed);
    for (int length : new int[] {125, 126, 127, 65_535, 65_536, LIMIT}) {
      byte[] payload = text("x".repeat(length));
      byte[] bytes =
          Frames.join(
              Frames.frame(FIN | Frames.TEXT, payload), Frames.frame(FIN | Frames.BINARY, payload));
      List<String> whole = heard(false, bytes);
      assertThat(whole).hasSize(2).allMatch(line -> line.contains(length + " bytes"));
      for (int i = 0; i < 50; i++) {
        int[] cuts = random.ints(random.nextInt(8), 0, bytes.length).sorted().toArray();
        assertThat(heard(false, bytes, cuts)).as("seed %d", seed).isEqualTo(whole);
      }
    }
  }

  @Test
  void randomConversationsAreReadTheSameHoweverTheyAreSplit() {
    long seed = new SplittableRandom().nextLong();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = conversation(random);
      if (random.nextInt(3) == 0 && bytes.length > 0) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      List<String> whole = heard(false, bytes);
      int[] each = random.ints(0, bytes.length + 1).limit(6).sorted().toArray();
      assertThat(heard(false, bytes, each)).as("seed %d, number %d", seed, i).isEqualTo(whole);
      int[] all = java.util.stream.IntStream.range(0, bytes.length).toArray();
      assertThat(heard(false, bytes, all)).as("seed %d, number %d", seed, i).isEqualTo(whole);
    }
  }

  private static byte[] conversation(SplittableRandom random) {
    byte[] all = new byte[0];
    int frames = random.nextInt(6);
    for (int i = 0; i < frames; i++) {
      byte[] payload = text(WORDS.repeat(random.nextInt(12)));
      byte[] next =
          switch (random.nextInt(5)) {
            case 0 -> Frames.frame(FIN | Frames.BINARY, payload);
            case 1 -> Frames.frame(FIN | Frames.PING, Arrays.copyOf(payload, random.nextInt(126)));
            case 2 -> Frames.fragments(Frames.TEXT, payload, 1 + random.nextInt(20));
            default -> Frames.frame(FIN | Frames.TEXT, payload);
          };
      all = Frames.join(all, next);
    }
    return all;
  }

  @Test
  void whatIsNotAskedForIsCountedAndNotKept() {
    List<Long> lengths = new ArrayList<>();
    List<Integer> kept = new ArrayList<>();
    FrameReader reader =
        new FrameReader(
            new FrameReader.Listener() {
              @Override
              public void message(boolean text, byte[] bytes, int from, int to, long length) {
                lengths.add(length);
                kept.add(to - from);
              }

              @Override
              public void ping(byte[] bytes, int from, int to) {}

              @Override
              public void pong(byte[] bytes, int from, int to) {}

              @Override
              public void closing(int code, byte[] reason, int from, int to) {}
            },
            LIMIT,
            null);
    byte[] bytes = Frames.frame(FIN | Frames.TEXT, text("x".repeat(500)));
    for (int capture : new int[] {0, 100, 1000}) {
      reader.capture(capture);
      reader.read(bytes, 0, 200);
      reader.read(bytes, 200, bytes.length);
    }

    assertThat(lengths).containsExactly(500L, 500L, 500L);
    assertThat(kept).containsExactly(0, 100, 500);
  }

  @Test
  void textIsCheckedAsTheJdkDoes() {
    long seed = new SplittableRandom().nextLong();
    SplittableRandom random = new SplittableRandom(seed);
    int[] edges = {
      0, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec,
      0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff
    };
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = new byte[random.nextInt(7)];
      for (int k = 0; k < bytes.length; k++) {
        bytes[k] = (byte) edges[random.nextInt(edges.length)];
      }
      Utf8 whole = new Utf8();
      boolean good = whole.accept(bytes, 0, bytes.length) && whole.complete();
      assertThat(good).as("%s, seed %d", Arrays.toString(bytes), seed).isEqualTo(isText(bytes));
      Utf8 pieces = new Utf8();
      int cut = random.nextInt(bytes.length + 1);
      boolean same =
          pieces.accept(bytes, 0, cut)
              && pieces.accept(bytes, cut, bytes.length)
              && pieces.complete();
      assertThat(same).as("%s, seed %d", Arrays.toString(bytes), seed).isEqualTo(good);
    }
  }

  private static boolean isText(byte[] bytes) {
    try {
      var _ = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException _) {
      return false;
    }
  }

  @Test
  void compressedMessagesAreReadTheSameHoweverTheyAreSplit() {
    long seed = new SplittableRandom().nextLong();
    SplittableRandom random = new SplittableRandom(seed);
    for (boolean forgets : new boolean[] {false, true}) {
      try (Deflating deflating = new Deflating(forgets)) {
        Heard heard = new Heard(true, forgets);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
          String words = WORDS.repeat(1 + random.nextInt(i + 1));
          ByteSink sink = new ByteSink(16);
          deflating.write(text(words), 0, text(words).length, sink);
          byte[] bytes =
              Frames.fragments(
                  Frames.RSV1 | Frames.TEXT, sink.toBytes(), 1 + random.nextInt(sink.size() + 1));
          int cut = random.nextInt(bytes.length + 1);
          piece(heard, bytes, 0, cut);
          piece(heard, bytes, cut, bytes.length);
          expected.add("text " + Heard.hash(text(words), 0, text(words).length));
        }
        assertThat(heard.end()).as("seed %d", seed).isEqualTo(expected);
      }
    }
  }

  @Test
  void aMessageThatIsTooLargeOnceDecompressedIsNoMoreThanStarted() {
    try (Deflating deflating = new Deflating(false)) {
      ByteSink sink = new ByteSink(16);
      byte[] bomb = new byte[50 * LIMIT];
      deflating.write(bomb, 0, bomb.length, sink);
      byte[] bytes = Frames.frame(FIN | Frames.RSV1 | Frames.BINARY, sink.toBytes());

      assertThat(bytes.length).isLessThan(LIMIT);
      assertThat(heard(true, bytes)).containsExactly("TOO_LARGE 1009");
    }
  }

  @Test
  void whatIsNotCompressedDataIsAFault() {
    byte[] bytes = Frames.frame(FIN | Frames.RSV1 | Frames.TEXT, Frames.bytes(255, 255, 255, 255));

    assertThat(heard(true, bytes)).containsExactly(Outcome.PROTOCOL_ERROR.bucket() + " 1007");
  }
}
