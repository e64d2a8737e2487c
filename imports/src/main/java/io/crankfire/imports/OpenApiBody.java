package io.crankfire.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Makes the body of an OpenAPI operation: its example, or a sample of its schema. Confined to one
/// thread.
final class OpenApiBody {

  private final SchemaSample samples;
  private final ImportDraft draft;
  private final Draft endpoint;

  OpenApiBody(SchemaSample samples, ImportDraft draft, Draft endpoint) {
    this.samples = samples;
    this.draft = draft;
    this.endpoint = endpoint;
  }

  /// Adds the body and its type to the endpoint.
  ///
  /// @param requestBody with its references resolved
  void add(Data requestBody) {
    Map<String, Data> content = requestBody.membersOf("content");
    Map.Entry<String, Data> chosen = chosen(content);
    if (chosen == null) {
      return;
    }
    List<String> others = new ArrayList<>(content.keySet());
    others.remove(chosen.getKey());
    if (!others.isEmpty()) {
      endpoint.comment("other types of the body: " + String.join(", ", others));
    }
    String type = chosen.getKey().contains("*") ? "application/json" : chosen.getKey();
    Data said = samples.said(chosen.getValue());
    Data value = said == null ? samples.of(samples.schema(chosen.getValue())) : said;
    String lower = type.toLowerCase(Locale.ROOT);
    String body = null;
    if (value != null) {
      if (lower.startsWith("multipart/")) {
        type = FormBody.MULTIPART;
        body = FormBody.multipart(fields(value));
      } else if (FormBody.isForm(lower)) {
        body = FormBody.urlEncoded(fields(value));
      } else if (isJson(lower)) {
        // An example in quotes may be the whole text.
        body =
            value.isText() && looksLikeJson(value.text()) ? value.text() : JsonText.pretty(value);
      } else if (!value.isObject() && !value.isList()) {
        body = value.text();
      }
    }
    if (body == null) {
      draft.warn(
          endpoint,
          requestBody.position(),
          "the body of type %s, which has no example: give body or body_file".formatted(type));
      return;
    }
    TreeSet<String> secrets = new TreeSet<>();
    endpoint.header("Content-Type", type, endpoint.position());
    endpoint.set("body", Secrets.body(Secrets.literal(body), lower, draft.secrets, secrets));
    CurlImport.noteSecrets(endpoint, secrets);
  }

  private static boolean isJson(String type) {
    return type.contains("json");
  }

  private static boolean looksLikeJson(String text) {
    String bare = text.strip();
    return bare.startsWith("{") || bare.startsWith("[");
  }

  /// JSON before forms before anything else.
  private static Map.@Nullable Entry<String, Data> chosen(Map<String, Data> content) {
    Map.Entry<String, Data> best = null;
    int bestRank = Integer.MAX_VALUE;
    for (Map.Entry<String, Data> entry : content.entrySet()) {
      String type = entry.getKey().toLowerCase(Locale.ROOT);
      int rank =
          isJson(type)
              ? 0
              : FormBody.isForm(type) ? 1 : type.startsWith("multipart/form-data") ? 2 : 3;
      if (rank < bestRank) {
        best = entry;
        bestRank = rank;
      }
    }
    return best;
  }

  private List<FormBody.Field> fields(Data value) {
    List<FormBody.Field> fields = new ArrayList<>();
    value
        .members()
        .forEach((name, field) -> {
          for (Data item : field.isList() ? field.items() : List.of(field)) {
            fields.add(
                new FormBody.Field(name, item.isObject() ? JsonText.pretty(item) : item.text()));
          }
        });
    return fields;
  }
}
