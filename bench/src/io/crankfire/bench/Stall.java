package io.crankfire.bench;

import java.util.Arrays;

/// A run at a constant rate in which the server stands still once: what its response times must
/// come to.
///
/// @param rate arrivals per second
/// @param seconds length of the run
/// @param beginMillis when the server stops, after the first arrival
/// @param lengthMillis how long it stands
/// @param serviceMillis what an answer takes otherwise
record Stall(int rate, int seconds, int beginMillis, int lengthMillis, double serviceMillis) {

  /// The response time in milliseconds at a quantile: every arrival during the stall waits for its
  /// end.
  double responseMillis(double q) {
    double[] times = new double[rate * seconds];
    for (int i = 0; i < times.length; i++) {
      double at = i * 1000.0 / rate;
      boolean caught = at >= beginMillis && at < beginMillis + lengthMillis;
      times[i] = serviceMillis + (caught ? beginMillis + lengthMillis - at : 0);
    }
    Arrays.sort(times);
    return Arrivals.quantile(times, q);
  }

  /// The same from arrival times at the server: how far each was behind the schedule when the
  /// server read it, plus the service. It holds what the generator itself was late by.
  double seenMillis(long[] arrivals, double q) {
    if (arrivals.length < 100) {
      return Double.NaN;
    }
    double[] behind = Arrivals.behindSchedule(arrivals, rate);
    Arrays.sort(behind);
    return Arrivals.quantile(behind, q) / 1e6 + serviceMillis;
  }
}
