package io.crankfire.testkit.websocket;

import static io.crankfire.testkit.Specimen.Expect.EITHER;
import static io.crankfire.testkit.Specimen.Expect.RESPONSE;
import static io.crankfire.testkit.websocket.Frames.BINARY;
import static io.crankfire.testkit.websocket.Frames.CONTINUATION;
import static io.crankfire.testkit.websocket.Frames.FIN;
import static io.crankfire.testkit.websocket.Frames.PING;
import static io.crankfire.testkit.websocket.Frames.PONG;
import static io.crankfire.testkit.websocket.Frames.RSV1;
import static io.crankfire.testkit.websocket.Frames.TEXT;
import static io.crankfire.testkit.websocket.Frames.bytes;
import static io.crankfire.testkit.websocket.Frames.fragments;
import static io.crankfire.testkit.websocket.Frames.frame;
import static io.crankfire.testkit.websocket.Frames.join;
import static io.crankfire.testkit.websocket.Frames.text;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.crankfire.testkit.Specimen;
import io.crankfire.testkit.websocket.Endpoint.Closing;
import io.crankfire.testkit.websocket.Endpoint.Deflating;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Unusual WebSocket servers that are right: every correct client that connects, sends one text,
/// awaits a reply and closes takes what they do for success. See [WebSocketFaults].
public final class WebSocketOddities {
  private static final String LINE = "HTTP/1.1 101 Switching Protocols\r\n";
  private static final String LINES =
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n";
  private static final String WORDS = "h\u00e9llo \u20ac \ud83d\ude00";
  private static final byte[] HELLO = WORDS.getBytes(UTF_8);

  private WebSocketOddities() {}

  /// All of them, in a fixed order.
  public static List<Specimen> all() {
    List<Specimen> all = new ArrayList<>(handshakes());
    all.addAll(replies());
    all.addAll(closings());
    return all;
  }

  /// Unusual handshakes.
  public static List<Specimen> handshakes() {
    return List.of(
        odd("echo", Endpoint.echo()),
        odd("no-reason", answering("HTTP/1.1 101 \r\n" + LINES + "\r\n")),
        odd(
            "odd-case-and-space",
            answering(
                LINE
                    + "uPGRADE:\t WebSocket \r\ncONNECTION:uPGRADE\r\n"
                    + "SEC-WEBSOCKET-ACCEPT:   {accept}  \r\n\r\n")),
        odd(
            "connection-list",
            answering(LINE + LINES.replace("n: Upgrade", "n: keep-alive, Upgrade") + "\r\n")),
        odd("more-headers", answering(LINE + LINES + "X-More: more\r\n".repeat(50) + "\r\n")),
        odd("interim-103", answering("HTTP/1.1 103 Early Hints\r\n\r\n" + LINE + LINES + "\r\n")),
        odd("content-length-ignored", answering(LINE + LINES + "Content-Length: 0\r\n\r\n")),
        odd("greeting", Endpoint.of(Talk.echo().greeting("welcome"))),
        odd("ping-at-once", opening(frame(FIN | PING, HELLO))),
        odd("pong-at-once", opening(frame(FIN | PONG, HELLO))));
  }

  /// Unusual replies.
  public static List<Specimen> replies() {
    List<Specimen> all = new ArrayList<>();
    for (int length : new int[] {0, 1, 125, 126, 127, 65_535, 65_536, 1 << 20}) {
      byte[] payload = "x".repeat(length).getBytes(UTF_8);
      all.add(odd("reply-of-" + length, raw(frame(FIN | TEXT, payload))));
    }
    byte[] euro = "\u20ac".getBytes(UTF_8);
    all.addAll(
        List.of(
            odd("binary-reply", raw(frame(FIN | BINARY, HELLO))),
            odd("byte-by-byte", dripping(text(WORDS))),
            odd("fragments-of-1", raw(fragments(TEXT, HELLO, 1))),
            odd("fragments-byte-by-byte", dripping(fragments(TEXT, HELLO, 2))),
            odd("10000-fragments", raw(fragments(TEXT, "x".repeat(10_000).getBytes(UTF_8), 1))),
            odd(
                "empty-fragments",
                raw(
                    join(
                        frame(TEXT, bytes()),
                        frame(CONTINUATION, bytes()),
                        frame(CONTINUATION, HELLO),
                        frame(CONTINUATION, bytes()),
                        frame(FIN | CONTINUATION, bytes())))),
            odd(
                "character-over-fragments",
                raw(
                    join(
                        frame(TEXT, bytes(euro[0])),
                        frame(CONTINUATION, bytes(euro[1])),
                        frame(FIN | CONTINUATION, bytes(euro[2]))))),
            odd(
                "pings-between-fragments",
                raw(
                    join(
                        frame(TEXT, HELLO),
                        frame(FIN | PING, HELLO),
                        frame(CONTINUATION, HELLO),
                        frame(FIN | PONG, bytes()),
                        frame(FIN | CONTINUATION, HELLO)))),
            odd("ping-before-reply", raw(join(frame(FIN | PING, bytes()), text("hello")))),
            odd(
                "ping-of-125-before-reply",
                raw(join(frame(FIN | PING, new byte[125]), text("hello")))),
            odd(
                "100-pings-before-reply",
                raw(join(times(frame(FIN | PING, HELLO), 100), text("x")))),
            odd("pong-before-reply", raw(join(frame(FIN | PONG, HELLO), text("hello")))),
            odd("1000-replies", raw(times(text("hello"), 1000))),
            odd("late-by-20-ms", Endpoint.of(Talk.echo().after(Duration.ofMillis(20)))),
            odd(
                "reply-and-close",
                Endpoint.of((wire, message) -> {
                  wire.reply(message, "hello");
                  wire.close(1000, "that was all");
                })),
            either(
                "reply-and-cut",
                Endpoint.of((wire, message) -> {
                  wire.reply(message, "hello");
                  wire.cut();
                }))));
    return List.copyOf(all);
  }

  /// Unusual answers to a close.
  public static List<Specimen> closings() {
    return List.of(
        odd("close-answered-empty", Endpoint.echo().closing(Closing.ANSWERS_EMPTY)),
        odd("close-answered-after-a-message", Endpoint.echo().closing(Closing.SPEAKS_ON)),
        odd("close-answered-connection-left-open", Endpoint.echo().closing(Closing.LINGERS)),
        either("close-answered-otherwise", Endpoint.echo().closing(Closing.ANSWERS_OTHERWISE)),
        either("close-never-answered", Endpoint.echo().closing(Closing.IS_SILENT)),
        either("close-answered-by-cut", Endpoint.echo().closing(Closing.CUTS)),
        either("close-answered-by-reset", Endpoint.echo().closing(Closing.RESETS)),
        either("close-answered-by-garbage", Endpoint.echo().closing(Closing.BABBLES)));
  }

  /// Right compression, for a client that offered it.
  public static List<Specimen> deflated() {
    return List.of(
        odd("deflate", Endpoint.echo().deflating(Deflating.TAKEOVER)),
        odd("deflate-alone", Endpoint.echo().deflating(Deflating.NO_TAKEOVER)),
        odd("deflate-server-alone", Endpoint.echo().deflating(Deflating.NO_SERVER_TAKEOVER)),
        odd("deflate-client-alone", Endpoint.echo().deflating(Deflating.NO_CLIENT_TAKEOVER)),
        compressed("deflate-not-this-one", (wire, _) -> wire.raw(text("hello"))),
        compressed(
            "deflate-fragments-of-1",
            (wire, _) -> wire.raw(fragments(RSV1 | TEXT, wire.compressed(HELLO), 1))),
        compressed(
            "deflate-empty",
            (wire, _) -> wire.raw(frame(FIN | RSV1 | TEXT, wire.compressed(bytes())))),
        compressed("deflate-empty-data", (wire, _) -> wire.raw(frame(FIN | RSV1 | TEXT, bytes()))),
        // RFC 7692 §7.2.3.3 to §7.2.3.5: a block without compression, a final block, two blocks
        compressed(
            "deflate-stored-block",
            (wire, _) ->
                wire.raw(
                    frame(
                        FIN | RSV1 | TEXT,
                        bytes(0, 5, 0, 0xfa, 0xff, 'H', 'e', 'l', 'l', 'o', 0)))),
        compressed(
            "deflate-final-block",
            (wire, _) ->
                wire.raw(
                    frame(
                        FIN | RSV1 | TEXT, bytes(0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00)))),
        compressed(
            "deflate-two-blocks",
            (wire, _) ->
                wire.raw(
                    frame(
                        FIN | RSV1 | TEXT,
                        bytes(
                            0xf2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xff, 0xff, 0xca, 0xc9, 0xc9, 0x07,
                            0x00)))));
  }

  private static Specimen compressed(String name, Talk talk) {
    return odd(name, Endpoint.of(talk).deflating(Deflating.TAKEOVER));
  }

  private static Endpoint answering(String head) {
    return Endpoint.echo().answering(head);
  }

  private static Endpoint raw(byte[] bytes) {
    return Endpoint.of(Talk.raw(bytes));
  }

  private static Endpoint opening(byte[] bytes) {
    return Endpoint.of(
        new Talk() {
          @Override
          public void opened(WebSocketWire wire) throws IOException {
            wire.raw(bytes);
          }

          @Override
          public void message(WebSocketWire wire, Message message) throws IOException {
            wire.reply(message, message.isText(), message.payload());
          }
        });
  }

  private static Endpoint dripping(byte[] bytes) {
    return Endpoint.of((wire, _) -> {
      for (byte one : bytes) {
        wire.raw(new byte[] {one});
        Thread.sleep(1);
      }
    });
  }

  private static byte[] times(byte[] bytes, int times) {
    byte[] all = new byte[bytes.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(bytes, 0, all, i * bytes.length, bytes.length);
    }
    return all;
  }

  private static Specimen odd(String name, Endpoint endpoint) {
    return new Specimen(name, "GET", RESPONSE, endpoint);
  }

  private static Specimen either(String name, Endpoint endpoint) {
    return new Specimen(name, "GET", EITHER, endpoint);
  }
}
