package io.crankfire.imports;

import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.config.Spelling;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Which requests of a HAR file are taken: `host:api.example.com,cdn.example.com;method:GET`.
///
/// Clauses are separated by semicolons, their values by commas; a request has to match one value of
/// each kind of clause, and none of a clause that begins with `exclude-`. Clauses of a kind add up.
///
/// - `host`: the host, with or without its port; `*.example.com` for all below
/// - `method`: the request method, in whatever capitals
/// - `path`: the beginning of the path, or a pattern with `*` for the whole of it
/// - `type`: of the answer, `application/json`, `json` or `image/*`; or what the browser wanted it
///   for, `xhr`, `document`
/// - `static`: `keep` or `drop`, whether scripts, styles, pictures and fonts are taken
public final class HarFilter {

  private static final String EXCLUDE = "exclude-";

  private static final List<String> KEYS =
      List.of(
          "host",
          "method",
          "path",
          "type",
          "static",
          "exclude-host",
          "exclude-method",
          "exclude-path",
          "exclude-type");

  /// What a clause looks at.
  private enum Subject {
    HOST,
    METHOD,
    PATH,
    TYPE
  }

  /// Takes everything but static files.
  public static final HarFilter ALL = new HarFilter();

  private final Map<Subject, List<String>> wanted = new EnumMap<>(Subject.class);
  private final Map<Subject, List<String>> unwanted = new EnumMap<>(Subject.class);
  private boolean keepsStatic;

  private HarFilter() {}

  /// Reads a filter; an empty text takes everything but static files.
  ///
  /// @param problems takes a fault, at `position`, for each clause that means nothing
  public static HarFilter parse(String text, Position position, Problems problems) {
    HarFilter filter = new HarFilter();
    for (String part : text.split(";", -1)) {
      String clause = part.strip();
      if (clause.isEmpty()) {
        continue;
      }
      int colon = clause.indexOf(':');
      String key =
          (colon < 0 ? clause : clause.substring(0, colon)).strip().toLowerCase(Locale.ROOT);
      List<String> values = new ArrayList<>();
      if (colon >= 0) {
        for (String value : clause.substring(colon + 1).split(",", -1)) {
          if (!value.isBlank()) {
            values.add(value.strip());
          }
        }
      }
      if (!KEYS.contains(key)) {
        problems.add(
            position,
            "unknown clause \"%s\" of a HAR filter, there are %s%s"
                .formatted(key, String.join(", ", KEYS), Spelling.hint(key, KEYS)));
      } else if (values.isEmpty()) {
        problems.add(
            position, "the clause \"%s\" needs a value, as in host:example.com".formatted(clause));
      } else {
        filter.add(key, values, position, problems);
      }
    }
    return filter;
  }

  private void add(String key, List<String> values, Position position, Problems problems) {
    if (key.equals("static")) {
      for (String value : values) {
        keepsStatic = value.equalsIgnoreCase("keep");
        if (!keepsStatic && !value.equalsIgnoreCase("drop")) {
          problems.add(position, "static: is keep or drop, not \"%s\"".formatted(value));
        }
      }
      return;
    }
    boolean excludes = key.startsWith(EXCLUDE);
    String name = excludes ? key.substring(EXCLUDE.length()) : key;
    Subject subject = Subject.valueOf(name.toUpperCase(Locale.ROOT));
    List<String> all =
        (excludes ? unwanted : wanted).computeIfAbsent(subject, _ -> new ArrayList<>());
    for (String value : values) {
      all.add(subject == Subject.PATH ? value : value.toLowerCase(Locale.ROOT));
    }
  }

  /// Whether static files are taken.
  boolean keepsStatic() {
    return keepsStatic;
  }

  /// Whether a request is taken, apart from being a static file.
  boolean takes(HarEntry entry) {
    for (Map.Entry<Subject, List<String>> clause : wanted.entrySet()) {
      if (!matchesOne(clause.getKey(), clause.getValue(), entry)) {
        return false;
      }
    }
    for (Map.Entry<Subject, List<String>> clause : unwanted.entrySet()) {
      if (matchesOne(clause.getKey(), clause.getValue(), entry)) {
        return false;
      }
    }
    return true;
  }

  private static boolean matchesOne(Subject subject, List<String> values, HarEntry entry) {
    for (String value : values) {
      boolean matches =
          switch (subject) {
            case HOST -> isHost(value, entry.address());
            case METHOD -> value.equalsIgnoreCase(entry.method());
            case PATH -> isPath(value, entry.address().path());
            case TYPE -> isType(value, entry);
          };
      if (matches) {
        return true;
      }
    }
    return false;
  }

  private static boolean isHost(String value, WebAddress address) {
    String host = address.host();
    if (value.startsWith("*.")) {
      return host.endsWith(value.substring(1));
    }
    return value.equals(host) || value.equals(host + ":" + address.port());
  }

  private static boolean isPath(String value, String path) {
    return value.indexOf('*') < 0 ? path.startsWith(value) : matches(value, path);
  }

  /// Whether a pattern with stars matches a whole text, in linear time for each star.
  private static boolean matches(String pattern, String text) {
    String[] pieces = pattern.split("\\*", -1);
    String last = pieces[pieces.length - 1];
    if (!text.startsWith(pieces[0])) {
      return false;
    }
    int at = pieces[0].length();
    for (int i = 1; i < pieces.length - 1; i++) {
      int found = text.indexOf(pieces[i], at);
      if (found < 0) {
        return false;
      }
      at = found + pieces[i].length();
    }
    return text.length() - last.length() >= at && text.endsWith(last);
  }

  private static boolean isType(String value, HarEntry entry) {
    String mime = entry.responseType();
    if (value.endsWith("/*")) {
      return mime.startsWith(value.substring(0, value.length() - 1));
    }
    return value.equals(mime)
        || mime.endsWith("/" + value)
        || mime.endsWith("+" + value)
        || value.equals(entry.resourceType());
  }
}
