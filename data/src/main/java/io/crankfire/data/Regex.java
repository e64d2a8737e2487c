package io.crankfire.data;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A regular expression in the syntax of RE2, whose time is linear in the length of the text.
/// Immutable; any thread.
public final class Regex {

  private final Pattern pattern;
  private final int group;

  private Regex(Pattern pattern) {
    this.pattern = pattern;
    this.group = Math.min(1, pattern.groupCount());
  }

  /// Compiles a pattern.
  ///
  /// @throws IllegalArgumentException if it is none, saying where and why
  public static Regex compile(String pattern) {
    try {
      return new Regex(Pattern.compile(pattern));
    } catch (PatternSyntaxException e) {
      String part = e.getPattern();
      int at = part == null || part.isEmpty() ? -1 : pattern.indexOf(part);
      String place = at < 0 ? "" : ", at character %d of the pattern: %s".formatted(at + 1, part);
      throw new IllegalArgumentException(
          "\"%s\" is no regular expression: %s%s".formatted(pattern, e.getDescription(), place), e);
    }
  }

  /// Whether it fits a part of a body.
  public boolean isIn(byte[] body, int length) {
    return pattern.matcher(text(body, length)).find();
  }

  /// The first part of a body that it fits: its first group if it has one, else the whole; null if
  /// there is no such part, or the group is not in it.
  public byte @Nullable [] first(byte[] body, int length) {
    CharSequence text = text(body, length);
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find() || matcher.start(group) < 0) {
      return null;
    }
    return text.subSequence(matcher.start(group), matcher.end(group))
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  private static CharSequence text(byte[] body, int length) {
    for (int i = 0; i < length; i++) {
      if (body[i] < 0) {
        return new String(body, 0, length, StandardCharsets.UTF_8);
      }
    }
    return new Ascii(body, 0, length);
  }

  /// A body of ASCII characters, as it is.
  private static final class Ascii implements CharSequence {
    private final byte[] bytes;
    private final int from;
    private final int length;

    Ascii(byte[] bytes, int from, int length) {
      this.bytes = bytes;
      this.from = from;
      this.length = length;
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public char charAt(int index) {
      return (char) bytes[from + index];
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Ascii(bytes, from + start, end - start);
    }

    @Override
    public String toString() {
      return new String(bytes, from, length, StandardCharsets.US_ASCII);
    }
  }
}
