package io.crankfire.http;

import java.time.LocalDate;
import java.util.Locale;

/// Dates as servers write them, in all the forms that are about: read by the rules for cookies (RFC
/// 6265 §5.1.1), which take the three forms of RFC 9110 §5.6.7 and much besides.
final class HttpDate {

  /// What no date is.
  static final long NONE = Long.MIN_VALUE;

  private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";

  private HttpDate() {}

  /// Milliseconds since 1970, or [#NONE].
  static long parse(String text) {
    int time = -1;
    int day = -1;
    int month = -1;
    int year = -1;
    int at = 0;
    while (at < text.length()) {
      int end = at;
      while (end < text.length() && !isDelimiter(text.charAt(end))) {
        end++;
      }
      String token = text.substring(at, end);
      at = end + 1;
      if (token.isEmpty()) {
        continue;
      }
      int seconds;
      if (time < 0 && (seconds = time(token)) >= 0) {
        time = seconds;
      } else if (day < 0 && digits(token, 1, 2) >= 0) {
        day = digits(token, 1, 2);
      } else if (month < 0 && month(token) > 0) {
        month = month(token);
      } else if (year < 0 && digits(token, 2, 4) >= 0) {
        year = digits(token, 2, 4);
      }
    }
    if (year >= 70 && year <= 99) {
      year += 1900;
    } else if (year >= 0 && year <= 69) {
      year += 2000;
    }
    if (time < 0 || month < 0 || year < 1601 || day < 1 || day > length(year, month)) {
      return NONE;
    }
    return (LocalDate.of(year, month, day).toEpochDay() * 86_400 + time) * 1_000;
  }

  private static int length(int year, int month) {
    return LocalDate.of(year, month, 1).lengthOfMonth();
  }

  private static boolean isDelimiter(char c) {
    return c == '\t'
        || (c >= 0x20 && c <= 0x2f)
        || (c >= 0x3b && c <= 0x40)
        || (c >= 0x5b && c <= 0x60)
        || (c >= 0x7b && c <= 0x7e);
  }

  /// The number that a token begins with, if it has so many digits and no further one; else -1.
  private static int digits(String token, int least, int most) {
    int value = 0;
    int count = 0;
    while (count < token.length() && isDigit(token.charAt(count))) {
      if (count == most) {
        return -1;
      }
      value = value * 10 + token.charAt(count++) - '0';
    }
    return count < least ? -1 : value;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int month(String token) {
    if (token.length() < 3) {
      return -1;
    }
    int at = MONTHS.indexOf(token.substring(0, 3).toLowerCase(Locale.ROOT));
    return at >= 0 && at % 3 == 0 ? at / 3 + 1 : -1;
  }

  /// Seconds of `h:m:s`, each of one or two digits; else -1.
  private static int time(String token) {
    int first = token.indexOf(':');
    int second = token.indexOf(':', first + 1);
    if (first < 1 || second < 0) {
      return -1;
    }
    int hours = whole(token.substring(0, first));
    int minutes = whole(token.substring(first + 1, second));
    int seconds = digits(token.substring(second + 1), 1, 2);
    boolean right =
        hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60 && seconds >= 0 && seconds < 60;
    return right ? hours * 3600 + minutes * 60 + seconds : -1;
  }

  private static int whole(String text) {
    return text.length() <= 2 && text.chars().allMatch(c -> isDigit((char) c))
        ? digits(text, 1, 2)
        : -1;
  }
}
