package io.crankfire.imports;

import io.crankfire.config.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Makes endpoints of an OpenAPI description, one for each operation (OpenAPI 3.0 and 3.1).
/// Parameters become placeholders with a default, so that a feeder can fill them. Confined to one
/// thread.
final class OpenApiImport {

  private static final List<String> METHODS =
      List.of("get", "put", "post", "delete", "options", "head", "patch");

  private static final String UNKNOWN_HOST = "http://localhost:8080";

  private final ImportDraft draft;
  private final SchemaSample samples;
  private final Data root;
  private WebAddress server = new WebAddress("http", null, "localhost:8080", "/", null);

  /// @param root the description
  OpenApiImport(Data root, ImportDraft draft) {
    this.root = root;
    this.draft = draft;
    this.samples = new SchemaSample(root, message -> draft.warn(root.position(), message));
  }

  /// Adds the endpoints of all operations.
  ///
  /// @throws UnreadableException if it is no OpenAPI 3 description, or has no operation
  void read() throws UnreadableException {
    if (root.get("swagger") != null) {
      throw new UnreadableException(
          root.position(), "this is Swagger 2.0: convert it to OpenAPI 3 first");
    }
    if (!root.textOf("openapi", "").startsWith("3.")) {
      throw new UnreadableException(
          root.position(), "this is no OpenAPI 3 description: it does not begin with openapi: 3.…");
    }
    Data info = root.get("info");
    if (info != null) {
      draft.remark("API: " + info.textOf("title", "") + " " + info.textOf("version", ""));
    }
    server = server(root.itemsOf("servers"), root.position());
    draft.setting("target", Secrets.literal(server.origin()));
    new SecurityHints(root, draft).say();
    root.membersOf("paths")
        .forEach((path, item) -> {
          Data resolved = samples.resolve(item);
          if (resolved != null) {
            operations(path, resolved);
          }
        });
    if (draft.endpoints().isEmpty()) {
      throw new UnreadableException(root.position(), "the description has no operation");
    }
  }

  /// The first server, its variables filled with their defaults.
  private WebAddress server(List<Data> servers, Position position) {
    String url = servers.isEmpty() ? "/" : servers.getFirst().textOf("url", "/");
    if (!servers.isEmpty()) {
      for (Map.Entry<String, Data> variable :
          servers.getFirst().membersOf("variables").entrySet()) {
        url = url.replace("{" + variable.getKey() + "}", variable.getValue().textOf("default", ""));
      }
    }
    for (Data other : servers.subList(Math.min(1, servers.size()), servers.size())) {
      draft.remark("another server: " + other.textOf("url", ""));
    }
    WebAddress address = WebAddress.parse(url);
    if (address == null) {
      draft.warn(position, "the server, which has no host: set the target to yours");
      address = WebAddress.parse(UNKNOWN_HOST + (url.startsWith("/") ? url : "/" + url));
    }
    return address == null ? server : address;
  }

  private void operations(String path, Data item) {
    for (String method : METHODS) {
      Data operation = item.get(method);
      if (operation != null && operation.isObject()) {
        operation(path, method.toUpperCase(Locale.ROOT), item, operation);
      }
    }
    if (item.get("trace") != null) {
      draft.warn(item.position(), "TRACE " + path);
    }
  }

  private void operation(String path, String method, Data item, Data operation) {
    Draft endpoint = new Draft(operation.position());
    String summary = operation.textOf("summary", "");
    if (!summary.isEmpty()) {
      endpoint.comment(summary);
    }
    if (operation.textOf("deprecated", "").equals("true")) {
      endpoint.comment("deprecated");
    }
    Data security = operation.get("security");
    if (security != null && security.items().isEmpty() && security.isList()) {
      endpoint.comment("needs no credentials; with an auth block add: auth: none");
    }
    String id = operation.textOf("operationId", "");
    endpoint.set(
        "name", id.isBlank() ? draft.names.free(method + " " + path) : draft.names.free(id));
    endpoint.set("method", method);
    Request request = new Request(endpoint, path);
    for (Data parameter : parameters(item, operation)) {
      request.parameter(parameter);
    }
    request.end(base(item, operation));
    Data body = operation.get("requestBody");
    Data resolved = body == null ? null : samples.resolve(body);
    if (resolved != null) {
      new OpenApiBody(samples, draft, endpoint).add(resolved);
    }
    draft.add(endpoint);
  }

  private WebAddress base(Data item, Data operation) {
    List<Data> own = operation.itemsOf("servers");
    own = own.isEmpty() ? item.itemsOf("servers") : own;
    return own.isEmpty() ? server : server(own, item.position());
  }

  /// Those of the path, unless the operation has one of the same name and place.
  private List<Data> parameters(Data item, Data operation) {
    Map<String, Data> parameters = new LinkedHashMap<>();
    List<Data> all = new ArrayList<>(item.itemsOf("parameters"));
    all.addAll(operation.itemsOf("parameters"));
    for (Data one : all) {
      Data parameter = samples.resolve(one);
      if (parameter != null && parameter.textOf("name") != null) {
        parameters.put(parameter.textOf("in", "") + " " + parameter.textOf("name"), parameter);
      }
    }
    return List.copyOf(parameters.values());
  }

  /// The path, query and headers of one operation in the making.
  private final class Request {
    private final Draft endpoint;
    private final StringBuilder query = new StringBuilder();
    private final StringBuilder cookies = new StringBuilder();
    private final List<String> optional = new ArrayList<>();
    private final TreeSet<String> secrets = new TreeSet<>();
    private String path;

    Request(Draft endpoint, String path) {
      this.endpoint = endpoint;
      this.path = Secrets.literal(path);
    }

    void parameter(Data parameter) {
      String name = parameter.textOf("name", "");
      String in = parameter.textOf("in", "");
      boolean required = parameter.textOf("required", "").equals("true") || in.equals("path");
      Data said = samples.said(parameter);
      if (!required && said == null) {
        optional.add(name + " (" + in + ")");
        return;
      }
      List<String> values = values(said == null ? samples.of(samples.schema(parameter)) : said);
      switch (in) {
        case "path" ->
            path = path.replace("{" + name + "}", filled(name, String.join(",", values), true));
        case "query" -> query(name, values, isExploded(parameter));
        case "header" -> header(name, String.join(",", values));
        case "cookie" ->
            cookies
                .append(cookies.isEmpty() ? "" : "; ")
                .append(name)
                .append('=')
                .append(filled(name, String.join(",", values), false));
        default -> draft.warn(endpoint, parameter.position(), "the parameter " + name);
      }
    }

    private static boolean isExploded(Data parameter) {
      return parameter.textOf("style", "form").equals("form")
          && !parameter.textOf("explode", "").equals("false");
    }

    private void query(String name, List<String> values, boolean exploded) {
      String key = WebAddress.formEncoded(name).replace("+", "%20");
      if (exploded && values.size() > 1) {
        for (String value : values) {
          pair(key, encoded(value));
        }
      } else {
        pair(key, filled(name, String.join(",", values), true));
      }
    }

    private void pair(String key, String value) {
      query.append(query.isEmpty() ? "?" : "&").append(key).append('=').append(value);
    }

    private void header(String name, String value) {
      if (List.of("accept", "content-type", "authorization")
          .contains(name.toLowerCase(Locale.ROOT))) {
        return; // the specification says that such parameters mean nothing
      }
      if (HarRequests.isToken(name) && !HarRequests.hasControls(value)) {
        endpoint.header(name, filled(name, value, false), endpoint.position());
      } else {
        draft.warn(endpoint, endpoint.position(), "a header that is not allowed in HTTP");
      }
    }

    private String filled(String name, String value, boolean inUrl) {
      if (Credentials.isField(name)) {
        secrets.add(name);
        return draft.secrets.reference(name, value);
      }
      String safe = Secrets.literal(inUrl ? encoded(value) : value);
      String placeholder = name.replaceAll("[^A-Za-z0-9_]", "_");
      return safe.contains("}}") || safe.contains("${")
          ? safe
          : "{{" + placeholder + "|" + safe + "}}";
    }

    private static String encoded(String value) {
      return WebAddress.formEncoded(value).replace("+", "%20").replace("%2C", ",");
    }

    void end(WebAddress base) {
      String prefix =
          base.path().endsWith("/")
              ? base.path().substring(0, base.path().length() - 1)
              : base.path();
      String whole = Secrets.literal(prefix) + path + query;
      if (base.origin().equals(server.origin())) {
        endpoint.set("path", whole);
      } else {
        endpoint.set("url", Secrets.literal(base.origin()) + whole);
      }
      if (!cookies.isEmpty()) {
        endpoint.header("Cookie", cookies.toString(), endpoint.position());
      }
      if (!optional.isEmpty()) {
        endpoint.comment("optional parameters: " + String.join(", ", optional));
      }
      CurlImport.noteSecrets(endpoint, secrets);
    }
  }

  private static List<String> values(@Nullable Data value) {
    if (value == null) {
      return List.of("");
    }
    if (value.isList()) {
      return value.items().stream().map(OpenApiImport::text).toList();
    }
    return List.of(text(value));
  }

  private static String text(Data value) {
    return value.isObject() || value.isList()
        ? JsonText.pretty(value).replaceAll("\\s*\n\\s*", "")
        : value.text();
  }
}
