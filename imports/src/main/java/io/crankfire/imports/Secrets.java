package io.crankfire.imports;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Puts references to the environment in the place of credentials, `${NAME}`: equal values of a
/// name have one reference, different ones have several. Also keeps texts that only look like such
/// references from being taken for one. Confined to one thread.
final class Secrets implements Credentials {

  private final Map<String, String> references = new LinkedHashMap<>();
  private final Set<String> names = new LinkedHashSet<>();
  private final boolean headersKept;

  /// @param headersKept whether headers get a reference, or are left out
  Secrets(boolean headersKept) {
    this.headersKept = headersKept;
  }

  /// The variables that have to be set, in the order of their first use.
  List<String> names() {
    return List.copyOf(names);
  }

  /// The reference that stands for a value. A placeholder is no secret and stays.
  ///
  /// @param name what the value is called where it was found
  String reference(String name, String value) {
    if (isPlaceholder(value)) {
      return value;
    }
    return references.computeIfAbsent(
        name.toLowerCase(Locale.ROOT) + '\n' + value,
        _ -> {
          String base = variable(name);
          String free = base;
          for (int i = 2; !names.add(free); i++) {
            free = base + "_" + i;
          }
          return "${" + free + "}";
        });
  }

  private static boolean isPlaceholder(String value) {
    return value.isEmpty() || (value.startsWith("{{") && value.endsWith("}}"));
  }

  private static String variable(String name) {
    String joined = String.join("_", Credentials.words(name)).toUpperCase(Locale.ROOT);
    StringBuilder variable = new StringBuilder();
    for (int i = 0; i < joined.length(); i++) {
      char c = joined.charAt(i);
      variable.append(c < 128 ? c : '_');
    }
    if (variable.isEmpty() || Character.isDigit(variable.charAt(0))) {
      variable.insert(0, "SECRET_");
    }
    return variable.toString();
  }

  /// A text that is no reference even if it looks like one: `$${` stands for `${` in
  /// configurations.
  static String literal(String text) {
    return text.replace("${", "$${");
  }

  /// The value of a header with its secret replaced. The scheme of an `Authorization` stays.
  String headerReference(String name, String value) {
    int blank = value.indexOf(' ');
    boolean authorization = Credentials.words(name).contains("authorization");
    if (authorization && blank > 0) {
      String scheme = value.substring(0, blank);
      String called =
          switch (scheme.toLowerCase(Locale.ROOT)) {
            case "bearer" -> "bearer_token";
            case "basic" -> "basic_credentials";
            default -> name;
          };
      return scheme + " " + reference(called, value.substring(blank + 1).strip());
    }
    return reference(name, value);
  }

  @Override
  public @Nullable String header(String name, String value) {
    return headersKept ? headerReference(name, value) : null;
  }

  @Override
  public @Nullable String parameter(String name, String value) {
    return reference(name, value);
  }

  @Override
  public String field(String name, String value) {
    return reference(name, value);
  }

  @Override
  public boolean keepsUser() {
    return false;
  }

  /// The parameters of a query, or of a form, with their secrets replaced.
  static String parameters(String query, Credentials credentials, Set<String> found) {
    StringBuilder out = new StringBuilder(query.length());
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      if (equals >= 0 && Credentials.isField(name)) {
        found.add(name);
        String kept = credentials.parameter(name, value);
        if (kept == null) {
          continue;
        }
        value = kept;
      }
      out.append(out.isEmpty() ? "" : "&").append(name).append(equals < 0 ? "" : "=").append(value);
    }
    return out.toString();
  }

  /// A body with the secrets of its fields replaced, if it is a form or JSON.
  static String body(String body, String mime, Credentials credentials, Set<String> found) {
    if (FormBody.isForm(mime)) {
      StringBuilder out = new StringBuilder(body.length());
      for (String pair : body.split("&", -1)) {
        int equals = pair.indexOf('=');
        String name = pair.substring(0, Math.max(0, equals));
        out.append(out.isEmpty() ? "" : "&");
        if (equals > 0 && Credentials.isField(name)) {
          found.add(name);
          out.append(name).append('=').append(credentials.field(name, pair.substring(equals + 1)));
        } else {
          out.append(pair);
        }
      }
      return out.toString();
    }
    if (mime.contains("json") || body.stripLeading().startsWith("{")) {
      return JsonText.replaceTexts(
          body,
          (name, value) -> {
            if (!Credentials.isField(name)) {
              return null;
            }
            found.add(name);
            String kept = credentials.field(name, value);
            return kept.equals(value) ? null : kept;
          });
    }
    return body;
  }
}
