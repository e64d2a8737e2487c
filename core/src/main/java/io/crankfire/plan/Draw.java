package io.crankfire.plan;

/// Random numbers that depend on the run's seed and on what they are for, and on nothing else: not
/// on the order in which they are asked for, nor on who asks. So every worker draws the same.
public final class Draw {

  /// Which scenario an iteration is.
  public static final long SCENARIO = 0x5343454e4152494fL;

  /// How long is waited before a request is sent again.
  public static final long RETRY = 0x52455452590a0000L;

  private static final double UNIT = 0x1p-53;

  private Draw() {}

  /// 64 bits, each 0 or 1 with equal chance.
  ///
  /// @param seed of the run
  /// @param stream what the number is for
  /// @param number which one of those, from 0
  public static long bits(long seed, long stream, long number) {
    return mix(mix(seed ^ mix(stream)) + (number + 1) * 0x9e3779b97f4a7c15L);
  }

  /// A number from 0 up to and without 1.
  public static double unit(long seed, long stream, long number) {
    return unit(bits(seed, stream, number));
  }

  /// The number from 0 up to and without 1 that random bits stand for.
  public static double unit(long bits) {
    return (bits >>> 11) * UNIT;
  }

  /// The finalizer of splitmix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
  /// Generators, 2014), in Stafford's variant 13.
  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }
}
