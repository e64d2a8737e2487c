package io.crankfire.testkit;

/// The standard normal distribution, to about 15 digits. Pure.
final class Normal {
  private Normal() {}

  /// Marsaglia, "Evaluating the Normal Distribution", J. Stat. Software 11 (2004): a Taylor series
  /// about 0.
  static double cdf(double x) {
    if (x < -8) {
      return 0;
    }
    if (x > 8) {
      return 1;
    }
    double sum = x;
    double term = x;
    double before = 0;
    for (int i = 3; sum != before; i += 2) {
      before = sum;
      term *= x * x / i;
      sum += term;
    }
    return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /// The inverse of [#cdf], by bisection.
  static double quantile(double p) {
    double low = -8;
    double high = 8;
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (cdf(middle) < p) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }
}
