package io.crankfire.imports;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import io.crankfire.imports.ImportedConfig.Commented;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A configuration in the making: collects endpoints, settings, secrets and what is to be said.
/// Confined to one thread.
final class ImportDraft {

  /// The place of what was written nowhere.
  static final Position NOWHERE = Position.flag("import");

  final EndpointNames names = new EndpointNames();
  final Secrets secrets;

  private final String origin;
  private final Map<String, Commented> settings = new LinkedHashMap<>();
  private final List<Draft> endpoints = new ArrayList<>();
  private final List<Commented> scenarios = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  /// @param origin what it is made of, for the first line
  ImportDraft(String origin, Secrets secrets) {
    this.origin = origin;
    this.secrets = secrets;
  }

  void add(Draft endpoint) {
    endpoints.add(endpoint);
  }

  List<Draft> endpoints() {
    return endpoints;
  }

  void addScenario(ConfigNode.Mapping scenario) {
    scenarios.add(new Commented(List.of(), scenario));
  }

  /// Sets a key of the whole run; the first one counts.
  ///
  /// @return whether it is what the run now has
  boolean setting(String key, ConfigNode value, String... comments) {
    Commented before = settings.putIfAbsent(key, new Commented(List.of(comments), value));
    return before == null || textOf(before.node()).equals(textOf(value));
  }

  boolean setting(String key, String value, String... comments) {
    return setting(key, new ConfigNode.Scalar(value, NOWHERE), comments);
  }

  /// Sets a key of the whole run in the place of what it was.
  void replaceSetting(String key, ConfigNode value) {
    settings.put(key, new Commented(List.of(), value));
  }

  private static String textOf(ConfigNode node) {
    return switch (node) {
      case ConfigNode.Scalar scalar -> scalar.text();
      case ConfigNode.Sequence list ->
          list.items().stream().map(ImportDraft::textOf).toList().toString();
      case ConfigNode.Mapping mapping -> {
        Map<String, String> texts = new LinkedHashMap<>();
        mapping.entries().forEach((key, value) -> texts.put(key, textOf(value)));
        yield texts.toString();
      }
    };
  }

  /// Gives an endpoint basic authentication, its password by reference.
  ///
  /// @param pair `user:password`, or a user alone
  /// @param found takes what was recognised as a secret
  void basic(Draft endpoint, String pair, Set<String> found) {
    int colon = pair.indexOf(':');
    String user = colon < 0 ? pair : pair.substring(0, colon);
    Map<String, String> auth = new LinkedHashMap<>();
    auth.put("type", "basic");
    auth.put("username", Secrets.literal(user));
    auth.put(
        "password",
        secrets.reference("password", colon < 0 ? "unknown" : pair.substring(colon + 1)));
    endpoint.set("auth", auth);
    found.add("password of " + user);
  }

  /// Says something at the top of the file.
  void remark(String line) {
    if (!remarks.contains(line)) {
      remarks.add(line);
    }
  }

  /// Says at the top of the file and to the user that something was not taken over.
  void warn(Position position, String message) {
    remark("not taken over: " + message);
    warned(position, message);
  }

  /// Says at an endpoint and to the user that something was not taken over.
  void warn(Draft endpoint, Position position, String message) {
    endpoint.comment("not taken over: " + message);
    warned(position, message);
  }

  private void warned(Position position, String message) {
    String line = position + ": " + message;
    if (!warnings.contains(line)) {
      warnings.add(line);
    }
  }

  /// The whole, with a gentle load in case nobody says another.
  ImportedConfig done() {
    List<String> head = new ArrayList<>();
    head.add("Made of " + origin + ".");
    if (!secrets.names().isEmpty()) {
      head.add("Credentials are not in this file: set these variables of the environment.");
      secrets.names().forEach(name -> head.add("  " + name));
    }
    head.addAll(remarks);
    Map<String, Commented> all = new LinkedHashMap<>(settings);
    all.putIfAbsent(
        "rate",
        new Commented(
            List.of("A gentle load, to begin with."), new ConfigNode.Scalar("1", NOWHERE)));
    all.putIfAbsent("duration", new Commented(List.of(), new ConfigNode.Scalar("10s", NOWHERE)));
    return new ImportedConfig(
        head,
        all,
        endpoints.stream().map(draft -> new Commented(draft.comments(), draft.toNode())).toList(),
        scenarios,
        warnings);
  }
}
