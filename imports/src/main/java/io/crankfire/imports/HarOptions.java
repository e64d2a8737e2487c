package io.crankfire.imports;

/// How a HAR file becomes a workload.
///
/// @param filter which requests are taken
/// @param keepStatic whether scripts, styles, pictures and fonts are taken, too
/// @param keepCredentials whether cookies, tokens and the like are sent as recorded
/// @param replay whether the recorded order and think times are kept, or requests are weighted by
///   their frequency
/// @param speed how many times faster than recorded think times pass; above 0
public record HarOptions(
    HarFilter filter, boolean keepStatic, boolean keepCredentials, boolean replay, double speed) {

  /// Everything but static files and credentials, weighted.
  public static final HarOptions DEFAULT = new HarOptions(HarFilter.ALL, false, false, false, 1);

  /// Checks the speed.
  public HarOptions {
    if (!(speed > 0) || Double.isInfinite(speed)) {
      throw new IllegalArgumentException("the speed has to be above 0, not " + speed);
    }
  }
}
