package io.crankfire.bind;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads configurations for tests: `{key: value, list: [a, 'b, c']}` over any number of lines, with
/// the position of every value as if it stood in the file `load.yml`.
final class Flow {

  private final String text;
  private int at;

  private Flow(String text) {
    this.text = text;
  }

  /// The text's one mapping; its braces may be left out.
  static ConfigNode.Mapping parse(String text) {
    Flow flow = new Flow("{" + text + "}");
    return (ConfigNode.Mapping) flow.node();
  }

  private ConfigNode node() {
    blanks();
    Position position = position();
    return switch (text.charAt(at)) {
      case '{' -> new ConfigNode.Mapping(entries(), position);
      case '[' -> new ConfigNode.Sequence(items(), position);
      default -> new ConfigNode.Scalar(word(",]}\n"), position);
    };
  }

  private Map<String, ConfigNode> entries() {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    at++;
    for (blanks(); text.charAt(at) != '}'; blanks()) {
      String key = word(":");
      at++;
      entries.put(key, node());
      comma();
    }
    at++;
    return entries;
  }

  private List<ConfigNode> items() {
    List<ConfigNode> items = new ArrayList<>();
    at++;
    for (blanks(); text.charAt(at) != ']'; blanks()) {
      items.add(node());
      comma();
    }
    at++;
    return items;
  }

  private String word(String stops) {
    char quote = text.charAt(at);
    if (quote == '\'' || quote == '"') {
      int close = text.indexOf(quote, at + 1);
      String quoted = text.substring(at + 1, close);
      at = close + 1;
      return quoted;
    }
    int from = at;
    while (stops.indexOf(text.charAt(at)) < 0) {
      at = text.startsWith("{{", at) ? text.indexOf("}}", at) + 2 : at + 1;
    }
    if (at == from) {
      throw new IllegalArgumentException("a value is missing: " + text.substring(at));
    }
    return text.substring(from, at).strip();
  }

  private void comma() {
    blanks();
    if (text.charAt(at) == ',') {
      at++;
    }
  }

  private void blanks() {
    while (Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private Position position() {
    int line = 1 + (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
    int before = text.lastIndexOf('\n', at - 1);
    return new Position("load.yml", line, before < 0 ? Math.max(1, at) : at - before, null);
  }
}
