package io.crankfire.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// The entry point of the program.
public final class Main {
  private Main() {}

  /// Runs one command and ends the process with its exit code.
  ///
  /// @param args the command line
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT); // all words are English, and so are the numbers between them
    PrintStream out = stream(FileDescriptor.out);
    PrintStream err = stream(FileDescriptor.err);
    Console console =
        new Console(
            out, err, () -> Terminal.is(1), () -> Terminal.is(2), System::getenv, new Signals());
    int exitCode = new Cli(console, Parts.SHIPPED).run(args);
    out.flush();
    System.exit(exitCode);
  }

  /// The same bytes whatever the locale: reports are UTF-8.
  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
