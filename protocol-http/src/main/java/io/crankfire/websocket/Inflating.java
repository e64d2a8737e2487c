package io.crankfire.websocket;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Undoes the compression of a connection's messages (RFC 7692 §7.2.2). Confined to its event loop.
final class Inflating implements AutoCloseable {

  /// Takes what comes out.
  interface Output {
    /// A piece of the message; false to stop.
    boolean inflated(byte[] bytes, int length);
  }

  private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

  private final Inflater inflater = new Inflater(true);
  private final boolean forgets;
  private final byte[] buffer;

  /// @param forgets whether each message is compressed on its own
  /// @param buffer for what comes out; may be shared
  Inflating(boolean forgets, byte[] buffer) {
    this.forgets = forgets;
    this.buffer = buffer;
  }

  /// Takes a piece of a message.
  ///
  /// @return false if it is no compressed data, or the output wants no more
  boolean accept(byte[] bytes, int from, int to, Output output) {
    inflater.setInput(bytes, from, to - from);
    try {
      while (true) {
        int count = inflater.inflate(buffer);
        if (count > 0) {
          if (!output.inflated(buffer, count)) {
            return false;
          }
        } else if (inflater.finished()) {
          // A final block may be followed by others (§7.2.3.5).
          int left = inflater.getRemaining();
          inflater.reset();
          inflater.setInput(bytes, to - left, left);
          if (left == 0) {
            return true;
          }
        } else {
          return !inflater.needsDictionary();
        }
      }
    } catch (DataFormatException _) {
      return false;
    }
  }

  /// The message is over.
  ///
  /// @return as [#accept]
  boolean end(Output output) {
    boolean good = accept(TAIL, 0, TAIL.length, output);
    if (forgets) {
      inflater.reset();
    }
    return good;
  }

  @Override
  public void close() {
    inflater.end();
  }
}
