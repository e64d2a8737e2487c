package io.crankfire.plan;

/// How long a session thinks before a step.
///
/// @param kind how the times are spread
/// @param leastNanos the least, or the constant
/// @param mostNanos the most of a uniform spread; the mean of an exponential one
public record ThinkTime(Kind kind, long leastNanos, long mostNanos) {

  /// How the times are spread.
  public enum Kind {
    /// Not at all.
    NONE,
    /// Always the same.
    CONSTANT,
    /// Anything between two times, with equal chance.
    UNIFORM,
    /// With a mean and no memory, as gaps between independent users are.
    EXPONENTIAL
  }

  /// No thinking.
  public static final ThinkTime NONE = new ThinkTime(Kind.NONE, 0, 0);

  /// @throws IllegalArgumentException if a time is negative or the bounds are the wrong way round
  public ThinkTime {
    if (leastNanos < 0 || mostNanos < leastNanos) {
      throw new IllegalArgumentException(
          "think times are not negative, and the most not below the least");
    }
  }

  /// One such time, in nanoseconds.
  ///
  /// @param bits 64 random ones; whoever thinks always as long needs none
  public long nanos(long bits) {
    return switch (kind) {
      case NONE -> 0;
      case CONSTANT -> leastNanos;
      case UNIFORM -> leastNanos + Math.unsignedMultiplyHigh(bits, mostNanos - leastNanos + 1);
      case EXPONENTIAL -> (long) (-mostNanos * Math.log1p(-Draw.unit(bits)));
    };
  }

  /// Whether it is another time each time.
  public boolean isRandom() {
    return kind == Kind.UNIFORM || kind == Kind.EXPONENTIAL;
  }
}
