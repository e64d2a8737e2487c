package io.crankfire.http;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Durations;
import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import io.crankfire.plan.Call;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.Protocol;
import io.crankfire.protocol.Requester;
import io.crankfire.protocol.WorkerContext;
import io.crankfire.template.Variables;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// HTTP. A step's keys: `name`, `target`, `method`, `headers`, `body`, `body_file`, `timeout`,
/// `max_redirects`, `unix`.
public final class HttpProtocol implements Protocol {

  /// The protocol's name.
  public static final String NAME = "http";

  private static final List<String> KEYS =
      List.of("method", "headers", "body", "body_file", "max_redirects", "unix");

  private static final int DEFAULT_REDIRECTS = 10;
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  /// Made by the service loader.
  public HttpProtocol() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Collection<String> keys() {
    return KEYS;
  }

  @Override
  public String preview(Call call, Variables variables) {
    return new String(((HttpCall) call).request().bytes(), StandardCharsets.UTF_8);
  }

  @Override
  public Requester open(WorkerContext worker) {
    return new HttpRequester(worker);
  }

  @Override
  public @Nullable Call compile(ConfigNode.Mapping step, Compiling compiling) {
    Problems problems = compiling.problems();
    int before = problems.all().size();
    Step reader = new Step(step, problems);
    Url url = reader.url();
    String method = reader.method();
    Map<String, String> headers = reader.headers();
    byte[] body = reader.body();
    Duration timeout = reader.timeout();
    int redirects = reader.maxRedirects();
    String unix = reader.text("unix");
    String name = reader.text("name");
    if (url == null || problems.all().size() > before) {
      return null;
    }
    if (url.userInfo() != null && headers.keySet().stream().noneMatch(HttpProtocol::isAuth)) {
      byte[] userInfo = Step.percentDecoded(url.userInfo());
      headers.put("Authorization", "Basic " + Base64.getEncoder().encodeToString(userInfo));
    }
    Request request = new Request(method, url, unix, headers, body, redirects);
    return new HttpCall(name == null ? url.toString() : name, request, timeout);
  }

  private static boolean isAuth(String name) {
    return name.equalsIgnoreCase("Authorization");
  }

  /// Reads a step's keys.
  private record Step(ConfigNode.Mapping step, Problems problems) {

    @Nullable String text(String key) {
      ConfigNode node = step.entries().get(key);
      if (node == null || node instanceof ConfigNode.Scalar) {
        return node instanceof ConfigNode.Scalar scalar ? scalar.text() : null;
      }
      problems.add(at(key), key + " has one value");
      return null;
    }

    private Position at(String key) {
      ConfigNode node = step.entries().get(key);
      return node == null ? step.position() : node.position();
    }

    @Nullable Url url() {
      String text = text("target");
      if (text == null || text.isBlank()) {
        problems.add(at("target"), "a target URL is required, as in http://localhost:8080/path");
        return null;
      }
      try {
        return Url.parse(text);
      } catch (IllegalArgumentException e) {
        problems.add(at("target"), String.valueOf(e.getMessage()));
        return null;
      }
    }

    String method() {
      String text = text("method");
      String method =
          text == null || text.isBlank() ? "GET" : text.strip().toUpperCase(Locale.ROOT);
      if (!isToken(method) || method.equals("CONNECT")) {
        problems.add(at("method"), "\"" + text + "\" is not a method");
      }
      return method;
    }

    Map<String, String> headers() {
      Map<String, String> headers = new LinkedHashMap<>();
      ConfigNode given = step.entries().get("headers");
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

    private void header(Map<String, String> headers, String name, ConfigNode.Scalar value) {
      String text = value.text().strip();
      if (!isToken(name)) {
        problems.add(value.position(), "\"" + name + "\" is not the name of a header");
      } else if (text.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 127)) {
        problems.add(
            value.position(), "the value of the header " + name + " has a control character");
      } else if (name.equalsIgnoreCase("Content-Length")
          || name.equalsIgnoreCase("Transfer-Encoding")) {
        problems.add(
            value.position(), "the header " + name + " follows from the body; leave it out");
      } else {
        headers.keySet().removeIf(name::equalsIgnoreCase);
        headers.put(name, text);
      }
    }

    byte[] body() {
      String inline = text("body");
      String file = text("body_file");
      if (inline != null && !inline.isEmpty() && file != null && !file.isBlank()) {
        problems.add(at("body_file"), "a request has a body or a body file, not both");
        return new byte[0];
      }
      if (file == null || file.isBlank()) {
        return inline == null ? new byte[0] : inline.getBytes(StandardCharsets.UTF_8);
      }
      try {
        return Files.readAllBytes(Compiling.file(file.strip(), at("body_file")));
      } catch (IOException | InvalidPathException e) {
        problems.add(at("body_file"), "cannot read the body file " + file + ": " + reason(e));
        return new byte[0];
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
      String text = text("timeout");
      if (text == null) {
        return DEFAULT_TIMEOUT;
      }
      try {
        Duration timeout = Durations.parse(new ConfigNode.Scalar(text, at("timeout")));
        if (!timeout.isNegative()) {
          return timeout;
        }
        problems.add(at("timeout"), "a timeout is not negative; 0 is none");
      } catch (IllegalArgumentException e) {
        problems.add(at("timeout"), String.valueOf(e.getMessage()));
      }
      return DEFAULT_TIMEOUT;
    }

    int maxRedirects() {
      String text = text("max_redirects");
      if (text == null) {
        return DEFAULT_REDIRECTS;
      }
      if (text.matches("[0-9]{1,4}")) {
        return Integer.parseInt(text);
      }
      problems.add(
          at("max_redirects"), "\"" + text + "\" is not a number of redirects; 0 follows none");
      return DEFAULT_REDIRECTS;
    }

    private static boolean isToken(String text) {
      return !text.isEmpty() && text.chars().allMatch(c -> isTokenChar((char) c));
    }

    private static boolean isTokenChar(char c) {
      return (c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || (c >= '0' && c <= '9')
          || "!#$%&'*+.^_`|~-".indexOf(c) >= 0;
    }

    private static byte[] percentDecoded(@Nullable String text) {
      String all = text == null ? "" : text;
      java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
      byte[] bytes = all.getBytes(StandardCharsets.UTF_8);
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
}
