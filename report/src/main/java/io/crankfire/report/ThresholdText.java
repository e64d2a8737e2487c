package io.crankfire.report;

import io.crankfire.metrics.Figures;
import io.crankfire.plan.Threshold;
import io.crankfire.plan.Threshold.Aggregate;
import io.crankfire.verdict.ThresholdResult;

/// What became of a threshold, in a few words: values in the units and the precision of the rest of
/// the page, but exact where the rounded ones could not be told apart.
final class ThresholdText {
  private ThresholdText() {}

  /// `failed < 1% over 30s: 4.2 % < 1 %, in the 30s up to 1m12s`.
  static String sentence(ThresholdResult result) {
    return Plain.text(result.threshold().text()) + ": " + comparison(result) + when(result);
  }

  /// `4.2 % < 1 %`, or why there is no value.
  private static String comparison(ThresholdResult result) {
    if (Double.isNaN(result.actual())) {
      return Plain.text(result.reason());
    }
    Threshold threshold = result.threshold();
    String actual = value(threshold, result.actual());
    String expected = value(threshold, threshold.expected());
    if (actual.equals(expected) && result.actual() != threshold.expected()) {
      actual = exact(threshold, result.actual());
      expected = exact(threshold, threshold.expected());
    }
    return actual + " " + threshold.operator().sign() + " " + expected;
  }

  private static String when(ThresholdResult result) {
    Threshold threshold = result.threshold();
    if (result.foundNanos() < 0) {
      return threshold.windowNanos() > 0 && result.passed() ? ", in the last window" : "";
    }
    String found = Figures.duration(result.foundNanos());
    return threshold.windowNanos() > 0
        ? ", in the " + Figures.duration(threshold.windowNanos()) + " up to " + found
        : ", after " + found;
  }

  private static String value(Threshold threshold, double value) {
    return switch (unit(threshold)) {
      case TIME -> Figures.duration(Math.round(value * 1e6));
      case SHARE -> share(value);
      case RATE -> Figures.fixed(value, 2) + "/s";
      case COUNT -> number(value);
      case NUMBER -> Figures.fixed(value, 2);
    };
  }

  /// A share in percent with up to two decimals, since limits are often close to 100 %.
  static String share(double share) {
    if (!(share < 1_000)) {
      return share * 100 + " %";
    }
    String fixed = Figures.fixed(share * 100, 2);
    int end = fixed.length();
    while (fixed.charAt(end - 1) == '0') {
      end--;
    }
    end -= fixed.charAt(end - 1) == '.' ? 1 : 0;
    return fixed.substring(0, end) + " %";
  }

  private static String exact(Threshold threshold, double value) {
    return switch (unit(threshold)) {
      case TIME -> value + "ms";
      case SHARE -> value * 100 + " %";
      case RATE -> value + "/s";
      case COUNT, NUMBER -> number(value);
    };
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  private enum Unit {
    TIME,
    SHARE,
    RATE,
    COUNT,
    NUMBER
  }

  private static Unit unit(Threshold threshold) {
    if (threshold.isDistribution()) {
      return threshold.isTime() ? Unit.TIME : Unit.NUMBER;
    }
    if (threshold.aggregate() == Aggregate.COUNT) {
      return Unit.COUNT;
    }
    return switch (threshold.metric()) {
      case REQUESTS, MEASURE -> Unit.RATE;
      case FAILED, CHECKS, RESPONSE_TIME, SERVICE_TIME, ITERATION_DURATION -> Unit.SHARE;
    };
  }
}
