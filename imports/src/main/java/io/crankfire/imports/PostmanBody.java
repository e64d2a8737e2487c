package io.crankfire.imports;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/// Makes the body of a Postman request. Confined to one thread.
final class PostmanBody {

  private final PostmanVariables variables;
  private final ImportDraft draft;
  private final Draft endpoint;
  private final Set<String> secrets;

  PostmanBody(PostmanVariables variables, ImportDraft draft, Draft endpoint, Set<String> secrets) {
    this.variables = variables;
    this.draft = draft;
    this.endpoint = endpoint;
    this.secrets = secrets;
  }

  /// Adds the body, and its type if no header says one.
  void add(Data body) {
    switch (body.textOf("mode", "")) {
      case "" -> {}
      case "raw" -> raw(body);
      case "urlencoded" -> {
        type(FormBody.URL_ENCODED);
        List<FormBody.Field> fields = fields(body, "urlencoded");
        StringBuilder text = new StringBuilder();
        for (FormBody.Field field : fields) {
          text.append(text.isEmpty() ? "" : "&")
              .append(encoded(field.name()))
              .append('=')
              .append(encoded(field.value()));
        }
        set(text.toString(), FormBody.URL_ENCODED);
      }
      case "formdata" -> {
        endpoint.replaceHeader("Content-Type", FormBody.MULTIPART);
        set(FormBody.multipart(fields(body, "formdata")), FormBody.MULTIPART);
      }
      case "graphql" -> graphql(body);
      case "file" -> {
        Data file = body.get("file");
        String source = file == null ? "" : file.textOf("src", "");
        if (source.isEmpty()) {
          draft.warn(endpoint, body.position(), "a body from a file without a name");
        } else {
          endpoint.set("body_file", Secrets.literal(source));
        }
      }
      default ->
          draft.warn(endpoint, body.position(), "a body of the mode " + body.textOf("mode", ""));
    }
  }

  private void raw(Data body) {
    Data language = body.at("options", "raw");
    String type =
        switch (language == null ? "" : language.textOf("language", "")) {
          case "json" -> "application/json";
          case "xml" -> "application/xml";
          case "html" -> "text/html";
          case "javascript" -> "application/javascript";
          default -> "";
        };
    String text = body.textOf("raw", "");
    if (!text.isEmpty()) {
      type(type.isEmpty() ? "text/plain" : type);
      set(text, endpoint.mime());
    }
  }

  private void graphql(Data body) {
    Data graphql = body.get("graphql");
    if (graphql == null) {
      return;
    }
    LinkedHashMap<String, Data> members = new LinkedHashMap<>();
    members.put("query", Data.text(graphql.textOf("query", ""), body.position()));
    String operation = graphql.textOf("operationName", "");
    if (!operation.isEmpty()) {
      members.put("operationName", Data.text(operation, body.position()));
    }
    String given = graphql.textOf("variables", "").strip();
    String text = JsonText.pretty(Data.object(members, body.position()));
    if (!given.isEmpty() && !given.equals("{}")) {
      text = text.substring(0, text.length() - 2) + ",\n  \"variables\": " + given + "\n}";
    }
    type("application/json");
    set(text, "application/json");
  }

  private List<FormBody.Field> fields(Data body, String mode) {
    List<FormBody.Field> fields = new ArrayList<>();
    for (Data item : body.itemsOf(mode)) {
      if (item.textOf("disabled", "").equals("true")) {
        continue;
      }
      String name = item.textOf("key", "");
      if (item.textOf("type", "text").equals("file")) {
        draft.warn(
            endpoint,
            item.position(),
            "the form's field %s with a file: write the whole multipart body into a file and name that as body_file"
                .formatted(name));
        continue;
      }
      String value = item.textOf("value", "");
      if (mode.equals("formdata") && Credentials.isField(name)) {
        secrets.add(name);
        value = draft.secrets.reference(name, value);
      } else if (mode.equals("formdata")) {
        value = variables.filled(value, endpoint);
      }
      fields.add(new FormBody.Field(name, value, item.textOf("contentType", "")));
    }
    return fields;
  }

  /// Encoded for a form, but for placeholders.
  private static String encoded(String text) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    int open;
    int close;
    while ((open = text.indexOf("{{", at)) >= 0 && (close = text.indexOf("}}", open)) >= 0) {
      out.append(WebAddress.formEncoded(text.substring(at, open)));
      out.append(text, open, close + 2);
      at = close + 2;
    }
    return out.append(WebAddress.formEncoded(text.substring(at))).toString();
  }

  private void type(String type) {
    if (endpoint.header("Content-Type") == null) {
      endpoint.header("Content-Type", type, endpoint.position());
    }
  }

  /// Secrets first, which are not to be taken for literal text afterwards.
  private void set(String text, String mime) {
    boolean multipart = mime.startsWith("multipart/");
    String filled = multipart ? text : variables.filled(text, endpoint);
    endpoint.set("body", Secrets.body(filled, mime, draft.secrets, secrets));
  }
}
