package io.crankfire.protocol;

import io.crankfire.plan.Connections;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// What calls may learn of their targets while they are compiled: whether targets may be asked at
/// all, how they are reached, and what they have answered so far. One for a plan. Confined to one
/// thread.
public final class Inquiry implements AutoCloseable {

  private final Connections connections;
  private final boolean allowed;
  private final Keepsakes answers = new Keepsakes();
  private final List<String> failures = new ArrayList<>();

  /// @param connections how targets are reached
  /// @param allowed whether they may be: a run asks, and what only looks at a configuration does
  ///   not
  public Inquiry(Connections connections, boolean allowed) {
    this.connections = connections;
    this.allowed = allowed;
  }

  /// Asks nobody.
  public static Inquiry none() {
    return new Inquiry(Connections.DEFAULT, false);
  }

  /// Whether targets may be asked.
  public boolean allowed() {
    return allowed;
  }

  /// How they are reached.
  public Connections connections() {
    return connections;
  }

  /// What a protocol keeps of the answers, so that each question is asked once: one object of each
  /// class, made when it is first asked for.
  public <T> T shared(Class<T> type, Supplier<T> maker) {
    return answers.get(type, maker);
  }

  /// Notes that a target could not be asked, which is no fault of the configuration: the call is
  /// not compiled, and the run cannot begin. Each is noted once.
  ///
  /// @param message who could not be asked and why, for a person
  public void fail(String message) {
    if (!failures.contains(message)) {
      failures.add(message);
    }
  }

  /// Who could not be asked and why.
  public List<String> failures() {
    return List.copyOf(failures);
  }

  /// Leaves all who were asked.
  @Override
  public void close() {
    answers.close();
  }
}
