package io.crankfire.template;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The values that every plan has without naming them: `$uuid`, `$now`, `$epoch_ms`, `$seq`,
/// `$session`, `$random_int`, `$random_choice`, `$env`.
final class BuiltIns {
  private BuiltIns() {}

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /// The names, `$` included.
  static final List<String> NAMES =
      List.of(
          "$uuid",
          "$now",
          "$epoch_ms",
          "$seq",
          "$session",
          "$random_int",
          "$random_choice",
          "$env");

  /// The piece that a name and its arguments stand for; null if no built-in has the name, or the
  /// environment does not have the variable.
  ///
  /// @param arguments what stands between the parentheses, null without them
  /// @throws IllegalArgumentException if the arguments are not what it takes, saying what it takes
  static @Nullable Piece find(String name, @Nullable String arguments, Names names) {
    if (arguments != null
        && switch (name) {
          case "$uuid", "$epoch_ms", "$seq", "$session" -> true;
          default -> false;
        }) {
      throw new IllegalArgumentException(name + " takes nothing in parentheses");
    }
    return switch (name) {
      case "$uuid" -> BuiltIns::uuid;
      case "$epoch_ms" -> (sink, variables) -> sink.writeDecimal(variables.epochMillis());
      case "$seq" -> (sink, variables) -> sink.writeDecimal(variables.iteration());
      case "$session" -> (sink, variables) -> sink.writeDecimal(variables.session());
      case "$now" -> TimePattern.of(arguments == null ? TimePattern.ISO : arguments);
      case "$random_int" -> randomInt(arguments);
      case "$random_choice" -> randomChoice(arguments);
      case "$env" -> environment(arguments, names);
      default -> null;
    };
  }

  /// RFC 9562 §5.4: version 4, of 122 random bits.
  private static void uuid(ByteSink sink, Variables variables) {
    long high = (variables.nextLong() & ~0xf000L) | 0x4000L;
    long low = (variables.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    int at = sink.reserve(36);
    byte[] array = sink.array();
    at = hex(array, at, high >>> 32, 8);
    array[at++] = '-';
    at = hex(array, at, high >>> 16, 4);
    array[at++] = '-';
    at = hex(array, at, high, 4);
    array[at++] = '-';
    at = hex(array, at, low >>> 48, 4);
    array[at++] = '-';
    hex(array, at, low, 12);
  }

  private static int hex(byte[] array, int from, long bits, int digits) {
    for (int i = 0; i < digits; i++) {
      array[from + i] = HEX[(int) (bits >>> (4 * (digits - 1 - i))) & 15];
    }
    return from + digits;
  }

  private static Piece randomInt(@Nullable String arguments) {
    String[] bounds = arguments == null ? new String[0] : arguments.split(",", -1);
    try {
      if (bounds.length == 2) {
        long least = Long.parseLong(bounds[0].strip());
        long most = Long.parseLong(bounds[1].strip());
        if (least > most) {
          throw new IllegalArgumentException(
              "$random_int(%d,%d) has nothing to choose from: the smaller number comes first"
                  .formatted(least, most));
        }
        long size = most - least + 1; // 0 stands for 2^64
        return (sink, variables) -> sink.writeDecimal(least + below(variables.nextLong(), size));
      }
    } catch (NumberFormatException _) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "$random_int takes two whole numbers, the smallest and the largest: $random_int(1,6)");
  }

  /// A number below `size` from 64 random bits; some are more likely by one in 2^64 / size.
  private static long below(long bits, long size) {
    return size == 0 ? bits : Math.unsignedMultiplyHigh(bits, size);
  }

  private static Piece randomChoice(@Nullable String arguments) {
    if (arguments == null || arguments.isBlank()) {
      throw new IllegalArgumentException(
          "$random_choice takes what to choose from: $random_choice(red,green,blue)");
    }
    String[] texts = arguments.split(",", -1);
    byte[][] choices = new byte[texts.length][];
    for (int i = 0; i < texts.length; i++) {
      choices[i] = texts[i].strip().getBytes(StandardCharsets.UTF_8);
    }
    return (sink, variables) ->
        sink.write(choices[(int) below(variables.nextLong(), choices.length)]);
  }

  private static @Nullable Piece environment(@Nullable String arguments, Names names) {
    if (arguments == null || arguments.isBlank()) {
      throw new IllegalArgumentException("$env takes the name of a variable: $env(HOME)");
    }
    String value = names.environment(arguments.strip());
    return value == null ? null : new Piece.Constant(value.getBytes(StandardCharsets.UTF_8));
  }
}
