package io.crankfire.bench;

import java.util.Map;
import java.util.OptionalDouble;

/// What one run of one tool came to. Counts are the server's, times of CPU the kernel's.
///
/// @param tool its label
/// @param failure why there are no figures, or empty
/// @param perSecond requests per second in the steady window
/// @param cpuNanos CPU of the generator per request, in the steady window
/// @param userNanos the part of it in user mode
/// @param generatorShare of its core, by the generator
/// @param foreignShare of the generator's core, by others
/// @param serverShare of its core, by the server
/// @param peakRssBytes most resident memory of the generator
/// @param firstRequestMillis from the spawn of the process to the first request at the server
/// @param firstSecondShare requests of the first second over those of a steady second
/// @param requests in the whole run
/// @param reported what the tool said itself, see [Tool#reported]
record Measurement(
    String tool,
    String failure,
    double perSecond,
    double cpuNanos,
    double userNanos,
    double generatorShare,
    double foreignShare,
    double serverShare,
    long peakRssBytes,
    double firstRequestMillis,
    double firstSecondShare,
    long requests,
    Map<String, Double> reported) {

  static Measurement failed(String tool, String why) {
    return new Measurement(tool, why, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, Map.of());
  }

  boolean ok() {
    return failure.isEmpty();
  }

  OptionalDouble percentile(String name) {
    Double ms = reported.get(name);
    return ms == null ? OptionalDouble.empty() : OptionalDouble.of(ms);
  }
}
