package io.crankfire.plan;

/// When arrivals happen.
public sealed interface Arrivals {

  /// Each session begins again as soon as it is done: no schedule, scheduled = sent.
  record Closed() implements Arrivals {}

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
