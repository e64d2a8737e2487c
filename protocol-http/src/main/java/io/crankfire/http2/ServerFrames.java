package io.crankfire.http2;

import io.crankfire.metrics.Outcome;
import io.crankfire.net.Loop;
import io.crankfire.protocol.Exchange;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What a server's frames mean for the streams of a connection (RFC 9113 §5, §6, §8.1): tells them
/// of their responses, answers what wants an answer, and ends what breaks the rules. Confined to
/// its event loop.
final class ServerFrames implements FrameReader.Listener {

  /// Interim heads (1xx) of one response above this number are an error.
  private static final int MAX_INTERIM = 100;

  /// Frames that nothing comes of, at once; and how many more a second.
  private static final int IDLE_FRAMES = 10_000;

  private static final long NANOS_PER_IDLE_FRAME = 10_000_000;

  /// What may gather for a server that reads nothing.
  private static final int BACKLOG = 1 << 20;

  private final Http2Connection connection;
  private final FieldReader fields;
  private final Loop loop;
  private long received;
  private int idleFrames;
  private long idleSince;

  // The DATA frame that is coming:
  private @Nullable Http2Stream receiving;

  ServerFrames(Http2Connection connection, FieldReader fields, Loop loop) {
    this.connection = connection;
    this.fields = fields;
    this.loop = loop;
    idleSince = loop.now();
  }

  /// A stream has ended: no more data for it.
  @SuppressWarnings("ReferenceEquality") // that stream and no other
  void forget(Http2Stream stream) {
    if (receiving == stream) {
      receiving = null;
    }
  }

  /// A stream that frames come for; null if they are for none, which is a fault or is passed over.
  private @Nullable Http2Stream find(int id, int type) {
    Http2Stream stream = connection.stream(id);
    if (stream == null) {
      if (connection.neverBegan(id)) {
        connection.violated(
            ErrorCode.PROTOCOL_ERROR,
            "a " + Frame.name(type) + " frame for stream " + id + ", which was never begun");
      } else if (!connection.mayHaveReset(id)) {
        connection.violated(
            ErrorCode.STREAM_CLOSED,
            "a " + Frame.name(type) + " frame for stream " + id + ", which has ended");
      }
    }
    return stream;
  }

  @Override
  public void headers(int id, byte[] b, int from, int to, int bytes, boolean last) {
    Http2Stream stream = find(id, Frame.HEADERS);
    if (!connection.isOpen()) {
      return;
    }
    boolean trailers = stream != null && stream.responding;
    FieldSection section = fields.read(b, from, to, trailers);
    if (section == null && fields.isCompressionError()) {
      connection.violated(ErrorCode.COMPRESSION_ERROR, String.valueOf(fields.fault()));
    } else if (stream == null) {
      nothing(); // an answer that nobody waits for any more
    } else {
      Exchange exchange = stream.exchange();
      exchange.bytesIn += bytes;
      exchange.firstByte(loop.now());
      idleFrames = Math.max(0, idleFrames - 4);
      if (section == null) {
        boolean large = fields.isTooLarge();
        connection.streamError(
            stream,
            large ? Outcome.TOO_LARGE : Outcome.PROTOCOL_ERROR,
            large ? ErrorCode.CANCEL : ErrorCode.PROTOCOL_ERROR,
            String.valueOf(fields.fault()));
      } else if (trailers) {
        trailers(stream, section, last);
      } else {
        head(stream, section, last);
      }
    }
  }

  @Override
  public void headersTooLarge(int id, int bytes) {
    Http2Stream stream = find(id, Frame.HEADERS);
    if (stream != null) {
      stream.exchange().bytesIn += bytes;
      connection.streamError(
          stream,
          Outcome.TOO_LARGE,
          ErrorCode.CANCEL,
          "header fields above " + FieldReader.LIMIT + " bytes");
    }
  }

  private void head(Http2Stream stream, FieldSection section, boolean last) {
    int status = section.status();
    if (status < 200) {
      if (last || ++stream.interim > MAX_INTERIM) {
        connection.streamError(
            stream,
            Outcome.PROTOCOL_ERROR,
            ErrorCode.PROTOCOL_ERROR,
            last
                ? "a response that ends with status " + status
                : "more than " + MAX_INTERIM + " interim responses");
      }
      return;
    }
    stream.responding = true;
    long length = section.contentLength();
    if (length == FieldSection.BAD_LENGTH) {
      connection.streamError(
          stream,
          Outcome.PROTOCOL_ERROR,
          ErrorCode.PROTOCOL_ERROR,
          "a Content-Length that is none, or two of them");
      return;
    }
    boolean empty = status == 204 || status == 304 || stream.bodiless();
    stream.expected = empty ? 0 : length;
    int id = stream.id;
    stream.head(section);
    if (last && isUnderWay(stream, id)) {
      connection.complete(stream);
    }
  }

  /// Whether it is still the same that it was before somebody heard of something.
  private boolean isUnderWay(Http2Stream stream, int id) {
    return stream.id == id && stream.carrier() == connection;
  }

  private void trailers(Http2Stream stream, FieldSection section, boolean last) {
    if (!last) {
      connection.streamError(
          stream,
          Outcome.PROTOCOL_ERROR,
          ErrorCode.PROTOCOL_ERROR,
          "a second head, or trailers that do not end the response");
      return;
    }
    if (stream.expected <= 0) {
      int id = stream.id;
      stream.trailers(section);
      if (!isUnderWay(stream, id)) {
        return;
      }
    }
    connection.complete(stream);
  }

  @Override
  public void dataBegins(int id, int length) {
    received += length;
    if (received > Http2Connection.WINDOW) {
      connection.violated(
          ErrorCode.FLOW_CONTROL_ERROR, "more data than the connection's window allows");
      return;
    }
    Http2Stream stream = find(id, Frame.DATA);
    Outflow flow = connection.outflow();
    if (flow == null || !connection.isOpen()) {
      return;
    }
    if (received > Http2Connection.WINDOW / 2) {
      Frame.writeNumber(flow.frames(), Frame.WINDOW_UPDATE, 0, (int) received);
      received = 0;
    }
    if (stream == null) {
      if (length == 0) {
        nothing();
      }
      return;
    }
    Exchange exchange = stream.exchange();
    exchange.bytesIn += Frame.HEADER + length;
    if (!stream.responding) {
      exchange.firstByte(loop.now());
      connection.streamError(
          stream, Outcome.PROTOCOL_ERROR, ErrorCode.PROTOCOL_ERROR, "a body before its head");
      return;
    }
    stream.received += length;
    if (stream.received > Http2Connection.WINDOW) {
      connection.streamError(
          stream,
          Outcome.PROTOCOL_ERROR,
          ErrorCode.FLOW_CONTROL_ERROR,
          "more data than the stream's window allows");
      return;
    }
    if (stream.received > Http2Connection.WINDOW / 2) {
      Frame.writeNumber(flow.frames(), Frame.WINDOW_UPDATE, id, (int) stream.received);
      stream.received = 0;
    }
    receiving = stream;
    if (length == 0) {
      nothing();
    }
  }

  @Override
  public void data(byte[] b, int from, int to) {
    Http2Stream stream = receiving;
    if (stream == null) {
      return;
    }
    if (stream.expected >= 0) {
      stream.expected -= to - from;
      if (stream.expected < 0) {
        connection.streamError(
            stream,
            Outcome.PROTOCOL_ERROR,
            ErrorCode.PROTOCOL_ERROR,
            "a body that is longer than its Content-Length, or where none may be");
        return;
      }
    }
    stream.data(b, from, to);
  }

  @Override
  public void dataEnds(boolean last) {
    Http2Stream stream = receiving;
    receiving = null;
    if (stream != null && last) {
      connection.complete(stream);
    }
  }

  @Override
  public void settings(byte[] b, int from, int to) {
    PeerSettings peer = connection.peer();
    boolean first = !peer.known();
    int before = peer.initialWindow();
    String fault = peer.read(b, from, to);
    Outflow flow = connection.outflow();
    if (fault != null || flow == null) {
      connection.violated(peer.faultCode(), String.valueOf(fault));
      return;
    }
    if (!first) {
      nothing();
    }
    Frame.begin(flow.frames(), 0, Frame.SETTINGS, Frame.ACK, 0);
    if (isFlooded(flow)) {
      return;
    }
    flow.frameLimit(peer.maxFrame());
    long more = (long) peer.initialWindow() - before;
    if (more != 0 && !adjust(flow, more)) {
      connection.violated(
          ErrorCode.FLOW_CONTROL_ERROR, "an INITIAL_WINDOW_SIZE that makes a window too large");
      return;
    }
    connection.settled(first);
  }

  /// What a stream may send first has changed: so has what those may send that are under way.
  private boolean adjust(Outflow flow, long more) {
    for (Http2Stream stream : connection.begunStreams()) {
      stream.window += more;
      if (stream.window > Outflow.LARGEST_WINDOW) {
        return false;
      }
      flow.widened(stream);
    }
    flow.goOn();
    return true;
  }

  @Override
  public void settingsAcknowledged() {
    fields.acknowledged(0);
    nothing();
  }

  @Override
  public void ping(byte[] b, int from) {
    nothing();
    Outflow flow = connection.outflow();
    if (flow != null && connection.isOpen()) {
      Frame.write(flow.frames(), Frame.PING, Frame.ACK, 0, b, from, from + 8);
      isFlooded(flow);
    }
  }

  private boolean isFlooded(Outflow flow) {
    boolean flooded = flow.backlog() > BACKLOG;
    if (flooded) {
      connection.violated(
          ErrorCode.ENHANCE_YOUR_CALM, "the server asks without reading what it is answered");
    }
    return flooded;
  }

  @Override
  public void reset(int id, int code) {
    Http2Stream stream = connection.stream(id);
    if (stream == null) {
      if (connection.neverBegan(id)) {
        find(id, Frame.RST_STREAM);
      } else {
        nothing();
      }
      return;
    }
    stream.exchange().bytesIn += Frame.HEADER + 4;
    if (code == ErrorCode.REFUSED_STREAM && stream.resent < Http2Pool.RESENT_AT_MOST) {
      connection.refused(stream);
    } else {
      stream.exchange().firstByte(loop.now());
      connection.fail(
          stream,
          ErrorCode.reset(code),
          "the server reset the stream with "
              + ErrorCode.name(code)
              + " "
              + Http2Connection.where(stream),
          code);
    }
  }

  @Override
  public void goAway(int last, int code, byte[] b, int from, int to) {
    String text = new String(b, from, Math.min(to, from + 200) - from, StandardCharsets.UTF_8);
    StringBuilder said = new StringBuilder("GOAWAY ").append(ErrorCode.name(code));
    if (!text.isEmpty()) {
      said.append(" \"");
      text.chars().forEach(c -> said.append(c < ' ' || c == 127 ? '?' : (char) c));
      said.append('"');
    }
    nothing();
    if (connection.isOpen()) {
      connection.sentAway(last, code, said.toString());
    }
  }

  @Override
  public void windowUpdate(int id, int increment) {
    Outflow flow = connection.outflow();
    if (flow == null) {
      return;
    }
    if (id == 0) {
      if (increment == 0) {
        connection.violated(ErrorCode.PROTOCOL_ERROR, "a WINDOW_UPDATE of 0");
      } else if (flow.widen(increment)) {
        nothing();
        flow.goOn();
      } else {
        connection.violated(
            ErrorCode.FLOW_CONTROL_ERROR, "a window of the connection above 2^31-1");
      }
      return;
    }
    Http2Stream stream = connection.stream(id);
    if (stream == null) {
      if (connection.neverBegan(id)) {
        find(id, Frame.WINDOW_UPDATE);
      } else {
        nothing();
      }
    } else if (increment == 0) {
      connection.streamError(
          stream, Outcome.PROTOCOL_ERROR, ErrorCode.PROTOCOL_ERROR, "a WINDOW_UPDATE of 0");
    } else {
      stream.exchange().bytesIn += Frame.HEADER + 4;
      stream.window += increment;
      if (stream.window > Outflow.LARGEST_WINDOW) {
        connection.streamError(
            stream,
            Outcome.PROTOCOL_ERROR,
            ErrorCode.FLOW_CONTROL_ERROR,
            "a window of the stream above 2^31-1");
      } else if (stream.unsent.isEmpty()) {
        nothing();
      } else {
        flow.widened(stream);
        flow.goOn();
      }
    }
  }

  @Override
  public void nothing() {
    if (++idleFrames <= IDLE_FRAMES) {
      return;
    }
    long now = loop.now();
    long forgiven = (now - idleSince) / NANOS_PER_IDLE_FRAME;
    Outflow flow = connection.outflow();
    if (flow != null) {
      forgiven += flow.dataFramesSinceAsked(); // for each of which windows may be updated
    }
    idleSince = now;
    idleFrames -= (int) Math.min(forgiven, idleFrames);
    if (idleFrames > IDLE_FRAMES) {
      connection.violated(
          ErrorCode.ENHANCE_YOUR_CALM,
          "more than " + IDLE_FRAMES + " frames that nothing follows from");
    }
  }

  @Override
  public void violated(int code, String detail) {
    connection.violated(code, detail);
  }
}
