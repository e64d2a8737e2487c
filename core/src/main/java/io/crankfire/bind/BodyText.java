package io.crankfire.bind;

import io.crankfire.config.ConfigNode;
import java.util.Map;

/// A body that was written as keys and values, or as a list, in JSON (RFC 8259).
final class BodyText {
  private BodyText() {}

  /// The body as one text. A single value is one already.
  static ConfigNode.Scalar of(ConfigNode node) {
    if (node instanceof ConfigNode.Scalar scalar) {
      return scalar;
    }
    StringBuilder json = new StringBuilder();
    append(json, node);
    return new ConfigNode.Scalar(json.toString(), node.position());
  }

  private static void append(StringBuilder json, ConfigNode node) {
    if (node instanceof ConfigNode.Mapping mapping) {
      String comma = "{";
      for (Map.Entry<String, ConfigNode> entry : mapping.entries().entrySet()) {
        quote(json.append(comma), entry.getKey());
        append(json.append(':'), entry.getValue());
        comma = ",";
      }
      json.append(mapping.entries().isEmpty() ? "{}" : "}");
    } else if (node instanceof ConfigNode.Sequence sequence) {
      String comma = "[";
      for (ConfigNode item : sequence.items()) {
        append(json.append(comma), item);
        comma = ",";
      }
      json.append(sequence.items().isEmpty() ? "[]" : "]");
    } else if (node instanceof ConfigNode.Scalar scalar) {
      if (isBare(scalar.text())) {
        json.append(scalar.text());
      } else {
        quote(json, scalar.text());
      }
    }
  }

  /// Whether a text is a number, a truth value or null by the grammar of JSON.
  private static boolean isBare(String text) {
    return text.equals("true")
        || text.equals("false")
        || text.equals("null")
        || text.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?");
  }

  private static void quote(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < ' ') {
            json.append("\\u00")
                .append(c < 16 ? '0' : '1')
                .append("0123456789abcdef".charAt(c % 16));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }
}
