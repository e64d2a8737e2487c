package io.crankfire.testkit.http2;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What servers of HTTP/2 may do and seldom do: a correct client gets its response, `200`. Pure.
public final class Http2Oddities {
  private static final byte[] OK = Frames.block(":status", "200");
  private static final byte[] HELLO = "hello".getBytes(UTF_8);

  private Http2Oddities() {}

  /// All of them.
  public static List<Http2Specimen> all() {
    return Stream.of(frames(), responses(), goodbyes(), settings(), windows())
        .flatMap(List::stream)
        .toList();
  }

  private static Http2Specimen fine(String name, Http2Behavior behavior) {
    return Http2Specimen.get(name, "200", behavior);
  }

  /// Writes this, which is a whole response, byte by byte or not.
  private static Http2Behavior whole(java.util.function.IntFunction<byte[]> bytes, boolean drip) {
    return (_, wire) -> {
      wire.awaitRequest();
      byte[] all = bytes.apply(wire.stream());
      wire.endedByHand();
      for (int i = 0; drip && i < all.length - 1; i++) {
        wire.raw(new byte[] {all[i]});
        wire.pauseUntil(System.nanoTime() + 100_000);
      }
      wire.raw(drip ? new byte[] {all[all.length - 1]} : all);
    };
  }

  private static byte[] hello(int id) {
    return Frames.join(Frames.headers(id, OK, false), Frames.data(id, HELLO, true));
  }

  /// Frames that are not usual.
  public static List<Http2Specimen> frames() {
    return List.of(
        fine("odd-byte-by-byte", dripping()),
        fine("odd-reserved-bit", whole(id -> hello(id | 1 << 31), false)),
        fine(
            "odd-unknown-frames",
            whole(
                id ->
                    Frames.join(
                        Frames.frame(0x42, 0xff, 0, HELLO),
                        Frames.frame(0xfe, 0xff, id, HELLO),
                        Frames.frame(0x0a, 0, 0, HELLO),
                        hello(id)),
                false)),
        fine(
            "odd-unknown-flags",
            whole(
                id ->
                    Frames.join(
                        Frames.frame(Frames.HEADERS, Frames.END_HEADERS | 0xd2, id, OK),
                        Frames.frame(Frames.DATA, Frames.END_STREAM | 0xf6, id, HELLO)),
                false)),
        fine(
            "odd-padding",
            whole(
                id ->
                    Frames.join(
                        Frames.frame(
                            Frames.HEADERS,
                            Frames.END_HEADERS | Frames.PADDED,
                            id,
                            Frames.join(new byte[] {5}, OK, new byte[5])),
                        Frames.padded(id, HELLO, 255, false),
                        Frames.padded(id, new byte[0], 7, true)),
                false)),
        fine(
            "odd-priority-in-headers",
            whole(
                id ->
                    Frames.frame(
                        Frames.HEADERS,
                        Frames.END_HEADERS | Frames.END_STREAM | Frames.PRIORITY_FLAG,
                        id,
                        Frames.join(new byte[] {0, 0, 0, 0, 16}, OK)),
                false)),
        fine(
            "odd-empty-continuations",
            whole(
                id ->
                    Frames.join(
                        Frames.frame(Frames.HEADERS, Frames.END_STREAM, id, new byte[0]),
                        Frames.frame(Frames.CONTINUATION, 0, id, new byte[0]),
                        Frames.frame(Frames.CONTINUATION, 0, id, OK),
                        Frames.frame(Frames.CONTINUATION, Frames.END_HEADERS, id, new byte[0])),
                false)),
        fine(
            "odd-unknown-settings",
            whole(id -> Frames.join(Frames.settings(0x99, 7, 0xffff, -1), hello(id)), false)));
  }

  private static Http2Behavior dripping() {
    return whole(Http2Oddities::hello, true);
  }

  /// Responses that are not usual.
  public static List<Http2Specimen> responses() {
    return List.of(
        fine(
            "odd-empty-body-frame",
            whole(
                id ->
                    Frames.join(Frames.headers(id, OK, false), Frames.data(id, new byte[0], true)),
                false)),
        fine(
            "odd-many-empty-frames",
            (_, wire) -> {
              wire.awaitRequest();
              wire.head(200, false);
              for (int i = 0; i < 20; i++) {
                wire.data(new byte[0], false);
              }
              wire.data(HELLO, true);
            }),
        fine("odd-frames-of-1", Http2Response.zeros(2_000).inFrames(1)),
        fine("odd-body-of-4-mib", Http2Response.zeros(4 << 20)),
        fine("odd-trailers", Http2Response.text("ok").trailer("x-sum", "12")),
        fine("odd-trailers-without-body", Http2Response.status(200).trailer("x-sum", "12")),
        fine(
            "odd-interim",
            (request, wire) -> {
              wire.head(103, false, "link", "</style.css>; rel=preload");
              wire.head(103, false, "link", "</other.css>; rel=preload");
              Http2Response.text("ok").answer(request, wire);
            }),
        fine("odd-length-of-unsent-body", Http2Response.status(200).with("content-length", "0")),
        fine("odd-fields-of-8-kib", Http2Response.text("ok").with("x-long", "l".repeat(8_000))),
        fine("odd-200-fields", manyFields()),
        fine(
                "odd-answer-before-body",
                (_, wire) -> {
                  wire.head(200, false);
                  wire.data(HELLO, true);
                  wire.awaitRequest();
                })
            .posting(300_000),
        fine(
                "odd-answer-then-no-error",
                (_, wire) -> {
                  wire.head(200, false);
                  wire.data(HELLO, true);
                  wire.reset(ErrorCode.NO_ERROR);
                })
            .posting(5_000_000)
            .on(Http2Setup.usual().givingWhenTold()),
        fine(
            "odd-refused-once",
            Http2Behavior.sequence(
                (_, wire) -> wire.reset(ErrorCode.REFUSED_STREAM), Http2Response.text("ok"))));
  }

  private static Http2Response manyFields() {
    Http2Response response = Http2Response.text("ok");
    for (int i = 0; i < 200; i++) {
      response = response.with("x-many-" + i, "value " + i);
    }
    return response;
  }

  /// The server is leaving, in good order (§6.8).
  public static List<Http2Specimen> goodbyes() {
    return List.of(
        fine(
            "odd-goaway-in-two-steps",
            (request, wire) -> {
              wire.goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR, "soon");
              wire.roundTrip();
              wire.goAway(wire.lastStream(), ErrorCode.NO_ERROR, "now");
              Http2Response.text("ok").answer(request, wire);
            }),
        fine(
            "odd-goaway-within",
            (_, wire) -> {
              wire.awaitRequest();
              wire.head(200, false);
              wire.data(HELLO, false);
              wire.goAway(wire.stream(), ErrorCode.NO_ERROR, "");
              wire.roundTrip();
              wire.data(HELLO, true);
            }),
        fine(
            "odd-goaway-with-error-within",
            (_, wire) -> {
              wire.awaitRequest();
              wire.head(200, false);
              wire.goAway(wire.stream(), ErrorCode.ENHANCE_YOUR_CALM, "calm");
              wire.roundTrip();
              wire.data(HELLO, true);
            }),
        fine(
            "odd-goaway-after",
            (request, wire) -> {
              Http2Response.text("ok").answer(request, wire);
              wire.goAway(wire.stream(), ErrorCode.NO_ERROR, "");
            }),
        fine(
            "odd-goaway-not-looked-at-once",
            Http2Behavior.sequence(
                (_, wire) -> {
                  wire.goAway(0, ErrorCode.NO_ERROR, "");
                  wire.roundTrip();
                  wire.cut();
                },
                Http2Response.text("ok"))),
        fine(
            "odd-leaving-after",
            (_, wire) -> {
              wire.awaitRequest();
              wire.head(200, true);
              wire.cut();
            }));
  }

  /// Settings that change while a request is under way (§6.5).
  public static List<Http2Specimen> settings() {
    return List.of(
        fine("odd-settings-unacknowledged", Http2Response.text("ok"))
            .on(Http2Setup.usual().neverAcknowledging()),
        fine("odd-settings-none", Http2Response.text("ok")).on(Http2Setup.sayingNothing()),
        fine("odd-settings-one-stream", Http2Response.text("ok")).on(Http2Setup.usual().streams(1)),
        fine(
            "odd-settings-no-streams-for-a-while",
            (request, wire) -> {
              wire.settings(Frames.MAX_CONCURRENT_STREAMS, 0);
              wire.awaitSettings();
              Http2Response.text("ok").answer(request, wire);
              wire.pause(Duration.ofMillis(20));
              wire.settings(Frames.MAX_CONCURRENT_STREAMS, 10);
            }),
        fine(
            "odd-settings-table-of-0",
            (request, wire) -> {
              wire.settings(Frames.HEADER_TABLE_SIZE, 0);
              wire.awaitSettings();
              Http2Response.text("ok").answer(request, wire);
            }),
        fine(
                "odd-settings-thrice",
                (request, wire) -> {
                  for (int i = 1; i <= 3; i++) {
                    wire.settings(
                        Frames.INITIAL_WINDOW_SIZE, i * 10_000, Frames.MAX_FRAME_SIZE, 1 << 15);
                  }
                  wire.awaitSettings();
                  Http2Response.text("ok").answer(request, wire);
                })
            .posting(100_000));
  }

  private static byte[] credited(Http2Wire wire, int expected, int each, List<Integer> sizes)
      throws java.io.IOException, InterruptedException {
    int got = 0;
    while (got < expected) {
      byte[] piece = wire.read();
      if (piece == null) {
        break;
      }
      got += piece.length;
      sizes.add(piece.length);
      wire.credit(each);
      wire.creditConnection(piece.length);
    }
    wire.awaitRequest();
    return new byte[got];
  }

  /// Windows that open late, or little by little (§6.9).
  public static List<Http2Specimen> windows() {
    Http2Setup told = Http2Setup.sayingNothing().givingWhenTold();
    return List.of(
        fine(
                "odd-window-later",
                (request, wire) -> {
                  wire.pause(Duration.ofMillis(10));
                  wire.credit(10);
                  Http2Response.text("ok").answer(request, wire);
                })
            .posting(10)
            .on(told.streamWindow(0)),
        fine(
                "odd-window-of-connection-later",
                (request, wire) -> {
                  wire.pause(Duration.ofMillis(10));
                  wire.creditConnection(40_000);
                  Http2Response.text("ok").answer(request, wire);
                })
            .posting(100_000)
            .on(told.streamWindow(1 << 20)),
        fine(
                "odd-window-of-1",
                (request, wire) -> {
                  credited(wire, 300, 1, new ArrayList<>());
                  Http2Response.text("ok").answer(request, wire);
                })
            .posting(300)
            .on(told.streamWindow(1)),
        fine(
                "odd-window-negative",
                (request, wire) -> {
                  wire.settings(Frames.INITIAL_WINDOW_SIZE, 1_000);
                  wire.awaitSettings();
                  // 65,535 bytes are out at the most, so the window is -64,535 at the least
                  wire.credit(65_535 - 1_000);
                  wire.roundTrip();
                  wire.credit(100_000);
                  wire.creditConnection(100_000);
                  Http2Response.text("ok").answer(request, wire);
                })
            .posting(100_000)
            .on(told),
        fine(
                "odd-window-raised-by-settings",
                (request, wire) -> {
                  wire.settings(Frames.INITIAL_WINDOW_SIZE, 200_000);
                  wire.creditConnection(100_000);
                  Http2Response.text("ok").answer(request, wire);
                })
            .posting(100_000)
            .on(told));
  }
}
