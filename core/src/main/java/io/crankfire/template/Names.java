package io.crankfire.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The names that a plan's placeholders can mean: variables, which extractors set, columns of
/// feeders, and the environment. Feeders and extractors are bound first, since a template means
/// nothing by a name that is not there yet; constant after that.
public final class Names {

  private final @Nullable UnaryOperator<@Nullable String> environment;

  private final Map<String, Integer> variables = new LinkedHashMap<>();
  private final List<Feeder> feeders = new ArrayList<>();

  /// None yet, and no environment.
  public Names() {
    environment = null; // no function that gives nothing: the way to a plain start is short
  }

  /// None yet.
  ///
  /// @param environment the value of an environment variable by its name, null if it is not set
  public Names(UnaryOperator<@Nullable String> environment) {
    this.environment = environment;
  }

  /// The value of an environment variable; null if it is not set.
  public @Nullable String environment(String name) {
    return environment == null ? null : environment.apply(name);
  }

  /// The slot of a variable, which exists from now on.
  public int variable(String name) {
    return variables.computeIfAbsent(name, _ -> variables.size());
  }

  /// The slot of a variable, negative if no extractor sets it.
  public int slot(String name) {
    return variables.getOrDefault(name, -1);
  }

  /// The variables by name, each with its slot.
  public Map<String, Integer> variables() {
    return variables;
  }

  /// Adds a feeder; its columns are names from now on, with and without `NAME.` before them.
  public void add(Feeder feeder) {
    feeders.add(feeder);
  }

  /// The feeders in the order of their adding.
  public List<Feeder> feeders() {
    return feeders;
  }

  /// A column of a feeder.
  ///
  /// @param feeder index in [#feeders()]
  /// @param column index in its columns
  public record Column(int feeder, int column) {}

  /// The column that a name means: `column` of the first feeder that has it, or `feeder.column`.
  public @Nullable Column column(String name) {
    for (int i = 0; i < feeders.size(); i++) {
      Feeder feeder = feeders.get(i);
      int at = feeder.columns().indexOf(name);
      if (at < 0 && name.startsWith(feeder.name() + ".")) {
        at = feeder.columns().indexOf(name.substring(feeder.name().length() + 1));
      }
      if (at >= 0) {
        return new Column(i, at);
      }
    }
    return null;
  }
}
