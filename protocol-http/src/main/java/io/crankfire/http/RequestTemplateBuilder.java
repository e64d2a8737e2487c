package io.crankfire.http;

import io.crankfire.http.RequestTemplate.Kind;
import io.crankfire.http.RequestTemplate.Piece;
import io.crankfire.template.Credential;
import io.crankfire.template.Template;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Puts a [RequestTemplate] together: joins what is constant, so that rendering copies long runs of
/// bytes. Confined to one thread.
final class RequestTemplateBuilder {

  /// Names that a placeholder may not become.
  static final List<String> NOT_TO_BE_VARIED =
      List.of("content-length", "transfer-encoding", "host", "connection");

  /// Where the request goes when only rendering can tell: to nobody, so that it would show.
  private static final Url NOWHERE = new Url("http", "varies.invalid", 80, "/", null, null);

  final String method;
  final int maxRedirects;
  final @Nullable String unixSocket;
  final List<Piece> pieces = new ArrayList<>();
  Url origin = NOWHERE;
  Location.@Nullable Free free;
  boolean dots;
  boolean ownConnection;
  boolean keepAlive;
  boolean ownHost;
  @Nullable Credential credential;
  byte[] body = {};
  @Nullable Template bodyTemplate;
  private final StringBuilder run = new StringBuilder();

  RequestTemplateBuilder(String method, int maxRedirects, @Nullable String unixSocket) {
    this.method = method;
    this.maxRedirects = maxRedirects;
    this.unixSocket = unixSocket;
  }

  /// Says that the connection is kept, where it is.
  RequestTemplateBuilder sayingKeepAlive(boolean says) {
    keepAlive = says;
    return this;
  }

  /// Builds it.
  ///
  /// @param secret sent with it, or null
  /// @param cookies whether the session's cookies go with it
  RequestTemplate build(
      Location location,
      List<StepReader.Field> fields,
      StepReader.Body content,
      @Nullable Credential secret,
      boolean cookies) {
    credential = secret;
    body = content.bytes();
    bodyTemplate = content.template();
    requestLine(location);
    boolean varyingNames = fields.stream().anyMatch(field -> field.nameTemplate() != null);
    ownHost = has(fields, "host");
    ownConnection = has(fields, "connection");
    if (!ownHost) {
      run.append("Host: ");
      if (free == null) {
        run.append(origin.hostHeader());
      } else {
        piece(Kind.FREE_HOST, null, "Host");
      }
      run.append("\r\n");
    }
    if (!varyingNames) {
      for (String ours : List.of("user-agent", "accept")) {
        if (!has(fields, ours)) {
          run.append(new String(ours(ours), StandardCharsets.US_ASCII));
        }
      }
    }
    fields(fields, cookies);
    if (varyingNames) {
      for (String ours : List.of("user-agent", "accept")) {
        if (!has(fields, ours)) {
          piece(Kind.OURS, null, ours);
        }
      }
    }
    if (bodyTemplate == null && (body.length > 0 || Request.expectsBody(method))) {
      run.append("Content-Length: ").append(body.length).append("\r\n");
    }
    piece(Kind.END, null, "");
    return new RequestTemplate(this);
  }

  private void requestLine(Location location) {
    run.append(method).append(' ');
    if (location instanceof Location.Free varies) {
      free = varies;
      piece(Kind.FREE_TARGET, null, "");
    } else if (location instanceof Location.Varying varies) {
      origin = varies.origin();
      dots = varies.dots();
      for (Location.Part part : varies.parts()) {
        run.append(part.text());
        if (part.value() != null) {
          piece(Kind.TARGET, part.value(), "");
        }
      }
      piece(Kind.TARGET_END, null, "");
    } else if (location instanceof Location.Fixed fixed) {
      origin = fixed.url();
      run.append(origin.requestTarget());
      piece(Kind.TARGET_END, null, "");
    }
    run.append(" HTTP/1.1\r\n");
  }

  private void fields(List<StepReader.Field> fields, boolean cookies) {
    Credential secret = credential;
    boolean cookiesToGo = cookies;
    for (StepReader.Field field : fields) {
      if (secret != null && field.is(secret.header())) {
        continue;
      }
      if (field.nameTemplate() == null) {
        run.append(field.name());
      } else {
        piece(Kind.NAME, field.nameTemplate(), field.name());
      }
      run.append(": ");
      if (field.valueTemplate() == null) {
        run.append(field.value());
      } else {
        piece(Kind.VALUE, field.valueTemplate(), field.name());
      }
      if (cookiesToGo && field.is("cookie")) {
        piece(Kind.MORE_COOKIES, null, "Cookie");
        cookiesToGo = false;
      }
      run.append("\r\n");
    }
    if (secret != null) {
      run.append(secret.header()).append(": ");
      piece(Kind.CREDENTIAL, null, secret.header());
      run.append("\r\n");
    } else if (free != null && !has(fields, "authorization")) {
      piece(Kind.FREE_USER, null, "Authorization");
    }
    if (cookiesToGo) {
      piece(Kind.COOKIES, null, "Cookie");
    }
  }

  private void piece(Kind kind, @Nullable Template template, String label) {
    pieces.add(new Piece(run.toString().getBytes(StandardCharsets.UTF_8), kind, template, label));
    run.setLength(0);
  }

  private static boolean has(List<StepReader.Field> fields, String name) {
    return fields.stream().anyMatch(field -> field.is(name));
  }

  /// The line of a field that we send unless it is configured.
  static byte[] ours(String name) {
    String line =
        name.toLowerCase(Locale.ROOT).equals("accept")
            ? "Accept: */*\r\n"
            : "User-Agent: crankfire\r\n";
    return line.getBytes(StandardCharsets.US_ASCII);
  }
}
