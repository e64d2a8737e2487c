package io.crankfire.http2;

import io.crankfire.template.ByteSink;
import java.util.Arrays;

/// Takes what comes over a connection apart into frames, in place (RFC 9113 §4, §6): a frame that
/// is split is gathered, but for DATA, whose pieces are handed on as they come. Header blocks that
/// go on in CONTINUATION frames are put together. Confined to its event loop.
final class FrameReader {

  /// Hears of frames. Whatever it hears, it may [#stop] the reader.
  interface Listener {
    /// A DATA frame begins.
    ///
    /// @param length of its payload with all padding, which is what counts for flow control
    void dataBegins(int stream, int length);

    /// A piece of the data.
    void data(byte[] b, int from, int to);

    /// All data of the frame have come.
    ///
    /// @param last whether it ends the stream
    void dataEnds(boolean last);

    /// A whole header block.
    ///
    /// @param bytes of all its frames
    void headers(int stream, byte[] b, int from, int to, int bytes, boolean last);

    /// A header block whose size is beyond the limit; what it says is not known.
    void headersTooLarge(int stream, int bytes);

    /// Parameters of the server: a multiple of six bytes.
    void settings(byte[] b, int from, int to);

    /// The server has taken our parameters.
    void settingsAcknowledged();

    /// Eight bytes that are to be sent back.
    void ping(byte[] b, int from);

    /// A stream is reset.
    void reset(int stream, int code);

    /// The server takes no streams any more.
    ///
    /// @param last the last one that it has looked at
    /// @param b holds what it has to say to people
    void goAway(int last, int code, byte[] b, int from, int to);

    /// A window grows.
    ///
    /// @param stream 0 for that of the connection
    /// @param increment 0 to 2^31-1
    void windowUpdate(int stream, int increment);

    /// A frame that nothing follows from.
    void nothing();

    /// The server broke the rules; the connection is of no use any more.
    void violated(int code, String detail);
  }

  private static final int FRAME = 0;
  private static final int PAD_LENGTH = 1;
  private static final int DATA = 2;
  private static final int PADDING = 3;

  private static final byte[] NOTHING = {};

  /// Frames of one header block at the most.
  private static final int MOST_CONTINUATIONS = 256;

  private final Listener listener;
  private final int blockLimit;
  private int state = FRAME;
  private boolean begun;
  private boolean stopped;

  // A frame that has not come in full:
  private byte[] partial = NOTHING;
  private int partialSize;

  // A DATA frame:
  private int dataLeft;
  private int padding;
  private boolean last;

  // A header block in several frames; 0 if there is none:
  private int blockStream;
  private ByteSink block = new ByteSink(0);
  private int blockBytes;
  private int continuations;
  private boolean blockLast;
  private boolean blockTooLarge;

  /// @param blockLimit how large a header block may be, in bytes
  FrameReader(Listener listener, int blockLimit) {
    this.listener = listener;
    this.blockLimit = blockLimit;
  }

  /// Reads no further.
  void stop() {
    stopped = true;
    partial = NOTHING;
    partialSize = 0;
  }

  /// Takes what came.
  void read(byte[] b, int from, int to) {
    int at = from;
    while (at < to && !stopped) {
      at =
          switch (state) {
            case FRAME -> partialSize == 0 ? frames(b, at, to) : gather(b, at, to);
            case PAD_LENGTH -> padLength(b, at);
            case DATA -> data(b, at, to);
            default -> padding(at, to);
          };
    }
  }

  /// Frames one after the other, as long as they are there in full.
  private int frames(byte[] b, int from, int to) {
    int at = from;
    while (to - at >= Frame.HEADER) {
      int length = length(b, at);
      if (!checked(b, at, to)) {
        return to;
      }
      if (b[at + 3] == Frame.DATA) {
        return beginData(b, at);
      }
      if (to - at - Frame.HEADER < length) {
        break;
      }
      at += Frame.HEADER + length;
      frame(b, at - length, at, b[at - length - 6] & 0xff, b[at - length - 5] & 0xff);
      if (stopped) {
        return to;
      }
    }
    if (at < to) {
      keep(b, at, to);
    }
    return to;
  }

  private static int length(byte[] b, int at) {
    return (b[at] & 0xff) << 16 | (b[at + 1] & 0xff) << 8 | (b[at + 2] & 0xff);
  }

  private static int stream(byte[] b, int at) {
    return Frame.readInt(b, at) & 0x7fff_ffff;
  }

  /// Keeps the beginning of a frame.
  private void keep(byte[] b, int from, int to) {
    int count = to - from;
    if (partialSize + count > partial.length) {
      partial = Arrays.copyOf(partial, Math.max(256, partialSize + count));
    }
    System.arraycopy(b, from, partial, partialSize, count);
    partialSize += count;
  }

  /// Adds to the beginning of a frame; no more than belongs to it.
  private int gather(byte[] b, int from, int to) {
    int at = from;
    if (partialSize < Frame.HEADER) {
      int count = Math.min(Frame.HEADER - partialSize, to - at);
      keep(b, at, at + count);
      at += count;
      if (partialSize < Frame.HEADER) {
        return at;
      }
      if (!checked(partial, 0, partialSize)) {
        return to;
      }
      if (partial[3] == Frame.DATA) {
        partialSize = 0;
        beginData(partial, 0);
        partial = NOTHING;
        return at;
      }
    }
    int whole = Frame.HEADER + length(partial, 0);
    int count = Math.min(whole - partialSize, to - at);
    keep(b, at, at + count);
    at += count;
    if (partialSize == whole) {
      byte[] frame = partial;
      partial = NOTHING; // idle connections stay small
      partialSize = 0;
      frame(frame, Frame.HEADER, whole, frame[3] & 0xff, frame[4] & 0xff);
    }
    return at;
  }

  /// Looks at a frame's header: its size, and whether such a frame may come now.
  private boolean checked(byte[] b, int at, int to) {
    int type = b[at + 3] & 0xff;
    if (!begun) {
      begun = true;
      if (type != Frame.SETTINGS || (b[at + 4] & Frame.ACK) != 0 || length(b, at) > Frame.LARGEST) {
        return violated(ErrorCode.PROTOCOL_ERROR, stranger(b, at, to));
      }
    }
    int length = length(b, at);
    if (length > Frame.LARGEST) {
      return violated(
          ErrorCode.FRAME_SIZE_ERROR,
          "a " + Frame.name(type) + " frame of " + length + " bytes, above the limit of 16384");
    }
    if (blockStream != 0 && (type != Frame.CONTINUATION || stream(b, at + 5) != blockStream)) {
      return violated(
          ErrorCode.PROTOCOL_ERROR,
          "a " + Frame.name(type) + " frame within the header block of another");
    }
    return true;
  }

  /// What answers that does not speak HTTP/2.
  private static String stranger(byte[] b, int from, int to) {
    StringBuilder text = new StringBuilder();
    boolean printable = true;
    int at = from;
    while (at < Math.min(to, from + 60) && b[at] != '\r' && b[at] != '\n') {
      printable &= b[at] >= ' ' && b[at] < 127;
      text.append((char) (b[at] & 0x7f));
      at++;
    }
    return printable && text.length() >= Frame.HEADER
        ? "the server does not speak HTTP/2, it answers \"" + text + "\""
        : "the server does not speak HTTP/2: its first frame is no SETTINGS";
  }

  private boolean violated(int code, String detail) {
    stopped = true;
    listener.violated(code, detail);
    return false;
  }

  // DATA

  /// @return where its payload begins
  private int beginData(byte[] b, int at) {
    int length = length(b, at);
    int flags = b[at + 4];
    int id = stream(b, at + 5);
    boolean padded = (flags & Frame.PADDED) != 0;
    if (id == 0) {
      violated(ErrorCode.PROTOCOL_ERROR, "a DATA frame for the connection instead of a stream");
    } else if (padded && length == 0) {
      violated(ErrorCode.FRAME_SIZE_ERROR, "a DATA frame that is too short for its padding");
    } else {
      dataLeft = length;
      padding = 0;
      last = (flags & Frame.END_STREAM) != 0;
      state = padded ? PAD_LENGTH : DATA;
      listener.dataBegins(id, length);
      if (length == 0 && !stopped) {
        endData();
      }
    }
    return at + Frame.HEADER;
  }

  private int padLength(byte[] b, int at) {
    padding = b[at] & 0xff;
    dataLeft -= 1 + padding;
    if (dataLeft < 0) {
      violated(ErrorCode.PROTOCOL_ERROR, "a DATA frame with more padding than payload");
    } else if (dataLeft > 0) {
      state = DATA;
    } else if (padding > 0) {
      state = PADDING;
    } else {
      endData();
    }
    return at + 1;
  }

  private int data(byte[] b, int at, int to) {
    int count = Math.min(dataLeft, to - at);
    dataLeft -= count;
    listener.data(b, at, at + count);
    if (dataLeft == 0 && !stopped) {
      if (padding > 0) {
        state = PADDING;
      } else {
        endData();
      }
    }
    return at + count;
  }

  private int padding(int at, int to) {
    int count = Math.min(padding, to - at);
    padding -= count;
    if (padding == 0) {
      endData();
    }
    return at + count;
  }

  private void endData() {
    state = FRAME;
    listener.dataEnds(last);
  }

  // All others

  /// A whole frame.
  ///
  /// @param from where its payload begins, after its header
  private void frame(byte[] b, int from, int to, int type, int flags) {
    int id = stream(b, from - 4);
    int length = to - from;
    switch (type) {
      case Frame.HEADERS -> headers(b, from, to, flags, id);
      case Frame.CONTINUATION -> continuation(b, from, to, flags, id);
      case Frame.PRIORITY -> {
        if (id == 0) {
          violated(ErrorCode.PROTOCOL_ERROR, "a PRIORITY frame for the connection");
        } else if (length != 5) {
          wrongSize(type, length);
        } else {
          listener.nothing();
        }
      }
      case Frame.RST_STREAM -> {
        if (id == 0) {
          violated(ErrorCode.PROTOCOL_ERROR, "an RST_STREAM frame for the connection");
        } else if (length != 4) {
          wrongSize(type, length);
        } else {
          listener.reset(id, Frame.readInt(b, from));
        }
      }
      case Frame.WINDOW_UPDATE -> {
        if (length != 4) {
          wrongSize(type, length);
        } else {
          listener.windowUpdate(id, stream(b, from));
        }
      }
      case Frame.PUSH_PROMISE ->
          violated(ErrorCode.PROTOCOL_ERROR, "a PUSH_PROMISE, which was not allowed");
      case Frame.SETTINGS, Frame.PING, Frame.GOAWAY -> {
        if (id != 0) {
          violated(
              ErrorCode.PROTOCOL_ERROR,
              "a " + Frame.name(type) + " frame for stream " + id + " instead of the connection");
        } else {
          ofConnection(b, from, to, type, flags);
        }
      }
      default -> listener.nothing(); // RFC 9113 §5.5
    }
  }

  private void wrongSize(int type, int length) {
    violated(
        ErrorCode.FRAME_SIZE_ERROR, "a " + Frame.name(type) + " frame of " + length + " bytes");
  }

  private void ofConnection(byte[] b, int from, int to, int type, int flags) {
    int length = to - from;
    boolean ack = (flags & Frame.ACK) != 0;
    if (type == Frame.SETTINGS) {
      if (ack ? length != 0 : length % 6 != 0) {
        wrongSize(type, length);
      } else if (ack) {
        listener.settingsAcknowledged();
      } else {
        listener.settings(b, from, to);
      }
    } else if (type == Frame.PING) {
      if (length != 8) {
        wrongSize(type, length);
      } else if (ack) {
        listener.nothing();
      } else {
        listener.ping(b, from);
      }
    } else if (length < 8) {
      wrongSize(type, length);
    } else {
      listener.goAway(stream(b, from), Frame.readInt(b, from + 4), b, from + 8, to);
    }
  }

  private void headers(byte[] b, int from, int to, int flags, int id) {
    int blockFrom = from;
    int blockTo = to;
    if (id == 0) {
      violated(ErrorCode.PROTOCOL_ERROR, "a HEADERS frame for the connection");
      return;
    }
    if ((flags & Frame.PADDED) != 0) {
      if (blockFrom == to) {
        wrongSize(Frame.HEADERS, 0);
        return;
      }
      blockTo -= b[blockFrom++] & 0xff;
    }
    if ((flags & Frame.HAS_PRIORITY) != 0) {
      blockFrom += 5;
    }
    if (blockFrom > blockTo) {
      violated(ErrorCode.PROTOCOL_ERROR, "a HEADERS frame with more padding than payload");
      return;
    }
    boolean ends = (flags & Frame.END_STREAM) != 0;
    int bytes = Frame.HEADER + to - from;
    if ((flags & Frame.END_HEADERS) != 0) {
      listener.headers(id, b, blockFrom, blockTo, bytes, ends);
      return;
    }
    blockStream = id;
    blockBytes = bytes;
    blockLast = ends;
    blockTooLarge = false;
    continuations = 0;
    addToBlock(b, blockFrom, blockTo);
  }

  private void addToBlock(byte[] b, int from, int to) {
    if (block.size() + to - from > blockLimit) {
      blockTooLarge = true;
    } else {
      block.write(b, from, to - from);
    }
  }

  private void continuation(byte[] b, int from, int to, int flags, int id) {
    if (blockStream == 0) {
      violated(ErrorCode.PROTOCOL_ERROR, "a CONTINUATION frame that continues nothing");
      return;
    }
    if (++continuations > MOST_CONTINUATIONS) {
      violated(
          ErrorCode.ENHANCE_YOUR_CALM,
          "more than " + MOST_CONTINUATIONS + " CONTINUATION frames for one header block");
      return;
    }
    blockBytes += Frame.HEADER + to - from;
    addToBlock(b, from, to);
    if ((flags & Frame.END_HEADERS) == 0) {
      return;
    }
    blockStream = 0;
    if (blockTooLarge) {
      listener.headersTooLarge(id, blockBytes);
    } else {
      listener.headers(id, block.array(), 0, block.size(), blockBytes, blockLast);
    }
    block.clear();
    if (block.array().length > 2 * Frame.LARGEST) {
      block = new ByteSink(0);
    }
  }
}
