package io.crankfire.imports;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Says, in comments, how the security schemes of an OpenAPI description are written in a
/// configuration. They are comments because a file with the wrong credentials is of less use than
/// one that runs. Confined to one thread.
final class SecurityHints {

  private final Data root;
  private final ImportDraft draft;

  SecurityHints(Data root, ImportDraft draft) {
    this.root = root;
    this.draft = draft;
  }

  /// Says it for each scheme that is required somewhere.
  void say() {
    Set<String> required = new LinkedHashSet<>();
    collect(root, required);
    root.membersOf("paths")
        .values()
        .forEach(
            item -> item.members().values().forEach(operation -> collect(operation, required)));
    Data components = root.get("components");
    Map<String, Data> schemes =
        components == null ? Map.of() : components.membersOf("securitySchemes");
    for (String name : required) {
      Data scheme = schemes.get(name);
      if (scheme == null) {
        draft.warn(root.position(), "the security scheme " + name + ", which is not described");
      } else {
        draft.remark("Credentials (" + name + "): take the dashes away, and set the variables.");
        lines(scheme).forEach(line -> draft.remark("- " + line));
      }
    }
  }

  private static void collect(Data holder, Set<String> required) {
    for (Data requirement : holder.itemsOf("security")) {
      required.addAll(requirement.members().keySet());
    }
  }

  private static List<String> lines(Data scheme) {
    return switch (scheme.textOf("type", "")) {
      case "http" ->
          scheme.textOf("scheme", "").equalsIgnoreCase("basic")
              ? List.of(
                  "auth:",
                  "  type: basic",
                  "  username: ${API_USERNAME}",
                  "  password: ${API_PASSWORD}")
              : List.of("headers:", "  Authorization: Bearer ${API_TOKEN}");
      case "apiKey" -> apiKey(scheme.textOf("name", "X-Api-Key"), scheme.textOf("in", "header"));
      case "oauth2" -> oauth(scheme);
      case "openIdConnect" ->
          List.of(
              "auth:  # see " + scheme.textOf("openIdConnectUrl", ""),
              "  type: oauth2_client_credentials",
              "  token_url: https://…",
              "  client_id: ${CLIENT_ID}",
              "  client_secret: ${CLIENT_SECRET}");
      default -> List.of("(a scheme of type " + scheme.textOf("type", "") + ", unknown here)");
    };
  }

  private static List<String> apiKey(String name, String in) {
    return switch (in) {
      case "query" -> List.of("(add " + name + "=${API_KEY} to the query of each endpoint)");
      case "cookie" -> List.of("headers:", "  Cookie: " + name + "=${API_KEY}");
      default -> List.of("headers:", "  " + name + ": ${API_KEY}");
    };
  }

  private static List<String> oauth(Data scheme) {
    Data flow = scheme.at("flows", "clientCredentials");
    if (flow != null) {
      return List.of(
          "auth:",
          "  type: oauth2_client_credentials",
          "  token_url: " + flow.textOf("tokenUrl", ""),
          "  client_id: ${CLIENT_ID}",
          "  client_secret: ${CLIENT_SECRET}");
    }
    Data password = scheme.at("flows", "password");
    if (password != null) {
      return List.of(
          "auth:",
          "  type: oauth2_resource_owner",
          "  token_url: " + password.textOf("tokenUrl", ""),
          "  client_id: ${CLIENT_ID}",
          "  client_secret: ${CLIENT_SECRET}",
          "  username: ${API_USERNAME}",
          "  password: ${API_PASSWORD}");
    }
    return List.of(
        "headers:", "  Authorization: Bearer ${API_TOKEN}  # a person has to log in for it");
  }
}
