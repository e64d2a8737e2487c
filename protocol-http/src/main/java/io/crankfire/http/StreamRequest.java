package io.crankfire.http;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Problems;
import io.crankfire.plan.Target;
import io.crankfire.protocol.Compiling;
import io.crankfire.template.Conduct;
import io.crankfire.template.Credential;
import io.crankfire.template.Variables;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A request of a protocol on top of HTTP, compiled: written in configurations as HTTP's own, with
/// what the protocol says of it. Immutable; shared by all workers.
public final class StreamRequest {

  /// The keys of a step that say what is requested. A protocol that fixes method and body leaves
  /// those away.
  public static final List<String> KEYS =
      List.of(
          "url",
          "path",
          "method",
          "headers",
          "body",
          "body_file",
          "max_redirects",
          "unix",
          "cookies",
          "http_version");

  /// What a protocol says of its requests.
  ///
  /// @param headers sent unless others of the same names are configured, in this order;
  ///   `Connection: keep-alive` only where the connection is kept
  /// @param upgrades whether it asks to switch protocols: a GET without a body, over a connection
  ///   of its own, to a URL that may begin with `ws` or `wss` as well; redirects are not followed.
  ///   Over HTTP/2, if that is said, it asks for a WebSocket instead, over a stream (RFC 8441)
  public record Shape(Map<String, String> headers, boolean upgrades) {
    /// Keeps the order.
    public Shape {
      headers = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }
  }

  private static final String CONNECTION = "Connection";
  private static final String KEEP_ALIVE = "keep-alive";

  private final HttpCall call;
  private final Conduct conduct;

  private StreamRequest(HttpCall call, Conduct conduct) {
    this.call = call;
    this.conduct = conduct;
  }

  /// Reads a step's keys `name`, `target` or `url`, `timeout` and those of [#KEYS].
  ///
  /// @param compiling takes all faults
  /// @return null if there was a fault
  public static @Nullable StreamRequest compile(
      ConfigNode.Mapping step, Compiling compiling, Shape shape) {
    Problems problems = compiling.problems();
    int before = problems.all().size();
    boolean upgrades = shape.upgrades();
    StepReader reader = new StepReader(upgrades ? asHttp(step) : step, compiling);
    Location location = reader.location();
    String method = upgrades ? "GET" : reader.method();
    List<StepReader.Field> fields = reader.headers();
    StepReader.Body body = upgrades ? StepReader.NO_BODY : reader.body();
    Duration timeout = reader.timeout();
    int redirects = upgrades ? 0 : reader.maxRedirects();
    String unix = reader.unixSocket();
    boolean cookies = reader.cookies();
    HttpVersion version = reader.httpVersion();
    String given = reader.name();
    if (location == null || problems.all().size() > before) {
      return null;
    }
    if (upgrades && location instanceof Location.Free free) {
      location = free.ofSockets();
    }
    boolean keepAlive = KEEP_ALIVE.equals(shape.headers().get(CONNECTION));
    shape
        .headers()
        .forEach((name, value) -> {
          boolean varies = keepAlive && name.equals(CONNECTION);
          if (!varies && fields.stream().noneMatch(field -> field.is(name))) {
            fields.add(new StepReader.Field(name, null, value, null));
          }
        });
    Credential credential = compiling.conduct().credential();
    HttpProtocol.complete(location, fields, body, credential);
    RequestTemplate template =
        new RequestTemplateBuilder(method, redirects, unix)
            .sayingKeepAlive(keepAlive)
            .build(location, fields, body, credential, cookies);
    String name = given == null ? Location.label(text(step, "target"), reader.path()) : given;
    return new StreamRequest(
        HttpCall.ofStream(name, template, timeout, cookies, version, upgrades),
        compiling.conduct());
  }

  private static String text(ConfigNode.Mapping step, String key) {
    String found = step.entries().containsKey("url") ? "url" : key;
    return step.entries().get(found) instanceof ConfigNode.Scalar text ? text.text().strip() : "";
  }

  /// The step with `ws` written as `http`, and `wss` as `https`.
  private static ConfigNode.Mapping asHttp(ConfigNode.Mapping step) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>(step.entries());
    for (String key : List.of("target", "url", "path")) {
      if (entries.get(key) instanceof ConfigNode.Scalar value) {
        entries.put(key, new ConfigNode.Scalar(asHttp(value.text()), value.position()));
      }
    }
    return new ConfigNode.Mapping(entries, step.position());
  }

  /// A URL with `http` for `ws` and `https` for `wss` (RFC 6455 §3).
  static String asHttp(String url) {
    String stripped = url.strip();
    String start = stripped.substring(0, Math.min(6, stripped.length())).toLowerCase(Locale.ROOT);
    return start.startsWith("ws://") || start.equals("wss://")
        ? "http" + stripped.substring(2)
        : url;
  }

  HttpCall call() {
    return call;
  }

  /// The name that was given, or the URL.
  public String label() {
    return call.name();
  }

  /// Where it goes; a host that does not exist if only rendering can tell.
  public Target target() {
    return call.target();
  }

  /// The step's timeout; zero for ever.
  public Duration timeout() {
    return call.timeout();
  }

  /// What is done around the step.
  public Conduct conduct() {
    return conduct;
  }

  /// Whether it certainly goes over HTTP/2. One that upgrades goes over HTTP/1.1 if not.
  public boolean isOverHttp2() {
    return switch (call.version()) {
      case HTTP_2, HTTP_2_PRIOR_KNOWLEDGE -> true;
      case AUTO, HTTP_1_1 -> false;
    };
  }

  /// The request as it goes over the wire, for people; what proves who we are is masked.
  public String preview(Variables variables) {
    String text = HttpProtocol.preview(call, variables);
    if (!call.upgrades() || !isOverHttp2()) {
      return text;
    }
    return text.replaceFirst("^GET (\\S+) HTTP/1.1", "CONNECT $1 HTTP/2\r\n:protocol: websocket")
        .replaceAll("(?i)\r\n(Connection|Upgrade):[^\r]*", "");
  }
}
