package io.crankfire.config;

import java.util.Locale;
import java.util.Map;

/// Configuration written as keys, values and lists, as JSON (RFC 8259) without blanks: numbers,
/// truth values and nulls that were written as such, and everything else as strings. Stateless.
public final class JsonText {
  private JsonText() {}

  /// The JSON of a value and all that is in it.
  public static String of(ConfigNode node) {
    StringBuilder out = new StringBuilder();
    write(node, out);
    return out.toString();
  }

  /// A text as a string of JSON (RFC 8259 §7).
  public static String quoted(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2);
    string(text, out);
    return out.toString();
  }

  private static void write(ConfigNode node, StringBuilder out) {
    if (node instanceof ConfigNode.Scalar scalar) {
      if (scalar.kind() == ConfigNode.Kind.TEXT) {
        string(scalar.text(), out);
      } else {
        out.append(scalar.text());
      }
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
