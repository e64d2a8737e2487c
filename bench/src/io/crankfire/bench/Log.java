package io.crankfire.bench;

import java.util.Locale;

/// Progress, on standard error; standard output carries the tables alone.
final class Log {

  private Log() {}

  static void say(String format, Object... values) {
    System.err.println(String.format(Locale.ROOT, format, values));
  }
}
