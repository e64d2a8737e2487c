package io.crankfire.http2;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The streams of one connection that are under way, by their ids: odd numbers that increase.
/// Allocates only when it grows. Confined to its event loop.
final class StreamTable {

  /*
   * Open addressing with linear probing. Ids that follow each other have places that follow each other, so that
   * probing is rare; what is taken out leaves no mark, since those behind it move up.
   */

  private int[] ids = new int[16];
  private @Nullable Http2Stream[] streams = new @Nullable Http2Stream[16];
  private int size;

  int size() {
    return size;
  }

  /// The stream, or null if none of that id is under way.
  @Nullable Http2Stream get(int id) {
    int mask = ids.length - 1;
    for (int at = (id >>> 1) & mask; ids[at] != 0; at = (at + 1) & mask) {
      if (ids[at] == id) {
        return streams[at];
      }
    }
    return null;
  }

  /// Adds one whose id is not in it.
  void put(int id, Http2Stream stream) {
    if (2 * (size + 1) > ids.length) {
      grow();
    }
    size++;
    insert(id, stream);
  }

  private void insert(int id, @Nullable Http2Stream stream) {
    int mask = ids.length - 1;
    int at = (id >>> 1) & mask;
    while (ids[at] != 0) {
      at = (at + 1) & mask;
    }
    ids[at] = id;
    streams[at] = stream;
  }

  private void grow() {
    int[] oldIds = ids;
    @Nullable Http2Stream[] oldStreams = streams;
    ids = new int[2 * oldIds.length];
    streams = new @Nullable Http2Stream[ids.length];
    for (int i = 0; i < oldIds.length; i++) {
      if (oldIds[i] != 0) {
        insert(oldIds[i], oldStreams[i]);
      }
    }
  }

  /// Takes one out, if it is in it.
  void remove(int id) {
    int mask = ids.length - 1;
    int at = (id >>> 1) & mask;
    while (ids[at] != id) {
      if (ids[at] == 0) {
        return;
      }
      at = (at + 1) & mask;
    }
    size--;
    int hole = at;
    for (int next = (hole + 1) & mask; ids[next] != 0; next = (next + 1) & mask) {
      int home = (ids[next] >>> 1) & mask;
      // Moves up unless its own place lies behind the hole.
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        ids[hole] = ids[next];
        streams[hole] = streams[next];
        hole = next;
      }
    }
    ids[hole] = 0;
    streams[hole] = null;
  }

  /// Those with ids above `id`, in order.
  Http2Stream[] above(int id) {
    int[] found = new int[size];
    int count = 0;
    for (int known : ids) {
      if (known > id) {
        found[count++] = known;
      }
    }
    Arrays.sort(found, 0, count);
    Http2Stream[] result = new Http2Stream[count];
    for (int i = 0; i < count; i++) {
      Http2Stream stream = get(found[i]);
      if (stream == null) {
        throw new IllegalStateException("a stream that is lost");
      }
      result[i] = stream;
    }
    return result;
  }
}
