package io.crankfire.plan;

/// A named stretch of a run: what arrives in it is counted together.
///
/// @param name its label
/// @param fromNanos when it begins, in nanoseconds after the load began
/// @param toNanos when it ends; [Long#MAX_VALUE] for with the run
/// @param warmup whether it only warms the target up: it is shown and not judged
public record Phase(String name, long fromNanos, long toNanos, boolean warmup) {

  /// @throws IllegalArgumentException if it does not end after it begins
  public Phase {
    if (fromNanos < 0 || toNanos <= fromNanos) {
      throw new IllegalArgumentException("the phase " + name + " has no length");
    }
  }
}
