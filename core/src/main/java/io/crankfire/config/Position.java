package io.crankfire.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where a value was written.
///
/// @param source a file's name, or a flag such as `--header`
/// @param line from 1; 0 when the source has no lines
/// @param column from 1; 0 when the source has no lines
/// @param text the source line, to be shown with a caret, if there is one
public record Position(String source, int line, int column, @Nullable String text) {

  /// The folder of the file it was written in; null if that is none.
  public @Nullable Path folder() {
    return line == 0 ? null : Path.of(source).toAbsolutePath().getParent();
  }

  /// A value given by a flag.
  public static Position flag(String name) {
    return new Position(name, 0, 0, null);
  }

  @Override
  public String toString() {
    return line == 0 ? source : source + ":" + line + ":" + column;
  }
}
