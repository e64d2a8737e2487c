package io.crankfire.metrics;

import java.util.Locale;

/// Something a protocol measures of its own, besides what every exchange has.
///
/// @param name in thresholds and reports: small letters, digits and underscores, a letter first.
///   One name means the same in all protocols that have it
/// @param kind how it is counted
/// @param title for people: `Round trip`. Up to 14 characters fit a line of the text report
public record Measure(String name, Kind kind, String title) {

  /// How something is counted.
  public enum Kind {
    /// Durations in nanoseconds, as a histogram.
    TIME,
    /// How many, as a sum.
    COUNT,
    /// Values without unit in thousandths, as a histogram: 12.5 a second is 12,500.
    NUMBER,
    /// How often each of a few texts occurred.
    LABEL;

    /// Its name in JSON: `time`.
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// Whether values are kept as a histogram, so that there are percentiles.
    public boolean isDistribution() {
      return this == TIME || this == NUMBER;
    }
  }

  /// How many parts of a histogram make one of the unit that people read: nanoseconds a
  /// millisecond, thousandths a number.
  public double perUnit() {
    return kind == Kind.TIME ? 1e6 : 1e3;
  }

  /// @throws IllegalArgumentException if the name is none, or the title is empty
  public Measure {
    if (!isName(name)) {
      throw new IllegalArgumentException("\"%s\" is no name of a measure".formatted(name));
    }
    if (title.isBlank()) {
      throw new IllegalArgumentException("the measure %s has no title".formatted(name));
    }
  }

  private static boolean isName(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = c >= 'a' && c <= 'z';
      boolean further = (c >= '0' && c <= '9') || c == '_';
      if (!letter && (i == 0 || !further)) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /// Whether both are counted together, whatever their titles.
  public boolean isSameAs(Measure other) {
    return kind == other.kind && name.equals(other.name);
  }
}
