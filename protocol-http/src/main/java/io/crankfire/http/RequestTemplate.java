package io.crankfire.http;

import io.crankfire.plan.Target;
import io.crankfire.template.ByteSink;
import io.crankfire.template.Credential;
import io.crankfire.template.Template;
import io.crankfire.template.Variables;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A request that is rendered anew for each exchange. Immutable; shared by all workers. Made by
/// [RequestTemplateBuilder].
final class RequestTemplate {

  /*
   * Rendering puts down the head piece by piece into the session's buffer, looks at what each placeholder became
   * right after it was written, and appends the body, whose length stands before it: so a body that varies is
   * rendered into a buffer of its own first. Nothing is allocated once the buffers have their size, except where
   * the origin itself varies.
   */

  /// What a piece of the head is, and so what it may not become.
  enum Kind {
    /// In the request target: encoded where it may not stand as it is.
    TARGET,
    /// The request target is complete.
    TARGET_END,
    /// The whole request target, of an origin that varies.
    FREE_TARGET,
    /// The Host of an origin that varies.
    FREE_HOST,
    /// Basic authentication by what stands in a URL that varies.
    FREE_USER,
    /// A header's name.
    NAME,
    /// A header's value.
    VALUE,
    /// The credential's value.
    CREDENTIAL,
    /// A field of ours, unless a name that varies became the same.
    OURS,
    /// The cookies, in a field of their own.
    COOKIES,
    /// The cookies, in the field that was configured.
    MORE_COOKIES,
    /// The end of the head.
    END
  }

  /// Constant bytes, and what comes after them.
  ///
  /// @param label the name of the header that it belongs to
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Piece(byte[] before, Kind kind, @Nullable Template template, String label) {}

  private static final boolean[] FORBIDDEN = new boolean[256];
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CRLF = {'\r', '\n'};
  private static final byte[] CONTENT_LENGTH =
      "Content-Length: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] COOKIE = "Cookie: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] AND = {';', ' '};

  /// What is shown instead of a credential.
  static final byte[] MASK = "***".getBytes(StandardCharsets.US_ASCII);

  static {
    for (int b = 0; b < 256; b++) {
      FORBIDDEN[b] = Url.isForbidden((byte) b) || b == '#';
    }
  }

  final String method;
  final Url origin;
  final Location.@Nullable Free free;
  final boolean dots;
  final boolean ownConnection;

  /// Whether it says that its connection is kept, where it is.
  final boolean keepAlive;

  final boolean ownHost;
  final int maxRedirects;
  final Target target;
  final @Nullable String unixSocket;
  final @Nullable Credential credential;

  /// The name of the credential's header in lower case; empty if there is none.
  final byte[] secretName;

  private final Piece[] pieces;
  private final byte[] body;
  private final @Nullable Template bodyTemplate;

  RequestTemplate(RequestTemplateBuilder from) {
    method = from.method;
    origin = from.origin;
    free = from.free;
    dots = from.dots;
    ownConnection = from.ownConnection;
    keepAlive = from.keepAlive;
    ownHost = from.ownHost;
    maxRedirects = from.maxRedirects;
    unixSocket = from.unixSocket;
    target = origin.target(unixSocket);
    credential = from.credential;
    secretName =
        from.credential == null
            ? new byte[0]
            : from.credential.header().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
    pieces = from.pieces.toArray(Piece[]::new);
    body = from.body;
    bodyTemplate = from.bodyTemplate;
  }

  /// Renders it for a session.
  ///
  /// @param jar whose cookies go with it, or null
  /// @param secret the credential's value, if there is a credential
  /// @return null, or why it cannot be sent
  @Nullable String render(
      RenderedRequest to, Variables variables, @Nullable CookieJar jar, byte @Nullable [] secret) {
    return render(to, variables, jar, secret, null);
  }

  /// Renders it for a session.
  ///
  /// @param stream has further lines for its head; null for none
  @Nullable String render(
      RenderedRequest to,
      Variables variables,
      @Nullable CookieJar jar,
      byte @Nullable [] secret,
      @Nullable HttpStream stream) {
    to.begin(this);
    if (free != null) {
      try {
        to.freely(free.url(variables));
      } catch (IllegalArgumentException e) {
        return String.valueOf(e.getMessage());
      }
    }
    ByteSink out = to.out;
    for (Piece piece : pieces) {
      out.write(piece.before);
      if (piece.kind == Kind.END && stream != null) {
        stream.writeExtra(out);
      }
      int start = out.size();
      Template template = piece.template;
      if (template != null) {
        template.write(out, variables);
      }
      String fault =
          switch (piece.kind) {
            case TARGET -> encode(out, start);
            case TARGET_END -> to.targetEnds();
            case VALUE -> value(out, start, piece.label);
            case NAME -> name(out, start);
            case CREDENTIAL -> credential(to, secret);
            case COOKIES, MORE_COOKIES ->
                jar == null ? null : cookies(to, jar, variables, piece.kind);
            case FREE_TARGET, FREE_HOST, FREE_USER -> free(to, piece.kind);
            case OURS -> ours(out, piece);
            case END -> end(to, variables);
          };
      if (fault != null) {
        return fault;
      }
    }
    to.ends();
    return null;
  }

  /// Makes what was rendered before ready for another attempt: the same, but for the credential.
  ///
  /// @return null, or why it cannot be sent
  @Nullable String renew(RenderedRequest to, byte @Nullable [] secret) {
    if (credential == null || secret == null) {
      return null;
    }
    to.credential(secret);
    ByteSink out = to.out;
    return value(out.array(), to.credentialFrom, to.credentialTo, credential.header());
  }

  private static @Nullable String encode(ByteSink out, int start) {
    byte[] b = out.array();
    int size = out.size();
    int count = 0;
    for (int i = start; i < size; i++) {
      if (FORBIDDEN[b[i] & 0xff]) {
        count++;
      }
    }
    if (count > 0) {
      out.reserve(2 * count);
      b = out.array();
      int to = out.size();
      for (int i = size - 1; i >= start; i--) {
        byte c = b[i];
        if (FORBIDDEN[c & 0xff]) {
          b[--to] = HEX[c & 15];
          b[--to] = HEX[(c >> 4) & 15];
          b[--to] = '%';
        } else {
          b[--to] = c;
        }
      }
    }
    return null;
  }

  private static @Nullable String value(ByteSink out, int start, String label) {
    return value(out.array(), start, out.size(), label);
  }

  private static @Nullable String value(byte[] b, int start, int end, String label) {
    for (int i = start; i < end; i++) {
      byte c = b[i];
      if ((c >= 0 && c < ' ' && c != '\t') || c == 127) {
        return "the value of the header "
            + label
            + " would have a "
            + (c == '\r' || c == '\n' ? "line break" : "control character");
      }
    }
    return null;
  }

  private static @Nullable String name(ByteSink out, int start) {
    byte[] b = out.array();
    int size = out.size();
    for (int i = start; i < size; i++) {
      if (!Head.isToken(b[i])) {
        return "a header would have a name with a character that no name has";
      }
    }
    if (size == start) {
      return "a header would have an empty name";
    }
    for (String framing : RequestTemplateBuilder.NOT_TO_BE_VARIED) {
      if (size - start == framing.length() && isSame(b, start, framing)) {
        return "a header whose name is a placeholder would be "
            + framing
            + "; it follows from the"
            + " request";
      }
    }
    return null;
  }

  private static boolean isSame(byte[] b, int from, String lowerCase) {
    for (int i = 0; i < lowerCase.length(); i++) {
      if (Character.toLowerCase(b[from + i]) != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private @Nullable String credential(RenderedRequest to, byte @Nullable [] secret) {
    if (credential == null || secret == null) {
      return null;
    }
    to.credentialFrom = to.out.size();
    to.out.write(secret);
    to.credentialTo = to.out.size();
    return value(to.out, to.credentialFrom, credential.header());
  }

  private static @Nullable String cookies(
      RenderedRequest to, CookieJar jar, Variables variables, Kind kind) {
    if (jar.size() > 0) {
      ByteSink out = to.out;
      boolean own = kind == Kind.COOKIES;
      to.jarFrom = out.size();
      long now = jar.expires() ? variables.epochMillis() : 0;
      boolean any = to.writeCookies(jar, own ? COOKIE : AND, now);
      if (own && any) {
        out.write(CRLF);
      }
      to.jarTo = out.size();
    }
    return null;
  }

  private @Nullable String free(RenderedRequest to, Kind kind) {
    Url url = to.base();
    if (kind == Kind.FREE_TARGET) {
      to.out.write(url.requestTarget().getBytes(StandardCharsets.UTF_8));
      return to.targetEnds();
    }
    if (kind == Kind.FREE_HOST) {
      to.out.write(url.hostHeader().getBytes(StandardCharsets.UTF_8));
      return null;
    }
    String user = url.userInfo();
    if (user != null) {
      byte[] basic = Base64.getEncoder().encode(StepReader.percentDecoded(user));
      to.out.write("Authorization: Basic ".getBytes(StandardCharsets.US_ASCII));
      to.out.write(basic);
      to.out.write(CRLF);
    }
    return null;
  }

  private static @Nullable String ours(ByteSink out, Piece piece) {
    int at = HeadLines.next(out.array(), 0, out.size());
    while (at < out.size()) {
      int end = HeadLines.end(out.array(), at, out.size());
      if (HeadLines.isNamed(out.array(), at, end, piece.label)) {
        return null;
      }
      at = HeadLines.next(out.array(), end, out.size());
    }
    byte[] line = RequestTemplateBuilder.ours(piece.label);
    out.write(line);
    return null;
  }

  private @Nullable String end(RenderedRequest to, Variables variables) {
    ByteSink out = to.out;
    Template varying = bodyTemplate;
    if (varying == null) {
      to.headEnd = out.size();
      out.write(CRLF);
      out.write(body);
      to.bodySize = body.length;
      return null;
    }
    ByteSink content = to.body;
    content.clear();
    varying.write(content, variables);
    int size = content.size();
    if (size > 0 || Request.expectsBody(method)) {
      out.write(CONTENT_LENGTH);
      out.writeDecimal(size);
      out.write(CRLF);
    }
    to.headEnd = out.size();
    out.write(CRLF);
    out.write(content.array(), 0, size);
    to.bodySize = size;
    return null;
  }
}
