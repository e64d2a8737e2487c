package io.crankfire.data;

import io.crankfire.bind.DataKeys;
import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.data.jsonpath.JsonPath;
import io.crankfire.template.Extractor;
import io.crankfire.template.Names;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads `extractors`.
final class ExtractorBinder {

  private static final List<String> KINDS = List.of("jsonpath", "regex", "header");

  private final Names names;
  private final Problems problems;

  ExtractorBinder(Names names, Problems problems) {
    this.names = names;
    this.problems = problems;
  }

  List<Extractor> bind(List<ConfigNode.Mapping> items) {
    List<Extractor> extractors = new ArrayList<>();
    for (ConfigNode.Mapping item : items) {
      Extractor extractor = extractor(item);
      if (extractor != null) {
        extractors.add(extractor);
      }
    }
    return extractors;
  }

  private @Nullable Extractor extractor(ConfigNode.Mapping item) {
    Fields fields = new Fields(item, problems);
    fields.rejectOthersThan(DataKeys.EXTRACTOR.names());
    String variable = variable(fields);
    boolean onError = fields.flag("on_error", false);
    String otherwise = fields.text("default");
    List<String> given = KINDS.stream().filter(fields::has).toList();
    if (given.isEmpty()) {
      problems.add(item.position(), "an extractor needs one of jsonpath, regex and header");
    }
    for (String more : given.stream().skip(1).toList()) {
      problems.add(
          fields.position(more),
          "this extractor has %s already: it takes one of them".formatted(given.getFirst()));
    }
    if (given.isEmpty()) {
      return null;
    }
    // The name is known even if the extractor is at fault, so that its uses are not faults, too.
    int slot = variable == null ? -1 : names.variable(variable);
    Extractors.Common common = new Extractors.Common(slot, onError, otherwise);
    String kind = given.getFirst();
    String text = fields.text(kind);
    if (text == null) {
      return null;
    }
    try {
      Extractor extractor =
          switch (kind) {
            case "jsonpath" -> Extractors.of(JsonPath.compile(text), common);
            case "regex" -> Extractors.of(Regex.compile(text), common);
            default -> Extractors.ofHeader(HeaderName.checked(text), common);
          };
      return variable == null ? null : extractor;
    } catch (IllegalArgumentException e) {
      problems.add(fields.position(kind), String.valueOf(e.getMessage()));
      return null;
    }
  }

  private @Nullable String variable(Fields fields) {
    String name = fields.text("var");
    if (name == null) {
      problems.add(fields.position("var"), "an extractor needs a var: the variable it sets");
      return null;
    }
    if (!isIdentifier(name)) {
      problems.add(
          fields.position("var"),
          "\"%s\" is no name for a variable: a letter or _ first, then letters, digits and _"
              .formatted(name));
      return null;
    }
    return name;
  }

  private static boolean isIdentifier(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      if (!letter && (i == 0 || c < '0' || c > '9')) {
        return false;
      }
    }
    return !name.isEmpty();
  }
}
