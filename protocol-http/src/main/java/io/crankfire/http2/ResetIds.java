package io.crankfire.http2;

/// The streams that we reset last. What the server sent before it knew of that may still come, and
/// is passed over (RFC 9113 §5.1); for others that have ended it is an error. Confined to its event
/// loop.
final class ResetIds {

  private static final int KEPT = 1024;
  private static final int[] NOTHING = {};

  private int[] ids = NOTHING;
  private int next;
  private int forgotten;

  void add(int id) {
    if (ids.length == 0) {
      ids = new int[KEPT];
    }
    forgotten = Math.max(forgotten, ids[next]);
    ids[next] = id;
    next = (next + 1) % KEPT;
  }

  /// Whether the stream is among them, or may have been.
  boolean mayHave(int id) {
    if (id <= forgotten) {
      return true;
    }
    for (int one : ids) {
      if (one == id) {
        return true;
      }
    }
    return false;
  }
}
