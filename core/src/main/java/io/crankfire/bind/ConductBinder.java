package io.crankfire.bind;

import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.template.Conduct;
import io.crankfire.template.Names;
import java.util.List;

/// Makes what is done around a call.
public final class ConductBinder {
  private ConductBinder() {}

  /// The keys it reads, of an endpoint or of the whole run.
  public static final List<String> KEYS =
      List.of("extractors", "checks", "retries", "capture_limit");

  /// Reads them.
  ///
  /// @param endpoint everything inherited already in it
  /// @param names complete
  public static Conduct bind(Fields endpoint, Names names, Problems problems) {
    for (String key : KEYS) {
      if (endpoint.has(key)) {
        problems.add(endpoint.position(key), key + " are not available yet");
      }
    }
    return Conduct.PLAIN;
  }
}
