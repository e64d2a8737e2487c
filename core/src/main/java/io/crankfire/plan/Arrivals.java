package io.crankfire.plan;

import org.jspecify.annotations.Nullable;

/// When arrivals happen.
public sealed interface Arrivals {

  /// Each session begins again as soon as it is done: no schedule, scheduled = sent.
  ///
  /// @param users how many sessions there are at a time, over time, rounded to whole ones; the run
  ///   ends with it. Session n, from 0, may begin iterations while this is n + ½ or more. Null for
  ///   all of them from the beginning to the end
  record Closed(@Nullable LoadCurve users) implements Arrivals {
    /// All sessions from the beginning to the end.
    public Closed() {
      this(null);
    }
  }

  /// By a schedule, whatever the target does.
  ///
  /// @param curve the rate over time
  /// @param spacing how arrivals lie within it
  record Open(LoadCurve curve, Spacing spacing) implements Arrivals {}

  /// How the arrivals of a schedule lie within its rate.
  enum Spacing {
    /// As even as the rate allows: the n-th at L⁻¹(n + ½).
    UNIFORM,
    /// A Poisson process: exponential gaps, as many independent users make.
    POISSON
  }
}
