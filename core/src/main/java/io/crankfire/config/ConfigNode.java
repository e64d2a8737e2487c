package io.crankfire.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A piece of configuration with the place where it was written. Knows no file format: files and
/// flags both become trees of these, and are bound to a plan in the same way.
public sealed interface ConfigNode {

  /// Where it was written.
  Position position();

  /// A single value as its text.
  record Scalar(String text, Position position) implements ConfigNode {
    /// Checks for null.
    public Scalar {
      Objects.requireNonNull(text);
    }
  }

  /// Several values in order.
  record Sequence(List<ConfigNode> items, Position position) implements ConfigNode {
    /// Copies the list.
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /// Named values in the order of their writing.
  record Mapping(Map<String, ConfigNode> entries, Position position) implements ConfigNode {
    /// Copies the map.
    public Mapping {
      entries = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }
  }
}
