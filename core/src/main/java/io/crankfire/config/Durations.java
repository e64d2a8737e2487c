package io.crankfire.config;

import java.time.Duration;

/// Durations as text: decimal numbers each with a unit, `1h30m`, `1.5s`, `500ms`, and a bare `0`.
/// Units are `ns`, `us` (or `µs`), `ms`, `s`, `m`, `h`; a sign may come first.
public final class Durations {
  private Durations() {}

  private static final String EXAMPLES = "such as 500ms, 1.5s or 1h30m";

  /// Reads a duration.
  ///
  /// @throws IllegalArgumentException if it is none; the message is for the user
  public static Duration parse(String text) {
    String rest = text;
    boolean negative = rest.startsWith("-");
    if (negative || rest.startsWith("+")) {
      rest = rest.substring(1);
    }
    if (rest.equals("0")) {
      return Duration.ZERO;
    }
    if (rest.isEmpty()) {
      throw notOne(text);
    }
    long nanos = 0;
    int at = 0;
    while (at < rest.length()) {
      int numberEnd = endOfNumber(rest, at);
      int unitEnd = endOfUnit(rest, numberEnd);
      String number = rest.substring(at, numberEnd);
      if (number.isEmpty() || number.equals(".")) {
        throw notOne(text);
      }
      if (unitEnd == numberEnd) {
        throw new IllegalArgumentException(
            at == 0
                ? "\"%s\" has no unit: write %ss, %sm or %sms".formatted(text, text, text, text)
                : "\"%s\" ends without a unit, %s".formatted(text, EXAMPLES));
      }
      nanos = plus(nanos, number, unit(rest.substring(numberEnd, unitEnd), text), text);
      at = unitEnd;
    }
    return Duration.ofNanos(negative ? -nanos : nanos);
  }

  /// Reads a duration where it was written: in a file a bare number means seconds; as a flag's
  /// value it is an error, as it always was.
  ///
  /// @throws IllegalArgumentException if it is none; the message is for the user
  public static Duration parse(String text, Position position) {
    return parse(position.line() > 0 && isBare(text) ? text + "s" : text);
  }

  /// Whether the text is a number without a unit.
  public static boolean isBare(String text) {
    return !text.isEmpty() && endOfNumber(text, text.startsWith("-") ? 1 : 0) == text.length();
  }

  private static int endOfNumber(String text, int from) {
    int at = from;
    while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
      at++;
    }
    return at;
  }

  private static int endOfUnit(String text, int from) {
    int at = from;
    while (at < text.length() && !isDigit(text.charAt(at)) && text.charAt(at) != '.') {
      at++;
    }
    return at;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static long unit(String unit, String text) {
    return switch (unit) {
      case "ns" -> 1;
      case "us", "µs", "μs" -> 1_000;
      case "ms" -> 1_000_000;
      case "s" -> 1_000_000_000;
      case "m" -> 60_000_000_000L;
      case "h" -> 3_600_000_000_000L;
      default ->
          throw new IllegalArgumentException(
              "unknown unit \"%s\" in \"%s\": use ns, us, ms, s, m or h".formatted(unit, text));
    };
  }

  private static long plus(long nanos, String number, long unit, String text) {
    int point = number.indexOf('.');
    if (point != number.lastIndexOf('.')) {
      throw notOne(text);
    }
    String whole = point < 0 ? number : number.substring(0, point);
    try {
      long sum = nanos;
      if (!whole.isEmpty()) {
        sum = Math.addExact(sum, Math.multiplyExact(Long.parseLong(whole), unit));
      }
      double weight = unit;
      double fraction = 0;
      for (int i = point + 1; point >= 0 && i < number.length(); i++) {
        weight /= 10;
        fraction += weight * (number.charAt(i) - '0');
      }
      return Math.addExact(sum, Math.round(fraction));
    } catch (ArithmeticException | NumberFormatException _) {
      throw new IllegalArgumentException("\"" + text + "\" is longer than 292 years");
    }
  }

  private static IllegalArgumentException notOne(String text) {
    return new IllegalArgumentException("\"" + text + "\" is not a duration " + EXAMPLES);
  }
}
