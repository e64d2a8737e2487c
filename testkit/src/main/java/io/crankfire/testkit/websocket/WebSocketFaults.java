package io.crankfire.testkit.websocket;

import static io.crankfire.testkit.Specimen.Expect.EITHER;
import static io.crankfire.testkit.Specimen.Expect.FAILURE;
import static io.crankfire.testkit.Specimen.Expect.TIMEOUT;
import static io.crankfire.testkit.websocket.Frames.BINARY;
import static io.crankfire.testkit.websocket.Frames.CLOSE;
import static io.crankfire.testkit.websocket.Frames.CONTINUATION;
import static io.crankfire.testkit.websocket.Frames.FIN;
import static io.crankfire.testkit.websocket.Frames.PING;
import static io.crankfire.testkit.websocket.Frames.PONG;
import static io.crankfire.testkit.websocket.Frames.RSV1;
import static io.crankfire.testkit.websocket.Frames.RSV2;
import static io.crankfire.testkit.websocket.Frames.RSV3;
import static io.crankfire.testkit.websocket.Frames.TEXT;
import static io.crankfire.testkit.websocket.Frames.bytes;
import static io.crankfire.testkit.websocket.Frames.closePayload;
import static io.crankfire.testkit.websocket.Frames.frame;
import static io.crankfire.testkit.websocket.Frames.head;
import static io.crankfire.testkit.websocket.Frames.join;
import static io.crankfire.testkit.websocket.Frames.text;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.crankfire.testkit.Behavior;
import io.crankfire.testkit.Response;
import io.crankfire.testkit.Script;
import io.crankfire.testkit.Specimen;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Ways in which WebSocket servers are broken, towards a client that connects, sends one text,
/// awaits a reply to it and closes. See [WebSocketOddities].
public final class WebSocketFaults {
  private static final String LINE = "HTTP/1.1 101 Switching Protocols\r\n";
  private static final String UPGRADE = "Upgrade: websocket\r\n";
  private static final String CONNECTION = "Connection: Upgrade\r\n";
  private static final String ACCEPT = "Sec-WebSocket-Accept: {accept}\r\n";
  private static final String OK = LINE + UPGRADE + CONNECTION + ACCEPT + "\r\n";
  private static final byte[] HELLO = "hello".getBytes(UTF_8);
  private static final byte[] LONG = "x".repeat(300).getBytes(UTF_8);

  private WebSocketFaults() {}

  /// All of them, in a fixed order.
  public static List<Specimen> all() {
    List<Specimen> all = new ArrayList<>(handshakes());
    all.addAll(ends());
    all.addAll(frames());
    all.addAll(texts());
    all.addAll(closes());
    return all;
  }

  /// What goes wrong in the handshake (RFC 6455 §4).
  public static List<Specimen> handshakes() {
    List<Specimen> all = new ArrayList<>();
    for (int status : new int[] {200, 302, 400, 403, 404, 426, 429, 500, 503}) {
      all.add(fault("refused-" + status, Response.status(status)));
    }
    all.add(fault("refused-401-with-body", Response.text("no").withStatus(401)));
    all.addAll(
        List.of(
            fault(
                "accept-wrong", answering(OK.replace("{accept}", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="))),
            fault("accept-missing", answering(LINE + UPGRADE + CONNECTION + "\r\n")),
            fault("accept-empty", answering(OK.replace("{accept}", ""))),
            fault("accept-longer", answering(OK.replace("{accept}", "{accept}x"))),
            fault("upgrade-missing", answering(LINE + CONNECTION + ACCEPT + "\r\n")),
            fault("upgrade-to-other", answering(OK.replace("websocket", "h2c"))),
            fault("connection-missing", answering(LINE + UPGRADE + ACCEPT + "\r\n")),
            fault(
                "connection-close",
                answering(OK.replace("Connection: Upgrade", "Connection: close"))),
            fault("subprotocol-unasked", Endpoint.echo().with("Sec-WebSocket-Protocol", "nobody")),
            fault("extension-unasked", Endpoint.echo().with("Sec-WebSocket-Extensions", "x-own")),
            fault(
                "extension-foo-after-deflate",
                Endpoint.echo().with("Sec-WebSocket-Extensions", "permessage-deflate, x-own")),
            fault("deflate-bad-window", deflating("permessage-deflate; client_max_window_bits=7")),
            fault("deflate-bad-parameter", deflating("permessage-deflate; x-own")),
            fault(
                "deflate-parameter-twice",
                deflating(
                    "permessage-deflate; server_no_context_takeover; server_no_context_takeover")),
            fault("deflate-twice", deflating("permessage-deflate, permessage-deflate")),
            either("http10-101", answering(OK.replace("HTTP/1.1", "HTTP/1.0"))),
            fault("no-http", Script.begin().send("220 mail.example ESMTP\r\n").cut()),
            fault("close-before-handshake", Script.begin().cut()),
            fault("reset-before-handshake", Script.begin().reset()),
            fault("close-in-handshake", Script.begin().send(LINE + UPGRADE + "Conn").cut()),
            fault("reset-in-handshake", Script.begin().send(LINE + UPGRADE + "Conn").reset()),
            fault("half-close-in-handshake", Script.begin().send(LINE + UPGRADE).halfClose()),
            fault("endless-handshake", Script.begin().send(LINE).forever("X-More: and more\r\n")),
            timeout("stall-before-handshake", Script.begin().stall()),
            timeout("stall-in-handshake", Script.begin().send(LINE + UPGRADE).stall())));
    return List.copyOf(all);
  }

  /// How connections end or stop instead of a reply.
  public static List<Specimen> ends() {
    byte[] half = join(head(FIN | TEXT, 300), HELLO);
    return List.of(
        fault("close-after-handshake", opening(WebSocketWire::cut)),
        fault("reset-after-handshake", opening(WebSocketWire::reset)),
        fault("close-instead-of-reply", Endpoint.of((wire, _) -> wire.cut())),
        fault("reset-instead-of-reply", Endpoint.of((wire, _) -> wire.reset())),
        fault("half-close-instead-of-reply", Endpoint.of((wire, _) -> wire.finish())),
        fault("close-in-frame-head", cutting(bytes(FIN | TEXT))),
        fault("close-in-length", cutting(bytes(FIN | TEXT, 126, 1))),
        fault("close-in-frame", cutting(half)),
        fault("close-between-fragments", cutting(frame(TEXT, HELLO))),
        fault(
            "reset-in-frame",
            Endpoint.of((wire, _) -> {
              wire.raw(half);
              wire.timer().at(System.nanoTime() + 5_000_000, wire::reset);
            })),
        timeout("no-reply", Endpoint.of(Talk.silent())),
        timeout("stall-in-frame-head", raw(bytes(FIN | TEXT))),
        timeout("stall-in-frame", raw(half)),
        timeout("stall-between-fragments", raw(frame(TEXT, HELLO))),
        timeout("pings-instead-of-reply", raw(frame(FIN | PING, HELLO))),
        timeout("pongs-instead-of-reply", raw(frame(FIN | PONG, HELLO))),
        timeout("ping-flood", flood(frame(FIN | PING, HELLO))),
        timeout("pong-flood", flood(frame(FIN | PONG, HELLO))),
        either("endless-fragments", flood(frame(TEXT, HELLO), frame(CONTINUATION, LONG))),
        either("endless-empty-fragments", flood(frame(TEXT, HELLO), frame(CONTINUATION, bytes()))));
  }

  /// Frames that are against the rules (RFC 6455 §5).
  public static List<Specimen> frames() {
    List<Specimen> all = new ArrayList<>();
    for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
      all.add(fault("opcode-" + opcode, raw(frame(FIN | opcode, HELLO))));
    }
    all.addAll(
        List.of(
            fault("masked", raw(Frames.masked(FIN | TEXT, 0x01020304, HELLO))),
            fault("masked-with-zero", raw(Frames.masked(FIN | TEXT, 0, HELLO))),
            fault("masked-ping", raw(Frames.masked(FIN | PING, 0x01020304, HELLO))),
            fault("rsv1", raw(frame(FIN | RSV1 | TEXT, HELLO))),
            fault("rsv2", raw(frame(FIN | RSV2 | TEXT, HELLO))),
            fault("rsv3", raw(frame(FIN | RSV3 | TEXT, HELLO))),
            fault("rsv1-ping", raw(frame(FIN | RSV1 | PING, HELLO))),
            fault("rsv1-close", raw(frame(FIN | RSV1 | CLOSE, closePayload(1000, bytes())))),
            fault(
                "rsv1-continuation",
                raw(join(frame(TEXT, HELLO), frame(FIN | RSV1 | CONTINUATION, HELLO)))),
            fault("length-of-2-to-63", raw(head(FIN | TEXT, Long.MIN_VALUE, 8))),
            fault("length-of-2-to-63-minus-1", raw(head(FIN | TEXT, Long.MAX_VALUE, 8))),
            fault("length-of-all-ones", raw(head(FIN | BINARY, -1, 8))),
            fault("length-of-1-tib", raw(join(head(FIN | TEXT, 1L << 40, 8), HELLO))),
            fault("length-not-shortest-2", raw(join(head(FIN | TEXT, 5, 2), HELLO))),
            fault("length-not-shortest-8", raw(join(head(FIN | TEXT, 300, 8), LONG))),
            fault("ping-fragmented", raw(frame(PING, HELLO))),
            fault("close-fragmented", raw(frame(CLOSE, closePayload(1000, bytes())))),
            fault("ping-of-126", raw(frame(FIN | PING, new byte[126]))),
            fault("ping-of-64-kib", raw(frame(FIN | PING, new byte[65_536]))),
            fault(
                "close-of-126",
                raw(frame(FIN | CLOSE, closePayload(1000, "x".repeat(124).getBytes(UTF_8))))),
            fault("continuation-of-nothing", raw(frame(FIN | CONTINUATION, HELLO))),
            fault("continuation-first", raw(frame(CONTINUATION, HELLO))),
            fault("message-within-message", raw(join(frame(TEXT, HELLO), text("hello")))),
            fault("http-instead", raw("HTTP/1.1 200 OK\r\n\r\n".getBytes(UTF_8)))));
    return List.copyOf(all);
  }

  /// Text that is no UTF-8 (RFC 6455 §8.1).
  public static List<Specimen> texts() {
    return List.of(
        fault("utf8-bad-byte", raw(frame(FIN | TEXT, bytes('a', 0xff, 'b')))),
        fault("utf8-lone-continuation", raw(frame(FIN | TEXT, bytes('a', 0x80)))),
        fault("utf8-cut-at-end", raw(frame(FIN | TEXT, bytes('a', 0xe2, 0x82)))),
        fault("utf8-overlong", raw(frame(FIN | TEXT, bytes(0xc0, 0xaf)))),
        fault("utf8-overlong-3", raw(frame(FIN | TEXT, bytes(0xe0, 0x80, 0xaf)))),
        fault("utf8-surrogate", raw(frame(FIN | TEXT, bytes(0xed, 0xa0, 0x80)))),
        fault("utf8-beyond-unicode", raw(frame(FIN | TEXT, bytes(0xf4, 0x90, 0x80, 0x80)))),
        fault("utf8-five-bytes", raw(frame(FIN | TEXT, bytes(0xf8, 0x88, 0x80, 0x80, 0x80)))),
        fault(
            "utf8-cut-in-last-fragment",
            raw(join(frame(TEXT, HELLO), frame(FIN | CONTINUATION, bytes(0xe2, 0x82))))),
        fault(
            "utf8-broken-over-fragments",
            raw(join(frame(TEXT, bytes(0xe2)), frame(FIN | CONTINUATION, bytes('a', 'b'))))),
        fault(
            "utf8-bad-in-first-fragment",
            raw(join(frame(TEXT, bytes(0xff)), frame(FIN | CONTINUATION, HELLO)))));
  }

  /// Closes instead of a reply: proper ones that come too early, and broken ones (RFC 6455 §7.4).
  public static List<Specimen> closes() {
    List<Specimen> all = new ArrayList<>();
    for (int code :
        new int[] {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 3000, 4999}) {
      all.add(fault("closes-" + code, closing(code)));
    }
    for (int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535}) {
      all.add(fault("closes-invalid-" + code, closing(code)));
    }
    all.addAll(
        List.of(
            fault("closes-without-code", raw(frame(FIN | CLOSE, bytes()))),
            fault("closes-with-half-a-code", raw(frame(FIN | CLOSE, bytes(3)))),
            fault(
                "closes-with-bad-reason",
                raw(frame(FIN | CLOSE, closePayload(1000, bytes('a', 0xff))))),
            fault(
                "closes-with-cut-reason",
                raw(frame(FIN | CLOSE, closePayload(1000, bytes(0xe2, 0x82))))),
            fault(
                "closes-between-fragments", raw(join(frame(TEXT, HELLO), Frames.close(1000, "")))),
            fault("closes-and-goes-on", raw(join(Frames.close(1000, ""), text("hello")))),
            fault("closes-twice", raw(join(Frames.close(1000, ""), Frames.close(1000, "")))),
            fault("closes-1000-at-once", opening(wire -> wire.close(1000, ""))),
            fault("closes-1001-at-once", opening(wire -> wire.close(1001, "going away"))),
            fault("closes-1011-at-once", opening(wire -> wire.close(1011, "no luck"))),
            fault(
                "closes-and-leaves",
                Endpoint.of((wire, _) -> {
                  wire.close(1011, "");
                  wire.cut();
                }))));
    return List.copyOf(all);
  }

  /// Broken compression, for a client that offered it.
  public static List<Specimen> deflated() {
    Endpoint broken =
        Endpoint.of((wire, _) -> wire.raw(frame(FIN | RSV1 | TEXT, bytes(0xff, 0xff, 0xff, 0xff))));
    Endpoint notText =
        Endpoint.of(
            (wire, _) -> wire.raw(frame(FIN | RSV1 | TEXT, wire.compressed(bytes('a', 0xff)))));
    Endpoint late =
        Endpoint.of((wire, _) -> {
          byte[] all = wire.compressed(LONG);
          wire.raw(frame(TEXT, bytes(all[0])));
          wire.raw(frame(FIN | RSV1 | CONTINUATION, all));
        });
    Endpoint ping =
        Endpoint.of((wire, _) -> wire.raw(frame(FIN | RSV1 | PING, wire.compressed(HELLO))));
    Endpoint bomb =
        Endpoint.of((wire, _) -> {
          byte[] block = new byte[1 << 20];
          Arrays.fill(block, (byte) 'x');
          wire.raw(frame(RSV1 | TEXT, wire.compressed(block)));
          for (int i = 0; i < 1024 && !wire.ended(); i++) {
            byte[] sync = bytes(0, 0, 0xff, 0xff);
            wire.raw(frame(CONTINUATION, join(sync, wire.compressed(block))));
          }
          wire.raw(frame(FIN | CONTINUATION, bytes()));
        });
    return List.of(
        compressed("deflate-broken", broken),
        compressed("deflate-not-utf8", notText),
        compressed("deflate-marked-late", late),
        compressed("deflate-ping", ping),
        compressed("deflate-bomb-of-1-gib", bomb));
  }

  private static Specimen compressed(String name, Endpoint endpoint) {
    return fault(name, endpoint.deflating(Endpoint.Deflating.TAKEOVER));
  }

  private interface Opened {
    void opened(WebSocketWire wire) throws IOException, InterruptedException;
  }

  private static Endpoint opening(Opened opened) {
    return Endpoint.of(
        new Talk() {
          @Override
          public void opened(WebSocketWire wire) throws IOException, InterruptedException {
            opened.opened(wire);
          }

          @Override
          public void message(WebSocketWire wire, Message message) {
            // it has said all it had to say
          }
        });
  }

  private static Endpoint answering(String head) {
    return Endpoint.echo().answering(head);
  }

  private static Endpoint deflating(String extensions) {
    return Endpoint.echo().with("Sec-WebSocket-Extensions", extensions);
  }

  private static Endpoint raw(byte[] bytes) {
    return Endpoint.of(Talk.raw(bytes));
  }

  private static Endpoint cutting(byte[] bytes) {
    return Endpoint.of((wire, _) -> {
      wire.raw(bytes);
      wire.cut();
    });
  }

  private static Endpoint closing(int code) {
    return Endpoint.of((wire, _) -> wire.close(code, ""));
  }

  private static Endpoint flood(byte[] once, byte[] again) {
    return Endpoint.of((wire, _) -> {
      wire.raw(once);
      byte[] block = again;
      while (block.length < 8192) {
        block = join(block, block);
      }
      while (!wire.ended()) {
        wire.raw(block);
      }
    });
  }

  private static Endpoint flood(byte[] again) {
    return flood(again, again);
  }

  private static Specimen fault(String name, Behavior behavior) {
    return new Specimen(name, "GET", FAILURE, behavior);
  }

  private static Specimen timeout(String name, Behavior behavior) {
    return new Specimen(name, "GET", TIMEOUT, behavior);
  }

  private static Specimen either(String name, Behavior behavior) {
    return new Specimen(name, "GET", EITHER, behavior);
  }
}
