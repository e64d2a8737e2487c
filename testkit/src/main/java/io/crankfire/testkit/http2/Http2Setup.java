package io.crankfire.testkit.http2;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/// How a server of HTTP/2 begins each connection. Begin with [#usual()] and change what differs.
///
/// @param settings what it announces, by identifier
/// @param opening what it says first
/// @param credit how it gives the client's bodies room
/// @param acknowledges whether it acknowledges the client's settings
/// @param connectionWindow bytes that the client may send in all at the beginning; 65535 or more
public record Http2Setup(
    Map<Integer, Integer> settings,
    Opening opening,
    Credit credit,
    boolean acknowledges,
    int connectionWindow) {

  static final int DEFAULT_WINDOW = 65_535;

  public Http2Setup {
    settings = Map.copyOf(settings);
    Objects.requireNonNull(opening, "opening");
    Objects.requireNonNull(credit, "credit");
    if (connectionWindow < DEFAULT_WINDOW) {
      throw new IllegalArgumentException("connectionWindow " + connectionWindow + " below 65535");
    }
  }

  /// What a server says first, before it listens.
  public sealed interface Opening {
    /// Its settings.
    record Settings() implements Opening {}

    /// Nothing, ever, whatever comes.
    record Silence() implements Opening {}

    /// These bytes, one a character, instead of settings, and then FIN or nothing more.
    record Bytes(String bytes, boolean close) implements Opening {}
  }

  /// How room is given for what a client sends (§5.2).
  public enum Credit {
    /// To a stream as its behaviour reads, to the connection at once.
    AS_READ,
    /// When a behaviour says so.
    WHEN_TOLD
  }

  /// 100 streams at once, extended CONNECT, windows of 1 MiB.
  public static Http2Setup usual() {
    return new Http2Setup(
        Map.of(
            Frames.MAX_CONCURRENT_STREAMS,
            100,
            Frames.INITIAL_WINDOW_SIZE,
            1 << 20,
            Frames.ENABLE_CONNECT_PROTOCOL,
            1),
        new Opening.Settings(),
        Credit.AS_READ,
        true,
        1 << 24);
  }

  /// What RFC 9113 §6.5.2 says where nothing is said.
  public static Http2Setup sayingNothing() {
    return new Http2Setup(Map.of(), new Opening.Settings(), Credit.AS_READ, true, DEFAULT_WINDOW);
  }

  /// Announcing this besides, or otherwise.
  public Http2Setup with(int identifier, int value) {
    Map<Integer, Integer> more = new LinkedHashMap<>(settings);
    more.put(identifier, value);
    return new Http2Setup(more, opening, credit, acknowledges, connectionWindow);
  }

  /// Allowing so many streams at once.
  public Http2Setup streams(int most) {
    return with(Frames.MAX_CONCURRENT_STREAMS, most);
  }

  /// Allowing each stream so many bytes at the beginning.
  public Http2Setup streamWindow(int bytes) {
    return with(Frames.INITIAL_WINDOW_SIZE, bytes);
  }

  /// Allowing all streams together so many bytes at the beginning.
  public Http2Setup connectionWindow(int bytes) {
    return new Http2Setup(settings, opening, credit, acknowledges, bytes);
  }

  /// Giving room when a behaviour says so.
  public Http2Setup givingWhenTold() {
    return new Http2Setup(settings, opening, Credit.WHEN_TOLD, acknowledges, connectionWindow);
  }

  /// Beginning otherwise.
  public Http2Setup opening(Opening how) {
    return new Http2Setup(settings, how, credit, acknowledges, connectionWindow);
  }

  /// Never acknowledging the client's settings.
  public Http2Setup neverAcknowledging() {
    return new Http2Setup(settings, opening, credit, false, connectionWindow);
  }

  int[] settingsAsArray() {
    return settings.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .flatMapToInt(entry -> java.util.stream.IntStream.of(entry.getKey(), entry.getValue()))
        .toArray();
  }
}
