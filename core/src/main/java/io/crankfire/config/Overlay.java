package io.crankfire.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Lays one configuration over another: default, file, profile and flags are layers of the same
/// tree.
///
/// What the upper layer says counts. Keys and values are merged key by key, names of headers
/// without regard to case; single values, lists and documents replace what is below. Of settings
/// that exclude each other (`body` and `body_file`, an end and `forever`, …) the upper layer's
/// evicts the lower layer's. Every value keeps the place where it was written.
public final class Overlay {
  private Overlay() {}

  /// Each evicts the others.
  private static final List<List<String>> RIVALS =
      List.of(
          List.of("body", "bodyfile"),
          List.of("message", "messages", "messagefile"),
          List.of("protofile", "descriptorset", "reflection"),
          List.of("arrival", "arrivalmodel"),
          List.of("duration", "forever"),
          List.of("total", "forever"),
          List.of("concurrency", "maxconcurrency"));

  /// Maps whose keys are names of the user and not ours.
  private static final List<String> NAMES = List.of("headers", "metadata");

  /// A configuration with another one laid over it.
  ///
  /// @return a mapping at the place of the lower one
  public static ConfigNode.Mapping lay(ConfigNode.Mapping under, ConfigNode.Mapping over) {
    return lay(under, over, false);
  }

  private static ConfigNode.Mapping lay(
      ConfigNode.Mapping under, ConfigNode.Mapping over, boolean names) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>(under.entries());
    Map<String, Position> keys = new LinkedHashMap<>(under.keys());
    over.entries()
        .forEach((key, value) -> {
          String folded = folded(key, names);
          ConfigNode below = remove(entries, folded, names);
          if (!names) {
            evictRivals(entries, over, folded);
          }
          ConfigNode merged = value;
          if (value instanceof ConfigNode.Mapping upper
              && below instanceof ConfigNode.Mapping lower
              && !ConfigNode.isDocument(key)) {
            merged = lay(lower, upper, NAMES.contains(folded));
          }
          entries.put(key, merged);
          keys.put(key, over.keyPosition(key));
        });
    keys.keySet().retainAll(entries.keySet());
    return new ConfigNode.Mapping(entries, under.position(), keys);
  }

  private static @Nullable ConfigNode remove(
      Map<String, ConfigNode> entries, String folded, boolean names) {
    ConfigNode removed = null;
    for (String key : List.copyOf(entries.keySet())) {
      if (folded(key, names).equals(folded)) {
        removed = entries.remove(key);
      }
    }
    return removed;
  }

  /// Takes away what excludes the key, unless the upper layer has that, too: then it is at fault.
  private static void evictRivals(
      Map<String, ConfigNode> entries, ConfigNode.Mapping over, String folded) {
    for (List<String> rivals : RIVALS) {
      if (!rivals.contains(folded)) {
        continue;
      }
      for (String rival : rivals) {
        boolean given =
            over.entries().keySet().stream().map(Fields::folded).anyMatch(rival::equals);
        if (!given) {
          remove(entries, rival, false);
        }
      }
    }
  }

  private static String folded(String key, boolean name) {
    return name ? key.strip().toLowerCase(Locale.ROOT) : Fields.folded(key);
  }
}
