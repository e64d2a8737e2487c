package io.crankfire.http;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Fields;
import io.crankfire.config.JsonText;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.protocol.Compiling;
import io.crankfire.template.Template;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads a step's keys, noting a problem for each that is not what it has to be. Confined to one
/// thread.
final class StepReader {

  static final int DEFAULT_REDIRECTS = 10;
  static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  static final Body NO_BODY = new Body(new byte[0], null, false);

  /// A configured header: its texts, and templates of those that have placeholders.
  record Field(
      String name,
      @Nullable Template nameTemplate,
      String value,
      @Nullable Template valueTemplate) {

    /// Whether it always has that name.
    boolean is(String other) {
      return nameTemplate == null && name.equalsIgnoreCase(other);
    }
  }

  /// A body, or a template of one.
  ///
  /// @param json whether it was written as keys and values
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Body(byte[] bytes, @Nullable Template template, boolean json) {}

  private final Fields fields;
  private final Problems problems;
  private final Compiling compiling;

  StepReader(ConfigNode.Mapping step, Compiling compiling) {
    problems = compiling.problems();
    fields = new Fields(step, problems);
    this.compiling = compiling;
  }

  @Nullable String name() {
    return fields.text("name");
  }

  @Nullable String unixSocket() {
    return fields.text("unix");
  }

  /// The URL as it was written, or what a path is resolved against.
  String target() {
    String text = fields.text(urlKey());
    return text == null ? "" : text.strip();
  }

  /// What is resolved against the target; empty for nothing.
  String path() {
    String text = fields.has("url") ? null : fields.text("path");
    return text == null ? "" : text.strip();
  }

  private String urlKey() {
    return fields.has("url") ? "url" : "target";
  }

  /// Where it goes; null if that is a problem.
  @Nullable Location location() {
    String target = target();
    Position at = fields.position(urlKey());
    if (fields.has("url") && fields.has("path")) {
      problems.warn(
          fields.position("path"), "url says all: path is not used; give target and path");
    }
    if (target.isEmpty()) {
      problems.add(at, "a target URL is required, as in http://localhost:8080/path");
      return null;
    }
    String path = path();
    try {
      if (path.isEmpty() && Location.isConstant(target)) {
        return new Location.Fixed(Url.parse(target));
      }
      Position pathAt = fields.position("path");
      return Location.of(
          target, path, text -> compiling.template(text, path.contains(text) ? pathAt : at));
    } catch (IllegalArgumentException e) {
      problems.add(at, String.valueOf(e.getMessage()));
      return null;
    }
  }

  String method() {
    String text = fields.text("method");
    String method = text == null || text.isBlank() ? "GET" : text.strip().toUpperCase(Locale.ROOT);
    if (!isToken(method) || method.equals("CONNECT")) {
      problems.add(fields.position("method"), "\"" + text + "\" is not a method");
    }
    return method;
  }

  /// The headers; of several names that differ in their case only the last.
  List<Field> headers() {
    List<Field> headers = new ArrayList<>();
    ConfigNode given = fields.node("headers");
    if (given != null && !(given instanceof ConfigNode.Mapping)) {
      problems.add(given.position(), "headers are names, each with a value");
    }
    if (given instanceof ConfigNode.Mapping mapping) {
      mapping
          .entries()
          .forEach((name, node) -> {
            if (node instanceof ConfigNode.Scalar value) {
              header(headers, name.strip(), value);
            } else {
              problems.add(node.position(), "the header " + name + " has one value");
            }
          });
    }
    return headers;
  }

  private void header(List<Field> headers, String name, ConfigNode.Scalar value) {
    String text = value.text().strip();
    boolean constantName = Location.isConstant(name);
    boolean constantValue = Location.isConstant(text);
    if (constantName ? !isToken(name) : !isToken(name.replaceAll("\\{\\{.*?\\}\\}", "x"))) {
      problems.add(value.position(), "\"" + name + "\" is not the name of a header");
    } else if (text.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 127)) {
      problems.add(
          value.position(), "the value of the header " + name + " has a control character");
    } else if (name.equalsIgnoreCase("Content-Length")
        || name.equalsIgnoreCase("Transfer-Encoding")) {
      problems.add(value.position(), "the header " + name + " follows from the body; leave it out");
    } else {
      headers.removeIf(header -> header.name().equalsIgnoreCase(name));
      headers.add(
          new Field(
              name,
              constantName ? null : compiling.template(name, value.position()),
              text,
              constantValue ? null : compiling.template(text, value.position())));
    }
  }

  Body body() {
    ConfigNode given = fields.node("body");
    boolean json = given instanceof ConfigNode.Mapping || given instanceof ConfigNode.Sequence;
    String inline = given == null || !json ? fields.text("body") : JsonText.of(given);
    String file = fields.text("body_file");
    if (inline != null && !inline.isEmpty() && file != null && !file.isBlank()) {
      problems.add(fields.position("body_file"), "a request has a body or a body file, not both");
      return NO_BODY;
    }
    if (inline != null && !inline.isEmpty()) {
      Position at = fields.position("body");
      return Location.isConstant(inline)
          ? new Body(inline.getBytes(StandardCharsets.UTF_8), null, json)
          : new Body(new byte[0], compiling.template(inline, at), json);
    }
    return file == null || file.isBlank() ? NO_BODY : file(file.strip());
  }

  private Body file(String name) {
    Position at = fields.position("body_file");
    try {
      byte[] bytes = Files.readAllBytes(Compiling.file(name, at));
      String text = hasBraces(bytes) ? text(bytes) : null;
      return text == null || Location.isConstant(text)
          ? new Body(bytes, null, false)
          : new Body(new byte[0], compiling.template(text, at), false);
    } catch (IOException | InvalidPathException e) {
      problems.add(at, "cannot read the body file " + name + ": " + reason(e));
      return NO_BODY;
    }
  }

  private static boolean hasBraces(byte[] bytes) {
    for (int i = 1; i < bytes.length; i++) {
      if (bytes[i] == '{' && bytes[i - 1] == '{') {
        return true;
      }
    }
    return false;
  }

  /// The text that bytes are in UTF-8, or null: what is no text has no placeholders.
  private static @Nullable String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static String reason(Exception e) {
    return switch (e) {
      case java.nio.file.NoSuchFileException none -> "no such file";
      case java.nio.file.AccessDeniedException denied -> "permission denied";
      default -> String.valueOf(e.getMessage());
    };
  }

  Duration timeout() {
    return fields.duration("timeout", DEFAULT_TIMEOUT);
  }

  int maxRedirects() {
    return (int) fields.whole("max_redirects", DEFAULT_REDIRECTS, 0, 9999);
  }

  boolean cookies() {
    return fields.flag("cookies", false);
  }

  HttpVersion httpVersion() {
    String text = fields.text("http_version");
    if (text == null) {
      return HttpVersion.AUTO;
    }
    HttpVersion version = HttpVersion.of(text);
    if (version == null) {
      problems.add(
          fields.position("http_version"),
          "\"%s\" is none of %s".formatted(text, String.join(", ", HttpVersion.WORDS)));
      return HttpVersion.AUTO;
    }
    return version;
  }

  static boolean isToken(String text) {
    if (text.isEmpty()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 127 || !Head.isToken((byte) text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /// A part of a URL without percent-encoding.
  static byte[] percentDecoded(String text) {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
      if (bytes[i] == '%' && high >= 0 && low >= 0) {
        out.write(high << 4 | low);
        i += 2;
      } else {
        out.write(bytes[i]);
      }
    }
    return out.toByteArray();
  }
}
