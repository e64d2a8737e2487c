package io.crankfire.http2;

import io.crankfire.net.Connection;
import io.crankfire.template.ByteSink;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// What one connection sends: frames are gathered and go out together; bodies go as far as the
/// windows of the server and the kernel allow (RFC 9113 §5.2), and whoever has to wait for the
/// connection takes turns. Confined to its event loop.
final class Outflow {

  /*
   * While the kernel has not taken what was written last, nothing is written: frames gather in the other of two
   * buffers, and bodies wait as if a window were closed. So what gathers is small, whatever is to be sent.
   */

  /// A window's largest size.
  static final long LARGEST_WINDOW = 0x7fff_ffffL;

  /// Gathers no more of bodies than this before it writes.
  private static final int FULL = 64 * 1024;

  /// Frames of bodies are no larger than this, whatever the server takes, so that others get a
  /// turn.
  private static final int FRAME = 32 * 1024;

  private final Connection wire;
  private ByteSink out = new ByteSink(512);
  private ByteSink other = new ByteSink(16);
  private @Nullable ArrayDeque<Http2Stream> waiting;
  private long window = 65_535;
  private int frameLimit = Frame.LARGEST;
  private long dataFrames;

  Outflow(Connection wire) {
    this.wire = wire;
  }

  /// Where frames go.
  ByteSink frames() {
    return out;
  }

  /// The server takes frames of this size.
  void frameLimit(int bytes) {
    frameLimit = Math.min(bytes, FRAME);
  }

  /// Writes what has gathered, unless the kernel is still busy with what came before.
  void flush() {
    ByteSink full = out;
    if (full.size() == 0 || wire.pending() > 0) {
      return;
    }
    wire.write(full.array(), 0, full.size());
    if (wire.pending() > 0) {
      out = other;
      other = full;
      out.clear();
    } else if (full.array().length > 2 * FULL) {
      out = new ByteSink(512);
    } else {
      full.clear();
    }
  }

  /// Bytes that have gathered since the kernel took no more; 0 if it does.
  int backlog() {
    return wire.pending() > 0 ? out.size() : 0;
  }

  /// DATA frames that went out since this was asked.
  long dataFramesSinceAsked() {
    long count = dataFrames;
    dataFrames = 0;
    return count;
  }

  /// Sends a part of a body, as far as that can be; keeps the rest.
  void send(Http2Stream stream, byte[] b, int from, int to, boolean lasting, boolean last) {
    int at = from;
    if (stream.unsent.isEmpty()) {
      while (!stream.requested && (at < to || last)) {
        int count = frame(stream, b, at, to, last);
        if (count < 0) {
          break;
        }
        at += count;
      }
    }
    if (at < to || (last && !stream.requested)) {
      stream.unsent.add(b, at, to, lasting, last);
      await(stream);
    }
  }

  /// Sends one DATA frame.
  ///
  /// @return how many bytes of the body it has; -1 if there cannot be one now
  private int frame(Http2Stream stream, byte[] b, int from, int to, boolean last) {
    int count = (int) Math.min(Math.min(to - from, frameLimit), Math.min(window, stream.window));
    if ((count <= 0 && from < to) || wire.pending() > 0) {
      return -1;
    }
    boolean end = last && from + count == to;
    Frame.write(out, Frame.DATA, end ? Frame.END_STREAM : 0, stream.id, b, from, from + count);
    dataFrames++;
    window -= count;
    stream.window -= count;
    stream.requested = end;
    stream.sent(Frame.HEADER + count);
    if (out.size() >= FULL) {
      flush();
    }
    return count;
  }

  /// Something of the stream waits: for its own window, which it will be told of, or else here.
  private void await(Http2Stream stream) {
    if (!stream.queued && (stream.window > 0 || stream.unsent.size() == 0)) {
      ArrayDeque<Http2Stream> queue = waiting;
      if (queue == null) {
        queue = new ArrayDeque<>();
        waiting = queue;
      }
      stream.queued = true;
      queue.add(stream);
    }
  }

  /// The stream's window has grown.
  void widened(Http2Stream stream) {
    if (!stream.unsent.isEmpty()) {
      await(stream);
    }
  }

  /// The connection's window grows.
  ///
  /// @return whether it may be so large
  boolean widen(int increment) {
    window += increment;
    return window <= LARGEST_WINDOW;
  }

  /// Sends what waits, a frame of each stream in turn, as far as that can be.
  void goOn() {
    ArrayDeque<Http2Stream> queue = waiting;
    while (queue != null && !queue.isEmpty()) {
      Http2Stream stream = queue.element();
      Unsent unsent = stream.unsent;
      int count = 0;
      boolean closed = stream.window <= 0 && unsent.size() > 0; // taken back; it will be told
      if (!closed) {
        int from = unsent.from();
        count = frame(stream, unsent.bytes(), from, from + unsent.size(), unsent.last());
        if (count < 0) {
          return;
        }
      }
      queue.remove();
      stream.queued = false;
      if (closed) {
        continue;
      }
      unsent.taken(count);
      if (unsent.isEmpty()) {
        stream.drained();
      } else {
        await(stream);
      }
    }
  }

  /// The stream is no more.
  void forget(Http2Stream stream) {
    stream.unsent.clear();
    ArrayDeque<Http2Stream> queue = waiting;
    if (stream.queued && queue != null) {
      stream.queued = false;
      queue.remove(stream);
    }
  }
}
