package io.crankfire.imports;

import io.crankfire.config.Position;
import io.crankfire.config.Problems;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/// Makes endpoints of recorded requests: without what belongs to one connection (RFC 9110, section
/// 7.6.1), without the pseudo-headers of HTTP/2 and 3, and with credentials as it is told. Confined
/// to one thread.
final class HarRequests {

  /// What is decided anew for each connection or follows from the request. `Accept-Encoding` is
  /// among them because browsers list codings that are not unpacked here, and checks should see
  /// what they look for.
  private static final Set<String> DROPPED =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "te",
          "trailer",
          "trailers",
          "transfer-encoding",
          "upgrade",
          "http2-settings",
          "expect",
          "content-length",
          "accept-encoding");

  private final Credentials credentials;
  private final UnaryOperator<String> literal;
  private final Problems problems;
  private final Set<String> found = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  /// @param literal protects a recorded text from being taken for something else
  /// @param problems takes a warning for each request that cannot be taken as it is
  HarRequests(Credentials credentials, UnaryOperator<String> literal, Problems problems) {
    this.credentials = credentials;
    this.literal = literal;
    this.problems = problems;
  }

  /// The names of all headers and parameters met that are credentials.
  Set<String> found() {
    return found;
  }

  /// The endpoint that sends the same request, without a name.
  Draft draft(HarEntry entry) {
    Data request = entry.request();
    Draft draft = new Draft(entry.position());
    draft.set("method", entry.method(), positionOf(request, "method"));
    draft.set("url", url(entry.address()), positionOf(request, "url"));
    headers(request, entry.address(), draft);
    user(entry.address(), draft);
    Data post = request.get("postData");
    String body = post == null ? null : body(post, draft);
    if (post != null && body != null && !body.isEmpty()) {
      // Fields of bodies are never left out, so they are not noted as if they were.
      String kept = Secrets.body(literal.apply(body), draft.mime(), credentials, new TreeSet<>());
      draft.set("body", kept, post.position());
    }
    return draft;
  }

  private static Position positionOf(Data data, String name) {
    Data member = data.get(name);
    return member == null ? data.position() : member.position();
  }

  private String url(WebAddress address) {
    String query = address.query();
    return literal.apply(address.withQuery(null))
        + (query == null ? "" : "?" + Secrets.parameters(literal.apply(query), credentials, found));
  }

  private void headers(Data request, WebAddress address, Draft draft) {
    boolean cookies = false;
    for (Data header : request.itemsOf("headers")) {
      String name = header.textOf("name", "").strip();
      String value = literal.apply(header.textOf("value", "").strip());
      String lower = name.toLowerCase(Locale.ROOT);
      if (name.isEmpty()
          || name.startsWith(":")
          || DROPPED.contains(lower)
          || (lower.equals("host") && value.equalsIgnoreCase(address.authority()))) {
        continue;
      }
      if (!isToken(name) || hasControls(value)) {
        problems.warn(
            header.position(), "a header is left out: its name or value is not allowed in HTTP");
        continue;
      }
      if (Credentials.isHeader(name)) {
        found.add(name);
        cookies |= lower.equals("cookie");
        String kept = credentials.header(name, value);
        if (kept != null) {
          draft.header(name, kept, header.position());
        }
      } else {
        draft.header(name, value, header.position());
      }
    }
    if (!cookies) {
      cookies(request, draft);
    }
  }

  /// Some recorders list cookies apart and not as a header.
  private void cookies(Data request, Draft draft) {
    StringBuilder text = new StringBuilder();
    for (Data cookie : request.itemsOf("cookies")) {
      String name = cookie.textOf("name", "");
      if (!name.isEmpty()) {
        text.append(text.isEmpty() ? "" : "; ").append(name).append('=');
        text.append(cookie.textOf("value", ""));
      }
    }
    if (!text.isEmpty() && !hasControls(text.toString())) {
      found.add("Cookie");
      String kept = credentials.header("Cookie", literal.apply(text.toString()));
      if (kept != null) {
        draft.header("Cookie", kept, request.position());
      }
    }
  }

  private void user(WebAddress address, Draft draft) {
    String user = address.userInfo();
    if (user == null) {
      return;
    }
    found.add("user and password of the URL");
    if (credentials.keepsUser()) {
      draft.set(
          "url",
          draft.get("url").replaceFirst("://", Matcher.quoteReplacement("://" + user + "@")));
    }
  }

  private @Nullable String body(Data post, Draft draft) {
    String text = post.textOf("text");
    if (text != null && !text.isEmpty()) {
      String encoding = post.textOf("encoding", post.textOf("_encoding", ""));
      return encoding.equalsIgnoreCase("base64") ? decoded(text, post.position()) : text;
    }
    List<FormBody.Field> fields = new ArrayList<>();
    boolean whole = true;
    for (Data param : post.itemsOf("params")) {
      whole &= param.textOf("fileName") == null;
      fields.add(
          new FormBody.Field(
              param.textOf("name", ""),
              param.textOf("value", ""),
              param.textOf("contentType", "")));
    }
    if (fields.isEmpty()) {
      return text;
    }
    String mime = post.textOf("mimeType", draft.mime());
    if (!mime.toLowerCase(Locale.ROOT).startsWith("multipart/")) {
      return formParams(fields);
    }
    if (!whole) {
      problems.warn(
          post.position(), "the contents of an uploaded file were not recorded; it is sent empty");
    }
    draft.replaceHeader("Content-Type", FormBody.MULTIPART);
    return FormBody.multipart(fields);
  }

  /// Browsers write the fields of a form as they were sent, other recorders decoded.
  private static String formParams(List<FormBody.Field> fields) {
    boolean encoded = true;
    for (FormBody.Field field : fields) {
      encoded &= isFormEncoded(field.name()) && isFormEncoded(field.value());
    }
    if (!encoded) {
      return FormBody.urlEncoded(fields);
    }
    StringBuilder body = new StringBuilder();
    for (FormBody.Field field : fields) {
      body.append(body.isEmpty() ? "" : "&").append(field.name()).append('=').append(field.value());
    }
    return body.toString();
  }

  private static boolean isFormEncoded(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean hex =
          c == '%'
              && i + 2 < text.length()
              && Character.digit(text.charAt(i + 1), 16) >= 0
              && Character.digit(text.charAt(i + 2), 16) >= 0;
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || "*-._+".indexOf(c) >= 0;
      if (!hex && !plain) {
        return false;
      }
    }
    return true;
  }

  private String decoded(String base64, Position position) {
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(base64);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException | IllegalArgumentException _) {
      problems.warn(
          position,
          "a body that is no text is left out: keep it in a file and name that as body_file");
      return "";
    }
  }

  /// Whether a text is a token (RFC 9110, section 5.6.2).
  static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= 127 || "\"(),/:;<=>?@[\\]{}".indexOf(c) >= 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  static boolean hasControls(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < ' ' && c != '\t') || c == 127) {
        return true;
      }
    }
    return false;
  }
}
