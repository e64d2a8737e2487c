package io.crankfire.config;

import java.util.ArrayList;
import java.util.List;

/// Keys that stand together: those of a whole configuration, of its `tls`, of an endpoint.
/// Immutable.
///
/// @param name by which a [Key] refers to it
/// @param doc what it is, in a few words
/// @param keys in the order in which they are documented
public record Section(String name, String doc, List<Key> keys) {

  /// Copies the list.
  public Section {
    keys = List.copyOf(keys);
  }

  /// A section of these keys.
  public static Section of(String name, String doc, Key... keys) {
    return new Section(name, doc, List.of(keys));
  }

  /// This section with the keys of another after its own.
  public Section plus(Section other) {
    List<Key> all = new ArrayList<>(keys);
    all.addAll(other.keys);
    return new Section(name, doc, all);
  }

  /// This section without one of its keys.
  public Section without(String key) {
    List<Key> others = new ArrayList<>(keys);
    others.removeIf(one -> one.name().equals(key));
    return new Section(name, doc, others);
  }

  /// The keys' names.
  public List<String> names() {
    List<String> names = new ArrayList<>(keys.size());
    for (Key key : keys) {
      names.add(key.name());
    }
    return names;
  }
}
