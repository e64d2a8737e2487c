package io.crankfire.imports;

import io.crankfire.config.Position;
import java.util.List;
import java.util.Locale;

/// One request of a HAR file (HAR 1.2) whose URL is http or https.
///
/// @param data the entry
/// @param method of the request, in capitals
/// @param address where it went
record HarEntry(Data data, String method, WebAddress address) {

  /// By the end of a path.
  private static final List<String> STATIC_SUFFIXES =
      List.of(
          ".js", ".mjs", ".css", ".map", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif",
          ".ico", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".mp3", ".mp4", ".webm", ".ogg");

  /// By the beginning of the answer's media type.
  private static final List<String> STATIC_TYPES =
      List.of(
          "image/",
          "font/",
          "audio/",
          "video/",
          "text/css",
          "text/javascript",
          "application/javascript",
          "application/x-javascript",
          "application/font-",
          "application/x-font-",
          "application/vnd.ms-fontobject");

  Position position() {
    return data.position();
  }

  Data request() {
    Data request = data.get("request");
    return request == null ? data : request;
  }

  /// The answer's media type without parameters, in lower case; empty if none was recorded.
  String responseType() {
    Data content = data.at("response", "content");
    String type = content == null ? "" : content.textOf("mimeType", "");
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
  }

  /// What the browser wanted the answer for, in lower case, if it says so: `xhr`, `document`.
  String resourceType() {
    return data.textOf("_resourceType", "").toLowerCase(Locale.ROOT);
  }

  /// Whether this is a script, a style, a picture, a font, a film or a sound.
  boolean isStatic() {
    String path = address.path().toLowerCase(Locale.ROOT);
    String type = responseType();
    return STATIC_SUFFIXES.stream().anyMatch(path::endsWith)
        || STATIC_TYPES.stream().anyMatch(type::startsWith);
  }
}
