package io.crankfire.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What a command sees of the process: its streams, its environment, its signals.
///
/// @param out takes the result and nothing else
/// @param err takes everything said besides
/// @param outIsTerminal whether a person looks at `out`; asked only when it matters
/// @param errIsTerminal whether a person looks at `err`
/// @param environment a variable's value by its name, or null
/// @param interrupts wishes that the run end
record Console(
    PrintStream out,
    PrintStream err,
    BooleanSupplier outIsTerminal,
    BooleanSupplier errIsTerminal,
    UnaryOperator<@Nullable String> environment,
    Interrupts interrupts) {

  /// Says one line about a fault.
  void complain(String line) {
    err.println("crankfire: " + line);
  }

  /// Says one line for each fault.
  void complain(List<String> lines) {
    lines.forEach(this::complain);
  }

  /// Whether reports are coloured: for a person, unless colours are unwanted
  /// (https://no-color.org).
  boolean colours(Given given) {
    if (given.has(Flags.NO_COLOR)) {
      return false;
    }
    String unwanted = environment.apply("NO_COLOR");
    return (unwanted == null || unwanted.isEmpty())
        && !"dumb".equals(environment.apply("TERM"))
        && outIsTerminal.getAsBoolean();
  }

  /// Whether a line may be written over and over.
  boolean refreshes() {
    return !"dumb".equals(environment.apply("TERM")) && errIsTerminal.getAsBoolean();
  }
}
