package io.crankfire.file;

import io.crankfire.config.JsonText;
import io.crankfire.config.Key;
import io.crankfire.config.Section;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The JSON Schema (draft 2020-12) of configuration files, made of the keys that the binders read
/// by. It is a little stricter than these: it has no keys in other capitals, and no fractions for
/// whole numbers.
public final class JsonSchema {
  private JsonSchema() {}

  private static final Map<String, Object> NOTHING = Map.of("type", "null");
  private static final Map<String, Object> VARIABLE = Map.of("$ref", "#/$defs/variable");

  private static final String ONE_TIME =
      "(0|[-+]?(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+|[0-9]+(\\.[0-9]*)?)";
  private static final String TIME = "^" + ONE_TIME + "$";
  private static final String TIMES = "^ *" + ONE_TIME + " *(\\.\\. *" + ONE_TIME + " *)?$";

  /// The schema's text.
  ///
  /// @param top sections whose keys stand side by side at the top
  /// @param inner sections that keys refer to by their names
  /// @throws IllegalArgumentException if a key refers to a section that is not there
  public static String of(List<Section> top, List<Section> inner) {
    Section all = Section.of("configuration", "Settings of a run of Crankfire");
    for (Section section : top) {
      all = all.plus(section);
    }
    Set<String> names = new TreeSet<>();
    Map<String, Object> definitions = new LinkedHashMap<>();
    definitions.put(
        "variable",
        ordered(
            "description", "A text with environment variables in it",
            "type", "string",
            "pattern", "\\$\\{"));
    for (Section section : inner) {
      names.add(section.name());
      definitions.put(section.name(), object(section, "#/$defs/" + section.name()));
    }
    requireAll(names, top);
    requireAll(names, inner);
    Map<String, Object> schema =
        ordered(
            "$schema", "https://json-schema.org/draft/2020-12/schema",
            "title", "Crankfire configuration");
    schema.putAll(object(all, "#"));
    schema.put("$defs", definitions);
    StringBuilder text = new StringBuilder();
    write(text, schema, "");
    return text.append('\n').toString();
  }

  private static void requireAll(Set<String> names, List<Section> sections) {
    for (Section section : sections) {
      for (Key key : section.keys()) {
        if (key.section() != null && !names.contains(key.section())) {
          throw new IllegalArgumentException(
              key.name() + " of " + section.name() + " refers to " + key.section());
        }
      }
    }
  }

  private static Map<String, Object> object(Section section, String place) {
    Map<String, Object> properties = new LinkedHashMap<>();
    Map<String, Object> spellings = new LinkedHashMap<>();
    for (Key key : section.keys()) {
      properties.put(key.name(), property(key));
      if (key.name().contains("_")) {
        spellings.put(spellings(key.name()), Map.of("$ref", place + "/properties/" + key.name()));
      }
    }
    Map<String, Object> object =
        ordered("description", section.doc(), "type", "object", "properties", properties);
    if (!spellings.isEmpty()) {
      object.put("patternProperties", spellings);
    }
    object.put("additionalProperties", false);
    return object;
  }

  /// The other spellings of a key: `body-file`, `bodyFile`, `bodyfile`.
  private static String spellings(String name) {
    StringBuilder camel = new StringBuilder();
    for (String word : name.split("_", -1)) {
      camel.append(
          camel.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return "^(%s|%s|%s)$".formatted(name.replace('_', '-'), camel, name.replace("_", ""));
  }

  private static Map<String, Object> property(Key key) {
    List<Object> forms = new ArrayList<>();
    List<Object> single = single(key);
    Object one = single.size() == 1 ? single.getFirst() : Map.of("anyOf", single);
    Map<String, Object> list = ordered("type", "array", "items", one);
    switch (key.many()) {
      case ONE -> forms.addAll(single);
      case ONE_OR_LIST -> {
        forms.addAll(single);
        forms.add(list);
      }
      case LIST -> forms.add(list);
      case BY_NAME -> forms.add(ordered("type", "object", "additionalProperties", one));
    }
    forms.add(NOTHING);
    Map<String, Object> property = ordered("description", key.doc(), "anyOf", forms);
    if (!key.otherwise().isEmpty()) {
      property.put("default", otherwise(key));
    }
    return property;
  }

  private static Object otherwise(Key key) {
    return switch (key.type()) {
      case WHOLE, NUMBER -> new Plain(key.otherwise());
      case FLAG -> Boolean.valueOf(key.otherwise());
      case NONE, TEXT, DURATION, DURATIONS, CHOICE, DOCUMENT -> key.otherwise();
    };
  }

  private static List<Object> single(Key key) {
    List<Object> forms = new ArrayList<>();
    switch (key.type()) {
      case NONE -> {}
      case TEXT -> forms.add(Map.of("type", List.of("string", "number", "boolean")));
      case WHOLE -> {
        forms.add(number("integer", key));
        forms.add(ordered("type", "string", "pattern", "^[-+]?[0-9]+$"));
      }
      case NUMBER -> {
        forms.add(number("number", key));
        forms.add(ordered("type", "string", "pattern", "^[-+0-9.eE]+$"));
      }
      case FLAG -> {
        forms.add(Map.of("type", "boolean"));
        forms.add(
            Map.of(
                "enum",
                List.of("true", "false", "True", "False", "TRUE", "FALSE", "t", "f", "T", "F")));
      }
      case DURATION -> {
        forms.add(number("number", key));
        forms.add(ordered("type", "string", "pattern", TIME));
      }
      case DURATIONS -> {
        forms.add(number("number", key));
        forms.add(ordered("type", "string", "pattern", TIMES));
      }
      case CHOICE -> forms.add(Map.of("enum", key.choices()));
      case DOCUMENT ->
          forms.add(Map.of("type", List.of("string", "number", "boolean", "object", "array")));
    }
    if (!key.words().isEmpty() && key.type() != Key.Type.CHOICE) {
      forms.add(Map.of("enum", key.words()));
    }
    if (!forms.isEmpty() && key.type() != Key.Type.TEXT && key.type() != Key.Type.DOCUMENT) {
      forms.add(VARIABLE);
    }
    if (key.section() != null) {
      forms.add(Map.of("$ref", "#/$defs/" + key.section()));
    }
    return forms;
  }

  private static Map<String, Object> number(String type, Key key) {
    Map<String, Object> number = ordered("type", type);
    if (key.least() != Long.MIN_VALUE) {
      number.put("minimum", new Plain(Long.toString(key.least())));
    }
    if (key.most() != Long.MAX_VALUE) {
      number.put("maximum", new Plain(Long.toString(key.most())));
    }
    return number;
  }

  /// A number as it is written.
  private record Plain(String text) {}

  private static Map<String, Object> ordered(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }

  private static void write(StringBuilder out, Object value, String indent) {
    String inner = indent + "  ";
    switch (value) {
      case Map<?, ?> map -> {
        String separator = "{\n";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          out.append(separator).append(inner).append(quoted(entry.getKey())).append(": ");
          write(out, entry.getValue(), inner);
          separator = ",\n";
        }
        out.append(map.isEmpty() ? "{}" : "\n" + indent + "}");
      }
      case List<?> list -> {
        boolean flat = list.stream().allMatch(String.class::isInstance);
        String separator = "[";
        for (Object item : list) {
          out.append(separator).append(flat ? "" : "\n" + inner);
          write(out, item, inner);
          separator = flat ? ", " : ",";
        }
        out.append(list.isEmpty() ? "[" : "").append(flat ? "]" : "\n" + indent + "]");
      }
      case Plain plain -> out.append(plain.text);
      case Boolean truth -> out.append(truth);
      default -> out.append(quoted(value));
    }
  }

  private static String quoted(Object text) {
    return JsonText.quoted(text.toString());
  }
}
