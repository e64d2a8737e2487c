package io.crankfire.websocket;

import io.crankfire.metrics.Outcome;
import io.crankfire.template.ByteSink;
import org.jspecify.annotations.Nullable;

/// Reads a server's frames (RFC 6455 §5) from bytes that come in pieces of any size, and puts
/// messages together. Strict: whatever the standard forbids is a fault, after which nothing more is
/// read. Confined to its event loop.
final class FrameReader implements Inflating.Output {

  /// Hears of what came. Any of these may stop the reader.
  interface Listener {

    /// A whole message.
    ///
    /// @param text whether it is text, which is valid UTF-8 then
    /// @param bytes what is kept of it: valid during the call, not to be changed
    /// @param length how many bytes it has, kept or not, decompressed
    void message(boolean text, byte[] bytes, int from, int to, long length);

    /// A ping, with up to 125 bytes.
    void ping(byte[] bytes, int from, int to);

    /// A pong, with up to 125 bytes.
    void pong(byte[] bytes, int from, int to);

    /// The peer will send no more.
    ///
    /// @param code [CloseCode#NONE] if it gives none
    /// @param reason valid UTF-8 after the code
    void closing(int code, byte[] reason, int from, int to);
  }

  private enum State {
    HEADER,
    MESSAGE,
    CONTROL,
    STOPPED
  }

  private static final byte[] NOTHING = {};
  private static final int MOST_CONTROL = 125;

  /// A larger buffer is not kept for the next message.
  private static final int KEPT = 64 * 1024;

  private final Listener listener;
  private final long mostBytes;
  private final @Nullable Inflating inflating;
  private final Utf8 utf8 = new Utf8();

  /// How much of messages is kept for the listener, if they do not come in one piece.
  private int capture;

  private State state = State.HEADER;

  /// The frame's header as far as it came.
  private int headerSize;

  private int first;
  private int second;
  private long extended;

  /// Of the frame's payload, what is still to come.
  private long left;

  private boolean last;

  /// The message at hand: 0 if there is none.
  private int opcode;

  private boolean compressed;
  private long messageBytes;
  private @Nullable ByteSink kept;
  private byte[] control = NOTHING;
  private int controlSize;
  private @Nullable String fault;
  private Outcome outcome = Outcome.PROTOCOL_ERROR;
  private int closeCode = CloseCode.PROTOCOL_ERROR;

  /// @param mostBytes of a message, decompressed
  /// @param inflating undoes compression; null if none was negotiated
  FrameReader(Listener listener, long mostBytes, @Nullable Inflating inflating) {
    this.listener = listener;
    this.mostBytes = mostBytes;
    this.inflating = inflating;
  }

  /// How much of messages is to be kept, in bytes. Of one that is there in one piece all of it is
  /// told, since it costs nothing.
  void capture(int bytes) {
    capture = bytes;
  }

  /// Reads no more.
  void stop() {
    state = State.STOPPED;
  }

  /// What the server did wrong; null if nothing.
  @Nullable String fault() {
    return fault;
  }

  /// How that is counted.
  Outcome outcome() {
    return outcome;
  }

  /// The code to close with, because of it.
  int closeCode() {
    return closeCode;
  }

  /// Reads a piece.
  void read(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to || (left == 0 && (state == State.MESSAGE || state == State.CONTROL))) {
      switch (state) {
        case HEADER -> at = header(bytes, at, to);
        case MESSAGE -> at = message(bytes, at, to);
        case CONTROL -> at = control(bytes, at, to);
        case STOPPED -> {
          return;
        }
      }
    }
  }

  private int header(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      int b = bytes[at++] & 0xff;
      if (headerSize == 0) {
        first = b;
      } else if (headerSize == 1) {
        second = b;
        extended = 0;
      } else {
        extended = (extended << 8) | b;
      }
      headerSize++;
      if (headerSize >= 2 && headerSize == headerLength()) {
        headerSize = 0;
        begin();
        return at;
      }
    }
    return at;
  }

  private int headerLength() {
    int length = second & 0x7f;
    return length < 126 ? 2 : length == 126 ? 4 : 10;
  }

  /// The header is here, all of it.
  private void begin() {
    int kind = first & 0x0f;
    last = (first & 0x80) != 0;
    int length = second & 0x7f;
    left = length < 126 ? length : extended;
    boolean marked = (first & 0x40) != 0;
    if ((second & 0x80) != 0) {
      fail("a masked frame: servers do not mask");
    } else if ((first & 0x30) != 0) {
      fail("reserved bits are set");
    } else if ((length == 126 && left < 126) || (length == 127 && left >= 0 && left <= 0xffff)) {
      fail("a frame's length of " + left + " is not in its shortest form");
    } else if (left < 0) {
      fail("a frame's length has its highest bit set");
    } else if (Opcode.isControl(kind)) {
      beginControl(kind, marked);
    } else {
      beginMessage(kind, marked);
    }
  }

  private void beginControl(int kind, boolean marked) {
    if (kind > Opcode.PONG) {
      fail("a frame of the unknown kind " + kind);
    } else if (marked) {
      fail("a compressed control frame");
    } else if (!last) {
      fail("a control frame in fragments");
    } else if (left > MOST_CONTROL) {
      fail("a control frame of " + left + " bytes");
    } else {
      controlSize = 0;
      state = State.CONTROL;
    }
  }

  private void beginMessage(int kind, boolean marked) {
    if (kind > Opcode.BINARY) {
      fail("a frame of the unknown kind " + kind);
    } else if (kind == Opcode.CONTINUATION && opcode == 0) {
      fail("a continuation of no message");
    } else if (kind != Opcode.CONTINUATION && opcode != 0) {
      fail("a message within another one's fragments");
    } else if (marked && (inflating == null || kind == Opcode.CONTINUATION)) {
      fail(inflating == null ? "reserved bits are set" : "a continuation marked as compressed");
    } else {
      if (kind != Opcode.CONTINUATION) {
        opcode = kind;
        compressed = marked;
        messageBytes = 0;
        utf8.reset();
      }
      if (!compressed && left > mostBytes - messageBytes) {
        tooLarge();
      } else {
        state = State.MESSAGE;
      }
    }
  }

  private int message(byte[] bytes, int from, int to) {
    int count = (int) Math.min(left, to - from);
    int end = from + count;
    left -= count;
    if (compressed) {
      Inflating mine = inflating;
      if (mine != null && !mine.accept(bytes, from, end, this)) {
        broken();
        return to;
      }
    } else {
      if (left == 0 && last && messageBytes == 0) {
        whole(bytes, from, end);
        return end;
      }
      messageBytes += count;
      if (!valid(bytes, from, end)) {
        return to;
      }
      keep(bytes, from, count);
    }
    if (left == 0) {
      state = State.HEADER;
      if (last) {
        complete();
      }
    }
    return state == State.STOPPED ? to : end;
  }

  /// The message is there in one piece.
  private void whole(byte[] bytes, int from, int to) {
    boolean text = opcode == Opcode.TEXT;
    if (!valid(bytes, from, to) || (text && !utf8.complete())) {
      notText();
      return;
    }
    opcode = 0;
    state = State.HEADER;
    listener.message(text, bytes, from, to, to - from);
  }

  private boolean valid(byte[] bytes, int from, int to) {
    if (opcode != Opcode.TEXT || utf8.accept(bytes, from, to)) {
      return true;
    }
    notText();
    return false;
  }

  private void notText() {
    fault = "a text that is not UTF-8";
    closeCode = CloseCode.INVALID_DATA;
    state = State.STOPPED;
  }

  private void keep(byte[] bytes, int from, int count) {
    ByteSink sink = kept;
    int room = capture - (sink == null ? 0 : sink.size());
    if (room > 0 && count > 0) {
      if (sink == null) {
        sink = new ByteSink(Math.min(capture, Math.max(count, 256)));
        kept = sink;
      }
      sink.write(bytes, from, Math.min(room, count));
    }
  }

  @Override
  public boolean inflated(byte[] bytes, int length) {
    messageBytes += length;
    if (messageBytes > mostBytes) {
      tooLarge();
      return false;
    }
    if (!valid(bytes, 0, length)) {
      return false;
    }
    keep(bytes, 0, length);
    return true;
  }

  /// The last piece of a message that came in several, or compressed, is there.
  private void complete() {
    Inflating mine = inflating;
    if (compressed && mine != null && !mine.end(this)) {
      broken();
      return;
    }
    boolean text = opcode == Opcode.TEXT;
    if (text && !utf8.complete()) {
      notText();
      return;
    }
    opcode = 0;
    ByteSink sink = kept;
    if (sink == null) {
      listener.message(text, NOTHING, 0, 0, messageBytes);
      return;
    }
    if (sink.array().length > KEPT) {
      kept = null;
    }
    listener.message(text, sink.array(), 0, sink.size(), messageBytes);
    sink.clear();
  }

  private int control(byte[] bytes, int from, int to) {
    int count = (int) Math.min(left, to - from);
    left -= count;
    boolean whole = controlSize == 0 && left == 0;
    if (!whole) {
      if (control.length == 0) {
        control = new byte[MOST_CONTROL];
      }
      System.arraycopy(bytes, from, control, controlSize, count);
      controlSize += count;
    }
    if (left == 0) {
      state = State.HEADER;
      if (whole) {
        told(bytes, from, from + count);
      } else {
        told(control, 0, controlSize);
      }
    }
    return state == State.STOPPED ? to : from + count;
  }

  private void told(byte[] bytes, int from, int to) {
    switch (first & 0x0f) {
      case Opcode.PING -> listener.ping(bytes, from, to);
      case Opcode.PONG -> listener.pong(bytes, from, to);
      default -> close(bytes, from, to);
    }
  }

  private void close(byte[] bytes, int from, int to) {
    if (to == from) {
      state = State.STOPPED;
      listener.closing(CloseCode.NONE, bytes, from, to);
      return;
    }
    int code = to - from < 2 ? 0 : ((bytes[from] & 0xff) << 8) | (bytes[from + 1] & 0xff);
    if (!CloseCode.isValid(code)) {
      fail(to - from < 2 ? "a close frame of one byte" : "a close frame with the code " + code);
      return;
    }
    utf8.reset();
    if (!utf8.accept(bytes, from + 2, to) || !utf8.complete()) {
      fail("a close frame whose reason is not UTF-8");
      closeCode = CloseCode.INVALID_DATA;
      return;
    }
    state = State.STOPPED;
    listener.closing(code, bytes, from + 2, to);
  }

  private void fail(String what) {
    fault = what;
    state = State.STOPPED;
  }

  private void tooLarge() {
    fault = "a message above " + mostBytes + " bytes";
    outcome = Outcome.TOO_LARGE;
    closeCode = CloseCode.TOO_LARGE;
    state = State.STOPPED;
  }

  /// The inflater stopped: for a reason of ours, or because the data is broken.
  private void broken() {
    if (fault == null) {
      fault = "a compressed message that cannot be decompressed";
      closeCode = CloseCode.INVALID_DATA;
      state = State.STOPPED;
    }
  }
}
