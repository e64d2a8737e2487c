package io.crankfire.testkit.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.crankfire.testkit.Header;
import io.crankfire.testkit.Request;
import io.crankfire.testkit.Timer;
import io.crankfire.testkit.Wire;
import io.crankfire.testkit.websocket.FrameReader.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One connection from its upgrade to its end. Confined to the connection's thread.
final class Conversation {
  private static final int NORMAL = 1000;
  private static final int PROTOCOL_ERROR = 1002;
  private static final int NO_CODE = 1005;
  private static final int INVALID_DATA = 1007;
  private static final int TOO_BIG = 1009;
  private static final int INTERNAL_ERROR = 1011;

  private final Endpoint endpoint;
  private final WebSocketLedger ledger;
  private final Wire wire;
  private final FrameReader reader;
  private final @Nullable Deflate deflate;
  private final WebSocketWire server;
  private final String head;
  private int messages;
  private int opcode;
  private boolean compressed;
  private @Nullable ByteArrayOutputStream fragments;

  Conversation(
      Endpoint endpoint,
      Upgrade upgrade,
      Request request,
      Wire wire,
      WebSocketLedger ledger,
      Timer timer) {
    this.endpoint = endpoint;
    this.ledger = ledger;
    this.wire = wire;
    this.reader = new FrameReader(wire::read, endpoint.messageLimit());
    String subprotocol =
        upgrade.subprotocols().stream()
            .filter(endpoint.subprotocols()::contains)
            .findFirst()
            .orElse("");
    StringBuilder extension = new StringBuilder();
    this.deflate = agree(upgrade, extension);
    this.server = new WebSocketWire(request, wire, ledger, timer, subprotocol, deflate);
    this.head = head(upgrade, subprotocol, extension.toString());
  }

  private String head(Upgrade upgrade, String subprotocol, String extension) {
    String scripted = endpoint.head();
    if (scripted != null) {
      return scripted.replace("{accept}", upgrade.accept());
    }
    StringBuilder lines = new StringBuilder(200);
    lines
        .append("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
        .append("Sec-WebSocket-Accept: ")
        .append(upgrade.accept())
        .append("\r\n");
    if (!subprotocol.isEmpty()) {
      lines.append("Sec-WebSocket-Protocol: ").append(subprotocol).append("\r\n");
    }
    if (!extension.isEmpty()) {
      lines.append("Sec-WebSocket-Extensions: ").append(extension).append("\r\n");
    }
    for (Header header : endpoint.more()) {
      lines.append(header.name()).append(": ").append(header.value()).append("\r\n");
    }
    return lines.append("\r\n").toString();
  }

  /// The first offer that `java.util.zip` can keep: its window is always the largest.
  private @Nullable Deflate agree(Upgrade upgrade, StringBuilder extension) {
    if (endpoint.deflating() == Endpoint.Deflating.NONE) {
      return null;
    }
    for (Map<String, String> offer : upgrade.deflateOffers()) {
      if (offer.getOrDefault("server_max_window_bits", "15").equals("15")) {
        boolean server =
            offer.containsKey("server_no_context_takeover")
                || endpoint.deflating() == Endpoint.Deflating.NO_TAKEOVER
                || endpoint.deflating() == Endpoint.Deflating.NO_SERVER_TAKEOVER;
        boolean client =
            offer.containsKey("client_no_context_takeover")
                || endpoint.deflating() == Endpoint.Deflating.NO_TAKEOVER
                || endpoint.deflating() == Endpoint.Deflating.NO_CLIENT_TAKEOVER;
        extension.append("permessage-deflate");
        extension.append(server ? "; server_no_context_takeover" : "");
        extension.append(client ? "; client_no_context_takeover" : "");
        extension.append(
            offer.containsKey("server_max_window_bits") ? "; server_max_window_bits=15" : "");
        return new Deflate(!client, !server);
      }
    }
    return null;
  }

  /// Serves until one side ends the connection.
  void run() throws IOException, InterruptedException {
    ledger.opened();
    boolean properly = false;
    try {
      wire.write(head);
      endpoint.talk().opened(server);
      properly = listen();
    } catch (BrokenRule broken) {
      if (!broken.text().isEmpty()) {
        ledger.violation(broken.text());
      }
      server.close(broken.code(), broken.text());
      server.finish();
      reader.drain();
      wire.cut();
    } finally {
      server.end();
      if (deflate != null) {
        synchronized (server) { // a timer may be compressing
          deflate.close();
        }
      }
      ledger.ended(properly);
    }
  }

  /// Whether both have closed at the end.
  private boolean listen() throws IOException, InterruptedException, BrokenRule {
    while (true) {
      Frame frame = reader.next();
      if (frame == null) {
        server.end();
        wire.cut();
        return false;
      }
      if (frame.opcode() == Frames.CLOSE) {
        if (close(frame.payload())) {
          return true;
        }
      } else if (frame.control()) {
        control(frame);
      } else {
        data(frame);
      }
    }
  }

  private void control(Frame frame) throws IOException, BrokenRule {
    check(!frame.compressed(), "control frame is compressed (RFC 7692 §6.1)");
    if (frame.opcode() == Frames.PING) {
      ledger.ping();
      if (!server.closeSent() && !server.ended()) {
        server.raw(Frames.frame(Frames.FIN | Frames.PONG, frame.payload()));
      }
    } else {
      ledger.pong();
    }
  }

  private void data(Frame frame) throws IOException, InterruptedException, BrokenRule {
    ByteArrayOutputStream begun = fragments;
    if (frame.opcode() == Frames.CONTINUATION) {
      check(begun != null, "continuation of nothing (§5.4)");
      check(!frame.compressed(), "continuation marked as compressed (RFC 7692 §6.1)");
    } else {
      check(begun == null, "a new message within another (§5.4)");
      check(!frame.compressed() || deflate != null, "compressed without agreement (§5.2)");
      opcode = frame.opcode();
      compressed = frame.compressed();
    }
    byte[] payload = frame.payload();
    if (begun != null || !frame.fin()) {
      if (begun == null) {
        begun = new ByteArrayOutputStream(payload.length);
        fragments = begun;
      }
      begun.writeBytes(payload);
      if (begun.size() > endpoint.messageLimit()) {
        throw new BrokenRule(TOO_BIG, "");
      }
      if (!frame.fin()) {
        return;
      }
      payload = begun.toByteArray();
      fragments = null;
    }
    long arrived = reader.readNanos();
    if (compressed && deflate != null) {
      payload = deflate.inflate(payload, endpoint.messageLimit());
    }
    boolean text = opcode == Frames.TEXT;
    if (text) {
      checkUtf8(payload, 0, "text is not UTF-8 (§8.1)");
    }
    messages++;
    ledger.received(payload.length);
    if (!server.closeSent() && !server.ended()) {
      endpoint.talk().message(server, new Message(text, payload, messages, arrived));
    }
  }

  /// Whether the connection has ended properly.
  private boolean close(byte[] payload) throws IOException, InterruptedException, BrokenRule {
    check(payload.length != 1, "close with half a code (§5.5.1)");
    int code = payload.length == 0 ? NO_CODE : ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
    check(payload.length == 0 || maySend(code), "close code " + code + " (§7.4)");
    checkUtf8(payload, Math.min(2, payload.length), "reason of the close is not UTF-8 (§5.5.1)");
    ledger.closeCode(code);
    if (!server.closeSent()) {
      switch (endpoint.closing()) {
        case ANSWERS, LINGERS -> server.closeWith(Frames.frame(Frames.FIN | Frames.CLOSE, payload));
        case ANSWERS_EMPTY ->
            server.closeWith(Frames.frame(Frames.FIN | Frames.CLOSE, new byte[0]));
        case ANSWERS_OTHERWISE -> server.close(INTERNAL_ERROR, "otherwise");
        case SPEAKS_ON -> {
          server.push("one more");
          server.close(NORMAL, "");
        }
        case BABBLES -> server.raw("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
        case IS_SILENT -> {}
        case CUTS -> {
          server.cut();
          return false;
        }
        case RESETS -> {
          server.reset();
          return false;
        }
      }
    }
    if (server.closeSent() && endpoint.closing() != Endpoint.Closing.LINGERS) {
      wire.close();
      return true;
    }
    server.end();
    awaitEnd();
    wire.cut();
    return server.closeSent();
  }

  private void awaitEnd() throws IOException, BrokenRule {
    Frame after = reader.next();
    check(after == null, "a frame after the close (§5.5.1)");
  }

  private static boolean maySend(int code) {
    boolean defined = code >= 1000 && code <= 1014;
    boolean neverSent = code == 1004 || code == NO_CODE || code == 1006;
    boolean registered = code >= 3000 && code <= 4999;
    return registered || (defined && !neverSent);
  }

  private static void checkUtf8(byte[] bytes, int from, String otherwise) throws BrokenRule {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, bytes.length - from));
    } catch (CharacterCodingException _) {
      throw new BrokenRule(INVALID_DATA, otherwise);
    }
  }

  private static void check(boolean holds, String otherwise) throws BrokenRule {
    if (!holds) {
      throw new BrokenRule(PROTOCOL_ERROR, otherwise);
    }
  }
}
