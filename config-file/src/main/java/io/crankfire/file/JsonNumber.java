package io.crankfire.file;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Numbers of YAML and TOML as JSON writes them (RFC 8259 §6).
final class JsonNumber {
  private JsonNumber() {}

  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

  /// The number, as it was written if JSON writes it so; null if JSON has none, as for `.inf`.
  static @Nullable String of(String text) {
    if (NUMBER.matcher(text).matches()) {
      return text;
    }
    String digits = text.replace("_", "");
    try {
      int radix =
          digits.startsWith("0x")
              ? 16
              : digits.startsWith("0o") ? 8 : digits.startsWith("0b") ? 2 : 10;
      if (radix != 10) {
        return new BigInteger(digits.substring(2), radix).toString();
      }
      return new BigDecimal(digits).toString();
    } catch (NumberFormatException _) {
      return null;
    }
  }
}
