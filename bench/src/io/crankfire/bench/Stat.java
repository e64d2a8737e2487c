package io.crankfire.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// Median, least, greatest and number of some figures. Of none, the median is not a number.
record Stat(double median, double min, double max, int n) {

  static Stat of(double... values) {
    double[] sorted = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    int n = sorted.length;
    return n == 0
        ? new Stat(Double.NaN, Double.NaN, Double.NaN, 0)
        : new Stat((sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[0], sorted[n - 1], n);
  }

  static <T> Stat of(List<T> items, ToDoubleFunction<T> figure) {
    return of(items.stream().mapToDouble(figure).toArray());
  }

  Stat times(double factor) {
    return new Stat(median * factor, min * factor, max * factor, n);
  }

  /// The median alone, or a dash.
  String text(int decimals) {
    return n == 0 ? "–" : format(median, decimals);
  }

  /// The median with the range, or a dash.
  String range(int decimals) {
    return n < 2
        ? text(decimals)
        : text(decimals) + " (" + format(min, decimals) + "–" + format(max, decimals) + ")";
  }

  private static String format(double value, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  Map<String, Object> json() {
    return Map.of("median", median, "min", min, "max", max, "n", n);
  }
}
