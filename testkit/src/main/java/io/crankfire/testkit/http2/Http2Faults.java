package io.crankfire.testkit.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The ways in which a server of HTTP/2 is broken, hostile, or stops (RFC 9113): each with the name
/// of the failure. Bytes below frames and frames are here, fields in [Http2FieldFaults]. Pure.
public final class Http2Faults {
  private static final String PROTOCOL = "PROTOCOL_ERROR";
  private static final String CLOSED = "CONNECTION_CLOSED";
  private static final byte[] OK = Frames.block(":status", "200");
  private static final byte[] NOTHING = {};
  private static final int IDLE = 1_000_001;

  private Http2Faults() {}

  /// All of them, those of fields too.
  public static List<Http2Specimen> all() {
    return Stream.of(
            openings(),
            sizes(),
            streams(),
            blocks(),
            windows(),
            resets(),
            goAways(),
            floods(),
            stops(),
            cuts(),
            Http2FieldFaults.all())
        .flatMap(List::stream)
        .toList();
  }

  /// Waits for the request, writes this of the stream's number, and nothing more.
  static Http2Behavior saying(IntFunction<byte[]> bytes) {
    return (_, wire) -> {
      wire.awaitRequest();
      wire.raw(bytes.apply(wire.stream()));
      wire.stall();
    };
  }

  static Http2Specimen broken(String name, IntFunction<byte[]> bytes) {
    return Http2Specimen.get(name, PROTOCOL, saying(bytes));
  }

  private static Http2Specimen opening(String name, String outcome, byte[] bytes, boolean close) {
    return Http2Specimen.get(name, outcome, Http2Response.text("ok"))
        .on(
            Http2Setup.usual()
                .opening(new Http2Setup.Opening.Bytes(new String(bytes, ISO_8859_1), close)));
  }

  private static byte[] text(String text) {
    return text.getBytes(ISO_8859_1);
  }

  /// What comes first is no settings (§3.4).
  public static List<Http2Specimen> openings() {
    byte[] answer =
        text("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    return List.of(
        opening("opening-http1", PROTOCOL, answer, true),
        opening(
            "opening-garbage", PROTOCOL, text("\u0000\u0000 nothing of this is a frame"), false),
        opening("opening-ping", PROTOCOL, Frames.ping(false, 1), false),
        opening("opening-settings-ack", PROTOCOL, Frames.settingsAck(), false),
        opening("opening-headers", PROTOCOL, Frames.headers(1, OK, true), false),
        opening("opening-close", CLOSED, NOTHING, true),
        opening("opening-half-a-header", CLOSED, new byte[] {0, 0, 6, 4}, true),
        opening(
            "opening-half-settings", CLOSED, new byte[] {0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3}, true),
        opening(
            "opening-goaway",
            CLOSED,
            Frames.join(
                Frames.settings(),
                Frames.goAway(0, ErrorCode.ENHANCE_YOUR_CALM.code(), "too many of you")),
            true),
        Http2Specimen.get("opening-silence", "TIMEOUT", Http2Response.text("ok"))
            .on(Http2Setup.usual().opening(new Http2Setup.Opening.Silence())));
  }

  /// Frames whose size is not theirs (§4.2, §6).
  public static List<Http2Specimen> sizes() {
    return List.of(
        broken("size-frame-of-16-mib", id -> Frames.frame(0xffffff, 0, 0, id, new byte[50_000])),
        broken("size-settings-of-5", _ -> Frames.frame(Frames.SETTINGS, 0, 0, new byte[5])),
        broken("size-settings-ack-of-6", _ -> Frames.frame(Frames.SETTINGS, 1, 0, new byte[6])),
        broken("size-ping-of-7", _ -> Frames.frame(Frames.PING, 0, 0, new byte[7])),
        broken("size-ping-of-9", _ -> Frames.frame(Frames.PING, 0, 0, new byte[9])),
        broken("size-rst-of-3", id -> Frames.frame(Frames.RST_STREAM, 0, id, new byte[3])),
        broken("size-rst-of-5", id -> Frames.frame(Frames.RST_STREAM, 0, id, new byte[5])),
        broken("size-goaway-of-7", _ -> Frames.frame(Frames.GOAWAY, 0, 0, new byte[7])),
        broken(
            "size-window-update-of-3", _ -> Frames.frame(Frames.WINDOW_UPDATE, 0, 0, new byte[3])),
        broken(
            "size-data-all-padding",
            id ->
                Frames.join(
                    Frames.headers(id, OK, false),
                    Frames.frame(Frames.DATA, Frames.PADDED, id, new byte[] {3, 0, 0}))),
        broken(
            "size-data-without-padding-length",
            id ->
                Frames.join(
                    Frames.headers(id, OK, false),
                    Frames.frame(Frames.DATA, Frames.PADDED, id, NOTHING))),
        broken(
            "size-headers-all-padding",
            id ->
                Frames.frame(
                    Frames.HEADERS,
                    Frames.END_HEADERS | Frames.PADDED,
                    id,
                    new byte[] {9, 0, 0, 0})),
        broken(
            "size-headers-without-priority",
            id ->
                Frames.frame(
                    Frames.HEADERS,
                    Frames.END_HEADERS | Frames.PRIORITY_FLAG,
                    id,
                    new byte[] {0, 0, 0})));
  }

  /// Frames of streams that have none (§5.1).
  public static List<Http2Specimen> streams() {
    byte[] some = new byte[8];
    return List.of(
        broken("stream-0-data", _ -> Frames.data(0, some, false)),
        broken("stream-0-headers", _ -> Frames.headers(0, OK, true)),
        broken("stream-0-rst", _ -> Frames.reset(0, 0)),
        broken("stream-0-continuation", _ -> Frames.frame(Frames.CONTINUATION, 4, 0, OK)),
        broken("stream-of-settings", id -> Frames.frame(Frames.SETTINGS, 0, id, NOTHING)),
        broken("stream-of-ping", id -> Frames.frame(Frames.PING, 0, id, some)),
        broken("stream-of-goaway", id -> Frames.frame(Frames.GOAWAY, 0, id, some)),
        broken("stream-idle-data", _ -> Frames.data(IDLE, some, false)),
        broken("stream-idle-headers", _ -> Frames.headers(IDLE, OK, true)),
        broken("stream-idle-rst", _ -> Frames.reset(IDLE, 0)),
        broken("stream-idle-window-update", _ -> Frames.windowUpdate(IDLE, 1)),
        broken("stream-even-headers", _ -> Frames.headers(2, OK, true)),
        broken("stream-even-data", _ -> Frames.data(2, some, true)),
        broken("stream-push-promise", id -> Frames.pushPromise(id, 2, requestBlock())),
        broken("stream-data-before-headers", id -> Frames.data(id, some, true)),
        broken(
            "stream-trailers-then-data",
            id ->
                Frames.join(
                    Frames.headers(id, OK, false),
                    Frames.headers(id, Frames.block("x", "y"), false),
                    Frames.data(id, some, true))),
        Http2Specimen.get(
            "stream-data-after-end",
            "200",
            saying(id -> Frames.join(Frames.headers(id, OK, true), Frames.data(id, some, true)))),
        Http2Specimen.get(
            "stream-headers-after-end",
            "200",
            saying(id -> Frames.join(Frames.headers(id, OK, true), Frames.headers(id, OK, true)))));
  }

  private static byte[] requestBlock() {
    return Frames.block(
        ":method", "GET", ":scheme", "http", ":path", "/pushed", ":authority", "localhost");
  }

  private static byte[] begun(int id) {
    return Frames.frame(Frames.HEADERS, 0, id, OK);
  }

  /// Header blocks in several frames, gone wrong, and blocks that are none (§6.10, RFC 7541).
  public static List<Http2Specimen> blocks() {
    return List.of(
        broken("block-continuation-of-nothing", id -> Frames.frame(Frames.CONTINUATION, 4, id, OK)),
        broken("block-interrupted-by-ping", id -> Frames.join(begun(id), Frames.ping(false, 1))),
        broken(
            "block-interrupted-by-data",
            id -> Frames.join(begun(id), Frames.data(id, new byte[3], true))),
        broken(
            "block-interrupted-by-headers",
            id -> Frames.join(begun(id), Frames.headers(id, OK, true))),
        broken(
            "block-interrupted-by-unknown",
            id -> Frames.join(begun(id), Frames.frame(99, 0, 0, NOTHING))),
        broken(
            "block-continued-elsewhere",
            id -> Frames.join(begun(id), Frames.frame(Frames.CONTINUATION, 4, id + 2, NOTHING))),
        hpack("index-0", 0x80),
        hpack("index-beyond-tables", 0xff, 0x00),
        hpack("index-overflow", 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f),
        hpack("index-cut", 0xff),
        hpack("literal-cut", 0x00, 0x05, 'a', 'b'),
        hpack("literal-without-value", 0x00, 0x01, 'a'),
        hpack("literal-longer-than-block", 0x00, 0x01, 'a', 0x7f, 0xff, 0xff, 0x7f),
        hpack("name-beyond-tables", 0x7f, 0x40, 0x01, 'b'),
        hpack("table-too-large", 0x3f, 0xe1, 0xff, 0x7f),
        hpack("table-changed-late", 0x88, 0x20),
        hpack("huffman-padded-with-zeros", 0x00, 0x01, 'a', 0x81, 0x18),
        hpack("huffman-padded-too-long", 0x00, 0x01, 'a', 0x82, 0x1f, 0xff),
        hpack("huffman-with-end", 0x00, 0x01, 'a', 0x84, 0xff, 0xff, 0xff, 0xff));
  }

  private static Http2Specimen hpack(String name, int... octets) {
    byte[] block = new byte[octets.length];
    for (int i = 0; i < octets.length; i++) {
      block[i] = (byte) octets[i];
    }
    return broken("hpack-" + name, id -> Frames.headers(id, block, true));
  }

  /// Windows and settings out of their ranges (§6.5.2, §6.9.1).
  public static List<Http2Specimen> windows() {
    int most = Integer.MAX_VALUE;
    return List.of(
        broken("window-update-of-0", _ -> Frames.windowUpdate(0, 0)),
        broken("window-update-of-0-stream", id -> Frames.windowUpdate(id, 0)),
        broken(
            "window-overflow",
            _ -> Frames.join(Frames.windowUpdate(0, most), Frames.windowUpdate(0, most))),
        broken(
            "window-overflow-stream",
            id -> Frames.join(Frames.windowUpdate(id, most), Frames.windowUpdate(id, most))),
        broken(
            "window-overflow-by-settings",
            id ->
                Frames.join(
                    Frames.windowUpdate(id, most - (1 << 20)),
                    Frames.settings(Frames.INITIAL_WINDOW_SIZE, most))),
        broken(
            "settings-window-of-2-gib", _ -> Frames.settings(Frames.INITIAL_WINDOW_SIZE, 1 << 31)),
        broken("settings-frames-of-100", _ -> Frames.settings(Frames.MAX_FRAME_SIZE, 100)),
        broken("settings-frames-of-16-mib", _ -> Frames.settings(Frames.MAX_FRAME_SIZE, 1 << 24)),
        broken("settings-push", _ -> Frames.settings(Frames.ENABLE_PUSH, 1)),
        broken("settings-push-of-2", _ -> Frames.settings(Frames.ENABLE_PUSH, 2)));
  }

  /// RST_STREAM with every code, before the response and within (§5.4.2).
  public static List<Http2Specimen> resets() {
    List<Http2Specimen> all = new ArrayList<>();
    for (ErrorCode code : ErrorCode.values()) {
      String outcome = "RST_" + code;
      all.add(
          Http2Specimen.get(
              "rst-" + code,
              outcome,
              (_, wire) -> {
                wire.awaitRequest();
                wire.reset(code);
              }));
      all.add(
          Http2Specimen.get(
              "rst-within-" + code,
              outcome,
              (_, wire) -> {
                wire.awaitRequest();
                wire.head(200, false);
                wire.data(new byte[100], false);
                wire.reset(code);
              }));
    }
    return all;
  }

  /// The server says goodbye instead of answering (§6.8).
  public static List<Http2Specimen> goAways() {
    return List.of(
        Http2Specimen.get(
            "goaway-with-error",
            CLOSED,
            (_, wire) -> {
              wire.awaitRequest();
              wire.goAway(wire.stream(), ErrorCode.INTERNAL_ERROR, "no more");
              wire.cut();
            }),
        Http2Specimen.get(
            "goaway-with-error-within",
            CLOSED,
            (_, wire) -> {
              wire.awaitRequest();
              wire.head(200, false);
              wire.goAway(wire.stream(), ErrorCode.ENHANCE_YOUR_CALM, "too_many_pings");
              wire.cut();
            }),
        Http2Specimen.get(
            "goaway-never-looked-at",
            CLOSED,
            (_, wire) -> {
              wire.goAway(0, ErrorCode.NO_ERROR, "");
              wire.cut();
            }));
  }

  /// Small things without end: a named end, or the client's deadline, never growth.
  public static List<Http2Specimen> floods() {
    return List.of(
        flood("flood-ping", false, id -> Frames.ping(false, id)),
        flood("flood-settings", false, _ -> Frames.settings(Frames.MAX_CONCURRENT_STREAMS, 100)),
        flood("flood-empty-settings", false, _ -> Frames.settings()),
        flood("flood-priority", false, id -> Frames.frame(Frames.PRIORITY, 0, id, new byte[5])),
        flood("flood-unknown", false, id -> Frames.frame(77, 0, id, new byte[20])),
        flood("flood-window-update", false, id -> Frames.windowUpdate(id, 1)),
        flood("flood-empty-data", true, id -> Frames.data(id, NOTHING, false)),
        flood("flood-padding", true, id -> Frames.padded(id, NOTHING, 200, false)),
        flood("flood-of-data-against-windows", true, id -> Frames.data(id, new byte[9_000], false)),
        flood(
            "flood-interim",
            false,
            id -> Frames.headers(id, Frames.block(":status", "103"), false)),
        Http2Specimen.get("flood-continuation", PROTOCOL, continued(NOTHING)).or("TOO_LARGE"),
        Http2Specimen.get("flood-continuation-of-fields", "TOO_LARGE", continued(field(4_000)))
            .or(PROTOCOL),
        Http2Specimen.get(
                "flood-body",
                "TIMEOUT",
                (_, wire) -> {
                  wire.awaitRequest();
                  wire.head(200, false);
                  byte[] piece = new byte[16_384];
                  while (!wire.isBroken()) {
                    wire.data(piece, false);
                  }
                })
            .or("TOO_LARGE"));
  }

  private static byte[] field(int bytes) {
    return Frames.block("x-many", "v".repeat(bytes));
  }

  private static Http2Specimen flood(String name, boolean begins, IntFunction<byte[]> frame) {
    Http2Behavior behavior =
        (_, wire) -> {
          wire.awaitRequest();
          if (begins) {
            wire.head(200, false);
          }
          while (!wire.isBroken()) {
            wire.repeat(frame.apply(wire.stream()), 1_000);
          }
        };
    return Http2Specimen.get(name, "TIMEOUT", behavior).or(PROTOCOL, "TOO_LARGE");
  }

  private static Http2Behavior continued(byte[] part) {
    return (_, wire) -> {
      wire.awaitRequest();
      wire.raw(begun(wire.stream()));
      wire.repeat(Frames.frame(Frames.CONTINUATION, 0, wire.stream(), part), Long.MAX_VALUE);
    };
  }

  /// Nothing more comes.
  public static List<Http2Specimen> stops() {
    return List.of(
        timing("stop-before-head", saying(_ -> NOTHING)),
        timing("stop-in-frame-header", saying(id -> first(Frames.headers(id, OK, true), 4))),
        timing("stop-in-block", saying(id -> first(Frames.headers(id, OK, true), 12))),
        timing("stop-before-continuation", saying(Http2Faults::begun)),
        timing("stop-before-body", saying(id -> Frames.headers(id, OK, false))),
        timing(
            "stop-within-body",
            saying(id ->
                Frames.join(Frames.headers(id, OK, false), Frames.data(id, new byte[9], false)))),
        timing(
            "stop-after-interim",
            saying(id -> Frames.headers(id, Frames.block(":status", "100"), false))),
        timing("stop-window-of-0", Http2Response.text("ok"))
            .posting(10)
            .on(Http2Setup.usual().streamWindow(0)),
        timing("stop-window-used-up", Http2Response.text("ok"))
            .posting(100_000)
            .on(Http2Setup.sayingNothing().streamWindow(1 << 20).givingWhenTold()),
        timing(
            "stop-drip",
            (_, wire) -> {
              wire.awaitRequest();
              wire.head(200, false);
              while (!wire.isBroken()) {
                wire.data(new byte[1], false);
                wire.pause(Duration.ofMillis(5));
              }
            }));
  }

  private static Http2Specimen timing(String name, Http2Behavior behavior) {
    return Http2Specimen.get(name, "TIMEOUT", behavior);
  }

  private static byte[] first(byte[] bytes, int count) {
    return java.util.Arrays.copyOf(bytes, count);
  }

  /// FIN after every byte of a response.
  public static List<Http2Specimen> cuts() {
    IntFunction<byte[]> whole =
        id ->
            Frames.join(
                Frames.headers(id, Frames.block(":status", "200", "x", "y"), false),
                Frames.data(id, text("hello"), false),
                Frames.padded(id, text("world"), 3, false),
                Frames.headers(id, Frames.block("x-end", "z"), true));
    int length = whole.apply(1).length;
    return IntStream.rangeClosed(0, length)
        .mapToObj(i ->
            new Http2Specimen(
                "cut-at-" + i,
                0,
                Set.of(i == length ? "200" : CLOSED),
                Http2Setup.usual(),
                (_, wire) -> {
                  wire.awaitRequest();
                  wire.raw(first(whole.apply(wire.stream()), i));
                  wire.cut();
                }))
        .toList();
  }
}
