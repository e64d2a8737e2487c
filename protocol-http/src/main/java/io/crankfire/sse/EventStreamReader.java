package io.crankfire.sse;

import io.crankfire.template.ByteSink;

/// Reads event streams (WHATWG HTML §9.2.5, §9.2.6) that come in pieces of any size. Confined to
/// its event loop; used again for every stream of its session.
///
/// Bytes stay bytes. A stream is UTF-8, whose decoding replaces what is no UTF-8 and never takes a
/// line end or a colon for a part of it: so the lines are the same, and whoever makes a text of an
/// event's data decodes it then.
final class EventStreamReader {

  /*
   * Data that lies in one line and one piece, as nearly all does, is handed on where it lies. It is put
   * together in a buffer only when an event has several lines of it, or comes in several pieces. What is not
   * kept is passed over. Between the events of a stream that is idle there are no buffers worth mentioning.
   */

  /// Hears of events.
  interface Sink {
    /// An event was dispatched: a blank line after data.
    ///
    /// @param data holds the event's data between `from` and `to`, if data is kept; valid during
    ///   the call
    /// @return whether to read on
    boolean event(byte[] data, int from, int to);
  }

  private enum Field {
    NONE(""),
    DATA("data"),
    EVENT("event"),
    ID("id"),
    RETRY("retry");

    private final String name;

    Field(String name) {
      this.name = name;
    }
  }

  private enum State {
    /// At the beginning of a line.
    START,
    /// Within what may be a field's name.
    NAME,
    /// After the colon: one space is no part of the value.
    COLON,
    /// Within a value.
    VALUE,
    /// Within what means nothing, to the end of the line.
    SKIP
  }

  /// A larger buffer is not kept while it is empty: idle streams stay small.
  private static final int KEPT = 256;

  /// Three weeks: a longer wait is taken for this one.
  private static final long LONGEST_RETRY_MILLIS = 1_814_400_000;

  private static final byte[] BOM = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
  private static final byte[] NOTHING = {};

  private final Sink sink;
  private boolean keepsData;
  private boolean keepsTypes;
  private boolean keepsPlace;
  private int limit;

  private State state = State.START;
  private Field field = Field.NONE;
  private int matched;
  private int bom;
  private boolean afterCr;
  private long lineSize;
  private long eventSize;
  private int dataLines;
  private byte[] slice = NOTHING;
  private int sliceFrom;
  private int sliceTo;
  private boolean sliced;
  private ByteSink held = new ByteSink(0);
  private ByteSink part = new ByteSink(0);
  private ByteSink type = new ByteSink(0);
  private ByteSink pendingId = new ByteSink(0);
  private ByteSink lastId = new ByteSink(0);
  private boolean idPending;
  private long retryMillis = -1;
  private boolean tooLarge;

  EventStreamReader(Sink sink) {
    this.sink = sink;
  }

  /// Begins a new stream that has nothing to do with the one before.
  ///
  /// @param data whether the data of events is wanted
  /// @param types whether the types of events are
  /// @param place whether the last ID and the time to wait before a reconnection are
  /// @param most how many bytes a line has at the most, and the fields of an event together
  void begin(boolean data, boolean types, boolean place, int most) {
    keepsData = data;
    keepsTypes = types;
    keepsPlace = place;
    limit = most;
    lastId.clear();
    retryMillis = -1;
    resume();
  }

  /// Begins with what a new connection brings of the same stream: its last ID and time to wait
  /// stay, an event that was not complete is forgotten.
  void resume() {
    state = State.START;
    field = Field.NONE;
    bom = 0;
    afterCr = false;
    lineSize = 0;
    tooLarge = false;
    pendingId.clear();
    idPending = false;
    part.clear();
    forgetEvent();
    shrink();
  }

  /// The stream is over: frees what it needed.
  void end() {
    resume();
    lastId = shrunk(lastId);
    pendingId = shrunk(pendingId);
    type = shrunk(type);
  }

  /// Whether the last reading ended because a line or an event was larger than allowed.
  boolean tooLarge() {
    return tooLarge;
  }

  /// The ID to begin after, in the first [#lastIdLength()] bytes. Not to be changed.
  byte[] lastId() {
    return lastId.array();
  }

  /// How long the last ID is; 0 if there is none.
  int lastIdLength() {
    return lastId.size();
  }

  /// How long the server wants reconnections to wait, in milliseconds; -1 if it does not say.
  long retryMillis() {
    return retryMillis;
  }

  /// The type of the event that is being dispatched, in the first [#typeLength()] bytes. Not to be
  /// changed.
  byte[] type() {
    return type.array();
  }

  /// How long the type is; 0 if none was given.
  int typeLength() {
    return type.size();
  }

  /// Reads a piece.
  ///
  /// @return false if the sink wants no more, or something is too large; nothing is to be read then
  ///   before the next beginning
  boolean read(byte[] b, int from, int to) {
    int at = bom < BOM.length ? skipBom(b, from, to) : from;
    int lineFrom = at; // of what is here of the current line
    int valueFrom = at;
    while (at < to) {
      if (afterCr) {
        afterCr = false;
        if (b[at] == '\n') {
          lineFrom = ++at;
          continue;
        }
      }
      if (state == State.START || state == State.NAME) {
        at = name(b, at, to);
      }
      if (state == State.COLON && at < to) {
        at += b[at] == ' ' ? 1 : 0;
        valueFrom = at;
        state = State.VALUE;
      }
      if (state == State.VALUE || state == State.SKIP) {
        at = lineEnd(b, at, to);
      }
      if (at < to) {
        lineSize += at - lineFrom;
        boolean goesOn = lineSize <= limit ? lineEnds(b, valueFrom, at) : refuse();
        if (!goesOn) {
          return false;
        }
        afterCr = b[at] == '\r';
        lineFrom = ++at;
      }
    }
    return pieceEnds(b, lineFrom, valueFrom, to);
  }

  /// A byte order mark at the very beginning is no part of the first line; the beginning of one is.
  private int skipBom(byte[] b, int from, int to) {
    int at = from;
    while (at < to && bom < BOM.length) {
      if (b[at] == BOM[bom]) {
        bom++;
        at++;
      } else {
        if (bom > 0) {
          ignore();
        }
        bom = BOM.length;
      }
    }
    return at;
  }

  /// Reads what may be the name of a field.
  ///
  /// @return where it ends: after its colon, at the line's end, or where it turned out to be none
  private int name(byte[] b, int from, int to) {
    int at = from;
    while (at < to) {
      byte c = b[at];
      if (c == '\n' || c == '\r') {
        return at;
      }
      if (state == State.START) {
        field =
            switch (c) {
              case 'd' -> Field.DATA;
              case 'e' -> Field.EVENT;
              case 'i' -> Field.ID;
              case 'r' -> Field.RETRY;
              default -> Field.NONE; // a comment, or a field that means nothing
            };
        state = State.NAME;
        matched = 0;
      }
      String name = field.name;
      if (matched < name.length() ? c != name.charAt(matched) : c != ':' || field == Field.NONE) {
        ignore();
        return at;
      }
      at++;
      if (matched++ == name.length()) {
        state = State.COLON;
        return at;
      }
    }
    return at;
  }

  private void ignore() {
    state = State.SKIP;
    field = Field.NONE;
  }

  private boolean refuse() {
    tooLarge = true;
    return false;
  }

  private static int lineEnd(byte[] b, int from, int to) {
    int at = from;
    while (at < to && b[at] != '\n' && b[at] != '\r') {
      at++;
    }
    return at;
  }

  /// A line is here, to its end.
  ///
  /// @return whether to read on
  private boolean lineEnds(byte[] b, int valueFrom, int to) {
    State before = state;
    boolean complete = before == State.VALUE || matched >= field.name.length();
    long size = lineSize;
    state = State.START;
    lineSize = 0;
    if (before == State.START) {
      return dispatch();
    }
    if (before == State.SKIP || !complete) {
      return true;
    }
    eventSize += size;
    if (eventSize > limit) {
      return refuse();
    }
    int from = before == State.VALUE ? valueFrom : to; // without a value it is empty
    if (part.size() > 0) {
      part.write(b, from, to - from);
      value(part.array(), 0, part.size(), false);
      part.clear();
    } else {
      value(b, from, to, true);
    }
    return true;
  }

  /// A field is complete.
  ///
  /// @param stays whether the bytes stay where they are until the piece has been read
  private void value(byte[] b, int from, int to, boolean stays) {
    switch (field) {
      case DATA -> data(b, from, to, stays);
      case EVENT -> {
        if (keepsTypes) {
          type.clear();
          type.write(b, from, to - from);
        }
      }
      case ID -> {
        if (keepsPlace && !hasNul(b, from, to)) {
          pendingId.clear();
          pendingId.write(b, from, to - from);
          idPending = true;
        }
      }
      case RETRY -> {
        if (keepsPlace) {
          retry(b, from, to);
        }
      }
      case NONE -> {
        // Means nothing.
      }
    }
  }

  private void data(byte[] b, int from, int to, boolean stays) {
    dataLines++;
    if (!keepsData) {
      return;
    }
    if (dataLines == 1 && stays) {
      slice = b;
      sliceFrom = from;
      sliceTo = to;
      sliced = true;
      return;
    }
    hold();
    if (dataLines > 1) {
      held.write('\n');
    }
    held.write(b, from, to - from);
  }

  /// Copies what lies in the piece, which is not going to stay.
  private void hold() {
    if (sliced) {
      held.write(slice, sliceFrom, sliceTo - sliceFrom);
      slice = NOTHING;
      sliced = false;
    }
  }

  private static boolean hasNul(byte[] b, int from, int to) {
    for (int i = from; i < to; i++) {
      if (b[i] == 0) {
        return true;
      }
    }
    return false;
  }

  /// Digits alone set it.
  private void retry(byte[] b, int from, int to) {
    long millis = 0;
    for (int i = from; i < to; i++) {
      if (b[i] < '0' || b[i] > '9') {
        return;
      }
      millis = Math.min(LONGEST_RETRY_MILLIS, 10 * millis + b[i] - '0');
    }
    if (to > from) {
      retryMillis = millis;
    }
  }

  /// A blank line: the last ID counts from here, and what has data is an event.
  private boolean dispatch() {
    if (idPending) {
      ByteSink before = lastId;
      lastId = pendingId;
      pendingId = before;
      idPending = false;
    }
    boolean goesOn = true;
    if (dataLines > 0) {
      goesOn =
          sliced ? sink.event(slice, sliceFrom, sliceTo) : sink.event(held.array(), 0, held.size());
    }
    forgetEvent();
    return goesOn;
  }

  private void forgetEvent() {
    dataLines = 0;
    eventSize = 0;
    sliced = false;
    slice = NOTHING;
    held.clear();
    type.clear();
  }

  /// Keeps what is needed of a piece that has been read, and nothing else.
  private boolean pieceEnds(byte[] b, int lineFrom, int valueFrom, int to) {
    hold();
    lineSize += to - lineFrom;
    boolean counts = state != State.SKIP && state != State.START;
    if (lineSize > limit || (counts && eventSize + lineSize > limit)) {
      return refuse();
    }
    if (state == State.VALUE && isKept()) {
      part.write(b, valueFrom, to - valueFrom);
    }
    shrink();
    return true;
  }

  private boolean isKept() {
    return switch (field) {
      case DATA -> keepsData;
      case EVENT -> keepsTypes;
      case ID, RETRY -> keepsPlace;
      case NONE -> false;
    };
  }

  private void shrink() {
    held = shrunk(held);
    part = shrunk(part);
  }

  private static ByteSink shrunk(ByteSink sink) {
    return sink.size() == 0 && sink.array().length > KEPT ? new ByteSink(0) : sink;
  }
}
