package io.crankfire.imports;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Position;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An endpoint in the making. Confined to one thread.
final class Draft {

  /// The keys in the order in which they are written.
  private static final List<String> ORDER =
      List.of(
          "name",
          "weight",
          "method",
          "url",
          "path",
          "auth",
          "headers",
          "body",
          "body_file",
          "timeout",
          "max_redirects",
          "unix");

  private final Position position;
  private final Map<String, ConfigNode> entries = new LinkedHashMap<>();
  private final Map<String, ConfigNode> headers = new LinkedHashMap<>();
  private final List<String> comments = new ArrayList<>();

  /// An endpoint that was written at a position.
  Draft(Position position) {
    this.position = position;
  }

  Position position() {
    return position;
  }

  /// Sets a key, written at the endpoint's position.
  Draft set(String key, String value) {
    return set(key, value, position);
  }

  /// Sets a key.
  Draft set(String key, String value, Position at) {
    entries.put(key, new ConfigNode.Scalar(value, at));
    return this;
  }

  /// Sets a key to keys and values.
  Draft set(String key, Map<String, String> values) {
    Map<String, ConfigNode> nodes = new LinkedHashMap<>();
    values.forEach((name, value) -> nodes.put(name, new ConfigNode.Scalar(value, position)));
    entries.put(key, new ConfigNode.Mapping(nodes, position));
    return this;
  }

  /// The text of a key; empty if it is not set.
  String get(String key) {
    return entries.get(key) instanceof ConfigNode.Scalar scalar ? scalar.text() : "";
  }

  boolean has(String key) {
    return entries.containsKey(key);
  }

  /// Adds a header; one of the same name is joined by a comma, a cookie by a semicolon (RFC 9110,
  /// section 5.3; RFC 9113, section 8.2.3).
  void header(String name, String value, Position at) {
    for (Map.Entry<String, ConfigNode> header : headers.entrySet()) {
      if (header.getKey().equalsIgnoreCase(name)
          && header.getValue() instanceof ConfigNode.Scalar before) {
        String joint = name.equalsIgnoreCase("Cookie") ? "; " : ", ";
        header.setValue(new ConfigNode.Scalar(before.text() + joint + value, before.position()));
        return;
      }
    }
    headers.put(name, new ConfigNode.Scalar(value, at));
  }

  /// Sets a header in the place of what it was.
  void replaceHeader(String name, String value) {
    headers.keySet().removeIf(name::equalsIgnoreCase);
    headers.put(name, new ConfigNode.Scalar(value, position));
  }

  /// The value of a header, or null.
  @Nullable String header(String name) {
    for (Map.Entry<String, ConfigNode> header : headers.entrySet()) {
      if (header.getKey().equalsIgnoreCase(name)
          && header.getValue() instanceof ConfigNode.Scalar value) {
        return value.text();
      }
    }
    return null;
  }

  /// The media type of the body as it will be sent; empty if none is said.
  String mime() {
    String type = header("Content-Type");
    return type == null ? "" : type;
  }

  /// Says something about the endpoint where it is written.
  void comment(String line) {
    if (!comments.contains(line)) {
      comments.add(line);
    }
  }

  List<String> comments() {
    return comments;
  }

  /// The headers as configuration, in the order of their adding.
  Map<String, ConfigNode> headers() {
    return headers;
  }

  /// Equal drafts send equal requests, whatever they are called.
  String fingerprint() {
    StringBuilder text = new StringBuilder();
    for (String key : List.of("method", "url", "path", "body")) {
      String value = get(key);
      text.append(value.length()).append(':').append(value);
    }
    headers.entrySet().stream()
        .map(header ->
            header.getKey().toLowerCase(Locale.ROOT)
                + ':'
                + (header.getValue() instanceof ConfigNode.Scalar scalar ? scalar.text() : ""))
        .sorted()
        .forEach(line -> text.append('\n').append(line));
    return text.toString();
  }

  /// The endpoint as configuration.
  ConfigNode.Mapping toNode() {
    Map<String, ConfigNode> ordered = new LinkedHashMap<>();
    for (String key : ORDER) {
      if (key.equals("headers") && !headers.isEmpty()) {
        ordered.put(key, new ConfigNode.Mapping(headers, position));
      } else {
        ConfigNode node = entries.get(key);
        if (node != null) {
          ordered.put(key, node);
        }
      }
    }
    return new ConfigNode.Mapping(ordered, position);
  }
}
