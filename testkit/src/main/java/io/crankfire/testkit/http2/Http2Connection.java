package io.crankfire.testkit.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.crankfire.testkit.Header;
import io.crankfire.testkit.Request;
import io.crankfire.testkit.Routes;
import io.crankfire.testkit.Transport;
import io.crankfire.testkit.http2.Http2Link.End;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One accepted connection: reads its frames, strictly, and starts a behaviour for each request.
/// Confined to its own thread.
final class Http2Connection {
  private static final int INPUT = 64 * 1024;
  private static final int LARGEST_BLOCK = 1 << 20;

  private final Transport transport;
  private final Http2Link link;
  private final Routes<Http2Behavior> routes;
  private final Http2Ledger ledger;
  private final Request.@Nullable TlsInfo tls;
  private final long number;
  private final HpackDecoder decoder = new HpackDecoder();
  private final Map<Integer, Long> bodies = new HashMap<>();
  private final byte[] input = new byte[INPUT];
  private int inputAt;
  private int inputEnd;
  private int requests;

  private static final class Frame {
    final int type;
    final int flags;
    final int stream;
    final byte[] payload;

    Frame(int type, int flags, int stream, byte[] payload) {
      this.type = type;
      this.flags = flags;
      this.stream = stream;
      this.payload = payload;
    }

    boolean has(int flag) {
      return (flags & flag) != 0;
    }
  }

  Http2Connection(
      Transport transport,
      Http2Setup setup,
      Routes<Http2Behavior> routes,
      Http2Ledger ledger,
      Request.@Nullable TlsInfo tls,
      long number) {
    this.transport = transport;
    this.link = new Http2Link(transport, ledger, setup);
    this.routes = routes;
    this.ledger = ledger;
    this.tls = tls;
    this.number = number;
  }

  /// Serves until one side ends the connection. The transport is closed by the caller.
  void serve() throws IOException {
    try {
      switch (link.setup().opening()) {
        case Http2Setup.Opening.Settings() -> {
          link.begin();
          try {
            listen();
          } catch (IOException e) {
            if (!link.ended()) {
              throw e;
            }
          }
          if (link.ended()) {
            drain();
          }
        }
        case Http2Setup.Opening.Silence() -> drain();
        case Http2Setup.Opening.Bytes(String bytes, boolean close) -> {
          link.raw(bytes.getBytes(ISO_8859_1));
          if (close) {
            link.halfClose();
          }
          drain();
        }
      }
    } catch (BrokenRule broken) {
      ledger.violation(broken.text());
      link.goAway(link.highest(), broken.code().code(), broken.text());
      link.halfClose();
      drain();
    } finally {
      link.end();
    }
  }

  private void listen() throws IOException, BrokenRule {
    for (byte expected : Frames.PREFACE) {
      int octet = read();
      if (octet < 0) {
        return;
      }
      check(octet == expected, ErrorCode.PROTOCOL_ERROR, "no connection preface (§3.4)");
    }
    Frame frame = next();
    check(
        frame == null || (frame.type == Frames.SETTINGS && !frame.has(Frames.ACK)),
        ErrorCode.PROTOCOL_ERROR,
        "the preface is not followed by settings (§3.4)");
    while (frame != null) {
      Frame headers = frame;
      byte[] block = isBlock(frame) ? block(frame) : null;
      link.lock.lock();
      try {
        if (link.ended()) { // it crosses our end, and is not looked at
          return;
        }
        handle(headers, block);
      } catch (BrokenRule broken) {
        if (broken.stream() == 0) {
          throw broken;
        }
        ledger.violation(broken.text());
        Http2Wire wire = link.stream(broken.stream());
        if (wire != null) {
          link.reset(wire, broken.code().code());
        } else {
          link.raw(Frames.reset(broken.stream(), broken.code().code()));
        }
      } finally {
        link.lock.unlock();
      }
      frame = next();
    }
  }

  private static boolean isBlock(Frame frame) {
    return frame.type == Frames.HEADERS;
  }

  // Frames.

  /// Null at the end between two.
  private @Nullable Frame next() throws IOException, BrokenRule {
    int first = read();
    if (first < 0) {
      return null;
    }
    byte[] rest = new byte[Frames.HEADER_BYTES - 1];
    readFully(rest);
    int length = (first << 16) | ((rest[0] & 0xff) << 8) | (rest[1] & 0xff);
    int type = rest[2] & 0xff;
    int stream = ByteBuffer.wrap(rest, 4, 4).getInt();
    check(
        length <= largestFrame(),
        ErrorCode.FRAME_SIZE_ERROR,
        "frame of " + length + " bytes (§4.2)");
    check(stream >= 0, ErrorCode.PROTOCOL_ERROR, "reserved bit of a stream set (§4.1)");
    byte[] payload = new byte[length];
    readFully(payload);
    return new Frame(type, rest[3] & 0xff, stream, payload);
  }

  private int largestFrame() {
    link.lock.lock();
    try {
      return link.mostLenient(Frames.MAX_FRAME_SIZE, 16_384);
    } finally {
      link.lock.unlock();
    }
  }

  /// The fields' bytes of a HEADERS frame and of its CONTINUATIONs.
  private byte[] block(Frame headers) throws IOException, BrokenRule {
    byte[] payload = unpadded(headers);
    int from = 0;
    if (headers.has(Frames.PRIORITY_FLAG)) {
      check(payload.length >= 5, ErrorCode.FRAME_SIZE_ERROR, "HEADERS without its priority (§6.2)");
      from = 5;
    }
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(payload, from, payload.length - from);
    boolean ended = headers.has(Frames.END_HEADERS);
    while (!ended) {
      Frame more = next();
      if (more == null) {
        throw new EOFException("the client left within a header block");
      }
      check(
          more.type == Frames.CONTINUATION && more.stream == headers.stream,
          ErrorCode.PROTOCOL_ERROR,
          "frame of type " + more.type + " within a header block (§6.10)");
      block.writeBytes(more.payload);
      check(block.size() <= LARGEST_BLOCK, ErrorCode.ENHANCE_YOUR_CALM, "endless header block");
      ended = more.has(Frames.END_HEADERS);
    }
    return block.toByteArray();
  }

  private static byte[] unpadded(Frame frame) throws BrokenRule {
    if (!frame.has(Frames.PADDED)) {
      return frame.payload;
    }
    check(frame.payload.length > 0, ErrorCode.FRAME_SIZE_ERROR, "no length of padding (§6.1)");
    int padding = frame.payload[0] & 0xff;
    check(
        padding < frame.payload.length, ErrorCode.PROTOCOL_ERROR, "more padding than frame (§6.1)");
    return Arrays.copyOfRange(frame.payload, 1, frame.payload.length - padding);
  }

  private void handle(Frame frame, byte @Nullable [] block) throws IOException, BrokenRule {
    switch (frame.type) {
      case Frames.DATA -> data(frame);
      case Frames.HEADERS -> headers(frame, block == null ? frame.payload : block);
      case Frames.PRIORITY -> {
        check(frame.stream != 0, ErrorCode.PROTOCOL_ERROR, "PRIORITY of stream 0 (§6.3)");
        size(frame, 5);
      }
      case Frames.RST_STREAM -> reset(frame);
      case Frames.SETTINGS -> settings(frame);
      case Frames.PING -> ping(frame);
      case Frames.GOAWAY -> {
        connectionOnly(frame);
        check(frame.payload.length >= 8, ErrorCode.FRAME_SIZE_ERROR, "short GOAWAY (§6.8)");
        ledger.goAway(ErrorCode.of(ByteBuffer.wrap(frame.payload).getInt(4)));
      }
      case Frames.WINDOW_UPDATE -> windowUpdate(frame);
      case Frames.PUSH_PROMISE, Frames.CONTINUATION ->
          check(false, ErrorCode.PROTOCOL_ERROR, "frame of type " + frame.type + " (§6.6, §6.10)");
      default -> {} // frames of unknown types are no fault (§5.5)
    }
  }

  private void data(Frame frame) throws IOException, BrokenRule {
    Http2Wire wire = live(frame);
    link.took(frame.payload.length);
    if (wire == null) {
      check(
          link.end(frame.stream) != End.DONE && link.end(frame.stream) != End.RESET_BY_CLIENT,
          ErrorCode.STREAM_CLOSED,
          "DATA after the end of stream " + frame.stream + " (§5.1)");
      return;
    }
    check(
        !wire.requestEnded,
        ErrorCode.STREAM_CLOSED,
        "DATA after the end of the request of stream " + frame.stream + " (§5.1)");
    wire.receiveWindow -= frame.payload.length;
    if (wire.receiveWindow < 0) {
      throw BrokenRule.stream(
          frame.stream,
          ErrorCode.FLOW_CONTROL_ERROR,
          -wire.receiveWindow + " bytes beyond its window (§6.9)");
    }
    byte[] body = unpadded(frame);
    ledger.bodyBytes.add(body.length);
    if (bodies.containsKey(frame.stream)) {
      bodies.merge(frame.stream, -(long) body.length, Long::sum);
    }
    wire.piece(body);
    if (frame.has(Frames.END_STREAM)) {
      end(wire, List.of());
    }
  }

  private void headers(Frame frame, byte[] block) throws IOException, BrokenRule {
    check((frame.stream & 1) == 1, ErrorCode.PROTOCOL_ERROR, "HEADERS of stream " + frame.stream);
    decoder.allow(link.mostLenient(Frames.HEADER_TABLE_SIZE, HpackTable.DEFAULT_SIZE));
    List<Header> fields = decoder.decode(block);
    Http2Wire wire = link.stream(frame.stream);
    if (wire != null) {
      check(
          !wire.requestEnded,
          ErrorCode.STREAM_CLOSED,
          "HEADERS after the end of the request of stream " + frame.stream + " (§5.1)");
      rule(frame.stream, frame.has(Frames.END_STREAM), "trailers without an end (§8.1)");
      String wrong = FieldRules.trailers(fields);
      rule(frame.stream, wrong == null, wrong);
      end(wire, fields);
      return;
    }
    if (frame.stream <= link.highest()) {
      check(
          link.end(frame.stream) == End.RESET_BY_US,
          ErrorCode.STREAM_CLOSED,
          "HEADERS of stream " + frame.stream + ", after " + link.highest() + " (§5.1.1)");
      return;
    }
    link.seen(frame.stream);
    if (frame.stream > link.goAwayAbove()) {
      ledger.afterGoAway.increment();
      return;
    }
    open(frame, fields);
  }

  private void open(Frame frame, List<Header> fields) throws IOException, BrokenRule {
    long now = System.nanoTime();
    int most = link.mostLenient(Frames.MAX_CONCURRENT_STREAMS, Integer.MAX_VALUE);
    if (link.openStreams() >= most) {
      throw BrokenRule.stream(
          frame.stream,
          ErrorCode.REFUSED_STREAM,
          "one more than " + most + " streams at once (§5.1.2)");
    }
    String wrong = FieldRules.head(fields, link.announced(Frames.ENABLE_CONNECT_PROTOCOL, 0) == 1);
    rule(frame.stream, wrong == null, wrong);
    requests++;
    boolean last = frame.has(Frames.END_STREAM);
    Http2Request request = new Http2Request(frame.stream, number, requests, fields, last, now, tls);
    ledger.request(request);
    Http2Wire wire = new Http2Wire(link, frame.stream);
    link.open(wire);
    String length = request.header("content-length");
    if (length != null) {
      rule(frame.stream, length.matches("\\d{1,18}"), "content-length " + length);
      bodies.put(frame.stream, Long.parseLong(length));
    }
    if (last) {
      end(wire, List.of());
    }
    Http2Behavior behavior = routes.of(request.path());
    wire.start(
        Thread.ofVirtual()
            .name("testkit-stream-", frame.stream)
            .unstarted(() -> answer(behavior, request, wire)));
  }

  private void answer(Http2Behavior behavior, Http2Request request, Http2Wire wire) {
    try {
      behavior.answer(request, wire);
      wire.discard();
    } catch (IOException | InterruptedException _) {
      // the client has ended the stream or left, or the server is being closed
    } catch (RuntimeException | Error bug) {
      ledger.failure(bug);
      link.tear();
    }
  }

  private void end(Http2Wire wire, List<Header> trailers) throws BrokenRule {
    Long missing = bodies.remove(wire.stream());
    rule(
        wire.stream(),
        missing == null || missing == 0,
        "body and content-length differ by " + missing + " (§8.1.1)");
    ledger.received.increment();
    wire.endRequest(trailers, System.nanoTime());
  }

  private void reset(Frame frame) throws BrokenRule {
    size(frame, 4);
    Http2Wire wire = live(frame);
    ledger.reset(ErrorCode.of(ByteBuffer.wrap(frame.payload).getInt()));
    check(
        link.end(frame.stream) != End.RESET_BY_CLIENT,
        ErrorCode.STREAM_CLOSED,
        "RST_STREAM of stream " + frame.stream + " again (§5.1)");
    if (wire != null) {
      bodies.remove(frame.stream);
      link.close(wire, End.RESET_BY_CLIENT);
    }
  }

  private void settings(Frame frame) throws IOException, BrokenRule {
    connectionOnly(frame);
    if (frame.has(Frames.ACK)) {
      size(frame, 0);
      link.acknowledged();
      return;
    }
    check(
        frame.payload.length % 6 == 0,
        ErrorCode.FRAME_SIZE_ERROR,
        "SETTINGS of " + frame.payload.length + " bytes (§6.5)");
    ByteBuffer payload = ByteBuffer.wrap(frame.payload);
    while (payload.hasRemaining()) {
      link.clientSettings(payload.getShort() & 0xffff, payload.getInt());
    }
    if (link.setup().acknowledges()) {
      link.raw(Frames.settingsAck());
    }
  }

  private void ping(Frame frame) throws IOException, BrokenRule {
    connectionOnly(frame);
    size(frame, 8);
    long content = ByteBuffer.wrap(frame.payload).getLong();
    if (frame.has(Frames.ACK)) {
      link.pong(content);
    } else {
      ledger.pings.increment();
      link.raw(Frames.ping(true, content));
    }
  }

  private void windowUpdate(Frame frame) throws BrokenRule {
    size(frame, 4);
    int increment = ByteBuffer.wrap(frame.payload).getInt();
    if (frame.stream == 0) {
      check(increment > 0, ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE of " + increment + " (§6.9)");
      link.room(increment);
      return;
    }
    Http2Wire wire = live(frame);
    rule(frame.stream, increment > 0, "WINDOW_UPDATE of " + increment + " (§6.9)");
    check(
        link.end(frame.stream) != End.RESET_BY_CLIENT,
        ErrorCode.STREAM_CLOSED,
        "WINDOW_UPDATE of stream " + frame.stream + " after its RST_STREAM (§5.1)");
    if (wire != null) {
      wire.sendWindow += increment;
      if (wire.sendWindow > Integer.MAX_VALUE) {
        throw BrokenRule.stream(
            frame.stream, ErrorCode.FLOW_CONTROL_ERROR, "window above 2^31-1 (§6.9.1)");
      }
      wire.news.signalAll();
    }
  }

  /// The stream of a frame that has one, unless it has ended.
  private @Nullable Http2Wire live(Frame frame) throws BrokenRule {
    check(
        (frame.stream & 1) == 1 && frame.stream <= link.highest(),
        ErrorCode.PROTOCOL_ERROR,
        "frame of type " + frame.type + " of idle stream " + frame.stream + " (§5.1)");
    return link.stream(frame.stream);
  }

  private static void connectionOnly(Frame frame) throws BrokenRule {
    check(
        frame.stream == 0,
        ErrorCode.PROTOCOL_ERROR,
        "frame of type " + frame.type + " of stream " + frame.stream);
  }

  private static void size(Frame frame, int bytes) throws BrokenRule {
    check(
        frame.payload.length == bytes,
        ErrorCode.FRAME_SIZE_ERROR,
        "frame of type " + frame.type + " of " + frame.payload.length + " bytes (§6)");
  }

  private static void check(boolean holds, ErrorCode code, String otherwise) throws BrokenRule {
    if (!holds) {
      throw BrokenRule.connection(code, otherwise);
    }
  }

  private static void rule(int stream, boolean holds, @Nullable String otherwise)
      throws BrokenRule {
    if (!holds) {
      throw BrokenRule.stream(stream, ErrorCode.PROTOCOL_ERROR, String.valueOf(otherwise));
    }
  }

  // Bytes.

  private int read() throws IOException {
    if (inputAt == inputEnd && !fill()) {
      return -1;
    }
    inputAt++;
    return input[inputAt - 1] & 0xff;
  }

  private boolean fill() throws IOException {
    inputAt = 0;
    inputEnd = Math.max(0, transport.read(input, 0, input.length));
    return inputEnd > 0;
  }

  private void readFully(byte[] into) throws IOException {
    int at = 0;
    while (at < into.length) {
      if (inputAt == inputEnd && !fill()) {
        throw new EOFException("the client left within a frame");
      }
      int count = Math.min(into.length - at, inputEnd - inputAt);
      System.arraycopy(input, inputAt, into, at, count);
      inputAt += count;
      at += count;
    }
  }

  private void drain() throws IOException {
    while (fill()) {
      // forgotten
    }
  }
}
