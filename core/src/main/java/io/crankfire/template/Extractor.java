package io.crankfire.template;

import org.jspecify.annotations.Nullable;

/// Takes a value out of a response into a variable. Immutable; shared by all workers.
public interface Extractor {

  /// The slot of the variable it sets.
  int slot();

  /// Whether it looks at failed responses, too (status 400 and above).
  boolean onError();

  /// Whether it looks at the body.
  boolean needsBody();

  /// The value, or null if there is none: the variable is left as it is then.
  byte @Nullable [] extract(Response response);
}
