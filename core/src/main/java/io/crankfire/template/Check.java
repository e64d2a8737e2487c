package io.crankfire.template;

/// A condition on a response. Immutable; shared by all workers.
public interface Check {

  /// Its name in reports; a failure is counted under `CHECK_` and this name in capitals.
  String name();

  /// Whether it looks at the body.
  boolean needsBody();

  /// Whether the response meets it.
  boolean holds(Response response);
}
