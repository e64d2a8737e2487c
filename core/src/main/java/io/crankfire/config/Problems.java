package io.crankfire.config;

import java.util.ArrayList;
import java.util.List;

/// The faults of a configuration, all of them, in the order in which they were found. Confined to
/// one thread.
public final class Problems {

  /// One fault.
  ///
  /// @param position where
  /// @param message what, and what to do
  public record Problem(Position position, String message) {
    @Override
    public String toString() {
      return position + ": " + message;
    }
  }

  private final List<Problem> problems = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();

  /// Notes a fault. Each is noted once: what several endpoints inherit is wrong in one place.
  public void add(Position position, String message) {
    Problem problem = new Problem(position, message);
    if (!problems.contains(problem)) {
      problems.add(problem);
    }
  }

  /// Notes what is allowed and was probably not meant. Each is noted once.
  public void warn(Position position, String message) {
    Problem warning = new Problem(position, message);
    if (!warnings.contains(warning)) {
      warnings.add(warning);
    }
  }

  /// What is allowed and was probably not meant.
  public List<Problem> warnings() {
    return List.copyOf(warnings);
  }

  /// Whether there is no fault.
  public boolean isEmpty() {
    return problems.isEmpty();
  }

  /// All of them.
  public List<Problem> all() {
    return List.copyOf(problems);
  }
}
