package io.crankfire.config;

import java.math.BigDecimal;
import java.math.BigInteger;

/// Numbers as configuration files write them: `10`, `-1.5`, `1e6`, and what YAML and TOML know
/// besides, `0x1F`, `0o17`, `0b11`, `1_000`. An empty text is 0.
final class Numbers {
  private Numbers() {}

  static final BigDecimal LONG_MIN = BigDecimal.valueOf(Long.MIN_VALUE);
  static final BigDecimal LONG_MAX = BigDecimal.valueOf(Long.MAX_VALUE);

  /// More digits, or a larger exponent, than any setting needs: computing with them would take
  /// long.
  private static final int MOST_DIGITS = 400;

  /// @throws NumberFormatException if it is none
  static BigDecimal decimal(String text) {
    if (text.isEmpty()) {
      return BigDecimal.ZERO;
    }
    if (text.length() > MOST_DIGITS) {
      throw new NumberFormatException("too long");
    }
    int radix =
        text.startsWith("0x") ? 16 : text.startsWith("0o") ? 8 : text.startsWith("0b") ? 2 : 10;
    if (radix != 10) {
      return new BigDecimal(new BigInteger(digits(text.substring(2)), radix));
    }
    BigDecimal number = new BigDecimal(digits(text));
    if (Math.abs((long) number.precision() - number.scale()) > MOST_DIGITS
        || number.scale() > MOST_DIGITS) {
      throw new NumberFormatException("too large");
    }
    return number;
  }

  /// Without the underscores between digits.
  private static String digits(String text) {
    boolean between = text.indexOf('_') > 0 && !text.endsWith("_") && !text.contains("__");
    return between ? text.replace("_", "") : text;
  }
}
