package io.crankfire.plan;

import org.jspecify.annotations.Nullable;

/// What a result has to be for the run to pass. Parsed before the run.
///
/// @param text as it was written, trimmed
/// @param metric whose value: `response_time`, `failed`, …
/// @param aggregate which value of it: `p95`, `avg`, `rate`, `count`
/// @param operator how it is compared: `<`, `<=`, `>`, `>=`, `==`, `!=`
/// @param expected with what: milliseconds, a share of 1, a number
/// @param scope whose part of the load: `endpoint`, `scenario` or `phase` and a name; null for all
/// @param windowNanos judged over every stretch of this length; 0 for the whole run
/// @param abort whether the run ends as soon as it does not hold
public record Threshold(
    String text,
    String metric,
    String aggregate,
    String operator,
    double expected,
    @Nullable Scope scope,
    long windowNanos,
    boolean abort) {

  /// A part of the load.
  ///
  /// @param kind `endpoint`, `scenario` or `phase`
  /// @param name its label
  public record Scope(String kind, String name) {}
}
