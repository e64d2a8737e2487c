package io.crankfire.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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

  private final Set<Problem> problems = new LinkedHashSet<>();
  private final Set<Problem> warnings = new LinkedHashSet<>();

  /// Notes a fault. Each is noted once: what several endpoints inherit is wrong in one place.
  public void add(Position position, String message) {
    problems.add(new Problem(position, message));
  }

  /// Notes what is allowed and was probably not meant. Each is noted once.
  public void warn(Position position, String message) {
    warnings.add(new Problem(position, message));
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
