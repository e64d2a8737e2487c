package io.crankfire.protocol;

import java.util.Arrays;
import java.util.function.Supplier;

/// One object of each class. Few, so a short array searched from the front beats a map. Confined to
/// one thread.
final class Keepsakes {

  private Object[] kept = {};

  /// That of the class, made if there is none.
  <T> T get(Class<T> type, Supplier<T> maker) {
    for (Object one : kept) {
      if (one.getClass() == type) {
        return type.cast(one);
      }
    }
    T made = maker.get();
    kept = Arrays.copyOf(kept, kept.length + 1);
    kept[kept.length - 1] = made;
    return made;
  }

  /// Closes those that can be closed, and forgets all.
  void close() {
    Object[] all = kept;
    kept = new Object[0];
    for (Object one : all) {
      if (one instanceof AutoCloseable open) {
        try {
          open.close();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }
}
