package io.crankfire.imports;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// The variables of a Postman collection: placeholders stay, with the collection's value as their
/// default. Confined to one thread.
final class PostmanVariables {

  /// Postman's own variables that have a counterpart.
  private static final Map<String, String> BUILT_IN =
      Map.of(
          "$guid", "{{$uuid}}",
          "$randomUUID", "{{$uuid}}",
          "$randomInt", "{{$random_int(0,1000)}}",
          "$isoTimestamp", "{{$now}}");

  private final Map<String, String> values = new HashMap<>();
  private final Set<String> unknown = new LinkedHashSet<>();
  private final ImportDraft draft;

  /// @param root the collection
  PostmanVariables(Data root, ImportDraft draft) {
    this.draft = draft;
    for (Data variable : root.itemsOf("variable")) {
      String name = variable.textOf("key", variable.textOf("id", ""));
      if (!name.isEmpty() && !variable.textOf("disabled", "").equals("true")) {
        values.put(name, variable.textOf("value", ""));
      }
    }
  }

  /// The value that the collection gives a variable, with the variables in it resolved one level
  /// deep; empty if it gives none.
  String value(String name) {
    String value = values.getOrDefault(name, "");
    for (Map.Entry<String, String> other : values.entrySet()) {
      value = value.replace("{{" + other.getKey() + "}}", other.getValue());
    }
    return value;
  }

  /// A text whose placeholders have defaults where the collection has values.
  String filled(String text, Draft endpoint) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    int open;
    int close;
    while ((open = text.indexOf("{{", at)) >= 0 && (close = text.indexOf("}}", open)) >= 0) {
      out.append(Secrets.literal(text.substring(at, open)));
      out.append(placeholder(text.substring(open + 2, close), endpoint));
      at = close + 2;
    }
    return out.append(Secrets.literal(text.substring(at))).toString();
  }

  private String placeholder(String inner, Draft endpoint) {
    int bar = inner.indexOf('|');
    if (bar >= 0) {
      return "{{" + Secrets.literal(inner) + "}}";
    }
    String name = inner.strip();
    String builtIn = BUILT_IN.get(name);
    if (builtIn != null) {
      return builtIn;
    }
    String value = value(name);
    if (value.isEmpty() || value.contains("{{") || value.contains("}}")) {
      if (unknown.add(name)) {
        draft.warn(
            endpoint,
            endpoint.position(),
            "the value of {{%s}}: a feeder or an extractor has to give it".formatted(name));
      }
      return "{{" + Secrets.literal(inner) + "}}";
    }
    if (Credentials.isField(name)) {
      return "{{" + name + "|" + draft.secrets.reference(name, value) + "}}";
    }
    return "{{" + name + "|" + Secrets.literal(value) + "}}";
  }
}
