package io.crankfire.grpc.message;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.crankfire.template.ByteSink;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a field takes that is a number, a truth value or a constant of an enumeration: reads its
/// text, and writes its encoding. Immutable; shared by all workers.
///
/// Whole numbers and usual decimal fractions are read where they lie; only unusual texts, such as
/// `1e3` of a whole number or 20 digits of a fraction, make objects.
final class Values {

  private static final BigInteger LEAST_LONG = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MOST_LONG = BigInteger.valueOf(Long.MAX_VALUE);
  private static final BigInteger MOST_UNSIGNED = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
  private static final double[] POWERS = new double[23];

  static {
    double power = 1;
    for (int i = 0; i < POWERS.length; i++) {
      POWERS[i] = power;
      power *= 10;
    }
  }

  private final FieldDescriptor.Type type;
  private final byte[][] names;
  private final int[] numbers;
  private final boolean closed;

  private Values(FieldDescriptor.Type type, byte[][] names, int[] numbers, boolean closed) {
    this.type = type;
    this.names = names;
    this.numbers = numbers;
    this.closed = closed;
  }

  /// What a field takes.
  static Values of(FieldDescriptor field) {
    if (field.getType() != FieldDescriptor.Type.ENUM) {
      return new Values(field.getType(), new byte[0][], new int[0], false);
    }
    EnumDescriptor constants = field.getEnumType();
    int size = constants.getValues().size();
    byte[][] names = new byte[size][];
    int[] numbers = new int[size];
    for (int i = 0; i < size; i++) {
      EnumValueDescriptor constant = constants.getValues().get(i);
      names[i] = constant.getName().getBytes(StandardCharsets.UTF_8);
      numbers[i] = constant.getNumber();
    }
    return new Values(field.getType(), names, numbers, constants.isClosed());
  }

  /// What is expected, for a person.
  String expected() {
    return switch (type) {
      case INT32, SINT32, SFIXED32 -> "whole number from -2147483648 to 2147483647";
      case UINT32, FIXED32 -> "whole number from 0 to 4294967295";
      case INT64, SINT64, SFIXED64 -> "whole number of 64 bits";
      case UINT64, FIXED64 -> "whole number from 0 to 18446744073709551615";
      case FLOAT, DOUBLE -> "number";
      case BOOL -> "true or false";
      default -> "constant of the enumeration";
    };
  }

  /// What is wrong with the value that the sink ends with.
  static String fault(ByteSink sink, int from, String expected, String field) {
    int length = Math.min(60, sink.size() - from);
    String shown = new String(sink.array(), from, length, StandardCharsets.UTF_8);
    return "\"%s\" is no %s, which %s is".formatted(shown, expected, field);
  }

  /// The wire type of one value.
  int wireType() {
    return switch (type) {
      case FIXED32, SFIXED32, FLOAT -> Wire.FIXED32;
      case FIXED64, SFIXED64, DOUBLE -> Wire.FIXED64;
      default -> Wire.VARINT;
    };
  }

  /// Adds a value without its tag.
  ///
  /// @param bits as [#bits] gives them
  void write(ByteSink sink, long bits) {
    switch (wireType()) {
      case Wire.FIXED32 -> Wire.fixed32(sink, (int) bits);
      case Wire.FIXED64 -> Wire.fixed64(sink, bits);
      default -> Wire.varint(sink, bits);
    }
  }

  /// Whether a text is a value of it.
  boolean reads(byte[] b, int from, int to) {
    return switch (type) {
      case FLOAT, DOUBLE -> isNumber(b, from, to);
      case BOOL -> is(b, from, to, "true") || is(b, from, to, "false");
      case ENUM -> constant(b, from, to) >= 0 || isNumberOfEnum(b, from, to);
      default -> isPlainWhole(b, from, to) ? inRange(b, from, to) : unusual(b, from, to) != null;
    };
  }

  /// The value of a text that [#reads] as one, in the bits that go over the wire: of a varint its
  /// value, of a fixed number its bytes, the lowest first.
  long bits(byte[] b, int from, int to) {
    return switch (type) {
      case FLOAT -> Float.floatToRawIntBits(floatOf(b, from, to)) & 0xffff_ffffL;
      case DOUBLE -> Double.doubleToRawLongBits(doubleOf(b, from, to));
      case BOOL -> b[from] == 't' ? 1 : 0;
      case ENUM -> {
        int constant = constant(b, from, to);
        yield constant >= 0 ? numbers[constant] : whole(b, from, to);
      }
      case SINT32, SINT64 -> {
        long value = whole(b, from, to);
        yield (value << 1) ^ (value >> 63);
      }
      default -> whole(b, from, to);
    };
  }

  private long whole(byte[] b, int from, int to) {
    if (isPlainWhole(b, from, to)) {
      return plainWhole(b, from, to);
    }
    BigInteger value = unusual(b, from, to);
    return value == null ? 0 : value.longValue();
  }

  private static boolean is(byte[] b, int from, int to, String word) {
    if (to - from != word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (b[from + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private int constant(byte[] b, int from, int to) {
    for (int i = 0; i < names.length; i++) {
      if (Arrays.equals(b, from, to, names[i], 0, names[i].length)) {
        return i;
      }
    }
    return -1;
  }

  private boolean isNumberOfEnum(byte[] b, int from, int to) {
    if (!isPlainWhole(b, from, to) || to - from > 11) {
      return false;
    }
    long value = plainWhole(b, from, to);
    if (value < Integer.MIN_VALUE || value > Integer.MAX_VALUE) {
      return false;
    }
    if (!closed) {
      return true;
    }
    for (int number : numbers) {
      if (number == value) {
        return true;
      }
    }
    return false;
  }

  /// Whether it is digits, with a minus sign perhaps, and few enough to be a whole number of 64
  /// bits.
  private static boolean isPlainWhole(byte[] b, int from, int to) {
    int at = from < to && b[from] == '-' ? from + 1 : from;
    if (at == to || to - at > 20) {
      return false;
    }
    for (int i = at; i < to; i++) {
      if (b[i] < '0' || b[i] > '9') {
        return false;
      }
    }
    return to - at < 19 || fitsPlainly(b, from, at, to);
  }

  /// Whether 19 or 20 digits are a whole number of 64 bits, signed or not.
  private static boolean fitsPlainly(byte[] b, int from, int at, int to) {
    String most = at > from ? "9223372036854775808" : "18446744073709551615";
    int digits = to - at;
    if (digits != most.length()) {
      return digits < most.length();
    }
    for (int i = 0; i < digits; i++) {
      if (b[at + i] != most.charAt(i)) {
        return b[at + i] < most.charAt(i);
      }
    }
    return true;
  }

  /// The number, as one without a sign if it is above the range of a signed one.
  private static long plainWhole(byte[] b, int from, int to) {
    boolean negative = b[from] == '-';
    long value = 0;
    for (int i = negative ? from + 1 : from; i < to; i++) {
      value = value * 10 + (b[i] - '0');
    }
    return negative ? -value : value;
  }

  private boolean inRange(byte[] b, int from, int to) {
    boolean negative = b[from] == '-';
    long value = plainWhole(b, from, to);
    return switch (type) {
      case INT32, SINT32, SFIXED32 ->
          value >= Integer.MIN_VALUE
              && value <= Integer.MAX_VALUE
              && (value == 0 || negative == (value < 0));
      case UINT32, FIXED32 -> value >= 0 && value <= 0xffff_ffffL && (!negative || value == 0);
      case UINT64, FIXED64 -> !negative || value == 0;
      default -> negative ? value <= 0 : value >= 0; // wrapped: above the range of a signed one
    };
  }

  /// The whole number that an unusual text is, such as `1.5e3`; null if it is none, or none that
  /// fits.
  private @Nullable BigInteger unusual(byte[] b, int from, int to) {
    if (!isDecimal(b, from, to) || to - from > 400) {
      return null;
    }
    try {
      BigDecimal decimal = new BigDecimal(text(b, from, to));
      if (decimal.signum() != 0 && Math.abs((long) decimal.scale()) > 1000) {
        return null;
      }
      BigInteger value = decimal.toBigIntegerExact();
      BigInteger least =
          switch (type) {
            case INT32, SINT32, SFIXED32 -> BigInteger.valueOf(Integer.MIN_VALUE);
            case INT64, SINT64, SFIXED64 -> LEAST_LONG;
            default -> BigInteger.ZERO;
          };
      BigInteger most =
          switch (type) {
            case INT32, SINT32, SFIXED32 -> BigInteger.valueOf(Integer.MAX_VALUE);
            case INT64, SINT64, SFIXED64 -> MOST_LONG;
            case UINT32, FIXED32 -> BigInteger.valueOf(0xffff_ffffL);
            default -> MOST_UNSIGNED;
          };
      return value.compareTo(least) < 0 || value.compareTo(most) > 0 ? null : value;
    } catch (ArithmeticException | NumberFormatException _) {
      return null;
    }
  }

  private boolean isNumber(byte[] b, int from, int to) {
    if (isName(b, from, to)) {
      return true;
    }
    if (!isDecimal(b, from, to)) {
      return false;
    }
    return type == FieldDescriptor.Type.FLOAT
        ? !Float.isInfinite(floatOf(b, from, to))
        : !Double.isInfinite(doubleOf(b, from, to));
  }

  private static boolean isName(byte[] b, int from, int to) {
    return is(b, from, to, "NaN") || is(b, from, to, "Infinity") || is(b, from, to, "-Infinity");
  }

  /// Whether it is a number of JSON; zeros may come first.
  private static boolean isDecimal(byte[] b, int from, int to) {
    int at = from < to && b[from] == '-' ? from + 1 : from;
    int end = digits(b, at, to);
    boolean found = end > at;
    if (found && end < to && b[end] == '.') {
      at = end + 1;
      end = digits(b, at, to);
      found = end > at;
    }
    if (found && end < to && (b[end] == 'e' || b[end] == 'E')) {
      at = end + 1;
      at += at < to && (b[at] == '-' || b[at] == '+') ? 1 : 0;
      end = digits(b, at, to);
      found = end > at && end - at <= 9;
    }
    return found && end == to;
  }

  private static int digits(byte[] b, int from, int to) {
    int at = from;
    while (at < to && b[at] >= '0' && b[at] <= '9') {
      at++;
    }
    return at;
  }

  private static float floatOf(byte[] b, int from, int to) {
    return isName(b, from, to)
        ? (float) named(b, from)
        : Float.parseFloat(text(b, from, to)); // by way of a double it would be rounded twice
  }

  /// Up to 15 digits and a small power of ten, both of which a double holds exactly, so that their
  /// quotient is rounded once (Clinger 1990); whatever else goes the long way.
  private static double doubleOf(byte[] b, int from, int to) {
    if (isName(b, from, to)) {
      return named(b, from);
    }
    boolean negative = b[from] == '-';
    long mantissa = 0;
    int digits = 0;
    int fraction = -1;
    for (int i = negative ? from + 1 : from; i < to; i++) {
      if (b[i] == '.') {
        fraction = 0;
      } else if (b[i] >= '0' && b[i] <= '9' && ++digits <= 15) {
        mantissa = mantissa * 10 + (b[i] - '0');
        fraction += fraction < 0 ? 0 : 1;
      } else {
        return Double.parseDouble(text(b, from, to));
      }
    }
    double value = mantissa / POWERS[Math.max(0, fraction)];
    return negative ? -value : value;
  }

  private static double named(byte[] b, int from) {
    return b[from] == 'N'
        ? Double.NaN
        : b[from] == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  private static String text(byte[] b, int from, int to) {
    return new String(b, from, to - from, StandardCharsets.US_ASCII);
  }
}
