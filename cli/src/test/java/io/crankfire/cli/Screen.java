package io.crankfire.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// A console that keeps what was written.
final class Screen {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final boolean terminal;
  private final Map<String, String> environment;
  private final Interrupts interrupts;

  Screen(boolean terminal, Map<String, String> environment, Interrupts interrupts) {
    this.terminal = terminal;
    this.environment = environment;
    this.interrupts = interrupts;
  }

  Screen() {
    this(false, Map.of(), Interrupts.NONE);
  }

  Console console() {
    return new Console(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        () -> terminal,
        () -> terminal,
        environment::get,
        interrupts);
  }

  /// Runs one command as shipped.
  int run(String... arguments) {
    return run(Parts.SHIPPED, arguments);
  }

  int run(Parts parts, String... arguments) {
    return new Cli(console(), parts).run(arguments);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  List<String> errLines() {
    return err().lines().toList();
  }
}
