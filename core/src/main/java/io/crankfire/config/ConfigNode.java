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

  /// What a single value was written as. Settings take any that reads as what they need; it matters
  /// where values become JSON again.
  enum Kind {
    /// A text, in quotes or not.
    TEXT,
    /// A number.
    NUMBER,
    /// `true` or `false`.
    BOOLEAN,
    /// `null`; only within what becomes JSON, elsewhere it is as if the key were not there.
    NULL
  }

  /// A single value as its text.
  record Scalar(String text, Kind kind, Position position) implements ConfigNode {
    /// Checks for null.
    public Scalar {
      Objects.requireNonNull(text);
    }

    /// One that was written as a text.
    public Scalar(String text, Position position) {
      this(text, Kind.TEXT, position);
    }
  }

  /// Whether the values of a key are a document, which becomes JSON: what is in it are no settings.
  ///
  /// @param key in any capitals
  static boolean isDocument(String key) {
    return key.equalsIgnoreCase("body")
        || key.equalsIgnoreCase("json")
        || key.equalsIgnoreCase("message");
  }

  /// Several values in order.
  record Sequence(List<ConfigNode> items, Position position) implements ConfigNode {
    /// Copies the list.
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /// Named values in the order of their writing.
  ///
  /// @param entries the values by their names
  /// @param position of the first of them
  /// @param keys where each name was written, as far as that is known
  record Mapping(Map<String, ConfigNode> entries, Position position, Map<String, Position> keys)
      implements ConfigNode {
    /// Copies the maps.
    public Mapping {
      entries = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(entries));
      keys = keys.isEmpty() ? Map.of() : Map.copyOf(keys);
    }

    /// Without the places of the names.
    public Mapping(Map<String, ConfigNode> entries, Position position) {
      this(entries, position, Map.of());
    }

    /// Where a name was written; where its value was, if that is not known; the mapping's own place
    /// if there is no such name.
    public Position keyPosition(String name) {
      Position written = keys.get(name);
      if (written != null) {
        return written;
      }
      ConfigNode value = entries.get(name);
      return value == null ? position : value.position();
    }
  }
}
