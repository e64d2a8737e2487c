package io.crankfire.http;

import io.crankfire.config.ConfigNode;
import io.crankfire.config.Problems;
import io.crankfire.plan.Call;
import io.crankfire.protocol.Compiling;
import io.crankfire.protocol.Protocol;
import io.crankfire.protocol.Requester;
import io.crankfire.protocol.WorkerContext;
import io.crankfire.template.Conduct;
import io.crankfire.template.Credential;
import io.crankfire.template.Variables;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// HTTP. A step's keys: `name`, `target` or `url`, `path`, `method`, `headers`, `body`,
/// `body_file`, `timeout`, `max_redirects`, `unix`, `cookies`, `http_version`. Placeholders may
/// stand in `target`, `url`, `path`, in the names and values of `headers`, in `body` and in the
/// text of `body_file`.
public final class HttpProtocol implements Protocol {

  /// The protocol's name.
  public static final String NAME = "http";

  /// Made by the service loader.
  public HttpProtocol() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Collection<String> keys() {
    return StreamRequest.KEYS;
  }

  /// Head and body as they go over the wire; values of headers that prove who we are, as `***`. Of
  /// a request that cannot be rendered with these variables, the reason.
  @Override
  public String preview(Call call, Variables variables) {
    return preview((HttpCall) call, variables);
  }

  static String preview(HttpCall http, Variables variables) {
    RequestTemplate template = http.template();
    if (template == null) {
      return masked(new String(http.request().bytes(), StandardCharsets.UTF_8));
    }
    RenderedRequest rendered = new RenderedRequest();
    String fault = template.render(rendered, variables, null, RequestTemplate.MASK);
    return fault == null ? masked(rendered.text()) : "cannot be sent: " + fault;
  }

  private static String masked(String request) {
    int headEnd = request.indexOf("\r\n\r\n");
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < headEnd) {
      int end = request.indexOf("\r\n", at);
      int colon = request.indexOf(": ", at);
      String name = colon < 0 || colon > end ? "" : request.substring(at, colon);
      boolean secret = isAuth(name) || name.equalsIgnoreCase("Proxy-Authorization");
      out.append(secret ? name + ": ***" : request.substring(at, end)).append("\r\n");
      at = end + 2;
    }
    return out.append(request.substring(at)).toString();
  }

  @Override
  public Requester open(WorkerContext worker) {
    return HttpRequester.of(worker);
  }

  @Override
  public @Nullable Call compile(ConfigNode.Mapping step, Compiling compiling) {
    Problems problems = compiling.problems();
    int before = problems.all().size();
    StepReader reader = new StepReader(step, compiling);
    Location location = reader.location();
    String method = reader.method();
    List<StepReader.Field> fields = reader.headers();
    StepReader.Body body = reader.body();
    Duration timeout = reader.timeout();
    int redirects = reader.maxRedirects();
    String unix = reader.unixSocket();
    boolean cookies = reader.cookies();
    HttpVersion version = reader.httpVersion();
    String given = reader.name();
    if (location == null || problems.all().size() > before) {
      return null;
    }
    Conduct conduct = compiling.conduct();
    Credential credential = conduct.credential();
    complete(location, fields, body, credential);
    if (location instanceof Location.Fixed fixed
        && credential == null
        && !cookies
        && body.template() == null
        && isConstant(fields)) {
      Url url = fixed.url();
      Request request = new Request(method, url, unix, map(fields), body.bytes(), redirects);
      return HttpCall.of(
          given == null ? url.toString() : given, request, timeout, conduct, version);
    }
    RequestTemplate template =
        new RequestTemplateBuilder(method, redirects, unix)
            .build(location, fields, body, credential, cookies);
    String name =
        given != null
            ? given
            : location instanceof Location.Fixed fixed
                ? fixed.url().toString()
                : Location.label(reader.target(), reader.path());
    return HttpCall.of(name, template, timeout, conduct, cookies, version);
  }

  /// Adds the fields that follow from the body and from the URL.
  static void complete(
      Location location,
      List<StepReader.Field> fields,
      StepReader.Body body,
      @Nullable Credential credential) {
    if (body.json() && fields.stream().noneMatch(field -> field.is("Content-Type"))) {
      fields.add(new StepReader.Field("Content-Type", null, "application/json", null));
    }
    Url known =
        location instanceof Location.Fixed fixed
            ? fixed.url()
            : location instanceof Location.Varying varying ? varying.origin() : null;
    if (known != null) {
      addUser(known, fields, credential);
    }
  }

  /// Whoever stands in a URL is sent as basic authentication, unless there is another.
  private static void addUser(
      Url url, List<StepReader.Field> fields, @Nullable Credential credential) {
    String user = url.userInfo();
    boolean has = credential != null && isAuth(credential.header());
    for (StepReader.Field field : fields) {
      has |= field.is("Authorization");
    }
    if (user != null && !has) {
      String basic = Base64.getEncoder().encodeToString(StepReader.percentDecoded(user));
      fields.add(new StepReader.Field("Authorization", null, "Basic " + basic, null));
    }
  }

  private static boolean isConstant(List<StepReader.Field> fields) {
    for (StepReader.Field field : fields) {
      if (field.nameTemplate() != null || field.valueTemplate() != null) {
        return false;
      }
    }
    return true;
  }

  private static Map<String, String> map(List<StepReader.Field> fields) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (StepReader.Field field : fields) {
      headers.put(field.name(), field.value());
    }
    return headers;
  }

  private static boolean isAuth(String name) {
    return name.equalsIgnoreCase("Authorization");
  }
}
