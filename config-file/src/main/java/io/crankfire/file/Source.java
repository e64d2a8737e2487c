package io.crankfire.file;

import io.crankfire.config.Position;
import java.util.List;

/// The text of a file, by lines.
final class Source {

  /// How deep values may be nested: deeper than any configuration, and shallow enough for the
  /// stacks of all readers.
  static final int DEPTH = 50;

  private final String name;
  private final String text;
  private final List<String> lines;

  /// @param name of the file, as it was given
  Source(String name, String text) {
    this.name = name;
    this.text = text;
    lines = text.lines().toList();
  }

  String text() {
    return text;
  }

  /// A place by its line and its column in characters (code points), both from 0.
  Position at(int line, int column) {
    return new Position(name, line + 1, column + 1, line(line));
  }

  /// A line's text, counted from 0; empty behind the last one.
  String line(int line) {
    return line < lines.size() ? lines.get(line) : "";
  }

  /// A fault for what is nested too deeply.
  static Unreadable tooDeep(Position position) {
    return new Unreadable(
        position, "values are nested more than " + DEPTH + " deep: write less nested ones");
  }
}
