package io.crankfire.http;

import io.crankfire.config.ConfigNode;
import java.util.Locale;
import java.util.Map;

/// Configuration written as keys, values and lists, as JSON (RFC 8259). What looks like a JSON
/// number, `true`, `false` or `null` is one; everything else is a string. Stateless.
public final class JsonText {

  private JsonText() {}

  /// The node as one text, without white space.
  public static String of(ConfigNode node) {
    StringBuilder out = new StringBuilder();
    write(node, out);
    return out.toString();
  }

  private static void write(ConfigNode node, StringBuilder out) {
    if (node instanceof ConfigNode.Scalar scalar) {
      value(scalar.text(), out);
    } else if (node instanceof ConfigNode.Sequence list) {
      char before = '[';
      for (ConfigNode item : list.items()) {
        out.append(before);
        write(item, out);
        before = ',';
      }
      out.append(before == '[' ? "[]" : "]");
    } else if (node instanceof ConfigNode.Mapping mapping) {
      char before = '{';
      for (Map.Entry<String, ConfigNode> entry : mapping.entries().entrySet()) {
        out.append(before);
        string(entry.getKey(), out);
        out.append(':');
        write(entry.getValue(), out);
        before = ',';
      }
      out.append(before == '{' ? "{}" : "}");
    }
  }

  private static void value(String text, StringBuilder out) {
    boolean bare =
        text.equals("true")
            || text.equals("false")
            || text.equals("null")
            || text.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][-+]?\\d+)?");
    if (bare) {
      out.append(text);
    } else {
      string(text, out);
    }
  }

  private static void string(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < ' ') {
            out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
