package io.crankfire.bind;

import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.template.Credential;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes what proves to a target who we are.
public final class AuthBinder {
  private AuthBinder() {}

  /// The keys it reads, of an endpoint or of the whole run.
  public static final List<String> KEYS = List.of("auth");

  /// Reads `auth`.
  ///
  /// @param fields those of the run, or of an endpoint that has its own
  /// @return null if there is none, or a fault
  public static @Nullable Credential bind(Fields fields, Problems problems) {
    if (fields.has("auth")) {
      problems.add(fields.position("auth"), "auth is not available yet");
    }
    return null;
  }
}
