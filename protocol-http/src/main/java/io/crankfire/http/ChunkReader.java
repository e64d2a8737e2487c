package io.crankfire.http;

import org.jspecify.annotations.Nullable;

/// Reads a chunked body (RFC 9112 §7.1) that comes in pieces of any size, and keeps nothing itself.
/// Confined to its event loop; used again for every body of its connection.
final class ChunkReader {

  /// The extensions of a chunk, or the trailers together, above this size are too large.
  private static final int LIMIT = 64 * 1024;

  private enum State {
    SIZE,
    BLANKS,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER_START,
    TRAILER_NAME,
    TRAILER,
    TRAILER_LF,
    END_LF,
    DONE
  }

  private State state = State.SIZE;
  private long left;
  private int digits;
  private int overhead;
  private @Nullable String fault;
  private boolean tooLarge;

  /// Begins a new body.
  void reset() {
    state = State.SIZE;
    left = 0;
    digits = 0;
    overhead = 0;
    fault = null;
    tooLarge = false;
  }

  boolean done() {
    return state == State.DONE;
  }

  /// What is wrong, if something is.
  @Nullable String fault() {
    return fault;
  }

  /// Whether the fault is one of size.
  boolean tooLarge() {
    return tooLarge;
  }

  /// Reads on. Returns the index after the last byte that belongs to the body; less than `to` only
  /// when the body is done or at fault.
  ///
  /// @param connection takes the data
  int read(byte[] b, int from, int to, Http1Connection connection) {
    int at = from;
    while (at < to && state != State.DONE && fault == null) {
      if (state == State.DATA) {
        long take = Math.min(left, to - at);
        connection.body(b, at, at + (int) take);
        at += (int) take;
        left -= take;
        if (left == 0) {
          state = State.DATA_CR;
        }
      } else {
        step(b[at++]);
      }
    }
    return at;
  }

  private void step(byte c) {
    switch (state) {
      case SIZE -> size(c);
      case BLANKS -> {
        if (c == '\r') {
          state = State.SIZE_LF;
        } else if (c == ';') {
          state = State.EXTENSION;
        } else if (c == ' ' || c == '\t') {
          overhead("a chunk extension");
        } else {
          fault = "a chunk size that is no number";
        }
      }
      case EXTENSION -> {
        if (c == '\r') {
          state = State.SIZE_LF;
        } else if (c == '\n' || c == 0) {
          fault = "a broken chunk extension";
        } else {
          overhead("a chunk extension");
        }
      }
      case SIZE_LF -> {
        expect(c, '\n', "a chunk size that does not end with CRLF");
        state = left == 0 ? State.TRAILER_START : State.DATA;
        digits = 0;
        overhead = 0;
      }
      case DATA_CR -> {
        expect(c, '\r', "a chunk longer than its size");
        state = State.DATA_LF;
      }
      case DATA_LF -> {
        expect(c, '\n', "a chunk longer than its size");
        state = State.SIZE;
      }
      case TRAILER_START -> {
        if (c == '\r') {
          state = State.END_LF;
        } else if (Head.isToken(c)) {
          overhead("trailers");
          state = State.TRAILER_NAME;
        } else {
          fault = "a broken trailer";
        }
      }
      case TRAILER_NAME -> {
        if (c == ':') {
          state = State.TRAILER;
        } else if (Head.isToken(c)) {
          overhead("trailers");
        } else {
          fault = "a broken trailer";
        }
      }
      case TRAILER -> {
        if (c == '\r') {
          state = State.TRAILER_LF;
        } else if (c == '\n' || c == 0) {
          fault = "a broken trailer";
        } else {
          overhead("trailers");
        }
      }
      case TRAILER_LF -> {
        expect(c, '\n', "a trailer that does not end with CRLF");
        state = State.TRAILER_START;
      }
      case END_LF -> {
        expect(c, '\n', "a last chunk that does not end with CRLF");
        state = State.DONE;
      }
      case DATA, DONE -> throw new IllegalStateException();
    }
  }

  private void size(byte c) {
    int digit = Character.digit(c, 16);
    if (digit >= 0) {
      if (++digits > 15) {
        fault = "a chunk size beyond all measure";
      }
      left = left << 4 | digit;
    } else if (digits == 0) {
      fault = "a chunk without a size";
    } else if (c == '\r') {
      state = State.SIZE_LF;
    } else if (c == ';') {
      state = State.EXTENSION;
    } else if (c == ' ' || c == '\t') {
      state = State.BLANKS;
    } else {
      fault = "a chunk size that is no number";
    }
  }

  private void expect(byte c, char wanted, String otherwise) {
    if (c != wanted) {
      fault = otherwise;
    }
  }

  private void overhead(String what) {
    if (++overhead > LIMIT) {
      tooLarge = true;
      fault = what + " above " + LIMIT + " bytes";
    }
  }
}
