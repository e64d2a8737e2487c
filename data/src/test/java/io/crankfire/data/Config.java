package io.crankfire.data;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Configurations as maps, lists and texts; each value's line is its number in the order of
/// writing.
final class Config {

  private final String source;
  private int line;

  private Config(String source) {
    this.source = source;
  }

  /// A configuration of keys and values, alternately.
  static ConfigNode.Mapping of(String source, Map<String, ?> entries) {
    return (ConfigNode.Mapping) new Config(source).node(entries);
  }

  static Fields fields(Problems problems, Map<String, ?> entries) {
    return new Fields(of("test.yaml", entries), problems);
  }

  /// A map that keeps its order.
  static Map<String, Object> map(Object... alternately) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < alternately.length; i += 2) {
      map.put((String) alternately[i], alternately[i + 1]);
    }
    return map;
  }

  private ConfigNode node(Object value) {
    Position position = new Position(source, ++line, 1, null);
    if (value instanceof Map<?, ?> map) {
      Map<String, ConfigNode> entries = new LinkedHashMap<>();
      map.forEach((key, inner) -> entries.put((String) key, node(inner)));
      return new ConfigNode.Mapping(entries, position);
    }
    if (value instanceof List<?> list) {
      List<ConfigNode> items = new ArrayList<>();
      list.forEach(item -> items.add(node(item)));
      return new ConfigNode.Sequence(items, position);
    }
    return new ConfigNode.Scalar(value.toString(), position);
  }

  static List<String> messages(Problems problems) {
    return problems.all().stream().map(Problems.Problem::toString).toList();
  }
}
