package io.crankfire.file;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import java.util.List;

/// What a file says, before its environment variables, aliases and merges are worked out. The same
/// for every format.
sealed interface Raw {

  /// Where it was written.
  Position position();

  /// A single value as it was written.
  record Leaf(String text, ConfigNode.Kind kind, Position position) implements Raw {}

  /// Values in order.
  record Items(List<Raw> items, Position position) implements Raw {}

  /// Named values in order; a name may be there twice.
  record Table(List<Entry> entries, Position position) implements Raw {}

  /// What stands elsewhere in the file, too.
  record Alias(Raw target, Position position) implements Raw {}

  /// One named value.
  ///
  /// @param merge whether this is YAML's `<<`, whose value's own entries are meant
  record Entry(String key, Position position, Raw value, boolean merge) {}
}
