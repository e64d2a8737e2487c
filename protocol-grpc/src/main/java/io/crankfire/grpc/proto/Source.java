package io.crankfire.grpc.proto;

import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import java.util.Arrays;

/// The text of a file, and the faults found in it. Confined to one thread.
final class Source {

  /// Nobody reads more, and what is this broken is no `.proto` file.
  private static final int MOST_FAULTS = 100;

  private static final int LONGEST_LINE_SHOWN = 400;

  private final String name;
  private final String text;
  private final Problems problems;
  private int[] lineStarts = {};
  private int faults;

  /// @param name for people: the path it was read from
  Source(String name, String text, Problems problems) {
    this.name = name;
    this.text = text;
    this.problems = problems;
  }

  String name() {
    return name;
  }

  String text() {
    return text;
  }

  /// How many faults were found.
  int faults() {
    return faults;
  }

  /// Notes a fault.
  ///
  /// @param at the offset of the character where it begins
  void fault(int at, String message) {
    faults++;
    if (faults < MOST_FAULTS) {
      problems.add(position(at), message);
    } else if (faults == MOST_FAULTS) {
      problems.add(position(at), "there are more faults: these first");
    }
  }

  /// Whether there are so many faults that no more are of use.
  boolean hopeless() {
    return faults >= MOST_FAULTS;
  }

  /// Notes what is allowed and was probably not meant.
  void warn(int at, String message) {
    problems.warn(position(at), message);
  }

  /// The line of an offset, from 1.
  int line(int at) {
    if (lineStarts.length == 0) {
      lineStarts = starts(text);
    }
    int found = Arrays.binarySearch(lineStarts, at);
    return found >= 0 ? found + 1 : -found - 1;
  }

  /// Where an offset is, as people count.
  Position position(int at) {
    int line = line(at);
    int from = lineStarts[line - 1];
    int end = text.indexOf('\n', from);
    String shown = text.substring(from, end < 0 ? text.length() : end).stripTrailing();
    return new Position(
        name, line, at - from + 1, shown.length() > LONGEST_LINE_SHOWN ? null : shown);
  }

  private static int[] starts(String text) {
    int[] starts = new int[64];
    int count = 1;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\n') {
        if (count == starts.length) {
          starts = Arrays.copyOf(starts, count * 2);
        }
        starts[count] = i + 1;
        count++;
      }
    }
    return Arrays.copyOf(starts, count);
  }
}
