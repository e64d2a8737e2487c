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

  /// Notes a fault.
  public void add(Position position, String message) {
    problems.add(new Problem(position, message));
  }

  /// Whether there is none.
  public boolean isEmpty() {
    return problems.isEmpty();
  }

  /// All of them.
  public List<Problem> all() {
    return List.copyOf(problems);
  }
}
