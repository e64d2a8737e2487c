package io.crankfire.imports;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Makes values that fit JSON schemas, as far as OpenAPI descriptions use them: examples, defaults,
/// constants and enumerations first, then something of the right type and format. Recursion ends
/// where a schema contains itself. Confined to one thread.
final class SchemaSample {

  private static final int MAX_DEPTH = 40;

  /// Values of one sample, at the most.
  private static final int MAX_VALUES = 2_000;

  private final Data root;
  private final Consumer<String> warnings;
  private final Set<Data> open =
      java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
  private int values;

  /// @param root the document that references point into
  /// @param warnings takes what cannot be resolved
  SchemaSample(Data root, Consumer<String> warnings) {
    this.root = root;
    this.warnings = warnings;
  }

  /// What a `$ref` means, or the value itself; null if it leads nowhere.
  @Nullable Data resolve(Data data) {
    Data at = data;
    Set<String> seen = new HashSet<>();
    String ref = at.textOf("$ref");
    while (ref != null) {
      at = seen.add(ref) ? target(ref) : null;
      if (at == null) {
        warnings.accept("the reference " + ref + ", which leads nowhere in this file");
        return null;
      }
      ref = at.textOf("$ref");
    }
    return at;
  }

  /// A JSON pointer (RFC 6901) within the document.
  private @Nullable Data target(String ref) {
    if (!ref.startsWith("#/")) {
      return ref.equals("#") ? root : null;
    }
    Data at = root;
    for (String part : ref.substring(2).split("/", -1)) {
      String name = part;
      try {
        name = URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException _) {
        // taken as it is written
      }
      name = name.replace("~1", "/").replace("~0", "~");
      Data next = at.get(name);
      if (next == null && at.isList() && name.matches("\\d{1,6}")) {
        int index = Integer.parseInt(name);
        next = index < at.items().size() ? at.items().get(index) : null;
      }
      if (next == null) {
        return null;
      }
      at = next;
    }
    return at;
  }

  /// The schema of a parameter or media type; null if there is none.
  @Nullable Data schema(Data parameter) {
    Data schema = parameter.get("schema");
    if (schema == null) {
      for (Data content : parameter.membersOf("content").values()) {
        schema = schema == null ? content.get("schema") : schema;
      }
    }
    return schema;
  }

  /// The value that a description gives for a parameter or media type: its example, its schema's
  /// example or default; null if it gives none.
  @Nullable Data said(Data parameter) {
    Data example = parameter.get("example");
    if (example != null) {
      return example;
    }
    for (Data one : parameter.membersOf("examples").values()) {
      Data resolved = resolve(one);
      Data value = resolved == null ? null : resolved.get("value");
      if (value != null) {
        return value;
      }
    }
    Data schema = schema(parameter);
    Data resolved = schema == null ? null : resolve(schema);
    return resolved == null ? null : saidBySchema(resolved);
  }

  private static @Nullable Data saidBySchema(Data schema) {
    for (String key : List.of("example", "default", "const")) {
      Data value = schema.get(key);
      if (value != null && value.kind() != Data.Kind.NULL) {
        return value;
      }
    }
    List<Data> examples = schema.itemsOf("examples");
    return examples.isEmpty() ? null : examples.getFirst();
  }

  /// A value that fits a schema; null if there is no schema or it contains itself endlessly.
  @Nullable Data of(@Nullable Data schema) {
    values = 0;
    return schema == null ? null : sample(schema, 0);
  }

  private @Nullable Data sample(Data reference, int depth) {
    Data schema = resolve(reference);
    if (schema == null || depth > MAX_DEPTH || ++values > MAX_VALUES || !open.add(schema)) {
      return null;
    }
    try {
      Data said = saidBySchema(schema);
      if (said != null) {
        return said;
      }
      List<Data> choices = schema.itemsOf("enum");
      if (!choices.isEmpty()) {
        return choices.getFirst();
      }
      for (String key : List.of("oneOf", "anyOf")) {
        for (Data alternative : schema.itemsOf(key)) {
          Data value = sample(alternative, depth + 1);
          if (value != null && value.kind() != Data.Kind.NULL) {
            return merged(schema, value, depth);
          }
        }
      }
      return plain(schema, depth);
    } finally {
      open.remove(schema);
    }
  }

  /// An alternative together with the properties that all alternatives share.
  private Data merged(Data schema, Data value, int depth) {
    if (!value.isObject() || (schema.get("properties") == null && schema.get("allOf") == null)) {
      return value;
    }
    LinkedHashMap<String, Data> members = new LinkedHashMap<>(object(schema, depth).members());
    members.putAll(value.members());
    return Data.object(members, schema.position());
  }

  private @Nullable Data plain(Data schema, int depth) {
    String type = type(schema);
    if (type.isEmpty() && !schema.itemsOf("allOf").isEmpty()) {
      return allOf(schema, depth);
    }
    return switch (type) {
      case "object" -> object(schema, depth);
      case "array" -> list(schema, depth);
      case "integer" -> number(schema, "1");
      case "number" -> number(schema, "1.5");
      case "boolean" -> Data.scalar(Data.Kind.BOOLEAN, "true", schema.position());
      case "null" -> Data.scalar(Data.Kind.NULL, "", schema.position());
      case "string" -> Data.text(text(schema), schema.position());
      default -> object(schema, depth);
    };
  }

  /// The type, the first but null of several (OpenAPI 3.1), or the one that other keywords suggest.
  private static String type(Data schema) {
    String type = schema.textOf("type");
    if (type != null) {
      return type;
    }
    for (Data one : schema.itemsOf("type")) {
      if (!one.text().equals("null")) {
        return one.text();
      }
    }
    if (schema.get("properties") != null) {
      return "object";
    }
    if (schema.get("items") != null) {
      return "array";
    }
    boolean isText =
        schema.get("format") != null
            || schema.get("pattern") != null
            || schema.get("minLength") != null
            || schema.get("maxLength") != null;
    return isText ? "string" : "";
  }

  private @Nullable Data allOf(Data schema, int depth) {
    Data last = null;
    boolean object = false;
    for (Data part : schema.itemsOf("allOf")) {
      Data value = sample(part, depth + 1);
      object |= value != null && value.isObject() && !value.members().isEmpty();
      last = value == null || (value.isObject() && value.members().isEmpty()) ? last : value;
    }
    return object ? object(schema, depth) : last;
  }

  private Data object(Data schema, int depth) {
    LinkedHashMap<String, Data> members = new LinkedHashMap<>();
    for (Data part : schema.itemsOf("allOf")) {
      Data value = sample(part, depth + 1);
      if (value != null) {
        members.putAll(value.members());
      }
    }
    for (Map.Entry<String, Data> property : schema.membersOf("properties").entrySet()) {
      Data resolved = resolve(property.getValue());
      if (resolved == null || resolved.textOf("readOnly", "").equals("true")) {
        continue;
      }
      Data value = sample(property.getValue(), depth + 1);
      if (value != null) {
        members.put(property.getKey(), value);
      }
    }
    return Data.object(members, schema.position());
  }

  private Data list(Data schema, int depth) {
    List<Data> items = new ArrayList<>();
    Data item = schema.get("items");
    int count = (int) Math.max(1, Math.min(3, whole(schema, "minItems", 1)));
    for (int i = 0; i < count && item != null; i++) {
      Data value = sample(item, depth + 1);
      if (value != null) {
        items.add(value);
      }
    }
    return Data.list(items, schema.position());
  }

  private static Data number(Data schema, String otherwise) {
    String least = schema.textOf("minimum", "");
    String above = schema.textOf("exclusiveMinimum", "");
    String most = schema.textOf("maximum", "");
    String value = otherwise;
    if (JsonText.isNumber(least) && least.length() < 30) {
      boolean exclusive = above.equals("true");
      value = exclusive ? plusOne(least) : least;
    } else if (JsonText.isNumber(above) && above.length() < 30) {
      value = plusOne(above);
    } else if (JsonText.isNumber(most) && most.length() < 30 && Double.parseDouble(most) < 1) {
      value = most;
    }
    return Data.scalar(Data.Kind.NUMBER, value, schema.position());
  }

  private static String plusOne(String number) {
    return new java.math.BigDecimal(number).add(java.math.BigDecimal.ONE).toPlainString();
  }

  private static String text(Data schema) {
    String byFormat =
        switch (schema.textOf("format", "")) {
          case "date" -> "2026-01-31";
          case "date-time" -> "2026-01-31T12:00:00Z";
          case "time" -> "12:00:00Z";
          case "duration" -> "PT1H";
          case "uuid" -> "00000000-0000-4000-8000-000000000001";
          case "email", "idn-email" -> "user@example.com";
          case "hostname", "idn-hostname" -> "example.com";
          case "ipv4" -> "192.0.2.1";
          case "ipv6" -> "2001:db8::1";
          case "uri", "url", "iri", "uri-reference" -> "https://example.com/";
          case "byte" -> "dGV4dA==";
          default -> "";
        };
    if (!byFormat.isEmpty()) {
      return byFormat;
    }
    StringBuilder text = new StringBuilder("string");
    long least = Math.min(1_000, whole(schema, "minLength", 0));
    while (text.length() < least) {
      text.append('x');
    }
    long most = whole(schema, "maxLength", Integer.MAX_VALUE);
    return most < text.length() ? text.substring(0, (int) Math.max(0, most)) : text.toString();
  }

  private static long whole(Data schema, String key, long otherwise) {
    String text = schema.textOf(key, "");
    return text.matches("\\d{1,9}") ? Long.parseLong(text) : otherwise;
  }
}
