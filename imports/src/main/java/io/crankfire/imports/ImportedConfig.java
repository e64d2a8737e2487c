package io.crankfire.imports;

import io.crankfire.config.ConfigNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A configuration made of what another tool has written.
///
/// @param comments said at the top
/// @param settings of the whole run, with comments by key
/// @param endpoints in their order
/// @param scenarios in their order; with any, endpoints are definitions only
/// @param warnings what could not be taken over, for the user
public record ImportedConfig(
    List<String> comments,
    Map<String, Commented> settings,
    List<Commented> endpoints,
    List<Commented> scenarios,
    List<String> warnings) {

  /// A piece of configuration with what is said about it.
  public record Commented(List<String> comments, ConfigNode node) {
    /// Copies the list.
    public Commented {
      comments = List.copyOf(comments);
    }
  }

  /// Copies the lists and the map.
  public ImportedConfig {
    comments = List.copyOf(comments);
    settings = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    endpoints = List.copyOf(endpoints);
    scenarios = List.copyOf(scenarios);
    warnings = List.copyOf(warnings);
  }

  /// The whole as one configuration.
  public ConfigNode.Mapping toNode() {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    settings.forEach((key, setting) -> entries.put(key, setting.node));
    put("endpoints", endpoints, entries);
    put("scenarios", scenarios, entries);
    return new ConfigNode.Mapping(entries, ImportDraft.NOWHERE);
  }

  private static void put(String key, List<Commented> items, Map<String, ConfigNode> entries) {
    if (!items.isEmpty()) {
      entries.put(
          key,
          new ConfigNode.Sequence(
              items.stream().map(Commented::node).toList(), items.getFirst().node.position()));
    }
  }
}
