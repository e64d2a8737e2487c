package io.crankfire.http;

import io.crankfire.template.Template;
import io.crankfire.template.Variables;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Where a call goes, as far as that is known before the run. Immutable.
sealed interface Location {

  /// Always the same.
  record Fixed(Url url) implements Location {}

  /// Always the same origin; path and query have placeholders.
  ///
  /// @param origin the URL without what follows the authority
  /// @param parts what makes the request target
  /// @param dots whether `.` and `..` are to be taken out of the path (RFC 3986 §5.2.4)
  record Varying(Url origin, List<Part> parts, boolean dots) implements Location {}

  /// Known only when it is rendered.
  ///
  /// @param path resolved against the target; null for none
  /// @param sockets whether its scheme may be `ws` or `wss`, which then mean `http` and `https`
  record Free(Template target, @Nullable Template path, boolean sockets) implements Location {

    /// The same, with schemes of WebSockets.
    Free ofSockets() {
      return new Free(target, path, true);
    }

    /// Where it goes now.
    ///
    /// @throws IllegalArgumentException if that is nowhere; the message tells no credentials
    Url url(Variables variables) {
      String text = target.text(variables);
      try {
        Url url = Url.parse(sockets ? StreamRequest.asHttp(text) : text);
        if (path == null) {
          return url;
        }
        Url resolved = url.resolve(path.text(variables));
        return resolved.sameOrigin(url) ? resolved.withUserInfo(url.userInfo()) : resolved;
      } catch (IllegalArgumentException e) {
        throw text.indexOf('@') < 0
            ? e
            : new IllegalArgumentException("a target that holds credentials is not a URL", e);
      }
    }
  }

  /// A piece of a request target: constant text, ready to be sent, and a value after it.
  ///
  /// @param value null after the last piece
  record Part(String text, @Nullable Template value) {}

  /// Looks at a target, and a path that is resolved against it, by RFC 3986 §5 after substitution.
  ///
  /// What a path begins with decides how it is resolved: one that begins with a single slash stays
  /// on its host whatever its placeholders stand for. One that begins with a placeholder is
  /// resolved when it is rendered.
  ///
  /// @param path empty for none
  /// @param compile makes a template of a text
  /// @throws IllegalArgumentException saying what is wrong
  static Location of(String target, String path, Function<String, Template> compile) {
    if (path.isEmpty()) {
      return of(target, compile);
    }
    if (hasScheme(path)) {
      return of(path, compile);
    }
    boolean constantPath = isConstant(path);
    if (isConstant(target) && constantPath) {
      Url base = Url.parse(target);
      Url url = base.resolve(path);
      return new Fixed(url.sameOrigin(base) ? url.withUserInfo(base.userInfo()) : url);
    }
    int end = authorityEnd(target);
    boolean knownOrigin = end >= 0 && isConstant(target.substring(0, end));
    boolean absolute = path.startsWith("/") && !path.startsWith("//");
    if (knownOrigin && absolute) {
      return varying(Url.parse(target.substring(0, end)), path, true, compile);
    }
    if (isConstant(target) && !path.startsWith("//") && !path.startsWith("{{")) {
      Url base = Url.parse(target);
      String before =
          path.startsWith("?") || path.startsWith("#")
              ? base.path()
              : base.path().substring(0, base.path().lastIndexOf('/') + 1);
      return varying(base, before + path, true, compile);
    }
    return free(target, path, compile);
  }

  private static Location of(String target, Function<String, Template> compile) {
    if (isConstant(target)) {
      return new Fixed(Url.parse(target));
    }
    int end = authorityEnd(target);
    if (end < 0 || !isConstant(target.substring(0, end))) {
      return free(target, "", compile);
    }
    String rest = target.substring(end);
    return varying(
        Url.parse(target.substring(0, end)),
        rest.startsWith("?") || rest.startsWith("#") ? "/" + rest : rest,
        false,
        compile);
  }

  private static Location free(String target, String path, Function<String, Template> compile) {
    int open = target.indexOf("{{");
    String known = (open < 0 ? target : target.substring(0, open)).toLowerCase(Locale.ROOT);
    if (!known.startsWith("http://")
        && !known.startsWith("https://")
        && !"https://".startsWith(known)
        && !"http://".startsWith(known)) {
      Url.parse(target); // says what is wrong
    }
    return new Free(compile.apply(target), path.isEmpty() ? null : compile.apply(path), false);
  }

  private static Location varying(
      Url origin, String text, boolean dots, Function<String, Template> compile) {
    List<Part> parts = new ArrayList<>();
    boolean inQuery = false;
    int at = 0;
    while (at <= text.length()) {
      int open = text.indexOf("{{", at);
      int close = open < 0 ? -1 : text.indexOf("}}", open);
      String literal = text.substring(at, close < 0 ? text.length() : open);
      int hash = literal.indexOf('#');
      if (hash >= 0) {
        literal = literal.substring(0, hash); // a fragment is not sent
      }
      int mark = inQuery ? 0 : literal.indexOf('?');
      String path = mark < 0 ? literal : literal.substring(0, mark);
      String query = mark < 0 ? "" : literal.substring(mark);
      String encoded = Url.encoded(path.replace('\\', '/') + query);
      inQuery |= mark >= 0;
      if (close < 0 || hash >= 0) {
        parts.add(new Part(encoded, null));
        break;
      }
      parts.add(new Part(encoded, compile.apply(text.substring(open, close + 2))));
      at = close + 2;
    }
    return new Varying(origin, parts, dots);
  }

  /// Whether a text has no placeholder.
  static boolean isConstant(String text) {
    int open = text.indexOf("{{");
    return open < 0 || text.indexOf("}}", open) < 0;
  }

  /// Where the authority of an absolute URL ends, before its first placeholder or after; -1 if it
  /// does not begin with a scheme.
  private static int authorityEnd(String url) {
    int colon = url.indexOf("://");
    if (colon < 0 || !isConstant(url.substring(0, colon))) {
      return -1;
    }
    int at = colon + 3;
    while (at < url.length() && "/?#\\".indexOf(url.charAt(at)) < 0) {
      int close = url.startsWith("{{", at) ? url.indexOf("}}", at) : -1;
      at = close < 0 ? at + 1 : close + 2;
    }
    return at;
  }

  private static boolean hasScheme(String text) {
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean other = (c >= '0' && c <= '9') || c == '+' || c == '.' || c == '-';
      if (!letter && !(at > 0 && other)) {
        return c == ':' && at > 0;
      }
      at++;
    }
    return false;
  }

  /// The target as a label in statistics, without credentials.
  static String label(String target, String path) {
    int colon = target.indexOf("://");
    int end = authorityEnd(target);
    int at = end < 0 ? -1 : target.lastIndexOf('@', end - 1);
    String shown = at > colon ? target.substring(0, colon + 3) + target.substring(at + 1) : target;
    if (path.isEmpty()) {
      return shown;
    }
    if (hasScheme(path)) {
      return label(path, "");
    }
    int shownEnd = authorityEnd(shown);
    return path.startsWith("/") && !path.startsWith("//") && shownEnd >= 0
        ? shown.substring(0, shownEnd) + path
        : shown + " " + path;
  }
}
