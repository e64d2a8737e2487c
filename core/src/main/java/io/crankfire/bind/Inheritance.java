package io.crankfire.bind;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Position;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What an endpoint is, its own keys laid over those of the whole run. Headers are laid over each
/// other one by one, names having no case; so are blocks of keys and values. A body of its own, or
/// a file for it, takes the place of both.
///
/// @param run the keys of the whole run
/// @param own the endpoint's
record Inheritance(Fields run, Fields own) {

  /// Keys of blocks that exclude each other: of what the endpoint says, the run's others are not
  /// inherited.
  private static final List<Set<String>> RIVALS =
      List.of(
          Set.of("message", "messages", "message_file"),
          Set.of("proto_file", "descriptor_set", "reflection"));

  /// A key's value, the endpoint's before the run's; null if there is none.
  @Nullable ConfigNode node(String key) {
    if (key.equals("body") || key.equals("body_file")) {
      return (hasBody(own) ? own : run).node(key);
    }
    ConfigNode mine = own.node(key);
    ConfigNode inherited = run.node(key);
    if (mine instanceof ConfigNode.Mapping over && inherited instanceof ConfigNode.Mapping under) {
      return overlaid(under, over, key.equals("headers"));
    }
    return mine == null ? inherited : mine;
  }

  /// The values of some keys, as one mapping at the endpoint's place.
  ConfigNode.Mapping only(Collection<String> keys) {
    Map<String, ConfigNode> values = new LinkedHashMap<>();
    for (String key : keys) {
      ConfigNode value = own.node(key);
      value = value == null ? run.node(key) : value;
      if (value != null) {
        values.put(key, value);
      }
    }
    return new ConfigNode.Mapping(values, own.position());
  }

  /// An empty body counts, so that an endpoint can do without the run's; an empty name of a file
  /// does not, as it always was.
  private static boolean hasBody(Fields fields) {
    return fields.has("body")
        || (fields.node("body_file") instanceof ConfigNode.Scalar file && !file.text().isBlank());
  }

  private static ConfigNode.Mapping overlaid(
      ConfigNode.Mapping under, ConfigNode.Mapping over, boolean headers) {
    Map<String, ConfigNode> merged = new LinkedHashMap<>(under.entries());
    Map<String, Position> keys = new LinkedHashMap<>(under.keys());
    over.entries()
        .forEach((name, value) -> {
          merged
              .keySet()
              .removeIf(other ->
                  same(name, other, headers)
                      || (!headers && !over.entries().containsKey(other) && rivals(name, other)));
          merged.put(
              name,
              value instanceof ConfigNode.Mapping mine
                      && names(name)
                      && inherited(under, name) instanceof ConfigNode.Mapping theirs
                  ? overlaid(theirs, mine, true)
                  : value);
          keys.put(name, over.keyPosition(name));
        });
    keys.keySet().retainAll(merged.keySet());
    return new ConfigNode.Mapping(merged, over.position(), keys);
  }

  /// Whether a key has names of the user's own, as `metadata` does.
  private static boolean names(String key) {
    return Fields.sameKey(key, "metadata");
  }

  private static @Nullable ConfigNode inherited(ConfigNode.Mapping under, String key) {
    for (Map.Entry<String, ConfigNode> entry : under.entries().entrySet()) {
      if (Fields.sameKey(entry.getKey(), key)) {
        return entry.getValue();
      }
    }
    return null;
  }

  private static boolean rivals(String a, String b) {
    for (Set<String> rivals : RIVALS) {
      if (rivals.stream().anyMatch(key -> Fields.sameKey(key, a))
          && rivals.stream().anyMatch(key -> Fields.sameKey(key, b))) {
        return true;
      }
    }
    return false;
  }

  private static boolean same(String name, String other, boolean headers) {
    return headers
        ? name.strip().toLowerCase(Locale.ROOT).equals(other.strip().toLowerCase(Locale.ROOT))
        : Fields.sameKey(name, other);
  }
}
