package io.crankfire.imports;

import io.crankfire.config.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Makes endpoints of a Postman collection (v2.0 and v2.1), one for each request, named by its
/// folders and itself. Confined to one thread.
final class PostmanImport {

  private static final String UNKNOWN_HOST = "http://localhost:8080";

  private final Data root;
  private final ImportDraft draft;
  private final PostmanVariables variables;
  private @Nullable String leading;

  /// @param root the collection
  PostmanImport(Data root, ImportDraft draft) {
    this.root = root;
    this.draft = draft;
    this.variables = new PostmanVariables(root, draft);
  }

  /// Adds the endpoints of all requests.
  ///
  /// @throws UnreadableException if it is no collection, or has no request
  void read() throws UnreadableException {
    if (root.get("info") == null || root.get("item") == null) {
      throw new UnreadableException(
          root.position(),
          "this is no Postman collection of version 2: it has no \"info\" and \"item\"");
    }
    draft.remark("Collection: " + root.membersOf("info").getOrDefault("name", root).text());
    scripts(root, null);
    items(root, "", root.get("auth"));
    if (draft.endpoints().isEmpty()) {
      throw new UnreadableException(root.position(), "the collection has no request");
    }
  }

  private void items(Data folder, String prefix, @Nullable Data inherited) {
    for (Data item : folder.itemsOf("item")) {
      String name = prefix + item.textOf("name", "request");
      Data auth = item.get("auth") == null ? inherited : item.get("auth");
      Data request = item.get("request");
      if (item.get("item") != null) {
        scripts(item, null);
        items(item, name + " / ", auth);
      } else if (request != null) {
        request(name, item, request, request.get("auth") == null ? auth : request.get("auth"));
      }
    }
  }

  private void scripts(Data holder, @Nullable Draft endpoint) {
    for (Data event : holder.itemsOf("event")) {
      boolean empty = true;
      Data script = event.get("script");
      if (script != null) {
        empty = script.textOf("exec", "").isBlank();
        for (Data line : script.itemsOf("exec")) {
          empty &= line.text().isBlank();
        }
      }
      if (!empty) {
        String message =
            "a script (%s): extractors and checks do its work here"
                .formatted(event.textOf("listen", "event"));
        if (endpoint == null) {
          draft.warn(event.position(), message);
        } else {
          draft.warn(endpoint, event.position(), message);
        }
      }
    }
  }

  private void request(String name, Data item, Data request, @Nullable Data auth) {
    Draft endpoint = new Draft(item.position());
    Set<String> secrets = new TreeSet<>();
    endpoint.set("name", draft.names.free(name));
    endpoint.set("method", request.textOf("method", "GET").toUpperCase(Locale.ROOT));
    Data url = request.isText() ? request : request.get("url");
    String raw = url == null ? "" : url(url);
    if (raw.isBlank()) {
      draft.warn(item.position(), "the request " + name + ", which has no URL");
      return;
    }
    headers(request, endpoint, secrets);
    Data body = request.get("body");
    if (body != null && body.isObject() && !body.textOf("disabled", "").equals("true")) {
      new PostmanBody(variables, draft, endpoint, secrets).add(body);
    }
    String query = auth == null ? "" : auth(auth, endpoint, secrets);
    address(raw, query, endpoint, secrets);
    scripts(item, endpoint);
    CurlImport.noteSecrets(endpoint, secrets);
    draft.add(endpoint);
  }

  /// The URL as one text, its path variables (`:id`) as placeholders with their values as default.
  private String url(Data url) {
    String raw = url.isText() ? url.text() : url.textOf("raw", "");
    if (raw.isBlank()) {
      raw = fromParts(url);
    }
    int hash = raw.indexOf('#');
    raw = hash < 0 ? raw : raw.substring(0, hash);
    for (Data variable : url.itemsOf("variable")) {
      String key = variable.textOf("key", variable.textOf("id", ""));
      String value = variable.textOf("value", "");
      if (!key.isEmpty()) {
        String placeholder = value.startsWith("{{") ? value : "{{" + key + "|" + value + "}}";
        raw =
            raw.replaceAll(
                "/:" + java.util.regex.Pattern.quote(key) + "(?=[/?]|$)",
                java.util.regex.Matcher.quoteReplacement("/" + placeholder));
      }
    }
    return raw;
  }

  private static String fromParts(Data url) {
    StringBuilder raw = new StringBuilder();
    String protocol = url.textOf("protocol", "");
    raw.append(protocol.isEmpty() ? "" : protocol + "://");
    raw.append(joined(url, "host", "."));
    String port = url.textOf("port", "");
    raw.append(port.isEmpty() ? "" : ":" + port);
    String path = joined(url, "path", "/");
    raw.append(path.isEmpty() || path.startsWith("/") ? path : "/" + path);
    char joint = '?';
    for (Data one : url.itemsOf("query")) {
      if (!one.textOf("disabled", "").equals("true")) {
        raw.append(joint).append(one.textOf("key", "")).append('=').append(one.textOf("value", ""));
        joint = '&';
      }
    }
    return raw.toString();
  }

  private static String joined(Data url, String name, String joint) {
    List<String> parts = new ArrayList<>();
    for (Data part : url.itemsOf(name)) {
      parts.add(part.isObject() ? part.textOf("value", "") : part.text());
    }
    return parts.isEmpty() ? url.textOf(name, "") : String.join(joint, parts);
  }

  /// Where a URL begins with a variable, that is the target of the run; other URLs are absolute.
  private void address(String raw, String more, Draft endpoint, Set<String> secrets) {
    String joined = more.isEmpty() ? "" : (raw.indexOf('?') < 0 ? "?" : "&") + more;
    String url = raw;
    int close = url.startsWith("{{") ? url.indexOf("}}") : -1;
    if (close < 0) {
      String whole = withoutUser(url.contains("://") ? url : "http://" + url, endpoint, secrets);
      endpoint.set("url", withoutSecrets(variables.filled(whole, endpoint), secrets) + joined);
      return;
    }
    String name = url.substring(2, close).strip();
    String rest = url.substring(close + 2);
    String value = variables.value(name);
    WebAddress base = WebAddress.parse(value.contains("://") ? value : "http://" + value);
    boolean first = leading == null;
    leading = first ? name : leading;
    String path = base == null || base.path().equals("/") ? "" : base.path();
    path = path.endsWith("/") && rest.startsWith("/") ? path.substring(0, path.length() - 1) : path;
    path += rest.startsWith("/") || rest.isEmpty() ? rest : "/" + rest;
    path =
        withoutSecrets(variables.filled(path.isEmpty() ? "/" : path, endpoint), secrets) + joined;
    if (first) {
      draft.setting(
          "target",
          base == null ? UNKNOWN_HOST : Secrets.literal(base.origin()),
          "Was {{" + name + "}}.");
    }
    if (base == null) {
      draft.warn(
          endpoint,
          endpoint.position(),
          "the variable %s, which has no value in the collection: set the target".formatted(name));
    }
    if (name.equals(leading)) {
      endpoint.set("path", path);
    } else {
      endpoint.set("url", (base == null ? UNKNOWN_HOST : Secrets.literal(base.origin())) + path);
    }
  }

  private String withoutUser(String url, Draft endpoint, Set<String> secrets) {
    WebAddress address = WebAddress.parse(url);
    String user = address == null ? null : address.userInfo();
    if (user == null || user.contains("{{")) {
      return url;
    }
    if (!endpoint.has("auth")) {
      draft.basic(endpoint, WebAddress.decoded(user), secrets);
    }
    return url.replace("://" + user + "@", "://");
  }

  private String withoutSecrets(String url, Set<String> secrets) {
    int question = url.indexOf('?');
    return question < 0
        ? url
        : url.substring(0, question + 1)
            + Secrets.parameters(url.substring(question + 1), draft.secrets, secrets);
  }

  private void headers(Data request, Draft endpoint, Set<String> secrets) {
    for (Data header : request.itemsOf("header")) {
      if (!header.textOf("disabled", "").equals("true")) {
        header(
            header.textOf("key", "").strip(),
            header.textOf("value", "").strip(),
            header.position(),
            endpoint,
            secrets);
      }
    }
    for (String line : request.textOf("header", "").split("\\R")) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        header(
            line.substring(0, colon).strip(),
            line.substring(colon + 1).strip(),
            request.position(),
            endpoint,
            secrets);
      }
    }
  }

  private void header(String name, String value, Position at, Draft endpoint, Set<String> secrets) {
    if (name.isEmpty() || name.equalsIgnoreCase("Content-Length")) {
      return;
    }
    if (!HarRequests.isToken(name) || HarRequests.hasControls(value)) {
      draft.warn(endpoint, at, "a header that is not allowed in HTTP");
    } else if (Credentials.isHeader(name) && value.indexOf("{{") < 0) {
      secrets.add(name);
      endpoint.header(name, draft.secrets.headerReference(name, Secrets.literal(value)), at);
    } else {
      endpoint.header(name, variables.filled(value, endpoint), at);
    }
  }

  /// Adds credentials to the endpoint.
  ///
  /// @return what they add to the query
  private String auth(Data auth, Draft endpoint, Set<String> secrets) {
    String type = auth.textOf("type", "noauth");
    switch (type) {
      case "noauth" -> {}
      case "bearer" ->
          endpoint.replaceHeader(
              "Authorization",
              "Bearer " + secret(auth, "token", "bearer_token", endpoint, secrets));
      case "basic" -> {
        Map<String, String> basic = new LinkedHashMap<>();
        basic.put("type", "basic");
        basic.put("username", variables.filled(parameter(auth, "username"), endpoint));
        basic.put("password", secret(auth, "password", "password", endpoint, secrets));
        endpoint.set("auth", basic);
      }
      case "apikey" -> {
        String key = parameter(auth, "key").isEmpty() ? "X-Api-Key" : parameter(auth, "key");
        String value = secret(auth, "value", key, endpoint, secrets);
        if (parameter(auth, "in").equals("query")) {
          return key + "=" + value;
        }
        endpoint.replaceHeader(key, value);
      }
      default ->
          draft.warn(
              endpoint,
              auth.position(),
              "credentials of type %s: see auth in the documentation".formatted(type));
    }
    return "";
  }

  private String secret(
      Data auth, String parameter, String called, Draft endpoint, Set<String> secrets) {
    String value = parameter(auth, parameter);
    if (value.contains("{{")) {
      return variables.filled(value, endpoint);
    }
    secrets.add(called);
    return draft.secrets.reference(called, value.isEmpty() ? called : value);
  }

  /// A parameter of an auth block: a list of keys and values in v2.1, an object in v2.0.
  private static String parameter(Data auth, String name) {
    Data parameters = auth.get(auth.textOf("type", ""));
    if (parameters == null) {
      return "";
    }
    for (Data one : parameters.items()) {
      if (one.textOf("key", "").equals(name)) {
        return one.textOf("value", "");
      }
    }
    return parameters.textOf(name, "");
  }
}
