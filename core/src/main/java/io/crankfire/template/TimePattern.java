package io.crankfire.template;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The time of day in a pattern of [DateTimeFormatter], in UTC.
final class TimePattern implements Piece {

  /// ISO 8601 with milliseconds: `2026-11-22T19:38:03.123Z`.
  static final String ISO = "yyyy-MM-dd'T'HH:mm:ss.SSSX";

  /*
   * Patterns of fixed fields (years, months, … milliseconds) and texts are written here, digit by
   * digit. Others go through the formatter, which allocates.
   */

  private static final long DAY = 86_400_000;

  /// The letters of the fixed fields and the length of each.
  private static final String FIELDS = "yMdHmsS";

  private static final int[] LENGTHS = {4, 2, 2, 2, 2, 2, 3};

  /// A field as `-1 - index` in [#FIELDS], or a byte as it is; null when the formatter is needed.
  private final byte @Nullable [] codes;

  private final DateTimeFormatter formatter;

  private TimePattern(DateTimeFormatter formatter, byte @Nullable [] codes) {
    this.formatter = formatter;
    this.codes = codes;
  }

  /// Compiles a pattern.
  ///
  /// @throws IllegalArgumentException if it is none; the message is for the user
  static TimePattern of(String pattern) {
    try {
      DateTimeFormatter formatter = DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
      TimePattern made = new TimePattern(formatter, codes(pattern));
      made.formatted(0);
      return made;
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IllegalArgumentException(
          "\"%s\" is no date and time pattern, such as yyyy-MM-dd: %s"
              .formatted(pattern, e.getMessage()),
          e);
    }
  }

  private String formatted(long epochMillis) {
    return formatter.format(Instant.ofEpochMilli(epochMillis).atZone(ZoneOffset.UTC));
  }

  private static byte @Nullable [] codes(String pattern) {
    ByteSink codes = new ByteSink(32);
    int at = 0;
    while (at < pattern.length()) {
      char c = pattern.charAt(at);
      int end = at + 1;
      if (c == '\'') {
        end = quoted(pattern, at, codes);
      } else if (isLetter(c)) {
        while (end < pattern.length() && pattern.charAt(end) == c) {
          end++;
        }
        int field = FIELDS.indexOf(c == 'u' ? 'y' : c);
        if (c == 'X' && (end - at == 1 || end - at == 3)) {
          codes.write('Z');
        } else if (field >= 0 && end - at == LENGTHS[field]) {
          codes.write(-1 - field);
        } else {
          return null;
        }
      } else if (c >= 128 || c == '[' || c == ']') {
        return null;
      } else {
        codes.write(c);
      }
      at = end;
    }
    return codes.toBytes();
  }

  /// Adds a quoted text; returns where it ends. A doubled quote is a quote.
  private static int quoted(String pattern, int open, ByteSink codes) {
    int at = open + 1;
    while (at < pattern.length()) {
      char c = pattern.charAt(at++);
      if (c == '\'') {
        if (at == open + 2) {
          codes.write('\'');
          return at;
        }
        if (at == pattern.length() || pattern.charAt(at) != '\'') {
          return at;
        }
        at++;
      }
      codes.write((byte) (c < 128 ? c : '?'));
    }
    return at;
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  @Override
  public void write(ByteSink sink, Variables variables) {
    write(sink, variables.epochMillis());
  }

  void write(ByteSink sink, long epochMillis) {
    byte[] fields = codes;
    if (fields == null) {
      sink.write(formatted(epochMillis).getBytes(StandardCharsets.UTF_8));
      return;
    }
    long date = date(Math.floorDiv(epochMillis, DAY));
    int time = (int) Math.floorMod(epochMillis, DAY);
    for (byte code : fields) {
      switch (code) {
        case -1 -> digits(sink, date / 10_000, 4);
        case -2 -> digits(sink, date / 100 % 100, 2);
        case -3 -> digits(sink, date % 100, 2);
        case -4 -> digits(sink, time / 3_600_000, 2);
        case -5 -> digits(sink, time / 60_000 % 60, 2);
        case -6 -> digits(sink, time / 1_000 % 60, 2);
        case -7 -> digits(sink, time % 1_000, 3);
        default -> sink.write(code);
      }
    }
  }

  /// The Gregorian date of a day after 1970-01-01, as the number `yyyyMMdd`. Years are counted from
  /// March, in eras of 400 of them, so that a leap day comes last.
  private static long date(long epochDay) {
    long day = epochDay + 719_468;
    long era = Math.floorDiv(day, 146_097L);
    long dayOfEra = day - era * 146_097;
    long yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    long monthFromMarch = (5 * dayOfYear + 2) / 153;
    long dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
    long month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
    long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
    return year * 10_000 + month * 100 + dayOfMonth;
  }

  private static void digits(ByteSink sink, long number, int count) {
    int at = sink.reserve(count) + count;
    byte[] array = sink.array();
    long rest = number;
    for (int i = 0; i < count; i++) {
      array[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
