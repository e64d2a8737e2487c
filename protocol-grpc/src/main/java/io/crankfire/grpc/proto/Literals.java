package io.crankfire.grpc.proto;

import com.google.protobuf.ByteString;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Numbers and texts as they are written in files, and back.
final class Literals {
  private Literals() {}

  /// The largest number that a file can mean as a whole one.
  static final BigInteger MOST = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  /// No number is written with more; reading digits costs their square.
  static final int MOST_DIGITS = 500;

  /// A whole number: decimal, octal or hexadecimal; null if it is none, such as `09`.
  static @Nullable BigInteger whole(String word) {
    if (word.length() > MOST_DIGITS) {
      return null;
    }
    try {
      if (word.startsWith("0x") || word.startsWith("0X")) {
        return new BigInteger(word.substring(2), 16);
      }
      return word.length() > 1 && word.charAt(0) == '0'
          ? new BigInteger(word, 8)
          : new BigInteger(word);
    } catch (NumberFormatException _) {
      return null;
    }
  }

  /// A number with a fraction or an exponent.
  static double real(String word) {
    String digits =
        word.endsWith("f") || word.endsWith("F") ? word.substring(0, word.length() - 1) : word;
    try {
      return Double.parseDouble(digits);
    } catch (NumberFormatException _) {
      return 0; // the lexer has complained
    }
  }

  /// What a text in quotes means: bytes, since escapes may name any.
  ///
  /// @param source takes faults
  /// @param from the offset of the opening quote
  /// @param word with its quotes
  static ByteString text(Source source, int from, String word) {
    int end = word.length() - 1;
    if (word.length() < 2 || word.charAt(end) != word.charAt(0)) {
      end = word.length(); // the lexer has complained
    }
    if (word.indexOf('\\') < 0) {
      return ByteString.copyFromUtf8(word.substring(1, end));
    }
    ByteString.Output bytes = ByteString.newOutput(word.length());
    int at = 1;
    while (at < end) {
      char c = word.charAt(at);
      if (c != '\\' || at + 1 >= end) {
        int codePoint = word.codePointAt(at);
        utf8(bytes, codePoint);
        at += Character.charCount(codePoint);
        continue;
      }
      at = escape(source, from, word, at, end, bytes);
    }
    return bytes.toByteString();
  }

  /// Reads an escape.
  ///
  /// @param at the offset of the backslash
  /// @return the offset after the escape
  private static int escape(
      Source source, int from, String word, int at, int end, ByteString.Output bytes) {
    char c = word.charAt(at + 1);
    int simple = "abfnrtv\\?'\"".indexOf(c);
    if (simple >= 0) {
      bytes.write("\u0007\b\f\n\r\t\u000B\\?'\"".charAt(simple));
      return at + 2;
    }
    if (c >= '0' && c <= '7') {
      int next = digits(word, at + 1, Math.min(end, at + 4), 8);
      bytes.write(Integer.parseInt(word.substring(at + 1, next), 8));
      return next;
    }
    int longest = c == 'x' || c == 'X' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (longest == 0) {
      source.fault(
          from + at, "\"\\%c\" is no escape; a backslash is written \"\\\\\"".formatted(c));
      return at + 2;
    }
    int next = digits(word, at + 2, Math.min(end, at + 2 + longest), 16);
    int count = next - at - 2;
    if (count == 0 || (longest > 2 && count < longest)) {
      source.fault(
          from + at,
          "\"\\%c\" needs %s hexadecimal digits".formatted(c, longest == 2 ? "1 or 2" : longest));
      return next;
    }
    long value = Long.parseLong(word.substring(at + 2, next), 16);
    if (longest == 2) {
      bytes.write((int) value);
      return next;
    }
    if (value > Character.MAX_CODE_POINT) {
      source.fault(from + at, "there is no character of this number: at most \\U0010FFFF");
      return next;
    }
    return character(source, from, word, at, next, end, (int) value, bytes);
  }

  /// Writes the character of a number; two halves of a pair are one character.
  private static int character(
      Source source,
      int from,
      String word,
      int at,
      int next,
      int end,
      int value,
      ByteString.Output bytes) {
    if (Character.isHighSurrogate((char) value) && value < 0x10000) {
      if (word.startsWith("\\u", next)
          && digits(word, next + 2, Math.min(end, next + 6), 16) == next + 6) {
        int low = Integer.parseInt(word.substring(next + 2, next + 6), 16);
        if (Character.isLowSurrogate((char) low)) {
          utf8(bytes, Character.toCodePoint((char) value, (char) low));
          return next + 6;
        }
      }
    }
    if (value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE) {
      source.fault(from + at, "this is half a character: the other half is missing");
      return next;
    }
    utf8(bytes, value);
    return next;
  }

  private static int digits(String word, int from, int most, int radix) {
    int at = from;
    while (at < most && word.charAt(at) < 0x80 && Character.digit(word.charAt(at), radix) >= 0) {
      at++;
    }
    return at;
  }

  private static void utf8(ByteString.Output bytes, int codePoint) {
    byte[] encoded = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
    bytes.write(encoded, 0, encoded.length);
  }

  /// Bytes as a default value gives them, with the escapes of C.
  static String escaped(ByteString bytes) {
    StringBuilder text = new StringBuilder(bytes.size());
    for (int i = 0; i < bytes.size(); i++) {
      int b = bytes.byteAt(i) & 0xFF;
      switch (b) {
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        case '"' -> text.append("\\\"");
        case '\'' -> text.append("\\'");
        case '\\' -> text.append("\\\\");
        default -> {
          if (b >= ' ' && b < 0x7F) {
            text.append((char) b);
          } else {
            text.append('\\').append((char) ('0' + (b >> 6)));
            text.append((char) ('0' + ((b >> 3) & 7))).append((char) ('0' + (b & 7)));
          }
        }
      }
    }
    return text.toString();
  }

  /// A number as a default value of a `double` gives it: the fewest digits, 15 or 17, that mean it.
  static String shown(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }
    String few = digits(value, 15);
    return Double.parseDouble(few) == value ? few : digits(value, 17);
  }

  /// A number as a default value of a `float` gives it: the fewest digits, 6 or 9, that mean it.
  static String shown(float value) {
    if (Float.isNaN(value) || Float.isInfinite(value)) {
      return shown((double) value);
    }
    String few = digits(value, 6);
    return Float.parseFloat(few) == value ? few : digits(value, 9);
  }

  /// As `%.*g` of C.
  private static String digits(double value, int precision) {
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    BigDecimal rounded =
        new BigDecimal(value).round(new MathContext(precision)).stripTrailingZeros();
    int exponent = rounded.precision() - rounded.scale() - 1;
    if (exponent >= -4 && exponent < precision) {
      return rounded.toPlainString();
    }
    String unscaled = rounded.unscaledValue().abs().toString();
    return (value < 0 ? "-" : "")
        + unscaled.charAt(0)
        + (unscaled.length() > 1 ? "." + unscaled.substring(1) : "")
        + "e%s%02d".formatted(exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  /// The name of a field in JSON, where none is given: `foo_bar` is `fooBar`.
  static String jsonName(String name) {
    StringBuilder json = new StringBuilder(name.length());
    boolean capital = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '_') {
        capital = true;
      } else {
        json.append(capital && c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c);
        capital = false;
      }
    }
    return json.toString();
  }

  /// The name of the message that a map's entries are: `foo_bar` has `FooBarEntry`.
  static String entryName(String name) {
    String json = jsonName("_" + name);
    return json + "Entry";
  }

  /// In lower case, whatever the language of the machine.
  static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
