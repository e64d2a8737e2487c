package io.crankfire.template;

import org.jspecify.annotations.Nullable;

/// A path to a value in JSON. Immutable; shared by all workers.
public interface ValuePath {

  /// The first value it leads to, as UTF-8: a string without quotes and escapes, anything else as
  /// it is written; null if there is none, or it is `null`.
  ///
  /// @param json in its first `length` bytes
  byte @Nullable [] first(byte[] json, int length);

  /// Whether the first value, as [#first] gives it, is `expected`; `null` is `null`.
  ///
  /// @param json in its first `length` bytes
  boolean firstEquals(byte[] json, int length, byte[] expected);
}
