package io.crankfire.data;

import io.crankfire.bind.DataKeys;
import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.Problems;
import io.crankfire.config.Spelling;
import io.crankfire.data.jsonpath.JsonPath;
import io.crankfire.template.Check;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Reads `checks`.
final class CheckBinder {

  /// The statuses of gRPC, by their codes.
  private static final List<String> GRPC =
      List.of(
          "OK",
          "CANCELLED",
          "UNKNOWN",
          "INVALID_ARGUMENT",
          "DEADLINE_EXCEEDED",
          "NOT_FOUND",
          "ALREADY_EXISTS",
          "PERMISSION_DENIED",
          "RESOURCE_EXHAUSTED",
          "FAILED_PRECONDITION",
          "ABORTED",
          "OUT_OF_RANGE",
          "UNIMPLEMENTED",
          "INTERNAL",
          "UNAVAILABLE",
          "DATA_LOSS",
          "UNAUTHENTICATED");

  private static final int MOST = 64;
  private static final int LONGEST_NAME = 60;

  private final Problems problems;
  private final Set<String> used = new HashSet<>();

  /// The conditions of the check at hand, and its name if it is given none.
  private List<Checks.Condition> conditions = new ArrayList<>();

  private List<String> words = new ArrayList<>();

  CheckBinder(Problems problems) {
    this.problems = problems;
  }

  List<Check> bind(List<ConfigNode.Mapping> items) {
    List<Check> checks = new ArrayList<>();
    for (ConfigNode.Mapping item : items) {
      if (checks.size() == MOST) {
        problems.add(item.position(), "an endpoint has %d checks at the most".formatted(MOST));
        break;
      }
      conditions = new ArrayList<>();
      words = new ArrayList<>();
      Fields fields = new Fields(item, problems);
      fields.rejectOthersThan(DataKeys.CHECK.names());
      int faults = problems.all().size();
      read(fields);
      String name = name(fields);
      if (conditions.isEmpty() && problems.all().size() == faults) {
        problems.add(
            item.position(),
            "a check needs at least one of status, body_contains, body_regex, jsonpath, header,"
                + " max_duration and max_body_bytes");
      }
      checks.add(Checks.of(name, conditions));
    }
    return checks;
  }

  private String name(Fields fields) {
    String given = fields.text("name");
    if (given != null) {
      if (given.isBlank()) {
        problems.add(fields.position("name"), "the name is empty: leave it out or give one");
      } else if (!used.add(given)) {
        problems.add(
            fields.position("name"),
            "another check of this endpoint has the name \"%s\"".formatted(given));
      }
      return given;
    }
    String made = String.join(" and ", words);
    made = made.length() <= LONGEST_NAME ? made : made.substring(0, LONGEST_NAME - 3) + "...";
    String unique = made;
    for (int i = 2; !used.add(unique); i++) {
      unique = made + " (" + i + ")";
    }
    return unique;
  }

  private void read(Fields fields) {
    if (fields.has("status")) {
      status(fields);
    }
    for (ConfigNode.Scalar text : fields.texts("body_contains")) {
      add(new Checks.BodyContains(text.text()), "body contains " + text.text());
    }
    String regex = fields.text("body_regex");
    if (regex != null) {
      compile(
          fields,
          "body_regex",
          () -> add(new Checks.BodyFits(Regex.compile(regex)), "body fits " + regex));
    }
    compared(fields);
    if (fields.has("max_duration")) {
      Duration most = fields.duration("max_duration", Duration.ofNanos(1));
      if (most.isZero()) {
        problems.add(fields.position("max_duration"), "must be more than 0");
      }
      add(new Checks.Quick(most.toNanos()), "at most " + fields.text("max_duration"));
    }
    if (fields.has("max_body_bytes")) {
      long most = fields.whole("max_body_bytes", 0, 0, Long.MAX_VALUE);
      add(new Checks.Small(most), "at most %d bytes".formatted(most));
    }
  }

  private void add(Checks.Condition condition, String words) {
    conditions.add(condition);
    this.words.add(words);
  }

  private void status(Fields fields) {
    Checks.Status status = new Checks.Status();
    List<String> texts = new ArrayList<>();
    for (ConfigNode.Scalar item : fields.texts("status")) {
      String text = item.text().strip();
      texts.add(text);
      if (!allow(status, text)) {
        problems.add(
            item.position(),
            "\"%s\" is no status: write 200, 2xx or 200-299, or one of gRPC such as NOT_FOUND%s"
                .formatted(item.text(), Spelling.hint(item.text().strip(), GRPC)));
      }
    }
    if (texts.isEmpty() && fields.node("status") instanceof ConfigNode.Sequence) {
      problems.add(fields.position("status"), "the list is empty: no response could pass");
    }
    add(status, "status " + String.join(", ", texts));
  }

  private static boolean allow(Checks.Status status, String text) {
    if (text.length() == 3
        && text.toLowerCase(Locale.ROOT).endsWith("xx")
        && text.charAt(0) >= '1'
        && text.charAt(0) <= '9') {
      int hundred = (text.charAt(0) - '0') * 100;
      status.allow(hundred, hundred + 99);
      return true;
    }
    int named = GRPC.indexOf(text.toUpperCase(Locale.ROOT));
    if (named >= 0) {
      status.allow(named, named);
      return true;
    }
    int dash = text.indexOf('-');
    int from = number(dash < 0 ? text : text.substring(0, dash).strip());
    int to = dash < 0 ? from : number(text.substring(dash + 1).strip());
    if (from < 0 || to < from) {
      return false;
    }
    status.allow(from, to);
    return true;
  }

  private static int number(String text) {
    if (text.isEmpty() || text.length() > 3) {
      return -1;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return -1;
      }
    }
    return Integer.parseInt(text);
  }

  /// `jsonpath` or `header`, with what their value is compared to.
  private void compared(Fields fields) {
    String path = fields.text("jsonpath");
    String header = fields.text("header");
    List<String> relations =
        List.of("equals", "exists", "contains").stream().filter(fields::has).toList();
    if (path != null && header != null) {
      problems.add(
          fields.position("header"),
          "this check has a jsonpath already: make two checks of them, each with its equals or"
              + " exists");
      return;
    }
    if (path == null && header == null) {
      for (String relation : relations) {
        problems.add(fields.position(relation), relation + " belongs to a jsonpath or a header");
      }
      return;
    }
    for (String more : relations.stream().skip(1).toList()) {
      problems.add(
          fields.position(more),
          "this check has %s already: it takes one of equals, exists and contains"
              .formatted(relations.getFirst()));
    }
    String relation = relations.isEmpty() ? "exists" : relations.getFirst();
    boolean wanted = !relation.equals("exists") || fields.flag("exists", true);
    String text = relation.equals("exists") ? "" : fields.text(relation);
    if (text == null) {
      return;
    }
    String shown =
        switch (relation) {
          case "equals" -> " is " + text;
          case "contains" -> " contains " + text;
          default -> wanted ? " exists" : " is missing";
        };
    if (header != null) {
      compile(
          fields,
          "header",
          () ->
              add(
                  new Checks.Header(HeaderName.checked(header), relation(relation, wanted), text),
                  header + shown));
    } else if (path != null) {
      if (relation.equals("contains")) {
        problems.add(
            fields.position("contains"),
            "a jsonpath takes equals or exists; contains is a header's");
        return;
      }
      compile(
          fields,
          "jsonpath",
          () -> {
            JsonPath compiled = JsonPath.compile(path);
            add(
                relation.equals("equals")
                    ? new Checks.PathEquals(compiled, text)
                    : new Checks.PathExists(compiled, wanted),
                path + shown);
          });
    }
  }

  private static Checks.Relation relation(String relation, boolean wanted) {
    return switch (relation) {
      case "equals" -> Checks.Relation.EQUALS;
      case "contains" -> Checks.Relation.CONTAINS;
      default -> wanted ? Checks.Relation.PRESENT : Checks.Relation.ABSENT;
    };
  }

  private void compile(Fields fields, String key, Runnable compiling) {
    try {
      compiling.run();
    } catch (IllegalArgumentException e) {
      problems.add(fields.position(key), String.valueOf(e.getMessage()));
    }
  }
}
