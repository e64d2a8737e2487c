package io.crankfire.bind;

import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.template.Names;
import java.util.List;

/// Reads the files of test data.
public final class FeedersBinder {
  private FeedersBinder() {}

  /// The keys it reads, of the whole run.
  public static final List<String> KEYS = List.of("feeder", "feeders");

  /// Adds every feeder to the names.
  public static void bind(Fields run, Names names, Problems problems) {
    for (String key : KEYS) {
      if (run.has(key)) {
        problems.add(run.position(key), key + ": files of test data are not available yet");
      }
    }
  }
}
