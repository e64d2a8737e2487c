package io.crankfire.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whether a standard stream is a terminal.
final class Terminal {
  private Terminal() {}

  /*
   * Linux names what a descriptor is; that costs one system call. Elsewhere the JDK's console is
   * asked, which costs more and knows only about all streams together.
   */

  /// @param descriptor 1 for the standard output, 2 for the standard error
  @SuppressWarnings("SystemConsoleNull") // null with the JDK's console provider switched off
  static boolean is(int descriptor) {
    try {
      String name = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return name.startsWith("/dev/pts/")
          || name.startsWith("/dev/tty")
          || name.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException _) {
      var console = System.console();
      return console != null && console.isTerminal();
    }
  }
}
