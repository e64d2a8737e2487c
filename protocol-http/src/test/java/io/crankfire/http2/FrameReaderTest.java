package io.crankfire.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.crankfire.testkit.http2.Frames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Frames are read wherever the bytes are split.
class FrameReaderTest {

  private static final int LIMIT = 1_000;

  /// Everything that was heard; pieces of data as one.
  private static final class Heard implements FrameReader.Listener {
    final List<String> events = new ArrayList<>();
    private final StringBuilder data = new StringBuilder();

    private static String hex(byte[] b, int from, int to) {
      return HexFormat.of().formatHex(b, from, to);
    }

    @Override
    public void dataBegins(int stream, int length) {
      events.add("data of " + stream + ", " + length);
      data.setLength(0);
    }

    @Override
    public void data(byte[] b, int from, int to) {
      assertThat(to).isGreaterThan(from);
      data.append(hex(b, from, to));
    }

    @Override
    public void dataEnds(boolean last) {
      events.add("was " + data + (last ? ", last" : ""));
    }

    @Override
    public void headers(int stream, byte[] b, int from, int to, int bytes, boolean last) {
      String end = last ? ", last" : "";
      events.add("headers of " + stream + ": " + hex(b, from, to) + " in " + bytes + end);
    }

    @Override
    public void headersTooLarge(int stream, int bytes) {
      events.add("headers of " + stream + " too large: " + bytes);
    }

    @Override
    public void settings(byte[] b, int from, int to) {
      events.add("settings " + hex(b, from, to));
    }

    @Override
    public void settingsAcknowledged() {
      events.add("settings acknowledged");
    }

    @Override
    public void ping(byte[] b, int from) {
      events.add("ping " + hex(b, from, from + 8));
    }

    @Override
    public void reset(int stream, int code) {
      events.add("reset " + stream + ": " + code);
    }

    @Override
    public void goAway(int last, int code, byte[] b, int from, int to) {
      String text = new String(b, from, to - from, StandardCharsets.UTF_8);
      events.add("go away " + last + ": " + code + " " + text);
    }

    @Override
    public void windowUpdate(int stream, int increment) {
      events.add("window of " + stream + ": " + increment);
    }

    @Override
    public void nothing() {
      events.add("nothing");
    }

    @Override
    public void violated(int code, String detail) {
      events.add("violated " + code + ": " + detail);
    }
  }

  private static final byte[] BLOCK = {1, 2, 3, 4, 5, 6};

  private static final byte[] STREAM =
      Frames.join(
          Frames.settings(Frames.MAX_CONCURRENT_STREAMS, 7),
          Frames.settingsAck(),
          Frames.headers(1, BLOCK, false),
          Frames.data(1, new byte[] {9, 8, 7}, false),
          Frames.padded(1, new byte[] {6, 5}, 3, false),
          Frames.padded(1, new byte[0], 0, false),
          Frames.data(1, new byte[0], true),
          Frames.frame(
              Frames.HEADERS,
              Frames.PADDED | Frames.PRIORITY_FLAG | Frames.END_HEADERS | Frames.END_STREAM,
              3,
              new byte[] {2, 0, 0, 0, 1, 16, 42, 43, 0, 0}),
          Frames.frame(Frames.HEADERS, 0, 5, BLOCK),
          Frames.frame(Frames.CONTINUATION, 0, 5, new byte[0]),
          Frames.frame(Frames.CONTINUATION, Frames.END_HEADERS, 5, BLOCK),
          Frames.frame(Frames.HEADERS, Frames.END_STREAM, 7, new byte[600]),
          Frames.frame(Frames.CONTINUATION, Frames.END_HEADERS, 7, new byte[600]),
          Frames.ping(false, 77),
          Frames.ping(true, 78),
          Frames.reset(9, 8),
          Frames.windowUpdate(0, 1_000),
          Frames.windowUpdate(11, 1),
          Frames.frame(99, 0xff, 13, new byte[20]),
          Frames.frame(Frames.PRIORITY, 0, 13, new byte[5]),
          Frames.goAway(11, 2, "bye"));

  private static List<String> read(byte[] bytes, int... ends) {
    Heard heard = new Heard();
    FrameReader reader = new FrameReader(heard, LIMIT);
    int at = 0;
    for (int end : ends) {
      feed(reader, bytes, at, end);
      at = end;
    }
    feed(reader, bytes, at, bytes.length);
    return heard.events;
  }

  /// In an array of its own, at another place each time, and spoilt afterwards.
  private static void feed(FrameReader reader, byte[] bytes, int from, int to) {
    byte[] buffer = new byte[to - from + 5];
    System.arraycopy(bytes, from, buffer, 3, to - from);
    reader.read(buffer, 3, 3 + to - from);
    Arrays.fill(buffer, (byte) 0xee);
  }

  @Test
  void allKindsOfFrames() {
    assertThat(read(STREAM))
        .containsExactly(
            "settings 000300000007",
            "settings acknowledged",
            "headers of 1: 010203040506 in 15",
            "data of 1, 3",
            "was 090807",
            "data of 1, 6",
            "was 0605",
            "data of 1, 1",
            "was ",
            "data of 1, 0",
            "was , last",
            "headers of 3: 2a2b in 19, last",
            "headers of 5: 010203040506010203040506 in 39",
            "headers of 7 too large: 1218",
            "ping 000000000000004d",
            "nothing",
            "reset 9: 8",
            "window of 0: 1000",
            "window of 11: 1",
            "nothing",
            "nothing",
            "go away 11: 2 bye");
  }

  @Test
  void theyMayBeSplitAnywhere() {
    List<String> whole = read(STREAM);
    for (int first = 0; first <= STREAM.length; first++) {
      assertThat(read(STREAM, first)).as("split at %d", first).isEqualTo(whole);
    }
    int[] each = new int[STREAM.length];
    Arrays.setAll(each, i -> i);
    assertThat(read(STREAM, each)).isEqualTo(whole);
    for (int step : new int[] {2, 3, 5, 7, 11, 13}) {
      int[] ends = new int[STREAM.length / step];
      Arrays.setAll(ends, i -> (i + 1) * step);
      assertThat(read(STREAM, ends)).as("every %d bytes", step).isEqualTo(whole);
    }
  }

  @Test
  void afterAViolationNothingIsHeard() {
    byte[] bytes =
        Frames.join(Frames.settings(), Frames.data(0, new byte[3], false), Frames.ping(false, 1));
    for (int first = 0; first <= bytes.length; first++) {
      assertThat(read(bytes, first))
          .as("split at %d", first)
          .containsExactly(
              "settings ", "violated 1: a DATA frame for the connection instead of a stream");
    }
  }

  @Test
  void aServerOfHttp1IsQuoted() {
    byte[] answer = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    assertThat(read(answer))
        .containsExactly(
            "violated 1: the server does not speak HTTP/2, it answers"
                + " \"HTTP/1.1 400 Bad Request\"");
  }
}
