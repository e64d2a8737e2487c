package io.crankfire.template;

/// Decides whether a step is made, from what the session knows. Immutable.
@FunctionalInterface
public interface Condition {

  /// Whether the step is to be made.
  boolean holds(Variables variables);
}
