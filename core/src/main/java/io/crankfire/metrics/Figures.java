package io.crankfire.metrics;

/// Numbers as text for people: durations in Go's notation (`1m2.5s`, `133µs`), shares, decimals.
/// The same everywhere, whatever the locale.
public final class Figures {

  /*
   * No java.util.Formatter: it is slow to load, and a short run prints its report within the first
   * half second of the process.
   */

  private static final long SECOND = 1_000_000_000;

  private Figures() {}

  /// A duration exact to the nanosecond: `0s`, `812ns`, `6.226696ms`, `1h0m3.5s`.
  public static String exact(long nanos) {
    if (nanos < 0) {
      return nanos == Long.MIN_VALUE ? "-2562047h47m16.854775808s" : "-" + exact(-nanos);
    }
    if (nanos == 0) {
      return "0s";
    }
    if (nanos < 1_000) {
      return nanos + "ns";
    }
    if (nanos < 1_000_000) {
      return scaled(nanos, 1_000) + "µs";
    }
    if (nanos < SECOND) {
      return scaled(nanos, 1_000_000) + "ms";
    }
    long minutes = nanos / (60 * SECOND);
    String seconds = scaled(nanos % (60 * SECOND), SECOND) + "s";
    if (minutes == 0) {
      return seconds;
    }
    return minutes < 60
        ? minutes + "m" + seconds
        : minutes / 60 + "h" + minutes % 60 + "m" + seconds;
  }

  /// A duration rounded to four significant digits, but never coarser than a second.
  public static String duration(long nanos) {
    if (nanos < -Long.MAX_VALUE + SECOND || nanos > Long.MAX_VALUE - SECOND) {
      return exact(nanos);
    }
    long scale = 1;
    while (Math.abs(nanos / scale) >= 10_000 && scale < SECOND) {
      scale *= 10;
    }
    return exact(Math.round((double) nanos / scale) * scale);
  }

  /// A number with exactly `decimals` digits after the point, at most 9.
  public static String fixed(double value, int decimals) {
    if (!(Math.abs(value) < 1e9)) {
      return Double.isFinite(value) && decimals == 0
          ? Long.toString(Math.round(value))
          : Double.toString(value);
    }
    long scale = 1;
    for (int i = 0; i < decimals; i++) {
      scale *= 10;
    }
    long rounded = Math.round(Math.abs(value) * scale);
    String sign = value < 0 && rounded > 0 ? "-" : "";
    String whole = sign + rounded / scale;
    return decimals == 0
        ? whole
        : whole + "." + Long.toString(scale + rounded % scale).substring(1);
  }

  /// A share of 1 in percent: `12 %`, `4.7 %`, `0.12 %`.
  public static String percent(double share) {
    double percent = share * 100;
    double size = Math.abs(percent);
    if (size > 0 && size < 0.01) {
      return "< 0.01 %";
    }
    int decimals = size >= 9.95 || size == 0 ? 0 : size >= 0.995 ? 1 : 2;
    return fixed(percent, decimals) + " %";
  }

  /// A whole number in groups of three: `20,000`.
  public static String count(long number) {
    String digits = Long.toString(number);
    int first = digits.startsWith("-") ? 1 : 0;
    StringBuilder grouped = new StringBuilder(digits);
    for (int i = digits.length() - 3; i > first; i -= 3) {
      grouped.insert(i, ',');
    }
    return grouped.toString();
  }

  /// A number of bytes in decimal units: `812 B`, `12.3 MB`.
  public static String bytes(double bytes) {
    double rest = bytes;
    int unit = 0;
    while (rest >= 999.5 && unit < 5) {
      rest /= 1_000;
      unit++;
    }
    int decimals = unit == 0 || rest >= 99.95 ? 0 : rest >= 9.995 ? 1 : 2;
    return fixed(rest, decimals) + " " + (unit == 0 ? "" : "kMGTP".charAt(unit - 1)) + "B";
  }

  private static String scaled(long value, long unit) {
    long rest = value % unit;
    if (rest == 0) {
      return Long.toString(value / unit);
    }
    String fraction = Long.toString(unit + rest).substring(1);
    int end = fraction.length();
    while (fraction.charAt(end - 1) == '0') {
      end--;
    }
    return value / unit + "." + fraction.substring(0, end);
  }
}
