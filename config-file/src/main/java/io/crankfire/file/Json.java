package io.crankfire.file;

import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Pattern;

/// Writes values as JSON, without blanks: numbers as they were written, if JSON writes them so.
final class Json {

  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");

  private final StringBuilder out = new StringBuilder();
  private final Problems problems;

  Json(Problems problems) {
    this.problems = problems;
  }

  /// What was written.
  String text() {
    return out.toString();
  }

  Json raw(char c) {
    out.append(c);
    return this;
  }

  /// A value.
  void value(String text, Raw.Kind kind, Position position) {
    switch (kind) {
      case TEXT -> string(text);
      case NULL -> out.append("null");
      case BOOLEAN -> out.append(Boolean.parseBoolean(text));
      case NUMBER -> out.append(number(text, position));
    }
  }

  /// A text in quotes.
  void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c == '\n') {
        out.append("\\n");
      } else if (c == '\t') {
        out.append("\\t");
      } else if (c == '\r') {
        out.append("\\r");
      } else if (c < ' ') {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  private String number(String text, Position position) {
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
      problems.add(position, "JSON has no number " + text + ": write it in quotes");
      return "0";
    }
  }
}
