package io.crankfire.imports;

import io.crankfire.config.Position;
import io.crankfire.imports.CurlCommand.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The request of one curl command: options are taken one by one, then the URL. Confined to one
/// thread.
final class CurlRequest {

  private final ImportDraft draft;
  private final Draft endpoint;
  private final TreeSet<String> secrets = new TreeSet<>();
  private final StringBuilder data = new StringBuilder();
  private final List<FormBody.Field> form = new ArrayList<>();
  private final List<String> removedHeaders = new ArrayList<>();
  private String method = "";
  private String bodyFile = "";
  private String query = "";
  private boolean hasData;
  private boolean isJson;
  private boolean asQuery;
  private boolean head;
  private boolean follows;
  private String redirects = "";

  /// @param endpoint what is made
  CurlRequest(ImportDraft draft, Draft endpoint) {
    this.draft = draft;
    this.endpoint = endpoint;
  }

  /// Takes an option if it belongs to the request.
  boolean take(Option option) {
    String value = option.value();
    switch (option.name()) {
      case "request" -> method = value;
      case "header" -> header(value, option.position());
      case "data", "data-ascii" -> data(value, option.position(), true);
      case "data-raw" -> append(value, "&");
      case "data-binary" -> data(value, option.position(), false);
      case "data-urlencode" -> urlEncoded(value, option.position());
      case "json" -> {
        isJson = true;
        data(value, option.position(), false);
      }
      case "form" -> form(value, option.position());
      case "form-string" -> formField(value);
      case "user" -> draft.basic(endpoint, value, secrets);
      case "oauth2-bearer" ->
          endpoint.replaceHeader(
              "Authorization", "Bearer " + draft.secrets.reference("bearer_token", value));
      case "cookie" -> cookie(value, option.position());
      case "user-agent" -> header("User-Agent: " + value, option.position());
      case "referer" -> header("Referer: " + value, option.position());
      case "compressed" -> header("Accept-Encoding: gzip, deflate", option.position());
      case "range" -> header("Range: bytes=" + value, option.position());
      case "url-query" -> query += (query.isEmpty() ? "" : "&") + encodedPair(value);
      case "get" -> asQuery = true;
      case "head" -> head = true;
      case "location", "location-trusted" -> follows = true;
      case "max-redirs" -> redirects = value;
      case "max-time" -> endpoint.set("timeout", value + "s");
      case "retry" -> draft.setting("retries", value);
      case "unix-socket" -> endpoint.set("unix", Secrets.literal(value));
      case "upload-file" -> upload(value, option.position());
      default -> {
        return false;
      }
    }
    return true;
  }

  private void header(String text, Position position) {
    int colon = text.indexOf(':');
    int semicolon = text.indexOf(';');
    if (text.startsWith("@")) {
      draft.warn(endpoint, position, "headers from a file");
      return;
    }
    boolean empty = colon < 0 && semicolon > 0 && text.strip().endsWith(";");
    String name = text.substring(0, empty ? semicolon : Math.max(0, colon)).strip();
    String value = empty || colon < 0 ? "" : text.substring(colon + 1).strip();
    if (name.startsWith(":")) {
      return;
    }
    if (!HarRequests.isToken(name) || HarRequests.hasControls(value)) {
      draft.warn(endpoint, position, "a header that is not allowed in HTTP");
      return;
    }
    if (value.isEmpty() && !empty) {
      removedHeaders.add(name.toLowerCase(Locale.ROOT));
      return;
    }
    if (name.equalsIgnoreCase("Content-Length") || name.equalsIgnoreCase("Transfer-Encoding")) {
      draft.warn(endpoint, position, "the header " + name + ", which follows from the body");
      return;
    }
    addHeader(name, value, position);
  }

  private void addHeader(String name, String value, Position position) {
    String literal = Secrets.literal(value);
    if (Credentials.isHeader(name)) {
      endpoint.header(name, draft.secrets.headerReference(name, literal), position);
      secrets.add(name);
    } else if (name.equalsIgnoreCase("Accept-Encoding")) {
      endpoint.replaceHeader(name, literal);
      if (!isUnpacked(value)) {
        endpoint.comment("checks and extractors see gzip and deflate unpacked, and nothing else");
      }
    } else {
      endpoint.header(name, literal, position);
    }
  }

  private static boolean isUnpacked(String codings) {
    for (String coding : codings.toLowerCase(Locale.ROOT).split(",", -1)) {
      if (!List.of("", "gzip", "deflate", "identity").contains(coding.strip())) {
        return false;
      }
    }
    return true;
  }

  /// `@FILE` is a file, of which `--data` takes the line ends out.
  private void data(String value, Position position, boolean joinsLines) {
    if (!value.startsWith("@")) {
      append(value, isJson ? "" : "&");
      return;
    }
    if (value.equals("@-")) {
      draft.warn(endpoint, position, "a body from the standard input");
    } else if (!bodyFile.isEmpty() || !data.isEmpty()) {
      draft.warn(endpoint, position, "a body made of several pieces, one of them a file");
    } else {
      bodyFile = value.substring(1);
      if (joinsLines) {
        endpoint.comment("curl takes the line ends out of this file; here it is sent as it is");
      }
    }
    hasData = true;
  }

  private void append(String value, String joint) {
    if (!bodyFile.isEmpty()) {
      draft.warn(
          endpoint, endpoint.position(), "a body made of several pieces, one of them a file");
      return;
    }
    data.append(data.isEmpty() ? "" : joint).append(value);
    hasData = true;
  }

  private void urlEncoded(String value, Position position) {
    int equals = value.indexOf('=');
    int at = value.indexOf('@');
    if (at >= 0 && (equals < 0 || at < equals)) {
      draft.warn(endpoint, position, "a piece of a body that is encoded from a file");
      return;
    }
    append(encodedPair(value), "&");
  }

  /// `name=content`, `=content` or `content`, of which only the content is encoded.
  private static String encodedPair(String value) {
    int equals = value.indexOf('=');
    String content = WebAddress.formEncoded(value.substring(equals + 1)).replace("+", "%20");
    return equals <= 0 ? content : value.substring(0, equals + 1) + content;
  }

  private void form(String value, Position position) {
    int equals = value.indexOf('=');
    if (equals < 0) {
      draft.warn(endpoint, position, "a form's field without a value");
      return;
    }
    String content = value.substring(equals + 1);
    if (content.startsWith("@") || content.startsWith("<")) {
      draft.warn(
          endpoint,
          position,
          "the form's field %s with a file: write the whole multipart body into a file and name that as body_file"
              .formatted(value.substring(0, equals)));
      return;
    }
    int type = content.indexOf(";type=");
    form.add(
        new FormBody.Field(
            value.substring(0, equals),
            type < 0 ? content : content.substring(0, type),
            type < 0 ? "" : content.substring(type + ";type=".length())));
  }

  private void formField(String value) {
    int equals = Math.max(0, value.indexOf('='));
    form.add(new FormBody.Field(value.substring(0, equals), value.substring(equals + 1)));
  }

  private void cookie(String value, Position position) {
    if (value.indexOf('=') < 0) {
      draft.warn(endpoint, position, "cookies from a file; cookies: true keeps those of answers");
    } else {
      addHeader("Cookie", value, position);
    }
  }

  private void upload(String file, Position position) {
    if (file.equals("-") || file.equals(".")) {
      draft.warn(endpoint, position, "a body from the standard input");
      return;
    }
    bodyFile = file;
    method = method.isEmpty() ? "PUT" : method;
  }

  /// Sets what follows from all options, and the URL.
  ///
  /// @return whether there is an endpoint
  boolean finish(String url) {
    String whole = url.contains("://") ? url : "http://" + url;
    WebAddress address = WebAddress.parse(whole);
    if (address == null) {
      draft.warn(endpoint.position(), "a URL that is not http or https");
      return false;
    }
    if (url.matches(".*(\\[[^]]*-[^]]*]|(?<!\\{)\\{[^{}]*,[^{}]*}).*")) {
      draft.warn(endpoint, endpoint.position(), "the ranges in the URL; it is sent as it is");
    }
    if (address.userInfo() != null && !endpoint.has("auth")) {
      draft.basic(endpoint, WebAddress.decoded(address.userInfo()), secrets);
    }
    boolean dataAsQuery = asQuery && hasData;
    String all = joined(address.query(), query);
    if (dataAsQuery) {
      all = joined(all, data.toString());
    }
    endpoint.set(
        "url",
        Secrets.literal(address.withQuery(null))
            + (all == null
                ? ""
                : "?"
                    + Secrets.parameters(
                        Secrets.literal(WebAddress.encoded(all)), draft.secrets, secrets)));
    if (!dataAsQuery) {
      body();
    }
    String used = used(dataAsQuery);
    endpoint.set("method", used);
    endpoint.set(
        "name",
        draft.names.free(
            used + " " + address.path(), used + " " + address.authority() + address.path()));
    if (!follows) {
      endpoint.set("max_redirects", "0");
    } else if (!redirects.isEmpty()) {
      endpoint.set("max_redirects", redirects.startsWith("-") ? "50" : redirects);
    }
    CurlImport.noteSecrets(endpoint, secrets);
    return true;
  }

  private static @Nullable String joined(@Nullable String query, String more) {
    if (more.isEmpty()) {
      return query;
    }
    return query == null || query.isEmpty() ? more : query + "&" + more;
  }

  private String used(boolean dataAsQuery) {
    if (!method.isEmpty()) {
      return method.toUpperCase(Locale.ROOT);
    }
    if (head) {
      return "HEAD";
    }
    boolean posts = !form.isEmpty() || (hasData && !dataAsQuery);
    return posts ? "POST" : "GET";
  }

  private void body() {
    if (!form.isEmpty()) {
      endpoint.replaceHeader("Content-Type", FormBody.MULTIPART);
      endpoint.set("body", FormBody.multipart(secretFields()));
      return;
    }
    if (isJson) {
      addMissing("Content-Type", "application/json");
      addMissing("Accept", "application/json");
    } else if (hasData) {
      addMissing("Content-Type", FormBody.URL_ENCODED);
    }
    if (!bodyFile.isEmpty()) {
      endpoint.set("body_file", Secrets.literal(bodyFile));
    } else if (hasData && !data.isEmpty()) {
      endpoint.set(
          "body",
          Secrets.body(Secrets.literal(data.toString()), endpoint.mime(), draft.secrets, secrets));
    }
  }

  private void addMissing(String name, String value) {
    if (endpoint.header(name) == null && !removedHeaders.contains(name.toLowerCase(Locale.ROOT))) {
      endpoint.header(name, value, endpoint.position());
    }
  }

  private List<FormBody.Field> secretFields() {
    List<FormBody.Field> fields = new ArrayList<>();
    for (FormBody.Field field : form) {
      boolean secret = Credentials.isField(field.name());
      if (secret) {
        secrets.add(field.name());
      }
      fields.add(
          secret
              ? new FormBody.Field(
                  field.name(), draft.secrets.reference(field.name(), field.value()), field.type())
              : new FormBody.Field(
                  Secrets.literal(field.name()), Secrets.literal(field.value()), field.type()));
    }
    return fields;
  }
}
